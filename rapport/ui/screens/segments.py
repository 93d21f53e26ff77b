"""Segments where records are listed: choosing one, putting many into it, and the line above a list of one."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Condition, Term
from rapport.core.access.levels import Level, level_of
from rapport.core.access.pages import ListQuery
from rapport.core.access.visible import visible_to
from rapport.core.errors import Invalid, NotFound
from rapport.core.objects import leading, registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.segments.fields import IS
from rapport.core.segments.models import FIELD, FIXED, KEY
from rapport.lib.numbers import number_in
from rapport.lib.text import fold, harmless, hue, initials
from rapport.ui.rendering import render
from rapport.ui.screens.asking import Pairs, actor_of, address, ask, parts_of

MOST_SUGGESTIONS = 8


@dataclass(frozen=True)
class Shown:
    """The segment that a list is narrowed to: its page, and where records are put into it, if the reader may."""

    title: str
    url: str
    add_url: str


def choose_screen(request: HttpRequest, kind: str) -> HttpResponse:
    """GET the lines of a combobox: segments of ``kind`` by the words of their names. ``new``: one can be made there."""
    actor = actor_of(request)
    spec = registry.find(kind)
    if spec is None or not spec.has_segments:
        raise NotFound(_("There is no such kind of record."))
    text = harmless(request.GET.get("q", "")).strip()
    rows = _of(actor, spec)
    for word in fold(text).split():
        rows = rows.filter(title_key__contains=word)
    found = list(rows.order_by("title_key", "pk").values_list("pk", "title")[:MOST_SUGGESTIONS])
    known = any(fold(title) == fold(text) for _pk, title in found)
    may_make = "new" in request.GET and level_of(actor, KEY, "create") is not Level.NONE
    context = {
        "lines": [{"id": pk, "title": title, "initials": initials(title), "hue": hue(title)} for pk, title in found],
        "shape": registry.get(KEY).mark,
        "create": text if text and not known and may_make else "",
    }
    return render(request, "record/choose.html", context)


def form_values(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, wanted: ListQuery | list[int], pairs: Pairs, error: str
) -> dict[str, Any]:
    """What the form shows in which the segment for many records is chosen."""
    shown = of_list(actor, spec, ask(actor, spec, pairs).condition)
    text = request.POST.get(f"{KEY}_text", shown.title if shown else "")
    may_make = level_of(actor, KEY, "create") is not Level.NONE
    return {
        "spec": spec,
        "pairs": pairs,
        "ids": () if isinstance(wanted, ListQuery) else wanted,
        "all": isinstance(wanted, ListQuery),
        "chosen": request.POST.get(KEY, ""),
        "text": text,
        "choose_url": f"/segments/choose/{spec.key}" + ("?new=1" if may_make else ""),
        "may_make": may_make,
        "errors": [error] if error else [],
        "back": address(spec, pairs),
    }


def chosen(actor: Actor, spec: ObjectSpec, request: HttpRequest) -> str:
    """The number of the segment that a form names, made if it is new. Invalid with a sentence if it is none."""
    given, text = request.POST.get(KEY, ""), harmless(request.POST.get(f"{KEY}_text", "")).strip()
    if number_in(given):
        return given
    if not text:
        raise Invalid({KEY: [_("Choose a segment.")]})
    found = _of(actor, spec).filter(title_key=fold(text)).values_list("pk", flat=True).first()
    if found is None:
        if request.POST.get("do") != "segment":
            raise Invalid({KEY: [_("There is no segment called “%(name)s”.") % {"name": text}]})
        found = saving.create(actor, registry.get(KEY), {"name": text, "object": spec.key}).pk
    return str(found)


def of_list(actor: Actor, spec: ObjectSpec, condition: Condition) -> Shown | None:
    """The segment that a list is narrowed to, if it is one."""
    terms = [part for part in parts_of(condition) if isinstance(part, Term) and part.path == FIELD]
    number = number_in(terms[0].value) if len(terms) == 1 and terms[0].operator in ("", IS.key) else 0
    title = _of(actor, spec).filter(pk=number).values_list("title", flat=True).first() if number else None
    lead = leading.lead_of(actor, KEY, spec.key, FIELD) if title else None
    if title is None or lead is None:
        return None
    url = f"/segments/{number}"
    return Shown(title, url, f"{url}/linked/{spec.key}/{FIELD}" if leading.may_link(actor, lead) else "")


def _of(actor: Actor, spec: ObjectSpec) -> Any:
    """The segments of an object that take records one by one, as far as the actor sees them."""
    return visible_to(actor, registry.get(KEY)).filter(object=spec.key, kind=FIXED)
