"""The rows of a list as HTML: fifty times a page, so in Python and with as little ado as possible.

Everything that comes from a record is escaped here or by :mod:`.cells`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.core.fields import Cell
from rapport.ui.cells import draw_brief, mark


@dataclass(frozen=True, slots=True)
class ListRow:
    """One record of a list. ``cells`` are its columns, each with whether it is a number; ``detail`` and ``aside``
    stand on the second line and at the end of the row on a phone. ``picture`` is the address of the avatar's image.
    """

    id: int
    title: str
    url: str
    kind: str
    cells: Sequence[tuple[Cell, bool]]
    detail: str
    aside: Cell | None
    picture: str = ""


def table_rows(rows: Sequence[ListRow]) -> Markup:
    """The rows of the table."""
    select = _("Select %(name)s")
    return Markup("".join(_table_row(row, select) for row in rows))  # noqa: S704 - escaped below


def phone_rows(rows: Sequence[ListRow]) -> Markup:
    """The two-line rows of the list on a phone."""
    return Markup("".join(_phone_row(row) for row in rows))  # noqa: S704 - escaped below


def group_rows(rows: Sequence[ListRow]) -> Markup:
    """The rows of a group: without boxes to select them."""
    return Markup("".join(_group_row(row) for row in rows))  # noqa: S704 - escaped below


def _group_row(row: ListRow) -> str:
    return (
        f'<tr><td><span class="row">{mark(row.title, row.kind, "", row.picture)}'
        f'<a class="name clip" href="{escape(row.url)}">{escape(row.title)}</a></span></td>{_cells(row)}</tr>\n'
    )


def _cells(row: ListRow) -> str:
    return "".join(
        f'<td class="num">{draw_brief(cell)}</td>' if is_number else f"<td>{draw_brief(cell)}</td>"
        for cell, is_number in row.cells
    )


def _table_row(row: ListRow, select: str) -> str:
    title, label = escape(row.title), escape(select % {"name": row.title})
    return (
        f'<tr data-row="{row.id}"><td class="pin sel"><label class="hit"><input type="checkbox" class="check" '
        f'name="ids" value="{row.id}" aria-label="{label}" data-select></label></td>'
        '<td class="pin pin2"><span class="row">'
        f"{mark(row.title, row.kind, '', row.picture)}"
        f'<a class="name clip" data-open href="{escape(row.url)}">{title}</a>'
        f"</span></td>"
        f"{_cells(row)}</tr>\n"
    )


def _phone_row(row: ListRow) -> str:
    detail = f'<span class="u clip">{escape(row.detail)}</span>' if row.detail else ""
    aside = f'<span class="right">{draw_brief(row.aside)}</span>' if row.aside and row.aside.text else ""
    return (
        f'<li data-press="{row.id}"><a class="mrow" href="{escape(row.url)}">'
        f"{mark(row.title, row.kind, 'md', row.picture)}"
        f'<span class="who2"><span class="t clip">{escape(row.title)}</span>{detail}</span>{aside}</a></li>\n'
    )
