"""What a formula means, in plain Python. ``sql`` must give the same on both databases, and a test holds it to that.

The rules: a number, an amount or a day that is missing makes what is computed from it missing, as does a division by
zero; a comparison with something missing is not true; a missing text is empty. Amounts of two currencies are never
added or compared.
"""

import datetime
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rapport.core.fields import Choice, Integer, Money, Percent, Text
from rapport.core.fields import Moment as MomentField
from rapport.core.formulas.program import Node, Source, Value
from rapport.core.formulas.tree import Kind
from rapport.lib import clock
from rapport.lib.computing import FINEST, lowered, raised, rounded, written
from rapport.lib.money import digits

Read = Callable[[Source], Value]
_FIRST = datetime.date.min.toordinal()
_LAST = datetime.date.max.toordinal()


@dataclass(frozen=True)
class Circumstances:
    """When and for whom a formula is computed: the minute (UTC), the workspace's time zone, the reader's language."""

    now: datetime.datetime
    time_zone: str
    language: str = ""

    @property
    def today(self) -> datetime.date:
        """The day it is there."""
        return self.now.astimezone(clock.zone_named(self.time_zone)).date()


def evaluate(node: Node, read: Read, at: Circumstances) -> Value:
    """The value of a formula, its fields read by ``read``: None, or an empty text, where there is none."""
    match node.name:
        case "number" | "text" | "yes_no" | "money" | "date":
            constant: Value = node.value
            return constant
        case "source":
            return read(node.value)
        case "if":
            condition, *ways = node.parts
            return evaluate(ways[0 if evaluate(condition, read, at) else 1], read, at)
        case "today" | "now":
            return at.today if node.name == "today" else at.now
        case "nothing":
            return nothing(node.kind)
    values = [evaluate(part, read, at) for part in node.parts]
    if node.name in _OF_ALL:
        return _OF_ALL[node.name](values)
    if any(value is None for value in values):
        return None
    if node.name == "day":
        return _day(values[0], at.time_zone)
    if node.name in _WITH_PLACES:
        return _WITH_PLACES[node.name](values[0], node.value)
    money = Kind.MONEY in [part.kind for part in node.parts]
    return (_OF_MONEY if money else _OF_NUMBERS)[node.name](*values)


def stored(source: Source, value: Any) -> Value:
    """The value of a field as formulas compute with it."""
    field = source.field
    if value is None:
        return nothing(Kind.TEXT if isinstance(field, Text) else Kind.NUMBER)
    match field:
        case Money():
            return (float(value.minor), value.currency)
        case Percent():
            return float(value) / 100.0
        case Integer():
            return float(value)
        case Choice() if not source.is_stored and value in field.by_key:
            return str(field.by_key[value].label)
        case MomentField():
            whole: datetime.datetime = value.replace(microsecond=0)
            return whole
    found: Value = value
    return found


def nothing(kind: Kind) -> Value:
    """The value of a kind that says that there is none."""
    return "" if kind is Kind.TEXT else False if kind is Kind.YES_NO else None


def _day(value: Any, zone: str) -> datetime.date:
    local: datetime.date = value.astimezone(clock.zone_named(zone)).date()
    return local


def _divided(left: float, right: float) -> float | None:
    return left / right if right else None


def _remainder(left: float, right: float) -> float | None:
    return left - right * math.floor(left / right) if right else None


def _later(day: datetime.date, count: float) -> datetime.date | None:
    number = day.toordinal() + math.floor(count)
    return datetime.date.fromordinal(number) if _FIRST <= number <= _LAST else None


def _joined_money(compute: Callable[[float, float], float]) -> Callable[[Any, Any], Any]:
    return lambda left, right: (compute(left[0], right[0]), left[1]) if left[1] == right[1] else None


def _times(amount: Any, number: float) -> Any:
    return (rounded(amount[0] * number, 0), amount[1])


def _parted(amount: Any, by: Any) -> Any:
    if isinstance(by, tuple):
        return _divided(amount[0], by[0]) if amount[1] == by[1] else None
    return (rounded(amount[0] / by, 0), amount[1]) if by else None


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[list[Any]], bool]:
    def computed(values: list[Any]) -> bool:
        left, right = values
        if left is None or right is None:
            return False
        if isinstance(left, tuple):
            return left[1] == right[1] and compare(left[0], right[0])
        if isinstance(left, float):
            return compare(_fine(left), _fine(right))
        return compare(left, right)

    return computed


def _fine(value: float) -> float:
    return math.floor(value * 10.0**FINEST + 0.5)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            return written(value)
        case datetime.date():
            return value.isoformat()
    return str(value)


def _first(values: list[Any]) -> Any:
    return next((value for value in values if value not in (None, "")), values[-1])


def _extreme(choose: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    return lambda values: choose(there) if (there := [value for value in values if value is not None]) else None


_is = _compared(lambda left, right: left == right)
_WITH_PLACES: Mapping[str, Callable[[Any, int], Value]] = {
    "round": rounded,
    "left": lambda text, count: text[:count],
    "right": lambda text, count: text[-count:] if count else "",
}
_OF_ALL: Mapping[str, Callable[[list[Any]], Value]] = {
    "formula": lambda values: values[0],
    "=": _is,
    "!=": lambda values: not _is(values),
    "<": _compared(lambda left, right: left < right),
    "<=": _compared(lambda left, right: left <= right),
    ">": _compared(lambda left, right: left > right),
    ">=": _compared(lambda left, right: left >= right),
    "and": all,
    "or": any,
    "not": lambda values: not values[0],
    "concat": lambda values: "".join(map(_text, values)),
    "coalesce": _first,
    "is_empty": lambda values: values[0] in (None, ""),
    "min": _extreme(min),
    "max": _extreme(max),
    "currency": lambda values: values[0][1] if values[0] else "",
}  # fmt: skip
_OF_NUMBERS: Mapping[str, Callable[..., Value]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
    "%": _remainder,
    "negative": lambda value: -value,
    "abs": abs,
    "lower": lowered,
    "upper": raised,
    "length": lambda text: float(len(text)),
    "contains": lambda text, part: lowered(part) in lowered(text),
    "days_between": lambda first, second: float((second - first).days),
    "add_days": _later,
    "year": lambda day: float(day.year),
    "month": lambda day: float(day.month),
}
_OF_MONEY: Mapping[str, Callable[..., Value]] = {
    "+": _joined_money(lambda left, right: left + right),
    "-": _joined_money(lambda left, right: left - right),
    "*": _times,
    "/": _parted,
    "negative": lambda amount: (-amount[0], amount[1]),
    "abs": lambda amount: (abs(amount[0]), amount[1]),
    "amount": lambda amount: amount[0] / 10.0 ** digits(amount[1]),
}
