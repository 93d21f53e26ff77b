"""The board of any object: a column for each option of a field, cards that are moved from one to another."""

from collections.abc import Collection, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.grouping import NONE_KEY, Group, boards_by, columns_of, strays
from rapport.core.access.groups import Figure, counted, walk
from rapport.core.access.levels import Level, called, level_of, locale_of, readable_fields
from rapport.core.access.pages import ListQuery, Row, list_page, rows_of_ids
from rapport.core.access.sorting import SortKey
from rapport.core.access.visible import get_record, seen_among
from rapport.core.changes.acts import latest_act
from rapport.core.errors import BadQuery, Conflict, NotAllowed
from rapport.core.fields import Choice, Locale
from rapport.core.objects import saving
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.cards import Card, cards
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens import views
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, address, is_part, walk_of, without
from rapport.ui.screens.figures import in_words, place, rates_for, rest_of
from rapport.ui.screens.forms import stored_values
from rapport.ui.screens.list_rows import why_fixed
from rapport.ui.screens.showing import Showing, grouping_of

CARDS = 40  # of one column; the others come when they are asked for
FEWEST = 10  # cards of a column: where the walk met fewer of many, the others come by themselves
MOST_FIELDS = 4  # that are told on a card, besides the title and the owner
USUAL_FIELDS = 3  # of the usual columns, where nobody has chosen any
_LONG = frozenset({"email", "phone", "url", "address"})  # are told on a card only where somebody wants them
_TONES = ("blue", "teal", "violet", "amber", "green", "pink", "red", "grey")  # where the options have no own


def board_values(
    actor: Actor, spec: ObjectSpec, query: ListQuery, showing: Showing, pairs: Pairs
) -> tuple[dict[str, Any], tuple[SortKey, ...]]:
    """What the template of the board needs, and by what its cards stand."""
    grouping = grouping_of(actor, showing)
    by = cast(Choice, grouping.field)  # showing_of saw to it
    walked = walk(actor, spec, query, grouping, CARDS)
    groups = [group for group in columns_of(by) if group.key != NONE_KEY or NONE_KEY in walked.ids]
    groups += strays(by, groups, (key for key in walked.ids if key))
    told = counted(spec, walked, grouping, showing.summed) if walked.is_whole else {}
    locale, rates = locale_of(actor), rates_for(showing.summed)
    ids = {key: some[:CARDS] for key, some in walked.ids.items()}
    drawer = _Drawer(actor, spec, by, pairs)
    drawn = drawer.draw([one for group in groups for one in ids.get(group.key, ())])
    columns = []
    for number, group in enumerate(groups):
        some = ids.get(group.key, [])
        more = not walked.is_whole or len(walked.ids.get(group.key, ())) > len(some)
        columns.append({
            **_head(group, number, _tone(groups, number)),
            "figure": in_words(told.get(group.key, Figure()), showing.summed, locale, rates) if told else None,
            "cards": cards([drawn[one] for one in some if one in drawn]),
            "more": rest_of(spec, without(pairs, *PLACE), group, some[-1] if some else None) if more else None,
            "fills": more and len(some) < FEWEST and not walked.is_whole,
        })  # fmt: skip
    plain = without(pairs, *PLACE)
    return {
        "columns": columns,
        "why": drawer.why,
        "rates": [rate.words(locale) for rate in rates.values()],
        "move_url": f"/{spec.path}/*/card",
        "figures_url": f"/{spec.path}/groups/figures?{urlencode(plain)}",
        "figures_wait": not walked.is_whole,
        "figures_again": showing.summed is not None,
        "is_empty": not any(walked.ids.values()),
    }, walked.keys


def more_cards(
    request: HttpRequest,
    actor: Actor,
    spec: ObjectSpec,
    showing: Showing,
    group: Group,
    query: ListQuery,
    pairs: Pairs,
) -> HttpResponse:
    """The next cards of a column."""
    drawer = _Drawer(actor, spec, cast(Choice, showing.by), pairs)
    page = list_page(actor, spec, query, drawer.wanted)
    drawn = drawer.draw_rows(page.rows)
    more = rest_of(spec, pairs, group, page.rows[-1].id) if page.has_next else None
    context = {"more": {"cards": cards(list(drawn.values())), "more": more}}
    return render(request, "list/board.html", context, fragment="more_cards")


