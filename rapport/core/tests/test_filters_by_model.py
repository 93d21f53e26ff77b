"""Every operator of every type of field means in the database what a line of Python says it means."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from html import escape, unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, AnyOf, Condition, Term
from rapport.core.access.holding import ASKED, holds
from rapport.core.access.visible import compile_condition
from rapport.core.fields import ChildField, Field, FileField
from rapport.core.fields.base import join_values
from rapport.core.fields.date import PERIODS
from rapport.core.fields.file import FileValue
from rapport.core.fields.money import Amount
from rapport.core.files.models import File
from rapport.core.records.models import Record
from rapport.lib import clock
from rapport.people.models import Company, Identity, Person
from tests import house
from tests.fields import BERLIN, CUSTOM, made_at_run_time, with_custom

pytestmark = pytest.mark.django_db
SPEC = with_custom(house.company())
# What is compared with is drawn from the values less the empty ones: many are left out, and drawn anew at no cost.
FEW = settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
)
NOW = datetime.datetime(2026, 3, 29, 10, tzinfo=datetime.UTC)  # a Sunday, on which clocks in Berlin go forward
TODAY = NOW.date()
# Filled by the house, or no column of its own.
LEFT_OUT = {"owner", "team", "domain", "about"}
KEYS = [known.key for known in SPEC.all_fields if known.operators and known.key not in LEFT_OUT]

LINKED = (10**12 + 1, 10**12 + 2, 10**12 + 3)  # numbers that no other record of the test has

WORDS = st.sampled_from([
    "", "a", "A", "ab", "Ba", "b%", "_", "a\\", "a,b", "a;b", "'", '"', "50 %", 'Say "abc"', "ABC\\def",
])  # fmt: skip
# Values that are there, of the types that may have none.
THERE: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.one_of(st.integers(-3, 3), st.integers(-(10**15), 10**15)),
    "decimal": st.integers(-30, 30).map(lambda n: Decimal(n).scaleb(-1).quantize(Decimal("0.0001"))),
    "percent": st.integers(-30, 30).map(lambda n: Decimal(n).quantize(Decimal("0.01"))),
    "money": st.builds(Amount, st.integers(-300, 300), st.sampled_from(["EUR", "USD", "JPY"])),
    "date": st.dates(TODAY - datetime.timedelta(days=430), TODAY + datetime.timedelta(days=430)),
    "moment": st.integers(-400 * 86_400, 400 * 86_400).map(lambda n: NOW + datetime.timedelta(seconds=n)),
    "link": st.sampled_from(LINKED),
    "user": st.integers(1, 3),
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "long_text": WORDS.map(lambda word: f"{word}\nx" if word else ""),
    "rich_text": WORDS.map(lambda word: f"<p>{escape(word, quote=False)}</p>" if word else ""),
    "yes_no": st.booleans(),
    "choice": st.sampled_from(["", "a", "b", "c"]),
    "choices": st.lists(st.sampled_from("abc"), unique=True).map(sorted),
    "email": st.sampled_from(["", "a@x.example", "B@x.example", "ab@y.example"]),
    "phone": st.sampled_from(["", "+49 30 123", "030 99"]),
    "url": st.sampled_from(["", "https://a.example", "https://b.example/x?y=%20_"]),
    "address": st.fixed_dictionaries({}, optional={"city": WORDS.filter(bool), "street": WORDS.filter(bool)}),
    "file": st.one_of(st.none(), WORDS.filter(bool).map(lambda word: FileValue(0, word))),
    "links": st.lists(st.sampled_from(LINKED), unique=True).map(sorted),
    "labelled_links": st.dictionaries(st.sampled_from(LINKED), st.sampled_from(["", "a", "b"])).map(
        lambda links: [{"id": number, "label": label} for number, label in sorted(links.items())]
    ),
    "tags": st.lists(st.sampled_from(["a", "b", "c, d"]), unique=True).map(sorted),
    "identities": st.lists(st.sampled_from(["a@x.example", "ab@y.example", "c@x.example"]), unique=True).map(
        lambda values: [{"value": value, "label": ""} for value in values]
    ),
    **{key: st.one_of(st.none(), there) for key, there in THERE.items()},
}  # fmt: skip


def texts(value: Any) -> list[str]:
    """What a text operator looks into."""
    if isinstance(value, dict):
        return [part.lower() for part in value.values()]
    if isinstance(value, list):
        return [str(item["value"]).lower() for item in value]
    return [value.lower()] if value else []


def within(value: Any, low: Any, high: Any) -> bool:
    return value is not None and low <= value < high


def day_of(value: Any) -> Any:
    return value.astimezone(ZoneInfo(BERLIN.time_zone)).date() if isinstance(value, datetime.datetime) else value


def period(name: str) -> tuple[datetime.date, datetime.date]:
    """The first day of a period, and the first one behind it."""
    which, _, unit = name.partition("_")
    step = {"last": -1, "this": 0, "next": 1}.get(which, 0)
    if not unit:
        day = TODAY + datetime.timedelta(days={"yesterday": -1, "today": 0, "tomorrow": 1}[name])
        return day, day + datetime.timedelta(days=1)
    if unit == "week":
        monday = TODAY - datetime.timedelta(days=TODAY.weekday()) + datetime.timedelta(weeks=step)
        return monday, monday + datetime.timedelta(weeks=1)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    number = (TODAY.year * 12 + TODAY.month - 1) // months + step
    first, behind = ((n * months // 12, n * months % 12 + 1) for n in (number, number + 1))
    return datetime.date(*first, 1), datetime.date(*behind, 1)


def on_day_of_year(day: datetime.date, year: int) -> datetime.date:
    """When a day is kept in a year that need not have it."""
    try:
        return day.replace(year=year)
    except ValueError:
        return datetime.date(year, 2, 28)


Rule = Callable[[Any, Any], bool]
TEXT: dict[str, Rule] = {
    "contains": lambda value, wanted: any(wanted.lower() in text for text in texts(value)),
    "starts": lambda value, wanted: any(text.startswith(wanted.lower()) for text in texts(value)),
    "is": lambda value, wanted: value == wanted,
    "not": lambda value, wanted: value != wanted,
}
NUMBERS: dict[str, Rule] = {
    "is": lambda value, wanted: value == wanted,
    "not": lambda value, wanted: value != wanted,
    "above": lambda value, wanted: value is not None and value > wanted,
    "below": lambda value, wanted: value is not None and value < wanted,
    "from": lambda value, wanted: value is not None and value >= wanted,
    "to": lambda value, wanted: value is not None and value <= wanted,
}
DATES: dict[str, Rule] = {
    "on": lambda value, day: day_of(value) == day,
    "before": lambda value, day: value is not None and day_of(value) < day,
    "after": lambda value, day: value is not None and day_of(value) > day,
    "within": lambda value, days: value is not None and TODAY - days <= day_of(value) <= TODAY,
    "yearly": lambda value, day: value is not None and on_day_of_year(value, day.year) == day,
    "older": lambda value, days: value is not None and day_of(value) < TODAY - days,
    "next": lambda value, days: value is not None and TODAY <= day_of(value) <= TODAY + days,
    "in": lambda value, name: within(day_of(value), *period(name)),
}
ONE: dict[str, Rule] = {"any": lambda value, wanted: value in wanted, "none": lambda value, wanted: value not in wanted}
MANY: dict[str, Rule] = {
    "any": lambda value, wanted: bool({*value} & {*wanted}),
    "all": lambda value, wanted: {*wanted} <= {*value},
    "none": lambda value, wanted: not {*value} & {*wanted},
}


def in_currency(rule: Rule) -> Rule:
    """Amounts of other currencies never match."""
    return lambda value, wanted: value is not None and value.currency == wanted.currency and rule(value, wanted)


def of_numbers(rule: Rule) -> Rule:
    """Links are compared by where they lead, whatever is said of them."""
    return lambda value, wanted: rule([link["id"] for link in value], wanted)


RULES: dict[str, dict[str, Rule]] = {
    "file": {"contains": lambda value, wanted: bool(value) and wanted.lower() in value.name.lower()},
    "rich_text": {"contains": lambda value, wanted: wanted.lower() in unescape(value).lower()},
    "text": TEXT, "long_text": TEXT, "phone": TEXT, "url": TEXT, "address": TEXT,
    "email": {**TEXT, "is": lambda value, wanted: value.lower() == wanted.lower(),
              "not": lambda value, wanted: value.lower() != wanted.lower()},
    "identities": {**TEXT, "is": lambda value, wanted: wanted.lower() in texts(value)},
    "integer": NUMBERS, "decimal": NUMBERS, "percent": NUMBERS,
    "money": {key: in_currency(rule) for key, rule in NUMBERS.items()},
    "date": DATES, "moment": DATES,
    "yes_no": {"is": lambda value, wanted: bool(value) == wanted},
    "choice": ONE, "link": ONE, "user": ONE, "choices": MANY, "tags": MANY, "links": MANY,
    "labelled_links": {key: of_numbers(rule) for key, rule in MANY.items()},
}  # fmt: skip


def expected(field: Field, operator: str, value: Any, operand: Any) -> bool:
    """Whether a record with this value is found."""
    if operator in ("empty", "filled"):
        return (value in (None, "", [], {})) == (operator == "empty")
    if operator == "between":
        low, high = operand
        rules = RULES[field.type]
        return rules["from"](value, low) and rules["to"](value, high)
    return RULES[field.type][operator](value, operand)


@st.composite
def operand_of(draw: Any, field: Field, operator: str) -> tuple[Any, str]:
    """Something to compare with, and how it is written in an address."""
    values = THERE.get(field.type) or VALUES[field.type].filter(lambda value: value not in (None, "", [], {}))
    if operator in ("empty", "filled"):
        return None, ""
    if operator in ("within", "older", "next"):
        count, unit = draw(st.integers(1, 60)), draw(st.sampled_from("dw"))
        return datetime.timedelta(days=count * (7 if unit == "w" else 1)), f"{count}{unit}"
    if operator == "in":
        name = draw(st.sampled_from(list(PERIODS)))
        return name, name
    if field.type in ("date", "moment"):
        day = draw(THERE["date"])
        return day, day.isoformat()
    if operator == "between":
        ends = sorted((draw(values), draw(values)), key=str)
        return ends, "..".join(field.to_text(end) for end in ends)
    if operator in ("any", "all", "none"):
        one = values.flatmap(lambda value: st.sampled_from(value) if isinstance(value, list) else st.just(value))
        if field.type == "labelled_links":
            one = st.sampled_from(LINKED)
        wanted = draw(st.lists(one, min_size=1, max_size=3))
        return wanted, join_values([str(value) for value in wanted])
    if field.type in ("address", "identities"):
        text = draw(st.sampled_from(["a", "A", "b%", "_", "x.example", "a@x.example"]))
        return text, text
    if field.type in ("long_text", "rich_text", "file"):
        return (text := draw(WORDS.filter(bool))), text
    value = draw(values)
    return value, field.to_text(value)


def fill(field: Field, values: list[Any]) -> None:
    """Companies r0, r1 … with these values."""
    Company.objects.all().delete()
    Identity.objects.all().delete()
    File.objects.all().delete()
    records = Record.objects.bulk_create(Record(kind="company") for _value in values)
    Record.objects.bulk_create([Record(pk=pk, kind="company") for pk in LINKED], ignore_conflicts=True)
    companies = []
    for number, (record, value) in enumerate(zip(records, values, strict=True)):
        company = Company(record=record, title=f"r{number}", title_key=f"r{number}", created_at=NOW, updated_at=NOW)
        if field.key == "name":
            company.title_key = value.lower()
        if not isinstance(field, ChildField):
            field.set(company, value)
        companies.append(company)
    Company.objects.bulk_create(companies)
    if isinstance(field, FileField):
        File.objects.bulk_create(
            _file(company, field, value) for company, value in zip(companies, values, strict=True) if value
        )
    elif field.has_rows:
        field.write_many([(company, field.nothing(), value) for company, value in zip(companies, values, strict=True)])


def _file(company: Company, field: Field, value: FileValue) -> File:
    whose = {"record_id": company.pk, "stored_name": f"{company.pk:032x}"}
    return File(field_key=field.key, name=value.name, size=1, added_at=NOW, **whose)


def test_every_type_and_operator_has_a_rule() -> None:
    for known in (SPEC.by_key[key] for key in KEYS):
        assert known.type in VALUES, known.type
        missing = {operator.key for operator in known.operators} - {"empty", "filled", "between", *RULES[known.type]}
        assert not missing, (known.type, missing)


@pytest.fixture
def shared_emails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two companies may have one address here."""
    monkeypatch.setattr("rapport.people.identities.unique_key", lambda *_which: None)


