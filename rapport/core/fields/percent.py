"""Percentages."""

from dataclasses import dataclass
from typing import Any, ClassVar

from rapport.core.fields.base import Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.number import Decimal

_SIGNS = dict.fromkeys(map(ord, "％٪﹪"), "%")


@dataclass(frozen=True, eq=False)
class Percent(Decimal):
    """A share in percent: 12.5 stands for 12.5 %. Typed with or without the sign, with a comma or a point."""

    places: int = 2

    type: ClassVar[str] = "percent"

    def from_text(self, text: str, locale: Locale) -> Any:
        bare = text.strip().translate(_SIGNS).removesuffix("%")
        return super().from_text(bare if bare.strip() else text, locale)

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(f"{super().show(value, locale).text}\u00a0%", shape="number")
