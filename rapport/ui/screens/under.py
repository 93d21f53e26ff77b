"""Forms with fields under a condition: how each stands at first, and while values are being typed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import demand, locale_of, writable_fields
from rapport.core.access.visible import get_record
from rapport.core.fields import Field, FileField
from rapport.core.objects.conditional import asked_by, conditional, states
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.screens.asking import actor_of

Parts = Iterable[Iterable[dict[str, Any]]]
MOST_DIGITS = 18


def url_of(spec: ObjectSpec, instance: Any) -> str:
    """Where a form asks how its fields stand; "" where none stands under a condition."""
    if not conditional(spec):
        return ""
    return f"/{spec.path}/conditions" + (f"?record={instance.pk}" if instance is not None else "")


def mark(request: HttpRequest, spec: ObjectSpec, fields: Mapping[str, Field], instance: Any, groups: Parts) -> None:
    """Gives the parts of a form that stand under a condition their ``state``."""
    if not conditional(spec):
        return
    actor = actor_of(request)
    stored = _stored(actor, spec, instance.pk) if instance is not None else None
    now = {
        **(stored or _blank(actor, spec)),
        **(_typed(actor, fields, request.POST) if request.method == "POST" else {}),
    }
    found = states(actor, spec, now, locale_of(actor), stored)
    for group in groups:
        for part in group:
            if part["field"].key in found:
                part["state"] = found[part["field"].key]


def conditions_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """How the fields of a form stand with what is typed so far, by key."""
    actor, number = actor_of(request), request.GET.get("record", "")
    stored = None
    if number.isdecimal() and len(number) <= MOST_DIGITS:
        stored = _stored(actor, spec, get_record(actor, spec, int(number), "edit").pk)
    else:
        demand(actor, spec, "create")
    fields = writable_fields(actor, spec)
    now = {**(stored or _blank(actor, spec)), **_typed(actor, fields, request.POST)}
    found = states(actor, spec, now, locale_of(actor), stored)
    told = {
        key: {"shown": state.is_shown, "locked": state.is_locked, "why": state.why}
        for key, state in found.items()
        if key in fields
    }
    return JsonResponse(told)


def _stored(actor: Actor, spec: ObjectSpec, record_id: int) -> dict[str, Any]:
    """What the record holds in the fields that conditions ask, also in those that the actor may not see."""
    asked = [spec.by_key[key] for key in sorted(asked_by(spec)) if key in spec.by_key]
    (row,) = fetch(spec, [record_id], asked)
    return row.values


def _blank(actor: Actor, spec: ObjectSpec) -> dict[str, Any]:
    own = {"owner": actor.user_id, "team": actor.team_id}
    defaults = {one.key: one.default for one in spec.all_fields if one.default is not None}
    return {**{one.key: one.empty for one in spec.all_fields}, **own, **defaults}


def _typed(actor: Actor, fields: Mapping[str, Field], data: QueryDict) -> dict[str, Any]:
    """The values of a form as far as they can be read; what is half typed counts as empty."""
    locale = locale_of(actor)
    values: dict[str, Any] = {}
    for key, field in fields.items():
        if isinstance(field, FileField) or not field.in_form(data):
            continue
        try:
            values[key] = field.clean(field.from_form(data), locale)
        except (ValueError, OverflowError):
            values[key] = field.empty
    return values
