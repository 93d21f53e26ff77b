"""The cards of boards and calendars, drawn for one reader from the records of a list."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import Row
from rapport.core.access.levels import Level, called, level_of, locale_of, readable_fields
from rapport.core.access.pages import rows_of_ids
from rapport.core.access.visible import seen_among
from rapport.core.fields import Field, Locale
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.cards import Card
from rapport.ui.screens import views
from rapport.ui.screens.asking import PLACE, Pairs, walk_of, without
from rapport.ui.screens.list_rows import why_fixed

MOST_FIELDS = 4  # that are told on a card, besides the title and the owner
USUAL_FIELDS = 3  # of the usual columns, where nobody has chosen any
_LONG = frozenset({"email", "phone", "url", "address"})  # are told on a card only where somebody wants them


class Drawer:
    """Draws the cards of one board or calendar. ``why``: why none of them can be moved, empty where some can.

    ``move`` is the last part of the address where a card is moved. ``is_brief``: its title alone is told.
    """

    def __init__(
        self, actor: Actor, spec: ObjectSpec, by: Field, pairs: Pairs, move: str, *, is_brief: bool = False
    ) -> None:
        fields = readable_fields(actor, spec)
        self.actor, self.spec, self.by = actor, spec, by
        self.why = why_fixed(actor, spec)(by)
        told = [one for one in views.columns_of(actor, spec, pairs) if one.key not in (by.key, "owner")]
        are_chosen = bool(views.column_keys(actor, spec, pairs))
        short = [one for one in told if one.type not in _LONG]
        told = told[:MOST_FIELDS] if are_chosen else short[:USUAL_FIELDS]
        self.told = [] if is_brief else told
        self.owner = None if is_brief else fields.get("owner")
        self.wanted = [*self.told, *([self.owner] if self.owner else [])]
        walking = walk_of(pairs)
        self.query = f"?{urlencode({'in': walking})}" if walking else ""
        self.move = f"{move}?{urlencode({'by': by.key, 'in': urlencode(without(pairs, *PLACE))})}"

    def draw(self, ids: Sequence[int], times: Mapping[int, str] | None = None) -> dict[int, Card]:
        """The cards of records that the reader is known to see, by id; ``times`` are told before their titles."""
        return self.draw_rows(rows_of_ids(self.actor, self.spec, ids, self.wanted), times or {})

    def draw_rows(self, rows: Sequence[Row], times: Mapping[int, str] | None = None) -> dict[int, Card]:
        """The cards of some rows, by id."""
        show_seen(self.actor, self.wanted, [row.values for row in rows])
        movable = self._movable([row.id for row in rows])
        locale, times = locale_of(self.actor), times or {}
        return {row.id: self._card(row, locale, times.get(row.id, ""), can_move=row.id in movable) for row in rows}

    def _movable(self, ids: Sequence[int]) -> Collection[int]:
        if self.why or not ids:
            return ()
        if level_of(self.actor, self.spec.key, "edit") is Level.ALL and self.actor.all_rights:
            return ids
        return set(seen_among(self.actor, self.spec, ids, "edit").values_list("pk", flat=True))

    def _card(self, row: Row, locale: Locale, time: str, *, can_move: bool) -> Card:
        cells = [(str(one.label), one.brief(row.values[one.key], locale), one.numeric) for one in self.told]
        owner = self.owner.cell(row.values[self.owner.key], locale).text if self.owner else ""
        title: Any = called(self.actor, self.spec, row.title) if self.spec.titled_by else row.title
        return Card(
            row.id,
            title or _("No name"),
            f"/{self.spec.path}/{row.id}{self.query}",
            [cell for cell in cells if cell[1].shape != "empty" and cell[1].text],
            owner,
            f"/{self.spec.path}/{row.id}/{self.move}" if can_move else "",
            time,
        )
