"""In which segments a record is, as a field of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import pgettext_lazy

from rapport.core.fields import Links, Locale
from rapport.core.fields import operators as op
from rapport.core.fields.operators import Operator
from rapport.core.segments.models import FIXED, add

IS = Operator("any", pgettext_lazy("segment", "is"), "values")
NOT = Operator("none", pgettext_lazy("segment", "is not"), "values")
_PLAIN = {IS: op.HAS_ANY, NOT: op.HAS_NONE}


@dataclass(frozen=True, eq=False)
class Segments(Links):
    """Links to the segments of the object ``of`` that a record is in. How many are in each is counted on the way."""

    of: str = ""

    operators: ClassVar[tuple[Operator, ...]] = (IS, NOT, op.EMPTY, op.FILLED)

    @property
    def choose_url(self) -> str:
        return f"/segments/choose/{self.of}"

    def takes(self) -> Q:
        return Q(object=self.of, kind=FIXED)

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        return super().compare(_PLAIN[operator], value, locale)

    def named(self, operator: Operator, value: str, locale: Locale, most: int) -> list[int] | None:
        return super().named(_PLAIN.get(operator, operator), value, locale, most)

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        super().write_many(pairs)
        steps: Counter[int] = Counter()
        for instance, before, after in pairs:
            if instance.live:
                steps.update(self.numbers(after))
                steps.subtract(self.numbers(before))
        add(steps)
