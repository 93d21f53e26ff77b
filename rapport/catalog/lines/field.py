"""Lines as a field of a record, so that history, versions, undo and rights are those of the record."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.catalog.lines import values
from rapport.catalog.lines.models import LineItem
from rapport.core.fields import Cell, ChildField, Locale
from rapport.core.fields import operators as op
from rapport.core.fields.base import Carry
from rapport.core.fields.operators import Operator
from rapport.core.records import rows
from rapport.core.records.known import as_value, listed_later
from rapport.lib import reckoning
from rapport.lib.money import format_amount
from rapport.lib.prepared import Prepared

_STORED = Prepared(
    lambda: LineItem.objects.filter(record_id__in=listed_later("records")).order_by("record_id", "place")
)
_COLUMNS = (
    "record_id", "number", "place", "product_id", "is_heading", "title", "note", "quantity", "unit", "price_minor",
    "currency", "discount", "off_minor", "tax_rate", "recurring", "periods", "cost_minor", "is_optional",
    "total_minor", "why", "approval", "approval_of",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Lines(ChildField):
    """A list of lines as :mod:`rapport.catalog.lines.values` makes them, in their order.

    The form of the whole record leaves it alone; its own editor changes it line by line.
    """

    type: ClassVar[str] = "lines"
    control: ClassVar[str] = "none"
    operators: ClassVar[tuple[Operator, ...]] = (op.FILLED, op.EMPTY)

    def clean(self, value: Any, locale: Locale) -> Any:
        return self.from_text(value, locale) if isinstance(value, str) else values.clean(value or [])

    def from_text(self, text: str, locale: Locale) -> Any:
        if text.strip():
            raise ValueError(_("lines cannot be written as text."))
        return []

    def to_text(self, value: Any) -> str:
        return "; ".join(f"{line['quantity']} × {line['title']}" for line in value or [] if not line["heading"])

    def show(self, value: Any, locale: Locale) -> Cell:
        found = [line for line in value if not line["heading"]]
        words = ngettext("%(num)s line", "%(num)s lines", len(found)) % {"num": len(found)}
        if not found:
            return Cell(words)
        amount = format_amount(values.total(found).net, values.currency_of(found), locale.language)
        return Cell(f"{words} · {amount}", hint=self.to_text(value))

    def targets(self, value: Any) -> Sequence[tuple[str, int]]:
        return [("record", line["product"]) for line in value or [] if line["product"]]

    def leading_to(self, kind: str, ids: Sequence[int]) -> Q | None:
        rows_ = LineItem.objects.filter(product_id__in=ids)
        return Q(pk__in=rows_.values("record_id")) if kind == "product" else None

    def redirected(self, value: Any, moves: Mapping[int, int]) -> Any:
        return [{**line, "product": moves.get(line["product"], line["product"])} for line in value]

    def carried(self, value: Any, here: Carry) -> Any:
        return [_carried(line, here) for line in value or []]

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, list[values.Line]] = defaultdict(list)
        for row in _STORED(records=as_value(record_ids)):
            found[row.record_id].append(_value(row))
        return found

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        """Only rows that are other ones now are written: of 400 lines one changes at a time."""
        made, gone = [], Q(pk__in=())
        for instance, before, after in pairs:
            old = {line["id"]: (place, line) for place, line in enumerate(before)}
            new = {line["id"]: (place, line) for place, line in enumerate(after)}
            other = [number for number, placed in new.items() if old.get(number) != placed]
            touched = [number for number in (*other, *(old.keys() - new.keys())) if number in old]
            if touched:
                gone |= Q(record_id=instance.pk, number__in=touched)
            made += [_row(instance.pk, *new[number]) for number in other]
        LineItem.objects.filter(gone).delete()
        rows.insert(LineItem, _COLUMNS, made)

    def is_missing(self) -> Q:
        return ~Q(pk__in=LineItem.objects.values("record_id"))


def _carried(line: Mapping[str, Any], here: Carry) -> values.Line:
    """A line of another house: its product and the users who asked and decided as they are here."""
    asked = dict(line.get("approval_of") or {})
    for key in ("by", "decided_by"):
        if asked.get(key) and (user := here("user", asked.pop(key))) is not None:
            asked[key] = user
    product = here("record", line["product"]) if line.get("product") else None
    return {**line, "product": product, "approval_of": asked}


def _value(row: LineItem) -> values.Line:
    return {
        "id": row.number, "product": row.product_id, "heading": row.is_heading, "title": row.title, "note": row.note,
        "quantity": values.plain(row.quantity), "unit": row.unit, "price": row.price_minor, "currency": row.currency,
        "discount": values.plain(row.discount), "off": row.off_minor, "tax": values.plain(row.tax_rate),
        "recurring": row.recurring, "periods": row.periods, "cost": row.cost_minor, "optional": row.is_optional,
        "why": row.why, "approval": row.approval, "approval_of": row.approval_of,
    }  # fmt: skip


def _row(record_id: int, place: int, line: values.Line) -> tuple[Any, ...]:
    item = values.item(line)
    total = 0 if line["heading"] else reckoning.reckon(item).total
    return (
        record_id, line["id"], place, line["product"], line["heading"], line["title"], line["note"], item.quantity,
        line["unit"], line["price"], line["currency"], item.discount, line["off"], item.tax, line["recurring"],
        line["periods"], line["cost"], line["optional"], total, line["why"], line["approval"], line["approval_of"],
    )  # fmt: skip
