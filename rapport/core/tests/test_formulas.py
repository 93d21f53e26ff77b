"""Formula fields: on every surface like other fields, and never telling what their reader may not see."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Workspace
from rapport.core import fields
from rapport.core.access.conditions import Term
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import readable_fields
from rapport.core.access.pages import ListQuery, list_page, rows_matching
from rapport.core.access.sums import sums
from rapport.core.errors import BadQuery, NotAllowed
from rapport.core.fields import Field
from rapport.core.fields.money import Amount
from rapport.core.formulas.checking import check, with_keys
from rapport.core.formulas.fields import formula
from rapport.core.formulas.naming import with_labels
from rapport.core.formulas.tree import FormulaError
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import clock
from tests import house
from tests.fields import made_at_run_time

pytestmark = pytest.mark.django_db
COMPANY, PERSON = house.company(), house.person()
Add = Callable[..., None]


@pytest.fixture
def add(monkeypatch: pytest.MonkeyPatch) -> Add:
    """Gives objects fields, until the test is over."""
    given: dict[str, tuple[Field, ...]] = {}

    def more(kind: str, *fields: Field) -> None:
        given[kind] = (*given.get(kind, ()), *fields)
        made_at_run_time(monkeypatch, **given)

    return more


def value_of(spec: ObjectSpec, record: Any, key: str) -> Any:
    (row,) = fetch(spec, [record.pk], [spec.by_key[key]])
    return row.values[key]


def revenue_times(factor: str) -> Field:
    return formula("company", f"revenue * {factor}", "money", key="c_plan", label="Plan")


def test_it_works(ada: Actor, add: Add) -> None:
    add("company", revenue_times("1.5"))
    hexa = house.a_company(ada, "Hexa", revenue="1001.01 EUR")
    house.a_company(ada, "Bolt", revenue="10 EUR")
    none = house.a_company(ada, "None")
    assert value_of(COMPANY, hexa, "c_plan") == Amount(150152, "EUR")  # half a cent more counts as one
    assert value_of(COMPANY, none, "c_plan") is None
    found = rows_matching(ada, COMPANY, ListQuery(Term("c_plan", "above", "100")))
    assert [row.title for row in found] == ["Hexa"]
    page = list_page(ada, COMPANY, ListQuery(sort="-c_plan"), [COMPANY.by_key["c_plan"]])
    assert [row.title for row in page.rows] == ["Hexa", "Bolt", "None"]
    told, _cut = sums(ada, COMPANY, ListQuery(), {"c_plan": "sum"}, COMPANY.by_key)
    assert told["c_plan"].text == "€1,516.52"


@pytest.mark.parametrize(
    ("expression", "form", "value"),
    [
        ("round(10 / 3, 2)", "number", Decimal("3.33")),
        ("1 / 8", "percent", Decimal("12.50")),
        ('"A " & name & " B"', "text", "A Hexa B"),
        ("length(name) = 4", "yes_no", True),
        ("add_days(today(), 3)", "date", datetime.date(2026, 4, 1)),
        ("now()", "moment", datetime.datetime(2026, 3, 28, 23, 30, tzinfo=datetime.UTC)),
        ("revenue / 0", "money", None),
        ("1 / (length(name) - 4)", "number", None),
        ("10 EUR + 3 USD", "money", None),
        ("is_empty(revenue)", "yes_no", True),
        ('industry = "Software"', "yes_no", True),
        ('"Sector: " & industry', "text", "Sector: Software"),
        ("c_gone + 1", "number", None),  # a field that is not there any more
    ],
)
def test_every_kind_of_value_is_shown(ada: Actor, add: Add, expression: str, form: str, value: Any) -> None:
    add("company", formula("company", expression, form, key="c_f", label="F"))
    hexa = house.a_company(ada, "Hexa", industry="software")
    Workspace.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})
    workspace.forget()
    with clock.frozen(datetime.datetime(2026, 3, 28, 23, 30, 20, tzinfo=datetime.UTC)):
        assert value_of(COMPANY, hexa, "c_f") == value
    field = COMPANY.by_key["c_f"]
    for operator in field.operators:
        if operator.takes == "nothing":
            assert rows_matching(ada, COMPANY, ListQuery(Term("c_f", operator.key))).exists() == (
                (operator.key == "empty") == field.is_empty(value)
            )


def test_a_formula_may_use_another_one(ada: Actor, add: Add) -> None:
    add("company", revenue_times("2"), formula("company", "amount(c_plan) / 3", "number", key="c_third", label="Third"))
    hexa = house.a_company(ada, revenue="100 EUR")
    assert value_of(COMPANY, hexa, "c_third") == Decimal("66.67")


def test_formulas_that_need_each_other_are_refused_with_their_path(add: Add) -> None:
    first = formula("company", "c_b + 1", "number", key="c_a", label="Alpha")
    add("company", first, formula("company", "c_a + 1", "number", key="c_b", label="Beta"))
    with pytest.raises(FormulaError, match="“Alpha” → “Beta” → “Alpha”"):
        check("c_b + 1", COMPANY, path=(first,))


def test_one_hop_reads_the_record_behind_a_link(ada: Actor, add: Add) -> None:
    add("person", formula("person", 'company.name & ", " & company.industry', "text", key="c_where", label="Where"))
    hexa = house.a_company(ada, industry="retail")
    mia = house.a_person(ada, company=hexa.pk)
    assert value_of(PERSON, mia, "c_where") == "Hexa, Retail"
    saving.trash(ada, COMPANY, [hexa.pk])
    assert value_of(PERSON, mia, "c_where") == ", "


def test_records_that_lead_here_are_counted_and_summed(ada: Actor, add: Add) -> None:
    add("person", fields.Decimal("c_points", "Points", custom=True), fields.Money("c_paid", "Paid", custom=True),
        fields.Link("c_rival", "Rival", custom=True, to="company"))  # fmt: skip
    for key, expression, form in (
        ("c_count", "count(person.company)", "number"), ("c_sum", "sum(person.company, c_points)", "number"),
        ("c_high", "highest(person.company, birthday)", "date"), ("c_paid_sum", "sum(person.company, c_paid)", "money"),
        ("c_last", "latest(person.company, job_title)", "text"), ("c_rivals", "count(person.c_rival)", "number"),
    ):  # fmt: skip
        add("company", formula("company", expression, form, key=key, label=key))
    hexa, bolt = house.a_company(ada, "Hexa"), house.a_company(ada, "Bolt")
    house.a_person(ada, "A", "A", company=hexa.pk, c_points="0.1", birthday="1990-01-02", c_paid="5 EUR")
    house.a_person(
        ada, "B", "B", company=hexa.pk, c_points="0.2", birthday="1991-01-02", c_paid="7 EUR", job_title="Baker"
    )
    gone = house.a_person(ada, "C", "C", company=hexa.pk, c_points="5", c_rival=bolt.pk)
    saving.trash(ada, PERSON, [gone.pk])
    house.a_person(ada, "D", "D", company=bolt.pk, c_paid="5 EUR", c_rival=hexa.pk)
    house.a_person(ada, "E", "E", company=bolt.pk, c_paid="5 USD")
    got = {
        key: value_of(COMPANY, hexa, key) for key in ("c_count", "c_sum", "c_high", "c_paid_sum", "c_last", "c_rivals")
    }
    assert got == {
        "c_count": 2, "c_sum": Decimal("0.30"), "c_high": datetime.date(1991, 1, 2), "c_paid_sum": Amount(1200, "EUR"),
        "c_last": "Baker", "c_rivals": 1,
    }  # fmt: skip
    assert value_of(COMPANY, bolt, "c_paid_sum") is None  # two currencies are never added
    assert value_of(COMPANY, bolt, "c_rivals") == 0
    found = rows_matching(ada, COMPANY, ListQuery(Term("c_rivals", "is", "1")))
    assert [row.title for row in found] == ["Hexa"]


def test_several_links_are_counted_too(ada: Actor, add: Add) -> None:
    add("person", fields.Links("c_likes", "Likes", custom=True, to="company"))
    add("company", formula("company", "count(person.c_likes)", "number", key="c_fans", label="Fans"))
    hexa = house.a_company(ada)
    for name in ("A", "B"):
        house.a_person(ada, name, name, c_likes=[hexa.pk])
    assert value_of(COMPANY, hexa, "c_fans") == 2


@pytest.mark.parametrize("made", [fields.Link, fields.Links, fields.LabelledLinks])
def test_links_made_at_run_time_are_gathered_over(ada: Actor, add: Add, made: Any) -> None:
    add("person", made("c_led", "Led", custom=True, to="company"), fields.Integer("c_points", "Points", custom=True))
    gathered = {"c_n": "count(person.c_led)"}
    for key, name in (("c_s", "sum"), ("c_l", "lowest"), ("c_h", "highest"), ("c_t", "latest")):
        gathered[key] = f"{name}(person.c_led, c_points)"
    add("company", *(formula("company", text, "number", key=key, label=key) for key, text in gathered.items()))
    hexa, bolt = house.a_company(ada), house.a_company(ada, "Bolt")
    for points, target in ((3, hexa), (5, hexa), (1, hexa), (9, bolt)):
        person = house.a_person(ada, "A", str(points), c_points=points)
        value = target.pk if made is fields.Link else f"{target.pk}"
        saving.update(ada, PERSON, person.pk, {"c_led": value})
    assert [value_of(COMPANY, hexa, key) for key in gathered] == [3, 9, 1, 5, 1]


def test_who_does_not_see_all_records_does_not_see_what_is_counted_of_them(ada: Actor, add: Add) -> None:
    add("company", formula("company", "count(person.company)", "number", key="c_count", label="Count"))
    add("person", formula("person", "company.industry", "text", key="c_where", label="Where"))
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all")))
    own = house.levels("all") | {
        "person": dict.fromkeys(house.FULL, "own"),
        "company": dict.fromkeys(house.FULL, "all"),
    }
    some = house.actor("Some", house.role("Some", levels=own))
    filtered = house.role("Filtered", levels=house.levels("all"), filters={"person": {"all": []}})
    narrow = house.actor("Narrow", filtered)
    assert "c_count" in readable_fields(rep, COMPANY)
    assert "c_where" in readable_fields(some, PERSON)  # all companies are seen
    for actor in (some, narrow):
        assert "c_count" not in readable_fields(actor, COMPANY)
        with pytest.raises(BadQuery):
            list(rows_matching(actor, COMPANY, ListQuery(Term("c_count", "above", "1"))))
        with pytest.raises(BadQuery):
            list_page(actor, COMPANY, ListQuery(sort="c_count"), [])


def test_a_formula_of_a_hidden_field_is_hidden(add: Add) -> None:
    add("company", revenue_times("2"), formula("company", "amount(c_plan)", "number", key="c_more", label="More"))
    add("person", formula("person", "company.c_plan", "money", key="c_far", label="Far"))
    hidden = {"company": {"revenue": "hidden"}}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all"), field_rules=hidden))
    assert not {"c_plan", "c_more"} & readable_fields(rep, COMPANY).keys()
    assert "c_far" not in readable_fields(rep, PERSON)


def test_nobody_types_into_a_formula(ada: Actor, add: Add) -> None:
    add("company", revenue_times("2"))
    with pytest.raises(NotAllowed):
        house.a_company(ada, c_plan="5 EUR")


def test_what_is_read_is_of_this_day_though_its_sql_is_kept(ada: Actor, add: Add) -> None:
    add("company", formula("company", "today()", "date", key="c_day", label="Day"))
    hexa = house.a_company(ada)
    for day in (1, 2):
        with clock.frozen(datetime.datetime(2026, 5, day, 12, tzinfo=datetime.UTC)):
            assert value_of(COMPANY, hexa, "c_day") == datetime.date(2026, 5, day)


@pytest.mark.parametrize(
    ("expression", "at", "sentence"),
    [
        ("", 0, "Write a formula"),
        ("1 +", 3, "ends too early: a value is missing"),
        ("(1", 2, "ends too early: “\\)” is missing"),
        ("1 2", 2, "“2” was not expected"),
        ('"a', 0, "has no end"),
        ("revenu * 2", 0, "no field “revenu”. Did you mean: revenue"),
        ("revenue + 1", 8, "Write the amount with its currency"),
        ("name + name", 5, "joined with &"),
        ("created_at + 1", 11, "add_days"),
        ("if(name, 1, 2)", 3, "needs a yes or no"),
        ("owner", 0, "names a user"),
        ("tags", 0, "many values"),
        ("count(person.job_title)", 6, "does not lead"),
        ("sum(person.company, job_title)", 20, "needs a field with a number"),
        ("count(thing.company)", 6, "no object “thing”"),
        ('industry = "Sofware"', 11, "is not one of"),
        ("left(name, length(name))", 11, "whole number"),
        ("foo(1)", 0, "no function “foo”"),
        ("100 XYZ", 4, "not a currency"),
        ("1 = name", 2, "cannot be compared"),
        ("(" * 30 + "1" + ")" * 30, 20, "nested too deeply"),
        ("1" + "+1" * 200, 2 * 99 + 1, "too many parts"),
        ("1" + "*1000000000000000" * 20, 300, "A number has at most|too often"),
        ("x" * 3000, 2000, "at most 2000 characters"),
    ],
)
def test_errors_say_what_where_and_what_to_do(expression: str, at: int, sentence: str) -> None:
    with pytest.raises(FormulaError, match=sentence) as error:
        check(expression, COMPANY)
    if "|" not in sentence:
        assert error.value.at == at


def test_labels_become_keys_and_are_shown_as_labels_again(add: Add) -> None:
    add("company", fields.Decimal("c_margin", "Margin, net", custom=True))
    text = 'if({margin, net} > 0.1, "good " & {Name}, "") & latest(person.{Company}, {Job title})'
    kept = with_keys(text, COMPANY, COMPANY.by_key)
    assert kept == 'if(c_margin > 0.1, "good " & name, "") & latest(person.company, job_title)'
    shown = with_labels(kept, COMPANY, {spec.key: spec for spec in registry.every()})
    assert shown == 'if({Margin, net} > 0.1, "good " & name, "") & latest(person.company, job_title)'
