"""The query language: what each operator means, in the database as in a few lines of Python."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import (
    Condition,
    Term,
    from_address,
)
from rapport.core.access.visible import compile_condition
from rapport.core.access.words import words
from rapport.core.fields import Locale
from rapport.core.objects import saving
from rapport.core.records.models import Record
from rapport.lib import clock
from rapport.people.models import Company, Person
from tests import house
from tests.fields import BERLIN, with_custom

SPEC = with_custom(house.company())
DAY = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
SLOW = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def found(actor: Actor, condition: Condition, locale: Locale = BERLIN) -> set[str]:
    rows = Company.objects.filter(compile_condition(actor, SPEC, condition, locale))
    return set(rows.values_list("title", flat=True))


def fill(rows: dict[str, dict[str, Any]]) -> None:
    """Companies by title, with columns and custom values as they are stored."""
    Company.objects.all().delete()
    records = Record.objects.bulk_create(Record(kind="company") for _row in rows)
    columns = {field.name for field in Company._meta.fields} | {"owner_id"}
    Company.objects.bulk_create(
        Company(
            record=record, title=title, title_key=title.lower(), created_at=DAY, updated_at=DAY,
            custom={key: value for key, value in row.items() if key not in columns},
            **{key: value for key, value in row.items() if key in columns},
        )
        for record, (title, row) in zip(records, rows.items(), strict=True)
    )  # fmt: skip


def test_it_works(ada: Actor) -> None:
    fill({"a": {"industry": "retail"}, "b": {"industry": "food"}, "c": {}})
    condition = from_address(ada, SPEC, QueryDict("industry=retail,food&name.contains=B").items())
    assert found(ada, condition) == {"b"}
    assert words(ada, SPEC, condition) == "Industry is any of Retail, Food and Name contains B"


# ------------------------------------------------------------------ every operator against Python
NUMBER = st.one_of(st.none(), st.integers(-3, 3))
TEXT = st.sampled_from(["", "a", "A", "ab", "ba", "b%", "_", "a\\", "a,b"])
KEYS = st.sampled_from(["", "a", "b", "c"])
MANY = st.lists(st.sampled_from("abc"), unique=True).map(sorted)
PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, wanted: value == wanted,
    "not": lambda value, wanted: value != wanted,
    "above": lambda value, wanted: value is not None and value > wanted,
    "below": lambda value, wanted: value is not None and value < wanted,
    "from": lambda value, wanted: value is not None and value >= wanted,
    "to": lambda value, wanted: value is not None and value <= wanted,
    "contains": lambda value, wanted: wanted.lower() in value.lower(),
    "starts": lambda value, wanted: value.lower().startswith(wanted.lower()),
}  # fmt: skip


def without_none(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value not in (None, "")}


def titled(values: list[Any]) -> list[tuple[str, Any]]:
    return [(f"r{number}", value) for number, value in enumerate(values)]


@SLOW
@given(values=st.lists(NUMBER, max_size=6), wanted=st.integers(-3, 3))
@pytest.mark.parametrize("key", ["c_integer", "c_decimal", "revenue"])
def test_numbers(ada: Actor, key: str, values: list[int | None], wanted: int) -> None:
    def row(value: int | None) -> dict[str, Any]:
        if key == "revenue":
            return {} if value is None else {"revenue_minor": value * 100, "revenue_currency": "EUR"}
        return without_none({key: None if value is None else float(value) if key == "c_decimal" else value})

    fill({title: row(value) for title, value in titled(values)})
    for operator in ("is", "not", "above", "below", "from", "to"):
        if operator == "not" and key == "revenue":
            continue
        expected = {title for title, value in titled(values) if PYTHON[operator](value, wanted)}
        assert found(ada, Term(key, operator, str(wanted))) == expected, operator
    between = {title for title, value in titled(values) if value is not None and -1 <= value <= wanted}
    assert found(ada, Term(key, "between", f"-1..{wanted}")) == between
    empty = {title for title, value in titled(values) if value is None}
    assert found(ada, Term(key, "empty")) == empty
    assert found(ada, Term(key, "filled")) == {title for title, _value in titled(values)} - empty


@SLOW
@given(values=st.lists(TEXT, max_size=6), wanted=TEXT.filter(bool))
@pytest.mark.parametrize("key", ["c_text", "vat_id", "c_phone", "c_url", "c_email"])
def test_texts(ada: Actor, key: str, values: list[str], wanted: str) -> None:
    fill({title: {key: value} if key == "vat_id" else without_none({key: value}) for title, value in titled(values)})
    for operator in ("contains", "starts") if key in ("c_phone", "c_url") else ("contains", "starts", "is", "not"):
        rule = PYTHON[operator]
        if key == "c_email" and operator in ("is", "not"):
            expected = {title for title, value in titled(values) if rule(value.lower(), wanted.lower())}
        else:
            expected = {title for title, value in titled(values) if rule(value, wanted)}
        assert found(ada, Term(key, operator, wanted)) == expected, (operator, wanted)
    assert found(ada, Term(key, "empty")) == {title for title, value in titled(values) if not value}


@SLOW
@given(values=st.lists(KEYS, max_size=6), wanted=st.lists(st.sampled_from("abc"), min_size=1))
def test_choices_of_one(ada: Actor, values: list[str], wanted: list[str]) -> None:
    fill({title: without_none({"c_choice": value}) for title, value in titled(values)})
    inside = {title for title, value in titled(values) if value in wanted}
    assert found(ada, Term("c_choice", "any", ",".join(wanted))) == inside
    assert found(ada, Term("c_choice", "none", ",".join(wanted))) == {t for t, _v in titled(values)} - inside


@SLOW
@given(values=st.lists(MANY, max_size=6), wanted=st.lists(st.sampled_from("abc"), min_size=1))
@pytest.mark.parametrize("key", ["c_choices", "tags"])
def test_choices_of_many(ada: Actor, key: str, values: list[list[str]], wanted: list[str]) -> None:
    fill({title: {"c_choices": f"|{'|'.join(v)}|"} if v and key == "c_choices" else {} for title, v in titled(values)})
    if key == "tags":
        rows = {row.title: row for row in Company.objects.all()}
        SPEC.by_key["tags"].write_many([(rows[title], [], value) for title, value in titled(values)])  # type: ignore[attr-defined]
    text = ",".join(wanted)
    everybody = {title for title, _value in titled(values)}
    any_of = {title for title, value in titled(values) if set(value) & set(wanted)}
    assert found(ada, Term(key, "any", text)) == any_of
    assert found(ada, Term(key, "none", text)) == everybody - any_of
    assert found(ada, Term(key, "all", text)) == {title for title, value in titled(values) if set(wanted) <= set(value)}
    assert found(ada, Term(key, "empty")) == {title for title, value in titled(values) if not value}


def test_yes_and_no_where_nobody_was_asked(ada: Actor) -> None:
    fill({"yes": {"c_yes": True}, "no": {"c_yes": False}, "never": {}})
    assert found(ada, Term("c_yes", "is", "yes")) == {"yes"}
    assert found(ada, Term("c_yes", "is", "no")) == {"no", "never"}


def test_links_and_the_word_me(ada: Actor) -> None:
    bob = house.actor("Bob", house.role("Rep", levels=house.levels("all")))
    fill({"ada": {"owner_id": ada.user_id}, "bob": {"owner_id": bob.user_id}, "nobody": {}})
    me = Locale(user_id=bob.user_id)
    assert found(ada, Term("owner", "", "me"), me) == {"bob"}
    assert found(ada, Term("owner", "none", f"me,{ada.user_id}"), me) == {"nobody"}
    assert found(ada, Term("owner", "empty"), me) == {"nobody"}
    assert found(ada, Term("owner", "any", "me"), Locale()) == set(), "nobody is “me” to a machine"
    fill({"custom": {"c_user": bob.user_id}, "none": {}})
    assert found(ada, Term("c_user", "any", "me"), me) == {"custom"}


# ------------------------------------------------------------------ days and moments
@pytest.mark.parametrize(
    ("operator", "value", "days"),
    [
        ("on", "2026-03-29", {29}),
        ("before", "2026-03-29", {28}),
        ("after", "2026-03-29", {30, 31}),
        ("in", "today", {29}),
        ("in", "yesterday", {28}),
        ("in", "tomorrow", {30}),
        ("in", "this_month", {28, 29, 30, 31}),
        ("in", "next_week", {30, 31}),
        ("within", "1d", {28, 29}),
        ("older", "1d", set()),
        ("next", "1d", {29, 30}),
        ("in", "last_year", set()),
    ],
)
@pytest.mark.parametrize("key", ["c_date", "c_moment", "last_activity_at"])
def test_days_are_the_readers_also_when_clocks_change(
    ada: Actor, key: str, operator: str, value: str, days: set[int]
) -> None:
    # In Berlin, 29 March 2026 has 23 hours: it begins at 23:00 UTC and ends at 22:00 UTC.
    edges = {
        28: ["2026-03-27T23:00:00Z", "2026-03-28T22:59:59Z"],
        29: ["2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"],
        30: ["2026-03-29T22:00:00Z", "2026-03-30T21:59:59Z"],
        31: ["2026-03-30T22:00:00Z"],
    }
    if key == "c_date":
        fill({str(day): {key: f"2026-03-{day}"} for day in edges} | {"never": {}})
        expected = {str(day) for day in days}
    else:
        moments = {moment: day for day, moments in edges.items() for moment in moments}
        parsed = {moment: datetime.datetime.fromisoformat(moment) for moment in moments}
        fill({moment: {key: moment if key == "c_moment" else parsed[moment]} for moment in moments} | {"never": {}})
        expected = {moment for moment, day in moments.items() if day in days}
    with clock.frozen(datetime.datetime(2026, 3, 29, 12, tzinfo=datetime.UTC)):
        assert found(ada, Term(key, operator, value)) == expected


def test_hours_are_real_hours(ada: Actor) -> None:
    now = datetime.datetime(2026, 3, 29, 3, tzinfo=datetime.UTC)
    fill({str(hours): {"last_activity_at": now + datetime.timedelta(hours=hours)} for hours in (-5, -2, 0, 2, 5)})
    with clock.frozen(now):
        assert found(ada, Term("last_activity_at", "within", "3h")) == {"-2", "0"}
        assert found(ada, Term("last_activity_at", "older", "3h")) == {"-5"}
        assert found(ada, Term("last_activity_at", "next", "3h")) == {"0", "2"}


@pytest.mark.parametrize("value", ["9999y", "9999m", "1d"])
def test_spans_beyond_the_calendar_are_no_trouble(ada: Actor, value: str) -> None:
    fill({"a": {"c_moment": "2026-01-01T00:00:00Z", "c_date": "2026-01-01", "last_activity_at": DAY}})
    for key in ("c_moment", "c_date", "last_activity_at"):
        for operator in ("within", "older", "next"):
            found(ada, Term(key, operator, value))
    assert found(ada, Term("c_moment", "within", "9999y")) == {"a"}


# ------------------------------------------------------------------ money, addresses, commas
@pytest.mark.parametrize("key", ["revenue", "c_money"])
def test_amounts_are_compared_within_their_currency(ada: Actor, key: str) -> None:
    def amount(minor: int, currency: str) -> dict[str, Any]:
        names = ("revenue_minor", "revenue_currency") if key == "revenue" else ("c_money", "c_money_currency")
        return dict(zip(names, (minor, currency), strict=True))

    fill(
        {"1000 EUR": amount(100_000, "EUR"), "10 USD": amount(1000, "USD"), "1000 JPY": amount(1000, "JPY"), "none": {}}
    )
    assert found(ada, Term(key, "from", "1000")) == {"1000 EUR"}
    assert found(ada, Term(key, "above", "5 USD")) == {"10 USD"}
    assert found(ada, Term(key, "is", "1000 JPY")) == {"1000 JPY"}
    assert found(ada, Term(key, "between", "5 USD..15 USD")) == {"10 USD"}
    assert found(ada, Term(key, "empty")) == {"none"}


@pytest.mark.parametrize("key", ["address", "c_address"])
def test_parts_of_an_address_are_fields(ada: Actor, key: str) -> None:
    fill({"bonn": {f"{key}_city": "Bonn", f"{key}_street": "Ring 1"}, "ulm": {f"{key}_city": "Ulm"}, "none": {}})
    assert found(ada, Term(f"{key}.city", "is", "Bonn")) == {"bonn"}
    assert found(ada, Term(f"{key}.city", "not", "Bonn")) == {"ulm", "none"}
    assert found(ada, Term(key, "contains", "ring")) == {"bonn"}
    assert found(ada, Term(key, "empty")) == {"none"}
    assert found(ada, Term(key, "filled")) == {"bonn", "ulm"}


def test_a_comma_inside_a_value_is_written_with_a_backslash(ada: Actor) -> None:
    rep = saving.create(ada, house.company(), {"name": "a", "tags": ["red, round", "red"]})
    assert found(ada, Term("tags", "any", "red\\, round")) == {rep.title}
    assert found(ada, Term("tags", "any", "round")) == set()


def test_folded_names_are_found_without_accents_but_not_where_there_is_none(ada: Actor) -> None:
    house.a_person(ada, "Ada", "")
    zoe = house.a_person(ada, "X", "Zoë  de  Łódź")
    for operator, value in (("contains", "lodz"), ("starts", "ZOE"), ("is", "zoe de łódź")):
        assert Person.objects.get(compile_condition(ada, house.person(), Term("last_name", operator, value))) == zoe
    assert not Person.objects.filter(
        compile_condition(ada, house.person(), Term("last_name", "contains", "ada"))
    ).exists()
    assert (
        Person.objects.filter(compile_condition(ada, house.person(), Term("last_name", "not", "zoe de lodz"))).count()
        == 1
    )