@pytest.mark.usefixtures("shared_emails")
@FEW
@given(data=st.data())
@pytest.mark.parametrize("key", KEYS)
def test_it_works(ada: Actor, key: str, data: st.DataObject) -> None:
    field = SPEC.by_key[key]
    values = VALUES[field.type]
    if key == "name":
        values = values.filter(bool)
    elif key == "phones":
        values = st.just([])
    elif key in ("created_at", "updated_at"):
        values = THERE["moment"]
    elif field.type == "choice" and not field.custom:
        values = st.just("")
    stored = data.draw(st.lists(values, max_size=6), label="stored")
    fill(field, stored)
    places = dict(zip(Company.objects.order_by("pk").values_list("pk", flat=True), stored, strict=True))
    for operator in (known.key for known in field.operators):
        if (field.type == "choice" and not field.custom and operator not in ("empty", "filled")) or key == "phones":
            continue  # its options are another's, and are tried with the custom one
        operand, text = data.draw(operand_of(field, operator), label=operator)
        term = Term(key, operator, text)
        wanted = sorted(pk for pk, value in places.items() if expected(field, operator, value, operand))
        known = next(one for one in field.operators if one.key == operator)
        with clock.frozen(NOW):
            assert found_by(ada, term) == wanted, (operator, text)
            named = field.named(known, text, BERLIN, 1_000)
            assert named is None or {*wanted} <= {*named}, (operator, text)
            if field.type in ASKED:  # a record that is being saved is asked the same without a database
                held = sorted(pk for pk, value in places.items() if holds(term, SPEC.by_key, {key: value}, BERLIN))
                assert held == wanted, (operator, text)


