"""Trees of conditions: in Python, in an address and as JSON; and what is refused."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Term,
    from_address,
    from_json,
    to_address,
    to_json,
)
from rapport.core.access.visible import compile_condition
from rapport.core.access.words import words
from rapport.core.errors import BadQuery
from rapport.core.tests.test_conditions import SLOW, SPEC, fill, found, without_none

# ------------------------------------------------------------------ trees and addresses
LEAF = st.builds(
    Term,
    st.sampled_from(["c_integer", "c_choice", "vat_id"]),
    st.just(""),
    st.sampled_from(["1", "2"]),
).map(lambda term: Term("c_choice", "any", "a") if term.path == "c_choice" else term)
TREE = st.recursive(LEAF, lambda inner: st.one_of(
    st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts))),
    st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
), max_leaves=8)  # fmt: skip


def holds(condition: Condition, row: dict[str, Any]) -> bool:
    if isinstance(condition, AllOf):
        return all(holds(part, row) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, row) for part in condition.parts)
    value = row.get(condition.path)
    if condition.path == "vat_id":
        return condition.value in (value or "")
    return value == ("a" if condition.path == "c_choice" else int(condition.value))


ROWS = {
    f"{number}{choice}{vat}": without_none({"c_integer": number, "c_choice": choice, "vat_id": vat})
    for number in (None, 1, 2)
    for choice in ("", "a")
    for vat in ("", "12")
}


@pytest.fixture
def rows(ada: Actor) -> Actor:
    fill(ROWS)
    return ada


@SLOW
@given(condition=TREE)
def test_a_tree_means_the_same_in_python_in_an_address_and_as_json(rows: Actor, condition: Condition) -> None:
    expected = {title for title, row in ROWS.items() if holds(condition, row)}
    assert found(rows, condition) == expected
    assert from_json(to_json(condition)) == condition
    pairs = to_address(condition)
    again = from_address(rows, SPEC, pairs)
    assert found(rows, again) == expected
    assert to_address(from_address(rows, SPEC, to_address(again))) == to_address(again)
    assert isinstance(words(rows, SPEC, condition), str)


@given(value=st.text(max_size=40))
def test_any_value_survives_an_address(value: str) -> None:
    ada = Actor.system()
    data = QueryDict(mutable=True)
    for name, text in to_address(AllOf((Term("c_text", "contains", value), Term("c_choice", "filled", "")))):
        data.appendlist(name, text)
    sent = QueryDict(data.urlencode())
    try:
        condition = from_address(ada, SPEC, [(name, text) for name, texts in sent.lists() for text in texts])
    except BadQuery:
        return
    assert isinstance(condition, AllOf)
    assert from_address(ada, SPEC, to_address(condition)) == condition


# ------------------------------------------------------------------ what is refused
@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("nothing=1", "nothing"),
        ("custom=1", "custom"),
        ("owner__password=1", "owner__password"),
        ("name.nothing=1", "nothing"),
        ("live=1", "live"),
        ("address.planet=1", "planet"),
        ("owner.password=x", "password"),
        ("version=1", "version"),
        ("where={", "JSON"),
        ("where=[]", "condition"),
        ('where={"field":"nothing"}', "nothing"),
        ("c_link.owner.name=1", "name"),
        ("c_integer=abc", "Integer"),
        ("c_integer.between=1", "1..5"),
        ("industry=klingon", "klingon"),
        ("industry=", "choose"),
        ("c_date.in=doomsday", "unknown period"),
        ("c_date.within=7", "span"),
        ("owner=you", "you"),
        ("vat_id.is=", "value"),
        ("revenue.above=1 XYZ", "Revenue"),
        ("c_yes=maybe", "maybe"),
        ("c_decimal.above=NaN", "Decimal"),
        ("tags=", "choose"),
    ],
)
def test_what_makes_no_sense_is_named(ada: Actor, address: str, named: str) -> None:
    name, _sign, value = address.partition("=")
    with pytest.raises(BadQuery, match=named):
        compile_condition(ada, SPEC, from_address(ada, SPEC, [(name, value)]))


def test_too_many_and_too_deep_is_refused(ada: Actor) -> None:
    with pytest.raises(BadQuery, match="Too many"):
        from_address(ada, SPEC, [("name", "x")] * 61)
    deep = '{"all":[' * 3000 + "]}" * 3000
    for where in ('{"all":[' * 9 + '{"field":"name","value":"x"}' + "]}" * 9, deep):
        with pytest.raises(BadQuery):
            from_address(ada, SPEC, [("where", where)])
    with pytest.raises(BadQuery):
        from_address(ada, SPEC, [("name", "x" * 6000)])


@SLOW
@given(text=st.text(max_size=30))
@pytest.mark.parametrize("field", ["where", "plain"])
def test_no_text_ever_breaks_a_query(rows: Actor, field: str, text: str) -> None:
    for path in (
        "name",
        "vat_id",
        "email",
        "phone",
        "website",
        "tags",
        "emails",
        "address",
        "c_text",
        "c_url",
        "industry",
        "owner",
    ):
        for operator in ("", "is", "contains", "starts", "any"):
            try:
                if field == "where":
                    condition = from_json({"field": path, "operator": operator, "value": text + "\x00\ud800²"})
                else:
                    condition = from_address(rows, SPEC, [(f"{path}.{operator}".rstrip("."), text + "\x00")])
                found(rows, condition)
            except BadQuery as refused:
                refused.message.encode()
