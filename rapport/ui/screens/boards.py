"""The board of any object: a column for each option of a field, cards that are moved from one to another."""

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.grouping import NONE_KEY, Group, boards_by, columns_of, strays
from rapport.core.access.groups import Figure, counted, walk
from rapport.core.access.levels import locale_of
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.access.sorting import SortKey
from rapport.core.access.visible import get_record
from rapport.core.errors import BadQuery
from rapport.core.fields import Choice
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.cards import cards
from rapport.ui.rendering import render
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, address, is_part, without
from rapport.ui.screens.drawing import Drawer
from rapport.ui.screens.figures import in_words, place, rates_for, rest_of
from rapport.ui.screens.moving import movable, moved, refuse_moved
from rapport.ui.screens.showing import Showing, grouping_of

CARDS = 40  # of one column; the others come when they are asked for
FEWEST = 10  # cards of a column: where the walk met fewer of many, the others come by themselves
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
    drawer = Drawer(actor, spec, by, pairs, "card")
    drawn = drawer.draw([one for group in groups for one in ids.get(group.key, ())])
    columns = []
    for number, group in enumerate(groups):
        some = ids.get(group.key, [])
        more = not walked.is_whole or len(walked.ids.get(group.key, ())) > len(some)
        figure = told.get(group.key, Figure())
        columns.append({
            **_head(group, number, _tone(groups, number)),
            "figure": in_words(figure, showing.summed, locale, rates) if walked.is_whole else None,
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
    drawer = Drawer(actor, spec, cast(Choice, showing.by), pairs, "card")
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
    get_record(actor, spec, record_id)  # whatever else is asked: of a record that may not be seen nothing is said
    given = request.POST if request.method == "POST" else request.GET
    by = boards_by(actor, spec).get(given.get("by", ""))
    if by is None:
        raise BadQuery(_("There is no field by whose options this list could stand as a board."))
    record, value = movable(actor, spec, record_id, by)
    labels = {one.key: one.label for one in columns_of(by)}

    def stands(value: Any) -> tuple[str, Any]:
        key = str(value or NONE_KEY)
        return key, labels.get(key, key)

    now, back = stands(value), address(spec, parse_qsl(given.get("in", "")))
    if request.method != "POST":
        groups = [one for one in columns_of(by) if one.key != now[0] and not (by.required and one.key == NONE_KEY)]
        context = {
            "spec": spec, "by": by, "record": record, "groups": groups, "now": now[0], "back": back,
            "inside": given.get("in", ""), "action": f"/{spec.path}/{record_id}/card",
        }  # fmt: skip
        return render(request, "list/card.html", context, fragment="menu" if is_part(request) else None)
    if given.get("to", "") not in labels:
        raise BadQuery(_("This board has no such column."))
    refuse_moved(given.get("was", now[0]), now)
    return moved(request, actor, spec, record, by, given.get("to", ""), stands, back)


# -------------------------------------------------------------------- columns
def _head(group: Group, number: int, tone: str) -> dict[str, Any]:
    return {"key": group.key, "label": group.label, "tone": tone, "id": place(group), "name": f"lane-{number}"}


def _tone(groups: Sequence[Group], number: int) -> str:
    """The colour of a column: its option's, or one of a row where all options are grey."""
    if groups[number].key == NONE_KEY or any(group.tone != "grey" for group in groups):
        return groups[number].tone
    return _TONES[number % len(_TONES)]