def card_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET where a card can be moved to; POST ``by`` and ``to`` moves it: an ordinary change of the field.

    ``was`` is the column it was taken from: Conflict if somebody else has moved it since. ``in`` is the board.
    """
    actor = actor_of(request)
    given = request.POST if request.method == "POST" else request.GET
    by = boards_by(actor, spec).get(given.get("by", ""))
    record = get_record(actor, spec, record_id)
    if by is None:
        raise BadQuery(_("There is no field by whose options this list could stand as a board."))
    if why := why_fixed(actor, spec)(by):
        raise NotAllowed(why)
    record = get_record(actor, spec, record_id, "edit")
    now = str(stored_values(actor, spec, record_id, {by.key: by})[by.key] or NONE_KEY)
    back = address(spec, parse_qsl(given.get("in", "")))
    if request.method != "POST":
        groups = [one for one in columns_of(by) if one.key != now and not (by.required and one.key == NONE_KEY)]
        context = {
            "spec": spec, "by": by, "record": record, "groups": groups, "now": now, "back": back,
            "inside": given.get("in", ""), "action": f"/{spec.path}/{record_id}/card",
        }  # fmt: skip
        return render(request, "list/card.html", context, fragment="menu" if is_part(request) else None)
    group = next((one for one in columns_of(by) if one.key == given.get("to", "")), None)
    if group is None:
        raise BadQuery(_("This board has no such column."))
    if given.get("was", now) != now:
        label = next((one.label for one in columns_of(by) if one.key == now), now)
        raise Conflict(_("Somebody has moved it to “%(column)s” meanwhile. Load the board again.") % {"column": label})
    return _moved(request, actor, spec, record, by, group, back)


def _moved(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, record: Any, by: Choice, group: Group, back: str
) -> HttpResponse:
    saved = saving.update(actor, spec, record.pk, {by.key: group.key})
    act = latest_act(actor, record.pk) if saved.version != record.version else None
    undo_url = f"/acts/{act}/undo" if act else None
    now = str(stored_values(actor, spec, record.pk, {by.key: by})[by.key] or NONE_KEY)
    column = next((one.label for one in columns_of(by) if one.key == now), now)
    text = _("“%(title)s” moved to %(column)s") % {"title": record.title or _("No name"), "column": column}
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(back)
    response = HttpResponse(status=204)
    toast(response, text, undo_url=undo_url)
    trigger(response, "card:moved")
    if now != group.key:  # a rule of the object put it somewhere else
        trigger(response, "record:changed", {"id": record.pk})
    return response


# -------------------------------------------------------------------- columns
def _head(group: Group, number: int, tone: str) -> dict[str, Any]:
    return {"key": group.key, "label": group.label, "tone": tone, "id": place(group), "name": f"lane-{number}"}


def _tone(groups: Sequence[Group], number: int) -> str:
    """The colour of a column: its option's, or one of a row where all options are grey."""
    if groups[number].key == NONE_KEY or any(group.tone != "grey" for group in groups):
        return groups[number].tone
    return _TONES[number % len(_TONES)]


# -------------------------------------------------------------------- cards
class _Drawer:
    """Draws the cards of one board for one reader. ``why``: why none of them can be moved, empty where some can."""

    def __init__(self, actor: Actor, spec: ObjectSpec, by: Choice, pairs: Pairs) -> None:
        fields = readable_fields(actor, spec)
        self.actor, self.spec, self.by = actor, spec, by
        self.why = why_fixed(actor, spec)(by)
        told = [one for one in views.columns_of(actor, spec, pairs) if one.key not in (by.key, "owner")]
        are_chosen = bool(views.column_keys(actor, spec, pairs))
        short = [one for one in told if one.type not in _LONG]
        self.told = told[:MOST_FIELDS] if are_chosen else short[:USUAL_FIELDS]
        self.owner = fields.get("owner")
        self.wanted = [*self.told, *([self.owner] if self.owner else [])]
        walking = walk_of(pairs)
        self.query = f"?{urlencode({'in': walking})}" if walking else ""
        self.move = urlencode({"by": by.key, "in": urlencode(without(pairs, *PLACE))})

    def draw(self, ids: Sequence[int]) -> dict[int, Card]:
        """The cards of records that the reader is known to see."""
        return self.draw_rows(rows_of_ids(self.actor, self.spec, ids, self.wanted))

    def draw_rows(self, rows: Sequence[Row]) -> dict[int, Card]:
        """The cards of some rows, by id."""
        show_seen(self.actor, self.wanted, [row.values for row in rows])
        movable = self._movable([row.id for row in rows])
        locale = locale_of(self.actor)
        return {row.id: self._card(row, locale, can_move=row.id in movable) for row in rows}

    def _movable(self, ids: Sequence[int]) -> Collection[int]:
        if self.why or not ids:
            return ()
        if level_of(self.actor, self.spec.key, "edit") is Level.ALL and self.actor.all_rights:
            return ids
        return set(seen_among(self.actor, self.spec, ids, "edit").values_list("pk", flat=True))

    def _card(self, row: Row, locale: Locale, *, can_move: bool) -> Card:
        cells = [(str(one.label), one.brief(row.values[one.key], locale), one.numeric) for one in self.told]
        owner = self.owner.cell(row.values[self.owner.key], locale).text if self.owner else ""
        title = called(self.actor, self.spec, row.title) if self.spec.titled_by else row.title
        return Card(
            row.id,
            title or _("No name"),
            f"/{self.spec.path}/{row.id}{self.query}",
            [cell for cell in cells if cell[1].shape != "empty" and cell[1].text],
            owner,
            f"/{self.spec.path}/{row.id}/card?{self.move}" if can_move else "",
        )
