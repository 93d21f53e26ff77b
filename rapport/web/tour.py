"""The guided tour: seven stops on the real pages. The stop is in the address (``?tour=3``), so a reload keeps it.

The card is part of the page and works without JavaScript; ``tour.js`` puts it beside what it speaks of.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.errors import NotFound
from rapport.core.objects import registry
from rapport.ui.screens.asking import actor_of, is_part
from rapport.workspace import first_steps

RECORD = "{person}"  # in the place of the address of some person


@dataclass(frozen=True)
class Stop:
    """Where it is, what is said there, and what is pointed at: the first of ``targets`` (CSS) that can be seen."""

    url: str
    title: Any
    text: Any
    targets: tuple[str, ...]
    kind: str = ""  # shown to those who may see such records
    right: str = "view"


STOPS = (
    Stop("/", _("Home says what to do today"),
         _("What is due, what came in and who mentioned you. It is the first page of every morning."),
         (".home .card", ".main h1")),
    Stop("/people", _("Everybody you know, in one list"),
         _("Filter it, sort it, choose the columns, and keep the result as a view: a tab of your own up here."),
         (".views .tabs", ".filters", ".main h1"), "person"),
    Stop(RECORD, _("One page for one person"),
         _("What you know stands at the side. Click a value to change it; every change can be undone."),
         (".facts", ".who"), "person"),
    Stop(RECORD, _("Write down what happened"),
         _("A note, a call: press N or L, write, Ctrl+Enter. It stands on the history of the person and the company."),
         ("#composer", ".composer"), "person"),
    Stop("/people", _("One key for everything"),
         _("Ctrl+K (⌘K on a Mac) finds any record, any page and any command by a few letters. On the phone it is the "
           "looking glass."),
         (".side [data-palette]", ".head [data-palette]"), "person"),
    Stop("/import", _("Bring your own customers"),
         _("A spreadsheet as it is: columns are proposed, a dry run shows what would happen, one Undo takes it back."),
         (".drop", ".main form", ".main h1"), "person", "import"),
    Stop("/", _("That is it"),
         _("“First steps” says what comes next. Help stands in the menu at your name, and fits the page you are on."),
         ("#home-first-steps", "[popovertarget=user-menu]", ".main h1")),
)  # fmt: skip


def stops_for(actor: Actor) -> list[Stop]:
    """The stops that make sense for this actor."""
    return [stop for stop in STOPS if not stop.kind or level_of(actor, stop.kind, stop.right) > Level.NONE]


def card(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """What the card of the tour shows on this page; None where no tour is on."""
    number = _number(request.GET.get("tour", ""))
    stops = stops_for(actor)
    if is_part(request) or not 1 <= number <= len(stops):
        return None
    stop = stops[number - 1]
    return {
        "title": stop.title,
        "text": stop.text,
        "targets": "\n".join(stop.targets),
        "number": number,
        "total": len(stops),
        "back": f"/tour/{number - 1}/go" if number > 1 else "",
        "next": f"/tour/{number + 1}/go" if number < len(stops) else "",
    }


def _number(text: str) -> int:
    """The number of a stop; 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """GET: to the first stop."""
    return HttpResponseRedirect("/tour/1/go")


@require_safe
def go(request: HttpRequest, stop: str) -> HttpResponse:
    """GET: to the page of the stop of that number. Where there is no person to look at, to the list of people."""
    actor = actor_of(request)
    stops = stops_for(actor)
    number = _number(stop)
    if not 1 <= number <= len(stops):
        raise NotFound(_now("The tour has no such stop."))
    url = stops[number - 1].url
    if url == RECORD:
        spec = registry.get("person")
        page = list_page(actor, spec, ListQuery(size=1), [])
        url = f"/{spec.path}/{page.rows[0].id}" if page.rows else f"/{spec.path}"
    return HttpResponseRedirect(f"{url}?tour={number}")


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """POST: the tour is over, for whatever reason; it is not offered again."""
    first_steps.end_tour(actor_of(request))
    return HttpResponse(status=204) if is_part(request) else HttpResponseRedirect("/", status=303)


urlpatterns: list[URLPattern] = [
    path("tour", start, name="tour"),
    path("tour/<slug:stop>/go", go, name="tour-go"),
    path("tour/end", end, name="tour-end"),
]
