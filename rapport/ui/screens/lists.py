"""The list of any object: table on a desk, two-line rows on a phone, filters as chips, pages by key."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, Condition, Term, understand
from rapport.core.access.levels import Level, demand, level_of, locale_of, readable_fields
from rapport.core.access.pages import COUNT_CAP, ListQuery, Page, Row, count_capped, list_page, sort_field
from rapport.core.access.words import operand_words, words
from rapport.core.fields import Field, Locale
from rapport.core.fields.cell import EMPTY
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.wording import grouped
from rapport.ui.rendering import render
from rapport.ui.rows import ListRow, phone_rows, table_rows
from rapport.ui.screens import views
from rapport.ui.screens.asking import (
    PLACE,
    Pairs,
    actor_of,
    address,
    ask,
    is_part,
    pairs_of,
    parts_of,
    walk_of,
    with_condition,
    without,
)


def list_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the list; its block ``list`` alone for htmx."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    opened = views.open_list(actor, spec, pairs_of(request))
    pairs = opened.pairs
    query = ask(actor, spec, pairs)
    fields = readable_fields(actor, spec)
    columns = views.columns_of(actor, spec, pairs)
    phone = [fields[key] for key in _phone_columns(spec) if key in fields]
    pictures = [fields[spec.picture]] if spec.picture in fields else []
    wanted = list(dict.fromkeys((*columns, *phone, *pictures)))
    page = Page() if opened.is_closed else list_page(actor, spec, query, wanted)
    show_seen(actor, wanted, [row.values for row in page.rows])
    walk = walk_of(pairs)
    locale = locale_of(actor)
    rows = [
        _drawn(spec, row, columns, phone, locale, f"?{urlencode({'in': walk})}" if walk else "") for row in page.rows
    ]
    here = f"/{spec.path}"
    plain = address(spec, without(pairs, *PLACE))
    context = {
        "spec": spec,
        "title": _("Trash: %(plural)s") % {"plural": spec.plural} if query.trash else spec.plural,
        "query": query,
        "heads": _heads(actor, spec, columns, query, pairs),
        "shown": len(rows),
        "table_rows": table_rows(rows),
        "phone_rows": phone_rows(rows),
        "bar": views.bar(actor, spec, opened, query),
        "chips": _chips(actor, spec, query, pairs),
        "pages": _pages(spec, page, pairs),
        "count_url": plain.replace(here, f"{here}/count", 1),
        "filter_url": plain.replace(here, f"{here}/filter", 1),
        "export_url": plain.replace(here, f"{here}/export", 1),
        "kept": [(name, value) for name, value in pairs if name not in ("q", *PLACE)],
        "pairs": without(pairs, *PLACE),
        "narrowed": bool(query.find or parts_of(query.condition) or opened.is_closed),
        "clear_url": address(spec, [("view", "all")] if opened.has_default else []),
        "may": {
            action: level_of(actor, spec.key, action) > Level.NONE for action in ("create", "edit", "trash", "export")
        },
        "may_import": level_of(actor, spec.key, "import") > Level.NONE and spec.in_navigation,
    }
    return render(request, "list/list.html", context, fragment="list" if is_part(request) else None)


def count_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """How many records match, capped: asked for after the page has come, never in its path."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    count = count_capped(actor, spec, ask(actor, spec, pairs_of(request)))
    text = f"{grouped(COUNT_CAP)}+" if count > COUNT_CAP else grouped(count)
    if getattr(request, "htmx", None):
        return render(request, "list/count.html", {"text": text})
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _heads(
    actor: Actor, spec: ObjectSpec, columns: list[Field], query: ListQuery, pairs: Pairs
) -> list[dict[str, Any]]:
    by, downwards = sort_field(actor, spec, query.sort)
    now = by.key if by else "title"
    rest = without(pairs, "sort", *PLACE)

    def head(key: str, label: Any, *, sortable: bool, num: bool = False) -> dict[str, Any]:
        here = key == now
        # The first press sorts as people expect: names from A, moments from the newest.
        first = "" if key == "title" or (key in spec.by_key and spec.by_key[key].type == "text") else "-"
        turn = ("" if downwards else "-") if here else first
        return {
            "label": label,
            "url": address(spec, [*rest, ("sort", turn + key)]) if sortable else "",
            "sort": ("descending" if downwards else "ascending") if here else "",
            "num": num,
        }

    return [head("title", _("Name"), sortable=True)] + [
        head(column.key, column.label, sortable=column.sortable, num=column.numeric) for column in columns
    ]


def _phone_columns(spec: ObjectSpec) -> tuple[str, ...]:
    """The second line of a row on a phone, with the last activity; the last one stands at the right."""
    return (*spec.phone_columns[:-1], "last_activity_at", *spec.phone_columns[-1:])


def _drawn(spec: ObjectSpec, row: Row, columns: list[Field], phone: list[Field], locale: Locale, walk: str) -> ListRow:
    cells = [column.brief(row.values[column.key], locale) for column in columns]
    drawn = {column.key: cell for column, cell in zip(columns, cells, strict=True)}
    picture = row.values.get(spec.picture)
    there = (drawn.get(field.key) or field.brief(row.values[field.key], locale) for field in phone)
    *second, last = tuple(there) or (EMPTY,)
    return ListRow(
        id=row.id,
        title=row.title or _("No name"),
        url=f"/{spec.path}/{row.id}{walk}",
        kind=spec.mark,
        cells=[(cell, column.numeric) for cell, column in zip(cells, columns, strict=True)],
        detail=" · ".join(cell.text for cell in second if cell.text),
        aside=last,
        picture=picture.thumbnail_url if picture else "",
    )


def _chips(actor: Actor, spec: ObjectSpec, query: ListQuery, pairs: Pairs) -> list[dict[str, Any]]:
    locale = locale_of(actor)
    parts = parts_of(query.condition)
    inside = urlencode(without(pairs, *PLACE))
    chips = []
    for number, part in enumerate(parts):
        rest = AllOf(tuple(other for place, other in enumerate(parts) if place != number))
        chip = _chip(actor, spec, part, locale) | {
            "remove_url": address(spec, with_condition(pairs, rest)),
            "edit_url": "",
        }
        if isinstance(part, Term):
            asked = {"in": inside, "was": number, "f": part.path, "o": part.operator, "v": part.value}
            chip["edit_url"] = f"/{spec.path}/filter?{urlencode(asked)}"
        chips.append(chip)
    return chips


def _chip(actor: Actor, spec: ObjectSpec, part: Condition, locale: Locale) -> dict[str, Any]:
    if not isinstance(part, Term):
        return {"field": words(actor, spec, part, locale), "operator": "", "value": ""}
    meaning = understand(actor, spec, part.path, part.operator)
    value = operand_words(meaning, part.value, locale)
    return {"field": meaning.label, "operator": meaning.operator.words, "value": value}


def _pages(spec: ObjectSpec, page: Page, pairs: Pairs) -> dict[str, str]:
    rest = without(pairs, *PLACE)
    previous = following = ""
    if page.rows and page.has_previous:
        previous = address(spec, [*rest, ("before", str(page.rows[0].id))])
    if page.rows and page.has_next:
        following = address(spec, [*rest, ("after", str(page.rows[-1].id))])
    return {"previous": previous, "next": following}
