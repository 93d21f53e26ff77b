"""Arranging the facts of a kind where they stand: their order within a group, and which are left out."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.access.may import find_record
from rapport.core.access.special import may_right
from rapport.core.arranging import facts
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of, is_part

STEPS = {"up": -1, "down": 1}


def arrange_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET the facts as a list to be arranged; POST moves one (``up``, ``down``), or keeps the order.

    ``save`` is ``own``, ``all`` (for everybody who has no order of their own; the right to shape) or ``reset``.
    """
    actor = actor_of(request)
    record = find_record(actor, spec, record_id)
    fields = shown_fields(actor, spec)
    now = facts.arrangement(actor, spec)
    if request.method != "POST":
        return _form(request, spec, record, list(now.ordered(fields)), now.left_out, is_own=now.is_own)
    keys, left_out = _read(request.POST, fields)
    if "save" not in request.POST:
        return _form(request, spec, record, _moved(request.POST, spec, keys), left_out, is_own=now.is_own)
    _keep(actor, spec, request.POST["save"], keys, left_out)
    flash(request, _("The facts are arranged."))
    url = f"/{spec.path}/{record_id}?pane=details"
    if is_part(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)


def shown_fields(actor: Actor, spec: ObjectSpec) -> dict[str, Field]:
    """The fields that stand among the facts of a kind, as declared; tags have a place of their own."""
    readable = readable_fields(actor, spec)
    return {key: field for key, field in readable.items() if field.control != "none" and key != "tags"}


def group_of(spec: ObjectSpec, field: Field) -> str:
    """The heading under which a field stands."""
    return str(field.group or spec.label)


def _read(data: QueryDict, fields: dict[str, Field]) -> tuple[list[str], set[str]]:
    keys = [key for key in dict.fromkeys(data.getlist("key")) if key in fields]
    keys += [key for key in fields if key not in keys]
    return keys, set(keys) - set(data.getlist("show"))


def _moved(data: QueryDict, spec: ObjectSpec, keys: list[str]) -> list[str]:
    """The keys with one of them moved past its neighbour in the same group."""
    for name, step in STEPS.items():
        key = data.get(name, "")
        if key in keys:
            group = [one for one in keys if group_of(spec, spec.by_key[one]) == group_of(spec, spec.by_key[key])]
            place = group.index(key) + step
            if 0 <= place < len(group):
                here, there = keys.index(key), keys.index(group[place])
                keys[here], keys[there] = keys[there], keys[here]
    return keys


def _keep(actor: Actor, spec: ObjectSpec, how: str, keys: Sequence[str], left_out: set[str]) -> None:
    if how == "reset":
        facts.reset(actor, spec)
    else:
        facts.arrange(actor, spec, keys, left_out, for_all=how == "all")
        if how == "all":  # who arranges for all sees what everybody sees
            facts.reset(actor, spec)


def _form(
    request: HttpRequest, spec: ObjectSpec, record: Any, keys: Sequence[str], left_out: Any, *, is_own: bool
) -> HttpResponse:
    groups: dict[str, list[dict[str, Any]]] = {}
    for key in keys:
        field = spec.by_key[key]
        fact = {"key": key, "label": field.label, "shown": key not in left_out}
        groups.setdefault(group_of(spec, field), []).append(fact)
    context = {
        "spec": spec,
        "record": record,
        "title": record.title or _("No name"),
        "groups": groups,
        "is_own": is_own,
        "for_all": may_right(actor_of(request), "shape"),
    }
    return render(request, "record/arrange.html", context, fragment="form" if is_part(request) else None)
