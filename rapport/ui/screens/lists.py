"""The list of any object: table on a desk, two-line rows on a phone, filters as chips, pages by key."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, demand, level_of
from rapport.core.access.pages import COUNT_CAP, ListQuery, Page, count_capped, list_page
from rapport.core.access.sorting import sort_keys
from rapport.core.access.special import may_right
from rapport.core.errors import BadQuery
from rapport.core.merging.merge import can_merge
from rapport.core.objects.spec import ObjectSpec
from rapport.core.views.settings import DENSITIES, density_of
from rapport.lib.wording import grouped
from rapport.ui import own_boards
from rapport.ui.own_boards import OwnBoard
from rapport.ui.rendering import render
from rapport.ui.rows import phone_rows, table_rows
from rapport.ui.screens import segments, views
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, address, ask, is_part, pairs_of, parts_of, without
from rapport.ui.screens.boards import board_values
from rapport.ui.screens.bulks import is_page
from rapport.ui.screens.calendars import calendar_values
from rapport.ui.screens.columns import DENSITY_WORDS
from rapport.ui.screens.grouped import grouped_values
from rapport.ui.screens.list_chips import chips
from rapport.ui.screens.list_heads import heads, sorting_words
from rapport.ui.screens.list_rows import ListFields, drawn, fields_of
from rapport.ui.screens.mending import Mended, mended
from rapport.ui.screens.shaping import slow_field
from rapport.ui.screens.showing import BOARD, CALENDAR, Showing, showing_of, spoken, switches
from rapport.ui.screens.sums import foot

_MOST_AT = 10**9


def list_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the list; its block ``list`` alone for htmx. 400 for an address of which a part is not understood: the list
    is shown without it, and says so.
    """
    actor = actor_of(request)
    demand(actor, spec, "view")
    pairs = spoken(pairs_of(request))
    try:
        context, status = _context(actor, spec, Mended(pairs)), 200
    except BadQuery:
        asked = mended(actor, spec, pairs) if is_page(request) else Mended(pairs)
        if not asked.problems:
            raise
        context, status = _context(actor, spec, asked), BadQuery.status
    return render(request, "list/list.html", context, fragment="list" if is_part(request) else None, status=status)


def _context(actor: Actor, spec: ObjectSpec, asked: Mended) -> dict[str, Any]:
    opened = views.open_list(actor, spec, asked.pairs)
    pairs = opened.pairs
    query = ask(actor, spec, pairs)
    showing = Showing() if opened.is_closed else showing_of(actor, spec, pairs)
    return {
        "spec": spec,
        "title": _("Trash: %(plural)s") % {"plural": spec.plural} if query.trash else spec.plural,
        "query": query,
        "may": {
            action: level_of(actor, spec.key, action) > Level.NONE for action in ("create", "edit", "trash", "export")
        },
        "may_bulk": may_right(actor, "bulk"),
        "may_merge": can_merge(actor, spec),
        "may_import": level_of(actor, spec.key, "import") > Level.NONE and spec.in_navigation,
        "chips": chips(actor, spec, query.condition, pairs),
        "narrowed": bool(query.find or parts_of(query.condition) or opened.is_closed or asked.problems),
        "clear_url": address(spec, [("view", "all")] if opened.has_default else []),
        "segment": segments.of_list(actor, spec, query.condition) if spec.has_segments else None,
        "bar": views.bar(actor, spec, opened, query),
        "problems": asked.problems,
        "slow_field": slow_field(actor, spec, query, showing),
        "showing": showing,
        "switches": switches(actor, spec, showing, pairs),
        **_body(actor, spec, opened, query, showing),
        **_addresses(spec, pairs),
    }