def found_by(ada: Actor, condition: Condition) -> list[int]:
    """The companies that meet a condition."""
    rows = Company.objects.filter(compile_condition(ada, SPEC, condition, BERLIN))
    return sorted(rows.values_list("pk", flat=True))


IN_TREES = ("c_integer", "c_text", "c_choices", "c_date", "name", "c_yes")


@st.composite
def terms_of(draw: Any) -> Term:
    """A condition on one of some fields."""
    field = SPEC.by_key[draw(st.sampled_from(IN_TREES))]
    operator = draw(st.sampled_from([known.key for known in field.operators]))
    return Term(field.key, operator, draw(operand_of(field, operator))[1])


GROUPS = st.recursive(
    terms_of(),
    lambda parts: st.builds(
        lambda group, some: group(tuple(some)), st.sampled_from([AllOf, AnyOf]), st.lists(parts, max_size=3)
    ),
    max_leaves=8,
)


@given(data=st.data())
@FEW
def test_groups_in_groups_mean_what_their_parts_mean(ada: Actor, data: st.DataObject) -> None:
    shape = st.fixed_dictionaries({
        key: VALUES[SPEC.by_key[key].type].filter(lambda value, key=key: key != "name" or bool(value))
        for key in IN_TREES
    })  # fmt: skip
    stored = data.draw(st.lists(shape, min_size=1, max_size=5), label="stored")
    fill(SPEC.by_key["name"], [values["name"] for values in stored])
    companies = list(Company.objects.order_by("pk"))
    for company, values in zip(companies, stored, strict=True):
        for key in IN_TREES[:4] + IN_TREES[5:]:
            SPEC.by_key[key].set(company, values[key])
    Company.objects.bulk_update(companies, ["custom"])
    for number in range(6):
        tree = data.draw(GROUPS, label=f"tree {number}")
        with clock.frozen(NOW):
            wanted = [one.pk for one, values in zip(companies, stored, strict=True)
                      if holds(tree, SPEC.by_key, values, BERLIN)]  # fmt: skip
            assert found_by(ada, tree) == wanted


