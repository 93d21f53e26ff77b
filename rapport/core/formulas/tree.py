"""What a formula is made of: parts as they were written, kinds of values, and the one error."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST_SIGNS = 2_000  # characters of a formula
MOST_PARTS = 200  # numbers, fields, functions and signs
DEEPEST = 20  # levels of brackets and functions


class Kind(Enum):
    """What a value is. Percentages are numbers: 12.5 % is 0.125."""

    NUMBER = "number"
    MONEY = "money"
    TEXT = "text"
    YES_NO = "yes_no"
    DATE = "date"
    MOMENT = "moment"

    @property
    def words(self) -> str:
        """The kind as people call it, inside a sentence."""
        return str(_WORDS[self])


_WORDS = {
    Kind.NUMBER: _("a number"),
    Kind.MONEY: _("an amount of money"),
    Kind.TEXT: _("a text"),
    Kind.YES_NO: _("a yes or no"),
    Kind.DATE: _("a day"),
    Kind.MOMENT: _("a point in time"),
}


class FormulaError(ValueError):
    """Why a formula cannot be used, and where: ``at`` is the place of the first of ``length`` signs, from 0."""

    def __init__(self, sentence: str, at: int, length: int = 1) -> None:
        super().__init__(sentence)
        self.at, self.length = at, length


@dataclass(frozen=True)
class Part:
    """One part as it was written. ``name`` is the function or the sign, or number, text, yes_no, money or field.

    The ``value`` of a field is what was written for it: one or two names, each with whether it is a label.
    """

    name: str
    at: int
    length: int = 1
    parts: tuple["Part", ...] = ()
    value: Any = None
