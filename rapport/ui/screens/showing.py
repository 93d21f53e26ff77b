"""How a list is shown: as a table or as a board, by which field, and what is summed; as an address says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.groups import boards_by, summable
from rapport.core.errors import BadQuery
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.screens.asking import PLACE, Pairs, address, without

TABLE, BOARD = "", "board"
LOOKS = (TABLE, BOARD)
NAMES = ("show", "by", "sum")  # of what an address says of it


@dataclass(frozen=True)
class Showing:
    """``by`` is the field whose values are the columns of a board; ``summed`` is added up for each of them."""

    look: str = TABLE
    by: Field | None = None
    summed: Field | None = None


def spoken(pairs: Pairs) -> Pairs:
    """The address with ``view=board`` as ``show=board``: beside a saved view only that says which is meant."""
    return [("show", value) if name == "view" and value in LOOKS and value else (name, value) for name, value in pairs]


def showing_of(actor: Actor, spec: ObjectSpec, pairs: Pairs) -> Showing:
    """What an address asks for. BadQuery for a field that does not exist, or not for this reader."""
    given = dict(pairs)
    look = given.get("show", TABLE)
    if look not in LOOKS:
        raise BadQuery(_("A list is shown as a table or as a board."))
    if look == TABLE or given.get("trash") == "1":
        return Showing()
    fields: dict[str, Field] = {**boards_by(actor, spec)}
    by = _chosen(fields, given.get("by", "")) if given.get("by") else next(iter(usual_first(spec, fields)), None)
    if by is None:
        raise BadQuery(_("There is no field by whose options this list could stand as a board."))
    return Showing(look, by, _chosen(summable(actor, spec), given["sum"]) if given.get("sum") else None)


def usual_first(spec: ObjectSpec, fields: dict[str, Field]) -> list[Field]:
    """Some fields, those that are usual columns before the others, in their order."""
    places = {key: place for place, key in enumerate(spec.columns)}
    return sorted(fields.values(), key=lambda one: places.get(one.key, len(places)))


def _chosen(fields: dict[str, Field], key: str) -> Field:
    if key not in fields:
        raise BadQuery(_("“%(name)s” is not possible here. Known: %(known)s.") % {
            "name": key, "known": ", ".join(sorted(fields)),
        })  # fmt: skip
    return fields[key]


def switches(actor: Actor, spec: ObjectSpec, now: Showing, pairs: Pairs) -> dict[str, Any]:
    """Where else one can go from here: the other looks, other fields for the columns, other sums."""
    rest = without(pairs, *NAMES, *PLACE)
    by, summed = now.by.key if now.by else "", now.summed.key if now.summed else ""
    boards = usual_first(spec, {**boards_by(actor, spec)})

    def url(look: str, by: str = "", summed: str = "") -> str:
        return address(spec, [*rest, ("show", look), ("by", by), ("sum", summed)])

    looks = [
        {"key": TABLE, "label": _("Table"), "icon": "table-2", "url": url(TABLE), "current": now.look == TABLE},
        {"key": BOARD, "label": _("Board"), "icon": "square-kanban", "url": url(BOARD, by, summed),
         "current": now.look == BOARD},
    ]  # fmt: skip
    sums: Sequence[tuple[str, Any]] = [(key, one.label) for key, one in summable(actor, spec).items()]
    return {
        "looks": looks if boards else [],
        "by": [{"label": one.label, "url": url(now.look, one.key, summed), "current": one is now.by} for one in boards],
        "sums": [
            {"label": label, "url": url(now.look, by, key), "current": key == summed}
            for key, label in ([("", _("No sum")), *sums] if sums else [])
        ],
    }
