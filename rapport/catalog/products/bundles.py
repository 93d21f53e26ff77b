"""The parts of a bundle: links to other products, each with how many of it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext as _

from rapport.core.fields import LabelledLinks
from rapport.core.records.models import RecordLink
from rapport.lib.numbers import parse_decimal

FIELD = "parts"
_TIMES = "× "


@dataclass(frozen=True, eq=False)
class Parts(LabelledLinks):
    """Links to products whose label is a quantity, of which none means one."""

    type: ClassVar[str] = "labelled_links"

    def label_key(self, text: str) -> str:
        bare = text.strip().removeprefix(_TIMES.strip()).strip()
        if not bare:
            return ""
        try:
            quantity = parse_decimal(bare)
        except ValueError:
            quantity = Decimal(0)
        if not 0 < quantity < 10**6 or quantity != quantity.quantize(Decimal("0.0001")):
            raise ValueError(_("“%(value)s” is not a quantity. Write how many of it, for example 2.") % {"value": bare})
        return f"{quantity.normalize():f}"

    def label_words(self, label: str) -> str:
        return f"{_TIMES}{label}" if label else ""


def parts_of(product_id: int) -> list[tuple[int, Decimal]]:
    """What a bundle is made of: ids of products with their quantities. One query."""
    rows = RecordLink.objects.filter(from_record=product_id, field_key=FIELD).order_by("to_record")
    return [(pk, Decimal(label or 1)) for pk, label in rows.values_list("to_record_id", "label")]


def bundles_among(ids: set[int]) -> set[int]:
    """Those of some products that are bundles themselves. One query."""
    found = RecordLink.objects.filter(from_record__in=ids, field_key=FIELD)
    return set(found.values_list("from_record_id", flat=True))
