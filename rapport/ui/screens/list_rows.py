"""From records to the rows of a list: which fields they show, on a desk and on a phone, and how each is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import Row, fetch
from rapport.core.access.levels import Level, called, level_of, locale_of, readable_fields, writable_fields
from rapport.core.fields import Field, Locale
from rapport.core.fields.cell import EMPTY
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rows import ListRow, table_rows
from rapport.ui.screens import views
from rapport.ui.screens.asking import Pairs, walk_of

# Edited on the record's own page: they need more room than a cell has.
_TOO_LARGE = frozenset({"none", "records", "lines", "file", "rich_text", "links", "labelled_links"})


@dataclass(frozen=True)
class ListFields:
    """The fields a list shows: as columns, on the two lines of a phone, and as picture."""

    columns: Sequence[Field]
    phone: Sequence[Field]
    pictures: Sequence[Field]

    @property
    def wanted(self) -> list[Field]:
        """All that must be fetched, each once."""
        return list(dict.fromkeys((*self.columns, *self.phone, *self.pictures)))


def fields_of(actor: Actor, spec: ObjectSpec, pairs: Pairs) -> ListFields:
    """The fields of the list that an address names, as far as the actor may see them."""
    fields = readable_fields(actor, spec)
    phone = (*spec.phone_columns[:-1], "last_activity_at", *spec.phone_columns[-1:])
    return ListFields(
        columns=views.columns_of(actor, spec, pairs),
        phone=[fields[key] for key in phone if key in fields],
        pictures=[fields[spec.picture]] if spec.picture in fields else [],
    )


def drawn(actor: Actor, spec: ObjectSpec, rows: Sequence[Row], shown: ListFields, pairs: Pairs) -> list[ListRow]:
    """The rows, ready to be put into HTML. Each name leads to the record, which knows the list it was opened from."""
    show_seen(actor, shown.wanted, [row.values for row in rows])
    walk = walk_of(pairs)
    locale = locale_of(actor)
    query = f"?{urlencode({'in': walk})}" if walk else ""
    called_so = [replace(row, title=called(actor, spec, row.title)) for row in rows] if spec.titled_by else rows
    return [_drawn(spec, row, shown, locale, query) for row in called_so]


def row_again(actor: Actor, spec: ObjectSpec, record_id: int, pairs: Pairs) -> Markup:
    """One row of the table as it is now; empty for a record that is gone."""
    shown = fields_of(actor, spec, pairs)
    return table_rows(drawn(actor, spec, fetch(spec, [record_id], shown.wanted, brief=True), shown, pairs))


def why_fixed(actor: Actor, spec: ObjectSpec) -> Callable[[Field], str]:
    """What tells of a field why it is not edited in its cell, in a sentence; empty where it is."""
    may_edit = level_of(actor, spec.key, "edit") is not Level.NONE
    writable = writable_fields(actor, spec)

    def why(field: Field) -> str:
        if not may_edit:
            return _("Your role does not let you change this.")
        if field.read_only:
            return _("“%(label)s” is kept by Rapport.") % {"label": field.label}
        if field.key not in writable:
            return _("Your role may see “%(label)s”, but not change it.") % {"label": field.label}
        if field.control in _TOO_LARGE:
            return _("“%(label)s” is changed on the page of the record.") % {"label": field.label}
        return ""

    return why


def _drawn(spec: ObjectSpec, row: Row, shown: ListFields, locale: Locale, query: str) -> ListRow:
    cells = [column.brief(row.values[column.key], locale) for column in shown.columns]
    known = {column.key: cell for column, cell in zip(shown.columns, cells, strict=True)}
    picture = row.values.get(spec.picture)
    there = (known.get(field.key) or field.brief(row.values[field.key], locale) for field in shown.phone)
    *second, last = tuple(there) or (EMPTY,)
    return ListRow(
        id=row.id,
        title=row.title or _("No name"),
        url=f"/{spec.path}/{row.id}{query}",
        kind=spec.mark,
        cells=[(cell, column.numeric) for cell, column in zip(cells, shown.columns, strict=True)],
        detail=" · ".join(cell.text for cell in second if cell.text),
        aside=last,
        picture=picture.thumbnail_url if picture else "",
    )