def _body(actor: Actor, spec: ObjectSpec, opened: views.Opened, query: ListQuery, showing: Showing) -> dict[str, Any]:
    """The records, in the look that is asked for."""
    pairs = opened.pairs
    if showing.look == CALENDAR:
        return {
            "calendar": calendar_values(actor, spec, query, showing, pairs),
            "sorting": {"text": "", "left_out": []},
        }
    if own := _own_board(spec, showing):
        return {
            "board": own.draw(actor, without(pairs, *PLACE)),
            "own_board": own,
            "sorting": {"text": "", "left_out": []},
        }
    if showing.look:
        values = board_values if showing.look == BOARD else grouped_values
        parted, keys = values(actor, spec, query, showing, pairs)
        return {showing.look: parted, "sorting": sorting_words(actor, spec, query.sort, keys)}
    shown = fields_of(actor, spec, pairs)
    keys = tuple(sort_keys(actor, spec, query.sort)) if opened.is_closed else ()
    page = Page(keys=keys) if opened.is_closed else list_page(actor, spec, query, shown.wanted)
    return _table(actor, spec, page, shown, query, pairs)


def _own_board(spec: ObjectSpec, showing: Showing) -> OwnBoard | None:
    own = own_boards.of(spec.key)
    return own if own and showing.look == BOARD and showing.by and showing.by.key == own.by else None


def count_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """How many records match, capped: asked for after the page has come, never in its path."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    count = count_capped(actor, spec, ask(actor, spec, pairs_of(request)))
    text = capped(count)
    if getattr(request, "htmx", None):
        return render(request, "list/count.html", {"text": text})
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def capped(count: int) -> str:
    """A count in words: “2,481”, or “10,000+”."""
    return f"{grouped(COUNT_CAP)}+" if count > COUNT_CAP else grouped(count)


def _table(
    actor: Actor, spec: ObjectSpec, page: Page, shown: ListFields, query: ListQuery, pairs: Pairs
) -> dict[str, Any]:
    rows = drawn(actor, spec, page.rows, shown, pairs)
    first = _at(pairs) if page.has_previous else 1
    given = dict(pairs)
    density = given["density"] if given.get("density") in DENSITIES else density_of(actor)
    return {
        "heads": heads(actor, spec, shown.columns, page.keys, pairs),
        "sorting": sorting_words(actor, spec, query.sort, page.keys),
        "shown": len(rows),
        "table_rows": table_rows(rows),
        "phone_rows": phone_rows(rows),
        "first": first,
        "pages": _pages(spec, page, pairs, first, query.size),
        "foot": foot(actor, spec, shown.columns, pairs),
        "density": density,
        "densities": [(key, DENSITY_WORDS[key]) for key in DENSITIES],
    }


def _addresses(spec: ObjectSpec, pairs: Pairs) -> dict[str, Any]:
    """Where the parts of the page get the rest from, each with the same query."""
    here = f"/{spec.path}"
    plain = address(spec, without(pairs, *PLACE))
    parts = {
        f"{name}_url": plain.replace(here, f"{here}/{name}", 1)
        for name in ("count", "filter", "export", "sums", "sorting")
    }
    return {
        **parts,
        "inside": urlencode(without(pairs, *PLACE)),
        "kept": [(name, value) for name, value in pairs if name not in ("q", *PLACE)],
        "pairs": without(pairs, *PLACE),
    }


def _at(pairs: Pairs) -> int:
    """The number of the page's first record, as far as the address knows it: 0 for somewhere."""
    text = dict(pairs).get("at", "")
    return min(int(text), _MOST_AT) if text.isdecimal() and len(text) < 10 else 0


def _pages(spec: ObjectSpec, page: Page, pairs: Pairs, first: int, size: int) -> dict[str, str]:
    rest = without(pairs, *PLACE)
    previous = following = ""
    if page.rows and page.has_previous:
        at = max(first - size, 1) if first else 0
        previous = address(spec, [*rest, ("before", str(page.rows[0].id)), *([("at", str(at))] if at else [])])
    if page.rows and page.has_next:
        at = first + len(page.rows) if first else 0
        following = address(spec, [*rest, ("after", str(page.rows[-1].id)), *([("at", str(at))] if at else [])])
    return {"previous": previous, "next": following}