ONE_HOP = ("name", "c_integer", "c_choices", "c_moment", "c_money", "tags", "c_email")


@pytest.mark.usefixtures("shared_emails")
@given(data=st.data())
@settings(FEW, max_examples=4)
@pytest.mark.parametrize("key", ONE_HOP)
def test_a_condition_beyond_a_link_finds_what_leads_to_those_that_meet_it(
    ada: Actor, monkeypatch: pytest.MonkeyPatch, key: str, data: st.DataObject
) -> None:
    made_at_run_time(monkeypatch, company=CUSTOM)
    field = SPEC.by_key[key]
    values = VALUES[field.type].filter(lambda value: key != "name" or bool(value))
    Person.objects.all().delete()
    fill(field, data.draw(st.lists(values, min_size=1, max_size=5), label="stored"))
    companies = list(Company.objects.order_by("pk").values_list("pk", flat=True))
    records = Record.objects.bulk_create(Record(kind="person") for _company in companies)
    Person.objects.bulk_create(
        Person(record=record, title="p", title_key="p", first_name="p", company_id=company,
               created_at=NOW, updated_at=NOW)
        for record, company in zip(records, companies, strict=True)
    )  # fmt: skip
    for operator in (known.key for known in field.operators):
        _operand, text = data.draw(operand_of(field, operator), label=operator)
        with clock.frozen(NOW):
            beyond = compile_condition(ada, house.person(), Term(f"company.{key}", operator, text), BERLIN)
            led = sorted(Person.objects.filter(beyond).values_list("company_id", flat=True))
            assert led == found_by(ada, Term(key, operator, text)), (operator, text)
