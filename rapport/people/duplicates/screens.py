"""The screen “Duplicates”: pairs that may be one, and what to do about each."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import called, locale_of, readable_fields
from rapport.core.errors import NotFound
from rapport.core.merging.merge import can_merge
from rapport.core.objects import registry
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.date_words import format_moment
from rapport.lib.numbers import number_in
from rapport.lib.wording import grouped
from rapport.people.duplicates import queue
from rapport.people.duplicates.many import can_merge_many
from rapport.people.duplicates.models import DuplicatePair
from rapport.people.duplicates.running import KINDS, look
from rapport.people.duplicates.words import reason_words, score_words
from rapport.ui import navigation
from rapport.ui.cells import avatar, draw
from rapport.ui.merging.screens import place
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of

_LINES = {
    "person": ("email", "phone", "company", "birthday", "address", "created_at"),
    "company": ("domain", "email", "phone", "vat_id", "address", "created_at"),
}


@require_safe
def queue_screen(request: HttpRequest, kind: str = "") -> HttpResponse:
    """GET the pairs of a kind, the likeliest first; ``after`` pages."""
    actor = actor_of(request)
    kinds = [key for key in KINDS if can_merge(actor, registry.get(key))]
    spec = _spec(kind or (kinds[0] if kinds else KINDS[0]))
    after = number_in(request.GET.get("after", ""))
    shown = queue.page(actor, spec.key, after=after or None)
    search = queue.last_search(spec.key)
    here = f"/duplicates/{spec.key}"
    values = _values(actor, spec, shown)
    context = {
        "spec": spec,
        "tabs": [_tab(registry.get(key), spec) for key in kinds],
        "rows": [
            {
                "id": row.pair.pk,
                "score": score_words(row.pair.score),
                "reasons": reason_words(row.reasons),
                "sides": _sides(actor, spec, (row.one, row.other), values),
                "merge_url": place(spec, [row.one.pk, row.other.pk], back=here),
            }
            for row in shown.rows
        ],
        "older": f"{here}?after={shown.after}" if shown.after else "",
        "newer": here if after else "",
        "searched": format_moment(search.ended_at, actor.time_zone, actor.language)
        if search and search.ended_at
        else "",
        "looked_at": grouped(search.looked_at) if search else "",
        "may_search": actor.all_rights,
        "may_merge_many": can_merge_many(actor, spec),
    }
    return render(request, "people/duplicates.html", context)


@require_POST
def decide_screen(request: HttpRequest, pair_id: int, state: str) -> HttpResponse:
    """POST what two records are: ``different``, ``later``, or ``open`` to take that back."""
    actor = actor_of(request)
    verbs = {"different": queue.different, "later": queue.later, "open": queue.reopen}
    if state not in verbs:
        raise NotFound(_("There is no such pair, or you may not see it."))
    pair: DuplicatePair = verbs[state](actor, pair_id)
    said = {
        "different": _("Noted: these are two. You are not asked again unless one of them changes."),
        "later": _("You are asked again in a week."),
        "open": _("Back in the list."),
    }
    undo_url = f"/duplicates/pairs/{pair.pk}/open" if state != "open" else None
    flash(request, said[state], undo_url=undo_url)
    return HttpResponseRedirect(f"/duplicates/{pair.kind}")


@require_POST
def search_screen(request: HttpRequest, kind: str) -> HttpResponse:
    """POST: a search among all of a kind begins; to its job."""
    return HttpResponseRedirect(f"/jobs/{look(actor_of(request), _spec(kind).key).pk}")


# -------------------------------------------------------------------- pieces
def _spec(kind: str) -> ObjectSpec:
    if kind not in KINDS:
        raise NotFound(_("There is nothing at this address, or you may not see it."))
    return registry.get(kind)


def _tab(spec: ObjectSpec, current: ObjectSpec) -> dict[str, Any]:
    return {"label": spec.plural, "url": f"/duplicates/{spec.key}", "current": spec is current, "count": None,
            "icon": spec.icon, "panel": ""}  # fmt: skip


def _values(actor: Actor, spec: ObjectSpec, shown: queue.Page) -> dict[int, dict[str, Any]]:
    ids = [pk for row in shown.rows for pk in (row.one.pk, row.other.pk)]
    readable = readable_fields(actor, spec)
    wanted = [readable[key] for key in (*_LINES[spec.key], spec.picture) if key in readable]
    rows = {row.id: row.values for row in fetch(spec, list(dict.fromkeys(ids)), wanted)} if ids else {}
    show_seen(actor, wanted, list(rows.values()))
    return rows


def _sides(
    actor: Actor, spec: ObjectSpec, both: tuple[Any, Any], values: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The two, line by line: what one of them says stands beside what the other one says, or does not."""
    locale = locale_of(actor)
    fields = [spec.by_key[key] for key in _LINES[spec.key] if key in values[both[0].pk]]
    told = [field for field in fields if any(not field.is_empty(values[one.pk][field.key]) for one in both)]
    sides = []
    for one in both:
        own = values[one.pk]
        title = called(actor, spec, one.title) or _("No name")
        picture = own.get(spec.picture)
        lines = [
            (field.label, "" if field.is_empty(own[field.key]) else draw(field.cell(own[field.key], locale)))
            for field in told
        ]
        mark = avatar(title, spec.mark, "md", picture.image_url if picture else "")
        sides.append({"title": title, "url": f"/{spec.path}/{one.pk}", "mark": mark, "lines": lines})
    return sides


def _right(actor: Actor) -> bool:
    return any(can_merge(actor, registry.get(kind)) for kind in KINDS)


urlpatterns = [
    path("duplicates", queue_screen, name="duplicates"),
    path("duplicates/<slug:kind>", queue_screen, name="duplicates-kind"),
    path("duplicates/<slug:kind>/search", search_screen, name="duplicates-search"),
    path("duplicates/pairs/<int:pair_id>/<slug:state>", decide_screen, name="duplicates-decide"),
]
navigation.add(
    gettext_lazy("Customers"), gettext_lazy("Duplicates"), "copy", "/duplicates", order=15, right=_right, key="d"
)
