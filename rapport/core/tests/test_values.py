"""Values of every type come back from text, JSON, forms and the database as they went."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from rapport.accounts.actor import Actor
from rapport.core import fields
from rapport.core.access.fetching import fetch
from rapport.core.fields import Field, Locale
from rapport.core.files.incoming import take_in
from rapport.core.objects import saving
from rapport.people.models import Company
from tests import house
from tests.fields import BERLIN, CUSTOM, SAMPLES, of_every_type, with_custom

FILE = next(field for field in CUSTOM if field.type == "file")
CASES = [
    pytest.param(field, value, id=f"{field.type}-{n}")
    for field in of_every_type()
    for n, value in enumerate(SAMPLES[field.type])
]


def form_of(field: Field, value: Any) -> QueryDict:
    """The value as a browser sends back what the form showed."""
    data = QueryDict(mutable=True)
    shown = field.form_value(value, BERLIN)
    if field.control == "address":
        for part, text in shown.items():
            data[f"{field.key}.{part}"] = text
    elif field.control == "money":
        data[field.key], data[f"{field.key}_currency"] = shown["number"], shown["currency"]
    elif isinstance(field, fields.Link):
        data[field.key] = shown["id"]
    elif field.control == "links":
        data.setlist(field.key, ["", *(item["id"] for item in shown)])
    elif field.control == "labelled_links":
        data.setlist(field.key, ["", *(item["id"] for item in shown)])
        for item in shown:
            data[f"{field.key}_label_{item['id']}"] = item["label"]
    elif field.control == "switch":
        data.setlist(field.key, ["no", "yes"] if value else ["no"])
    elif isinstance(shown, list):
        data.setlist(field.key, shown)
    else:
        data[field.key] = shown
    return data


def test_it_works() -> None:
    assert fields.Integer("n", "N").clean(" 1.234 ", BERLIN) == 1234


# Types of one object alone, whose values are tested with it.
OF_ONE_OBJECT = {"attendees", "checklist", "days", "repeat", "series", "series_day", "time_zone"}
OF_ONE_OBJECT |= {"currency", "lines", "options"}


NO_VALUES = {"followed"}  # only a filter


def test_every_type_has_samples() -> None:
    known = {kind.type for kind in _types(Field) if kind.type} - OF_ONE_OBJECT - NO_VALUES
    assert known <= set(SAMPLES), known - set(SAMPLES)


def _types(kind: type[Field]) -> set[type[Field]]:
    return {kind} | {deeper for below in kind.__subclasses__() for deeper in _types(below)}


@pytest.mark.parametrize(("field", "value"), CASES)
def test_json_brings_it_back(field: Field, value: Any) -> None:
    assert field.from_json(field.to_json(value)) == value
    assert field.from_json(field.to_json(field.empty)) == field.empty


@pytest.mark.parametrize(("field", "value"), CASES)
def test_text_brings_it_back(field: Field, value: Any) -> None:
    if field.type == "file":  # a table carries its name alone
        with pytest.raises(ValueError, match="given as text"):
            field.clean(field.to_text(value), BERLIN)
        return
    assert field.clean(field.to_text(value), BERLIN) == value
    assert field.clean(field.to_text(field.empty), BERLIN) == field.clean(None, BERLIN)


@pytest.mark.parametrize(("field", "value"), CASES)
def test_a_form_brings_it_back(field: Field, value: Any) -> None:
    if field.type == "file":  # a form that sends none leaves the one that is there
        assert not field.in_form(QueryDict("c_file="))
        return
    data = form_of(field, value)
    assert field.in_form(data)
    brought = field.clean(field.from_form(data), BERLIN)
    if field.type == "moment":  # forms show minutes, and do not say which of the two hours when clocks go back
        brought, value = field.form_value(brought, BERLIN), field.form_value(value, BERLIN)
    assert brought == value


@pytest.mark.parametrize(("field", "value"), CASES)
def test_cleaning_twice_is_cleaning_once(field: Field, value: Any) -> None:
    assert field.clean(field.clean(value, BERLIN), BERLIN) == field.clean(value, BERLIN) == value


@pytest.mark.parametrize(("field", "value"), CASES)
def test_it_can_be_shown(field: Field, value: Any) -> None:
    for language in ("en", "de"):
        cell = field.cell(value, Locale(language=language))
        assert cell.shape != "empty" or field.is_empty(value)
    assert field.type == "yes_no" or field.cell(field.empty, BERLIN).shape == "empty"


def test_custom_values_of_every_type_come_back_from_the_database(ada: Actor) -> None:
    spec = with_custom(house.company())
    hexa = house.a_company(ada)
    house.a_company(ada, "Empty")
    for number in range(5):
        values = {
            field.key: SAMPLES[field.type][number % len(SAMPLES[field.type])]
            for field in CUSTOM
            if field.type not in ("link", "links", "labelled_links", "user", "file")
        }
        values |= {"c_link": hexa.pk, "c_user": ada.user_id, "c_links": [hexa.pk]}
        values["c_roles"] = [{"id": hexa.pk, "label": "b"}]
        given = {"c_file": take_in(ada, f"{number}.txt", [b"x"])}
        made = saving.create(ada, spec, {"name": f"C{number}", **values, **given})
        values["c_file"] = FILE.get(made)
        assert values["c_file"].name == f"{number}.txt"
        stored = Company.objects.get(pk=made.pk)
        assert None not in stored.custom.values(), "no value is an absent key"
        for field in CUSTOM:
            assert field.get(stored) == values[field.key], field.key
        (row,) = fetch(spec, [made.pk], CUSTOM)
        for field in CUSTOM:
            shown = row.values[field.key]
            assert field.to_json(shown) == field.to_json(values[field.key]), field.key
        emptied = saving.update(ada, spec, made.pk, {field.key: field.empty for field in CUSTOM})
        assert {key for key in emptied.custom if emptied.custom[key] is not False} == set()


def test_custom_values_are_kept_beside_each_other(ada: Actor) -> None:
    spec = with_custom(house.company())
    made = saving.create(ada, spec, {"name": "C", "c_text": "x", "c_money": "5 EUR"})
    saving.update(ada, spec, made.pk, {"c_integer": 7})
    saving.update(ada, spec, made.pk, {"c_money": ""})
    assert Company.objects.get(pk=made.pk).custom == {"c_text": "x", "c_integer": 7}


ANY_TEXT = st.text(max_size=60)


@given(ANY_TEXT)
def test_whatever_somebody_types_is_a_value_or_a_sentence(text: str) -> None:
    for field in of_every_type():
        try:
            value = field.clean(text, BERLIN)
        except (ValueError, OverflowError) as error:
            assert len(str(error)) > 5 and "invalid literal" not in str(error), field.key
        else:
            assert field.clean(field.to_text(value), BERLIN) == value, field.key
            assert field.from_json(field.to_json(value)) == value


@pytest.mark.parametrize("text", ["²", "1²", "٣", "0x10", "1e5", "∞", "--1", "1,2,3", "\x00", "9" * 40])
def test_odd_numbers_are_understood_or_refused(text: str) -> None:
    for field in of_every_type():
        if field.numeric or isinstance(field, fields.Link):
            try:
                value = field.clean(text, BERLIN)
            except ValueError as error:
                assert "invalid literal" not in str(error)
            else:
                assert value is None or field.to_json(value) is not None
