"""The board of any object: a column for each option of a field, cards that are moved from one to another."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.groups import (
    NONE_KEY,
    Figure,
    Group,
    boards_by,
    counted,
    figures,
    groups_of,
    walk,
    within,
)  # fmt: skip
from rapport.core.access.levels import Level, called, demand, level_of, locale_of, readable_fields
from rapport.core.access.pages import COUNT_CAP, ListQuery, Row, list_page, rows_of_ids
from rapport.core.access.sorting import SortKey
from rapport.core.access.visible import get_record, seen_among
from rapport.core.changes.acts import latest_act
from rapport.core.errors import BadQuery, Conflict, NotAllowed
from rapport.core.fields import Choice, Field, Locale, Money
from rapport.core.objects import saving
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.wording import grouped
from rapport.ui.cards import Card, cards
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens import views
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, address, ask, is_part, pairs_of, walk_of, without
from rapport.ui.screens.forms import stored_values
from rapport.ui.screens.list_rows import why_fixed
from rapport.ui.screens.showing import Showing, showing_of

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
    by = _by(showing)
    walked = walk(actor, spec, query, by, CARDS)
    groups = [group for group in groups_of(by) if group.key != NONE_KEY or NONE_KEY in walked.ids]
    told = counted(spec, walked, by, showing.summed) if walked.is_whole else {}
    ids = {key: some[:CARDS] for key, some in walked.ids.items()}
    drawer = _Drawer(actor, spec, by, pairs)
    drawn = drawer.draw([one for group in groups for one in ids.get(group.key, ())])
    columns = []
    for number, group in enumerate(groups):
        some = ids.get(group.key, [])
        more = not walked.is_whole or len(walked.ids.get(group.key, ())) > len(some)
        columns.append({
            **_head(group, number, _tone(groups, number)),
            "figure": _figure(told.get(group.key, Figure()), showing.summed, locale_of(actor)) if told else None,
            "cards": cards([drawn[one] for one in some if one in drawn]),
            "more": _more(spec, pairs, group, some[-1] if some else None) if more else None,
            "fills": more and len(some) < FEWEST and not walked.is_whole,
        })  # fmt: skip
    plain = without(pairs, *PLACE)
    return {
        "columns": columns,
        "why": drawer.why,
        "move_url": f"/{spec.path}/*/card",
        "figures_url": f"/{spec.path}/board/figures?{urlencode(plain)}",
        "figures_wait": not walked.is_whole,
        "figures_again": showing.summed is not None,
        "is_empty": not any(walked.ids.values()),
    }, walked.keys


def more_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET more cards of the column ``group``, behind the card ``after``."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    given = pairs_of(request)
    pairs = without(given, "group")
    by = _by(showing_of(actor, spec, pairs))
    group = _named(by, dict(given).get("group", ""))
    query = within(ask(actor, spec, pairs), group)
    drawer = _Drawer(actor, spec, by, without(pairs, *PLACE))
    page = list_page(actor, spec, query, drawer.wanted)
    drawn = drawer.draw_rows(page.rows)
    more = _more(spec, without(pairs, *PLACE), group, page.rows[-1].id) if page.has_next else None
    context = {"more": {"cards": cards(list(drawn.values())), "more": more}}
    return render(request, "list/board.html", context, fragment="more_cards")


def figures_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET how many cards the columns have and what they sum to: asked for after the board has come."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    pairs = pairs_of(request)
    showing = showing_of(actor, spec, pairs)
    by = _by(showing)
    told = figures(actor, spec, ask(actor, spec, pairs), by, groups_of(by), showing.summed)
    locale = locale_of(actor)
    context = {
        "told": [
            {"id": _place(group), "figure": _figure(told[group.key], showing.summed, locale)} for group in groups_of(by)
        ]
    }
    return render(request, "list/board.html", context, fragment="figures")


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
        groups = [one for one in groups_of(by) if one.key != now and not (by.required and one.key == NONE_KEY)]
        context = {
            "spec": spec, "by": by, "record": record, "groups": groups, "now": now, "back": back,
            "inside": given.get("in", ""), "action": f"/{spec.path}/{record_id}/card",
        }  # fmt: skip
        return render(request, "list/card.html", context, fragment="menu" if is_part(request) else None)
    group = _named(by, given.get("to", ""))
    if given.get("was", now) != now:
        label = next((one.label for one in groups_of(by) if one.key == now), now)
        raise Conflict(_("Somebody has moved it to “%(column)s” meanwhile. Load the board again.") % {"column": label})
    return _moved(request, actor, spec, record, by, group, back)


def _moved(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, record: Any, by: Choice, group: Group, back: str
) -> HttpResponse:
    saved = saving.update(actor, spec, record.pk, {by.key: group.key})
    act = latest_act(actor, record.pk) if saved.version != record.version else None
    undo_url = f"/acts/{act}/undo" if act else None
    now = str(stored_values(actor, spec, record.pk, {by.key: by})[by.key] or NONE_KEY)
    column = next((one.label for one in groups_of(by) if one.key == now), now)
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
def _by(showing: Showing) -> Choice:
    if not isinstance(showing.by, Choice):
        raise BadQuery(_("There is no field by whose options this list could stand as a board."))
    return showing.by


def _named(by: Choice, key: str) -> Group:
    for group in groups_of(by):
        if group.key == key:
            return group
    raise BadQuery(_("“%(name)s” is not possible here. Known: %(known)s.") % {
        "name": key, "known": ", ".join(option.key for option in by.options),
    })  # fmt: skip


def _place(group: Group) -> str:
    """The id of a column's figures on the page."""
    return f"figures-{group.key or '-'}"


def _head(group: Group, number: int, tone: str) -> dict[str, Any]:
    return {"key": group.key, "label": group.label, "tone": tone, "id": _place(group), "name": f"lane-{number}"}


def _tone(groups: Sequence[Group], number: int) -> str:
    """The colour of a column: its option's, or one of a row where all options are grey."""
    if groups[number].key == NONE_KEY or any(group.tone != "grey" for group in groups):
        return groups[number].tone
    return _TONES[number % len(_TONES)]


def _more(spec: ObjectSpec, pairs: Pairs, group: Group, after: int | None) -> dict[str, str]:
    """Where the next cards of a column come from; without script the table of that column alone."""
    edge = [("after", str(after))] if after else []
    kept = without(pairs, "show", "by", "sum", "view")
    operator, value = ("any", group.key) if group.key else ("empty", "1")
    narrowed = [*kept, (f"{group.condition.path}.{operator}", value)]  # type: ignore[union-attr]
    return {
        "url": f"/{spec.path}/board/more?{urlencode([*pairs, ('group', group.key), *edge])}",
        "href": address(spec, narrowed),
    }


def _figure(figure: Figure, summed: Field | None, locale: Locale) -> dict[str, Any]:
    """The figures of a column in words."""
    count = COUNT_CAP if figure.is_cut and figure.count > COUNT_CAP else figure.count
    total, note = "", ""
    if summed is not None and figure.is_cut:
        note = _("More records than are summed here: narrow the list to see the sum.")
    elif isinstance(summed, Money):
        total = " · ".join(summed.show(amount, locale).text for amount in figure.amounts)
    elif summed is not None and figure.sum is not None:
        total = grouped(int(figure.sum)) if figure.sum == int(figure.sum) else f"{figure.sum.normalize():f}"
    return {
        "n": None if figure.is_cut else figure.count,
        "count": f"{grouped(count)}+" if figure.is_cut else grouped(count),
        "sum": total or ("–" if summed is not None else ""),
        "note": note or (str(summed.label) if summed is not None else ""),
    }


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
