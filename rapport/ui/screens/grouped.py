"""A list in groups that fold: by options, users, teams or months, each with its figures and its first records."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.grouping import NONE_KEY, groups_of, strays, within
from rapport.core.access.groups import Figure, counted, walk
from rapport.core.access.levels import demand, locale_of
from rapport.core.access.pages import ListQuery, list_page, rows_of_ids
from rapport.core.access.sorting import SortKey
from rapport.core.errors import BadQuery
from rapport.core.fields import Date
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import render
from rapport.ui.rows import group_rows
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, ask, pairs_of, without
from rapport.ui.screens.boards import more_cards
from rapport.ui.screens.figures import in_words, place, rates_for, rest_of
from rapport.ui.screens.list_heads import heads
from rapport.ui.screens.list_rows import ListFields, drawn, fields_of
from rapport.ui.screens.showing import BOARD, Showing, grouping_of, showing_of

ROWS = 20  # of one group; the others come when they are asked for


def grouped_values(
    actor: Actor, spec: ObjectSpec, query: ListQuery, showing: Showing, pairs: Pairs
) -> tuple[dict[str, Any], tuple[SortKey, ...]]:
    """What the template of the groups needs, and by what their records stand. Groups without records are left out
    where it is known that they have none; those that were not met in a long list are closed and come when opened.
    """
    grouping = grouping_of(actor, showing)
    walked = walk(actor, spec, query, grouping, ROWS)
    told = counted(spec, walked, grouping, showing.summed) if walked.is_whole else {}
    groups = [
        group
        for group in groups_of(actor, spec, query, grouping)
        if group.key in walked.ids or not (walked.is_whole or group.key == NONE_KEY)
    ]
    groups += strays(grouping.field, groups, walked.ids)
    ids = {key: some[:ROWS] for key, some in walked.ids.items()}
    shown = _fields(actor, spec, showing, pairs)
    rows = {
        row.id: row for row in rows_of_ids(actor, spec, [one for some in ids.values() for one in some], shown.wanted)
    }
    plain, locale, rates = without(pairs, *PLACE), locale_of(actor), rates_for(showing.summed)
    parts = []
    for number, group in enumerate(groups):
        some = [rows[one] for one in ids.get(group.key, ()) if one in rows]
        lines = drawn(actor, spec, some, shown, pairs)
        more = not walked.is_whole or len(walked.ids[group.key]) > len(some)
        parts.append({
            "label": group.label,
            "tone": group.tone,
            "name": f"group-{number}",
            "id": place(group),
            "figure": in_words(told.get(group.key, Figure()), showing.summed, locale, rates) if told else None,
            "rows": group_rows(lines),
            "more": rest_of(spec, plain, group, some[-1].id if some else None) if more else None,
            "is_open": bool(some),
        })  # fmt: skip
    return {
        "parts": parts,
        "rates": [rate.words(locale) for rate in rates.values()],
        "heads": heads(actor, spec, shown.columns, walked.keys, pairs),
        "figures_url": f"/{spec.path}/groups/figures?{urlencode(plain)}",
        "figures_wait": not walked.is_whole,
    }, walked.keys


def _fields(actor: Actor, spec: ObjectSpec, showing: Showing, pairs: Pairs) -> ListFields:
    """The fields of a table, less the one that is the same in all rows of a group."""
    shown = fields_of(actor, spec, pairs)
    same = [] if isinstance(showing.by, Date) else [showing.by]
    return replace(shown, columns=[column for column in shown.columns if column not in same])


def more_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET more records of the column or group ``group``, behind the record ``after``."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    given = pairs_of(request)
    pairs = without(given, "group")
    showing, query = showing_of(actor, spec, pairs), ask(actor, spec, pairs)
    grouping, key = grouping_of(actor, showing), dict(given).get("group", "")
    groups = groups_of(actor, spec, query, grouping)
    group = next((one for one in groups if one.key == key), None)
    if group is None:
        raise BadQuery(_("This list has no such group."))
    pairs, query = without(pairs, *PLACE), within(query, group)
    if showing.look == BOARD:
        return more_cards(request, actor, spec, showing, group, query, pairs)
    shown = _fields(actor, spec, showing, pairs)
    page = list_page(actor, spec, query, shown.wanted)
    lines = drawn(actor, spec, page.rows, shown, pairs)
    more = {
        "rows": group_rows(lines),
        "more": rest_of(spec, pairs, group, page.rows[-1].id) if page.has_next else None,
        "span": len(shown.columns) + 1,
    }
    return render(request, "list/groups.html", {"more": more}, fragment="more_rows")
