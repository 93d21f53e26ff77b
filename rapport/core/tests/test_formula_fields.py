"""Formulas made at run time: checked when they are written, kept by keys, and never left without what they read."""

from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core.definitions import fields
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Conflict, Invalid
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db
COMPANY = house.company()


def made(ada: Actor, label: str, expression: str, **more: Any) -> FieldDef:
    settings = {"expression": expression, **more}
    return fields.create_field(ada, COMPANY, FieldData(label, "formula", settings=settings))


def changed(ada: Actor, row: FieldDef, expression: str) -> FieldDef:
    return fields.change_field(ada, row.pk, FieldData(row.label, "formula", settings={"expression": expression}))


def test_it_works(world: World) -> None:
    """A formula is in list, filter, order, page and file at the next request, and in no form."""
    ada, browser = world.actor("ada"), world.client("ada")
    url = "/settings/fields/company"
    assert "Formula" in browser.get(f"{url}/new").content.decode()
    assert "Fields to use" in browser.get(f"{url}/new?type=formula").content.decode()
    data = {"type": "formula", "label": "Monthly", "expression": "{Revenue a year} / 12", "places": "2"}
    assert browser.post(f"{url}/new", data).status_code == 303
    row = FieldDef.objects.get()
    assert row.settings == {"expression": "revenue / 12", "form": "money", "places": 2}
    hexa = house.a_company(ada, "Hexa", revenue="1200 EUR")
    house.a_company(ada, "Bolt", revenue="120 EUR")
    page = browser.get(f"/companies/{hexa.pk}").content.decode()
    assert "Monthly" in page and "€100.00" in page
    listed = browser.get(
        "/companies?columns=c_monthly&c_monthly.above=50&sort=-c_monthly&sums=c_monthly.sum"
    ).content.decode()
    assert "Hexa" in listed and "Bolt" not in listed and "€100.00" in listed
    assert 'name="c_monthly"' not in browser.get("/companies/new").content.decode()
    assert browser.post(f"/companies/{hexa.pk}/fact/c_monthly", {"version": "1", "c_monthly": "1"}).status_code >= 400


def test_what_comes_out_is_shown_while_it_is_typed(world: World) -> None:
    browser = world.client("ada")
    house.a_company(world.actor("ada"), "Hexa", revenue="1200 EUR")
    url = "/settings/fields/company/formula"
    shown = browser.post(
        url, {"expression": "amount(revenue) / 1200", "form": "percent", "places": "0"}
    ).content.decode()
    assert "Hexa" in shown and "100\u00a0%" in shown
    wrong = browser.post(url, {"expression": "revenue + name"}).content.decode()
    assert "<mark>+</mark>" in wrong and "joined with &amp;" in wrong
    assert not browser.post(url, {"expression": " "}).content.decode().strip()
    assert browser.post("/settings/fields/nothing/formula", {"expression": "1"}).status_code == 404
    assert world.client("ray").post(url, {"expression": "1"}).status_code == 403


def test_a_formula_that_cannot_be_is_refused_with_its_place(ada: Actor) -> None:
    with pytest.raises(Invalid, match=r"no field “revenu”.*At character 5: revenu") as refused:
        made(ada, "X", "1 + revenu")
    assert list(refused.value.errors) == ["expression"]


def test_formulas_never_come_to_need_each_other(ada: Actor) -> None:
    first = made(ada, "First", "1")
    second = made(ada, "Second", "{First} + 1")
    with pytest.raises(Invalid, match="“First” → “Second” → “First”"):
        changed(ada, first, "c_second + 1")
    with pytest.raises(Invalid, match="“First” → “First”"):
        changed(ada, first, "c_first + 1")
    with pytest.raises(Invalid, match="The formula “Second” reads this field"):
        changed(ada, first, '"text"')
    changed(ada, first, "5")
    assert second.settings["expression"] == "c_first + 1"


def test_a_field_that_a_formula_reads_is_not_archived(world: World) -> None:
    ada, browser = world.actor("ada"), world.client("ada")
    margin = fields.create_field(ada, COMPANY, FieldData("Margin", "percent"))
    fields.create_field(
        ada, house.person(), FieldData("Of the company", "formula", settings={"expression": "company.c_margin * 2"})
    )
    with pytest.raises(Conflict, match="“Of the company” needs this field"):
        fields.archive_field(ada, margin.pk)
    assert browser.post(f"/settings/fields/{margin.pk}/archive").status_code == 303
    assert "c_margin" in COMPANY.by_key
    fields.change_field(ada, margin.pk, FieldData("Share", "percent"))
    row = FieldDef.objects.get(type="formula")
    assert "company.{Share} * 2" in browser.get(f"/settings/fields/{row.pk}/edit").content.decode()
