"""Whether a condition holds for values at hand: the query language in plain Python, for records that are being saved.

It means what ``compile_condition`` means in the database; a test holds both to that. Only a record's own fields can be
asked, of the types in ``ASKED``.
"""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from rapport.core.access.conditions import AllOf, AnyOf, Condition, Term
from rapport.core.errors import BadQuery
from rapport.core.fields import Choice, Choices, Field, Link, Locale, Money, RichText, YesNo
from rapport.core.fields.base import split_values
from rapport.core.fields.day_of_year import days_of_year
from rapport.core.fields.number import split_range
from rapport.core.fields.operators import EMPTY, FILLED
from rapport.core.formulas.program import Computed
from rapport.lib import clock
from rapport.lib.dates import parse_date
from rapport.lib.relative_dates import bounds, parse_span
from rapport.lib.text import fold

ASKED = frozenset({
    "text", "long_text", "rich_text", "email", "phone", "url", "integer", "decimal", "percent", "money", "yes_no",
    "choice", "choices", "date", "moment", "link", "user", "team", "tags",
})  # fmt: skip
Rule = Callable[[Field, str, Any, str, Locale], bool]  # field, operator, value, what it is compared with, reader


def holds(condition: Condition, fields: Mapping[str, Field], values: Mapping[str, Any], locale: Locale) -> bool:
    """Whether values by field meet a condition. BadQuery where it names a field that cannot be asked here."""
    if isinstance(condition, Term):
        return _met(condition, fields, values, locale)
    whether = (holds(part, fields, values, locale) for part in condition.parts)
    return all(whether) if isinstance(condition, AllOf) else any(whether)


def can_be_asked(field: Field) -> bool:
    """Whether a field of a record that is being saved can be asked: a formula is computed only afterwards."""
    return field.type in ASKED and bool(field.operators) and not isinstance(field, Computed)


def asked(condition: Condition) -> frozenset[str]:
    """The keys of the fields that a condition asks."""
    if isinstance(condition, Term):
        return frozenset({condition.path})
    assert isinstance(condition, AllOf | AnyOf)  # noqa: S101 - there are no other conditions
    return frozenset().union(*(asked(part) for part in condition.parts))


def _met(term: Term, fields: Mapping[str, Field], values: Mapping[str, Any], locale: Locale) -> bool:
    field = fields.get(term.path)
    if field is None or not can_be_asked(field):
        raise BadQuery(term.path)
    operator, value = field.operator(term.operator), values.get(term.path, field.empty)
    if operator in (EMPTY, FILLED):
        return field.is_empty(value) == (operator is EMPTY)
    try:
        return _RULES[field.type](field, operator.key, value, term.value, locale)
    except (ValueError, OverflowError) as error:
        raise BadQuery(str(error)) from error


def _text(field: Field, operator: str, value: Any, wanted: str, locale: Locale) -> bool:
    if isinstance(field, RichText):
        value = field.to_plain(value)
    if operator in ("is", "not"):
        loosely = field.type == "email" or _is_folded(field)
        same = _small(value) == _small(wanted.strip()) if loosely else value == wanted
        return same == (operator == "is")
    looked, part = (fold(value), fold(wanted)) if _is_folded(field) else (_small(value), _small(wanted.strip()))
    return bool(value) and (part in looked if operator == "contains" else looked.startswith(part))


def _is_folded(field: Field) -> bool:
    return bool(getattr(field, "folded", ""))


def _small(value: str) -> str:
    return value.lower()


def _order(operator: str, value: Any, wanted: Any) -> bool:
    if operator == "not":
        return bool(value != wanted)
    if value is None:
        return False
    return bool(
        {"is": value == wanted, "above": value > wanted, "below": value < wanted, "from": value >= wanted,
         "to": value <= wanted}[operator]
    )  # fmt: skip


def _number(field: Field, operator: str, value: Any, wanted: str, locale: Locale) -> bool:
    if operator == "between":
        low, high = split_range(wanted)
        return _number(field, "from", value, low, locale) and _number(field, "to", value, high, locale)
    amount = field.clean(wanted, locale)
    if isinstance(field, Money):
        return value is not None and value[1] == amount.currency and _order(operator, value[0], amount.minor)
    return _order(operator, value, amount)


def _day(field: Field, operator: str, value: Any, wanted: str, locale: Locale) -> bool:
    if value is None:
        return False
    today = clock.today(locale.time_zone)
    span = parse_span(wanted) if operator in ("within", "older", "next") else None
    if span is not None and span.unit == "h":
        now = clock.now()
        at: datetime.datetime = value
        return {"next": now <= at < span.after(now), "older": at < span.before(now),
                "within": span.before(now) <= at <= now}[operator]  # fmt: skip
    day = value.astimezone(clock.zone_named(locale.time_zone)).date() if isinstance(value, datetime.datetime) else value
    if span is not None:
        first, last = span.days_before(today), span.days_after(today)
        return {"within": first <= day <= today, "older": day < first, "next": today <= day <= last}[operator]
    if operator == "in":
        start, end = bounds(wanted, today)
        return start <= day < end
    wanted_day = parse_date(wanted)
    if operator == "yearly":
        return f"{day:%m-%d}" in days_of_year([wanted_day])
    return bool({"on": day == wanted_day, "before": day < wanted_day, "after": day > wanted_day}[operator])


def _yes_no(field: Field, operator: str, value: Any, wanted: str, locale: Locale) -> bool:
    assert isinstance(field, YesNo)  # noqa: S101 - by its type
    return bool(value == field.from_text(wanted, locale))


def _one(field: Field, operator: str, value: Any, wanted: str, locale: Locale) -> bool:
    """A choice or a link."""
    if isinstance(field, Choice):
        known: set[Any] = set(field.to_operands(wanted))
    else:
        assert isinstance(field, Link)  # noqa: S101 - by its type
        known, value = set(), field.to_json(value)
        for part in split_values(wanted):
            meant = field.resolve_words(part, locale)
            known |= {field.from_text(part, locale)} if meant is None else set(meant)
    return (value in known) == (operator == "any")


def _many(field: Field, operator: str, value: Any, wanted: str, locale: Locale) -> bool:
    """Several choices, or tags."""
    if isinstance(field, Choices):
        there, known = set(value or ()), set(field.to_operands(wanted))
    else:
        there, known = {fold(one) for one in value or ()}, {fold(part) for part in split_values(wanted)}
    if operator == "all":
        return known <= there
    return bool(known & there) == (operator == "any")


_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("text", "long_text", "rich_text", "email", "phone", "url"), _text),
    **dict.fromkeys(("integer", "decimal", "percent", "money"), _number),
    **dict.fromkeys(("date", "moment"), _day),
    **dict.fromkeys(("choice", "link", "user", "team"), _one),
    "yes_no": _yes_no, "choices": _many, "tags": _many,
}  # fmt: skip
