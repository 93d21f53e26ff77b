"""How a list is shown: as a table, in groups, as a board or a calendar, by which field; as an address says it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.days import dates_by
from rapport.core.access.grouping import Grouping, boards_by, groups_by, summable
from rapport.core.errors import BadQuery
from rapport.core.fields import Date, Field
from rapport.core.objects.spec import ObjectSpec
from rapport.ui import own_boards
from rapport.ui.screens.asking import PLACE, Pairs, address, without

TABLE, GROUPS, BOARD, CALENDAR = "", "groups", "board", "calendar"
PLAIN = "table"  # the table, said aloud where a list stands otherwise by itself
LOOKS = (TABLE, GROUPS, BOARD, CALENDAR)
NAMES = ("show", "by", "sum", "span", "on")  # of what an address says of it
SPANS = ("month", "week")  # of a calendar


@dataclass(frozen=True)
class Showing:
    """``by`` is the field whose values are the groups, the columns or the days; ``summed`` is added up for each.

    A calendar shows the ``span`` (``month`` or ``week``) around the day ``on``, None: today.
    """

    look: str = TABLE
    by: Field | None = None
    summed: Field | None = None
    span: str = SPANS[0]
    on: datetime.date | None = None


def spoken(pairs: Pairs) -> Pairs:
    """The address with ``view=board`` as ``show=board``: beside a saved view only that says which is meant."""
    return [("show", value) if name == "view" and value in LOOKS and value else (name, value) for name, value in pairs]


def showing_of(actor: Actor, spec: ObjectSpec, pairs: Pairs) -> Showing:
    """What an address asks for. BadQuery for a field that does not exist, or not for this reader."""
    given = dict(pairs)
    look = given.get("show", TABLE)
    look = TABLE if look == PLAIN else look
    if look not in LOOKS:
        raise BadQuery(_("A list is shown as a table, in groups, as a board or as a calendar."))
    if look == TABLE or given.get("trash") == "1":
        return Showing()
    fields = _fields(actor, spec, look)
    by = _chosen(fields, given.get("by", "")) if given.get("by") else next(iter(usual_first(spec, fields)), None)
    if by is None:
        raise BadQuery(
            _("There is no date by which this list could stand as a calendar.") if look == CALENDAR
            else _("There is no field by whose options this list could stand as a board.")
        )  # fmt: skip
    if look == CALENDAR:
        return Showing(look, by, span=_span(given.get("span", "")), on=_on(given.get("on", "")))
    return Showing(look, by, _chosen(summable(actor, spec), given["sum"]) if given.get("sum") else None)


def grouping_of(actor: Actor, showing: Showing) -> Grouping:
    """What parts the list. BadQuery where it is shown as a table."""
    if showing.by is None:
        raise BadQuery(_("A table has no groups."))
    return Grouping(showing.by, actor.time_zone)


def _fields(actor: Actor, spec: ObjectSpec, look: str) -> dict[str, Field]:
    if look == CALENDAR:
        return {**dates_by(actor, spec)}
    return groups_by(actor, spec) if look == GROUPS else {**boards_by(actor, spec)}


def _span(text: str) -> str:
    if text and text not in SPANS:
        raise BadQuery(_("A calendar shows a month or a week."))
    return text or SPANS[0]


def _on(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadQuery(_("“%(value)s” is no day.") % {"value": text[:20]}) from error


def usual_first(spec: ObjectSpec, fields: dict[str, Field]) -> list[Field]:
    """Some fields, usual columns before the others, in their order; dates that nobody fills in stand last."""
    places = {key: place for place, key in enumerate(spec.columns)}
    by_place = sorted(fields.values(), key=lambda one: places.get(one.key, len(places)))
    return sorted(by_place, key=lambda one: isinstance(one, Date) and one.read_only)


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
    boards, parts, dates = boards_by(actor, spec), groups_by(actor, spec), dates_by(actor, spec)
    fields = usual_first(spec, _fields(actor, spec, now.look))

    def url(look: str, by: str = "", summed: str = "") -> str:
        return address(spec, [*rest, ("show", look), ("by", by), ("sum", summed)])

    own = own_boards.of(spec.key)
    looks = [(TABLE, _("Table"), "table-2", url(PLAIN if own and own.is_usual else TABLE))]
    if parts:
        looks.append((GROUPS, _("Groups"), "layers", url(GROUPS, by, summed)))
    if boards:
        looks.append((BOARD, _("Board"), "square-kanban", url(BOARD, by if by in boards else "", summed)))
    if dates:
        looks.append((CALENDAR, _("Calendar"), "calendar", url(CALENDAR, by if by in dates else "")))
    sums: Sequence[tuple[str, Any]] = [(key, one.label) for key, one in summable(actor, spec).items()]
    return {
        "looks": [
            {"label": label, "icon": icon, "url": target, "current": now.look == key}
            for key, label, icon, target in (looks if len(looks) > 1 else [])
        ],
        "by": [{"label": one.label, "url": url(now.look, one.key, summed), "current": one is now.by} for one in fields],
        "sums": [
            {"label": label, "url": url(now.look, by, key), "current": key == summed}
            for key, label in ([("", _("No sum")), *sums] if sums and now.look != CALENDAR else [])
        ],
    }
