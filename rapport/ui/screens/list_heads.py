"""The heads of a list's columns and its menu of orders: by which fields it stands, and how to change that."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand, readable_fields
from rapport.core.access.sorting import MOST_KEYS, SortKey, orderable, sort_keys, written
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import render
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, address, pairs_of, without
from rapport.ui.screens.list_rows import why_fixed

_ASCENDING_FIRST = ("text", "email", "phone", "url", "link", "user", "team", "choice", "address")


def heads(
    actor: Actor, spec: ObjectSpec, columns: Sequence[Field], keys: Sequence[SortKey], pairs: Pairs
) -> list[dict[str, Any]]:
    """What each head shows, and where a press leads: alone, or with Shift in addition to the others."""
    places = {key.name: (number, key) for number, key in enumerate(keys, 1)}
    rest = without(pairs, "sort", *PLACE)
    fixed = why_fixed(actor, spec)

    def head(name: str, label: Any, field: Field | None) -> dict[str, Any]:
        number, key = places.get(name, (0, None))
        can = field is None or orderable(field)
        turned = SortKey(name, field, not key.downwards if key else _downwards_first(field))
        others = [turned if other.name == name else other for other in keys]
        more = others if key else [*keys, turned][:MOST_KEYS]
        return {
            "label": label,
            "key": name if field else "",
            "fixed": fixed(field) if field else "",
            "url": address(spec, [*rest, ("sort", written([turned]))]) if can else "",
            "more_url": address(spec, [*rest, ("sort", written(more))]) if can else "",
            "sort": ("descending" if key.downwards else "ascending") if key else "",
            "number": number if len(keys) > 1 else 0,
            "num": field.numeric if field else False,
        }

    return [head("title", _("Name"), None), *(head(column.key, column.label, column) for column in columns)]


def sorting_words(actor: Actor, spec: ObjectSpec, sort: str, keys: Sequence[SortKey]) -> dict[str, Any]:
    """By what the list stands, in words. ``left_out`` says so where it is too long for all that was asked for;
    ``is_kept``: it stands at least by one of them.
    """
    wanted = sort_keys(actor, spec, sort)
    return {
        "text": ", ".join(str(_label(key.field)) for key in keys),
        "is_kept": any(key in wanted for key in keys),
        "left_out": [str(_label(key.field)) for key in wanted if key not in keys],
    }


def sorting_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the menu of orders: the present keys, each with ways to turn, raise and remove it, and what can be added."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    pairs = pairs_of(request)
    sort = dict(pairs).get("sort", "")
    wanted = sort_keys(actor, spec, sort)
    rest = without(pairs, "sort", *PLACE)

    def url(order: Sequence[SortKey]) -> str:
        return address(spec, [*rest, ("sort", written(order))])

    rows = []
    for place, key in enumerate(wanted):
        turned = SortKey(key.name, key.field, not key.downwards)
        before, behind = wanted[:place], wanted[place + 1 :]
        rows.append({
            "label": _label(key.field),
            "downwards": key.downwards,
            "turn_url": url([*before, turned, *behind]),
            "up_url": url([*before[:-1], key, *before[-1:], *behind]) if before else "",
            "remove_url": url([*before, *behind]) if len(wanted) > 1 else "",
        })  # fmt: skip
    used = {key.name for key in wanted}
    fields = readable_fields(actor, spec)
    can: list[tuple[str, Field | None]] = [("title", None), *((k, f) for k, f in fields.items() if orderable(f))]
    others = [
        (_label(field), url([*wanted, SortKey(key, field, _downwards_first(field))]))
        for key, field in can
        if key not in used
    ]
    context = {
        "spec": spec,
        "rows": rows,
        "others": sorted(others, key=lambda one: str(one[0]).lower()) if len(wanted) < MOST_KEYS else [],
        "usual_url": address(spec, rest) if sort else "",
    }
    fragment = "menu" if getattr(request, "htmx", None) else None
    return render(request, "list/sorting.html", context, fragment=fragment)


def _label(field: Field | None) -> Any:
    return field.label if field else _("Name")


def _downwards_first(field: Field | None) -> bool:
    """The first press sorts as people expect: names from A, moments and amounts from the highest."""
    return field is not None and field.type not in _ASCENDING_FIRST
