"""Two people saved the same record: what only one of them changed is merged; the rest is asked, side by side.

The question carries the posted form along. Its answer goes to the same address, with the version that was looked at:
``only`` names the fields that are still to be saved, ``keep.<key>`` says ``mine`` or ``theirs``, and ``place`` is the
element of the page that gets the answer (a fact, a cell of a list).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.errors import Conflict
from rapport.core.fields import Field, FileField
from rapport.core.objects.merging import Clash, Merged, merge
from rapport.core.objects.spec import ObjectSpec
from rapport.core.timeline.reading import in_words
from rapport.lib import clock
from rapport.lib.date_words import ago
from rapport.ui.rendering import render, trigger
from rapport.ui.screens.asking import is_part

_PLACE = re.compile(r"[\w:-]{1,80}")
_OWN = ("csrfmiddlewaretoken", "version", "only", "place")
_TRIES = 3  # saves of others may follow upon each other
Values = Mapping[str, Any]


def wanted_of(fields: Mapping[str, Field], data: QueryDict) -> dict[str, Field]:
    """The fields that a posted form is to save: all, or after a question those that were not left to the others."""
    if "only" not in data:
        return dict(fields)
    only = data.get("only", "").split(",")
    return {key: fields[key] for key in only if key in fields and data.get(f"keep.{key}") != "theirs"}


def save(
    fields: Mapping[str, Field],
    values: Values,
    version: int | None,
    change: Callable[[Values, int | None], Any],
    read: Callable[[], Values],
) -> tuple[Any, str, tuple[Merged, int] | None]:
    """Saves by ``change``. If others saved meanwhile, what they did not touch is saved all the same.

    Returns the record, who had saved meanwhile (or ""), and the question with the version it is about, if there is one.
    ``read`` gives the stored values.
    """
    by = ""
    for _time in range(_TRIES):
        try:
            return change(values, version), by, None
        except Conflict as conflict:
            merged = merge(fields, read(), values, conflict)
            if merged.clashes:
                return None, merged.by, (merged, conflict.current_version)
            values, version, by = merged.kept, conflict.current_version, merged.by
    return change(values, None), by, None  # nothing of theirs is among what is left


def ask(
    request: HttpRequest,
    actor: Actor,
    spec: ObjectSpec,
    record: Any,
    action: str,
    data: QueryDict,
    question: tuple[Merged, int],
) -> HttpResponse:
    """409: theirs and mine side by side, in the drawer or as a page."""
    merged, version = question
    context = {
        "spec": spec,
        "record": record,
        "title": record.title or _("No name"),
        "by": merged.by,
        "action": action,
        "version": version,
        "only": ",".join(merged.kept),
        "also": len(merged.kept) - len(merged.clashes),
        "place": _place_of(request, data),
        "clashes": [_drawn(actor, clash) for clash in merged.clashes],
        "carried": list(_carried(data)),
    }
    response = render(
        request, "record/conflict.html", context, fragment="form" if is_part(request) else None, status=409
    )
    if is_part(request):
        response.headers["HX-Retarget"] = "#drawer"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def in_sentences(actor: Actor, merged: Merged) -> list[str]:
    """The question in words, where there is no room to draw it: a cell of a list."""
    told = [_("%(names)s changed this while you were editing it.") % {"names": merged.by}]
    return told + [f"{clash.by}: {_text(actor, clash.field, clash.theirs)}" for clash in merged.clashes]


def settled(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a save, sent to the place that asked; the question closes."""
    place = request.POST.get("place", "")
    if place and _PLACE.fullmatch(place):
        response.headers["HX-Retarget"] = f"#{place}"
        response.headers["HX-Reswap"] = "outerHTML"
        trigger(response, "drawer:close")
    return response


def _place_of(request: HttpRequest, data: QueryDict) -> str:
    """The element that the answer belongs to: that of the first question, or the one htmx would have filled."""
    place = data.get("place") or request.headers.get("HX-Target", "")
    return place if place != "drawer" and _PLACE.fullmatch(place) else ""


def _carried(data: QueryDict) -> Iterable[tuple[str, str]]:
    for name, values in data.lists():
        if name not in _OWN and not name.startswith("keep."):
            yield from ((name, value) for value in values if isinstance(value, str))


def _drawn(actor: Actor, clash: Clash) -> dict[str, Any]:
    now = clock.now().astimezone(clock.zone_named(actor.time_zone))
    return {
        "key": clash.field.key,
        "label": clash.field.label,
        "theirs": _text(actor, clash.field, clash.theirs),
        "mine": _mine(actor, clash),
        "by": clash.by,
        "when": ago(clash.at, now, actor.language),
    }


def _mine(actor: Actor, clash: Clash) -> str:
    name = getattr(clash.mine, "name", None)  # only named so far, or a file
    if name or isinstance(clash.field, FileField):
        return str(name or _("empty"))
    return _text(actor, clash.field, clash.field.to_json(clash.mine))


def _text(actor: Actor, field: Field, value: Any) -> str:
    """A value in JSON form as people read it."""
    ((told,),) = in_words(actor, [({field.key: field}, {field.key: [None, value]})])
    return told[2] or _("empty")
