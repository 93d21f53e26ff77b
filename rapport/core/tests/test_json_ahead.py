"""What is looked for in the raw JSON leaves out nothing that the JSON holds, however it is written."""

import json
from typing import Any

import orjson
import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.accounts.actor import Actor
from rapport.core.fields import Text
from rapport.core.fields.base import LOOKUPS
from rapport.core.fields.json_ahead import may_hold
from rapport.core.fields.json_key import JsonKey
from rapport.people.models import Company
from tests import house

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
MANY = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Signs that JSON or LIKE writes or reads in their own way, among plain ones.
SIGNS = st.sampled_from(
    [*"abcABC /<&'.-", "ab c", '"', "\\", "%", "_", "\n", "\t", "\x7f", "ä", "Ä", "ß", "K", "漢", "😀"]
)
TEXTS = st.lists(SIGNS, max_size=12).map("".join)
WRITERS = (
    json.dumps,
    lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    lambda value: orjson.dumps(value).decode(),
)


def found(condition: Q) -> list[int]:
    return sorted(Company.objects.filter(condition).values_list("pk", flat=True))


def write(pk: int, custom: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_company SET custom = %s WHERE record_id = %s", [custom, pk])


def test_it_works(ada: Actor) -> None:
    pk = house.a_company(ada).pk
    write(pk, '{"c_word": "Say \\"hello\\" to \\u00e4ll"}')
    field = Text("c_word", "Word", custom=True)
    assert "LIKE %hello% AND" in str(Company.objects.filter(field.lookup("contains", '"hello"')).query)
    assert found(field.lookup("contains", '"hello" to ä')) == [pk]
    assert found(field.lookup("in", ["other", "nothing"])) == found(field.lookup("exact", "hello")) == []


@MANY
@given(data=st.data())
def test_it_holds_wherever_the_comparison_does(ada: Actor, data: st.DataObject) -> None:
    pk = Company.objects.values_list("pk", flat=True).first() or house.a_company(ada).pk
    value = data.draw(TEXTS.filter(bool))
    write(pk, data.draw(st.sampled_from(WRITERS))({"c_other": "ab cab c", "c_word": value}))
    low = data.draw(st.integers(0, len(value) - 1))
    part = value[low : data.draw(st.integers(low + 1, len(value)))]
    wanted = data.draw(st.sampled_from([value, part, part.upper(), part.lower(), value + "abc"]))
    for name in ("exact", "iexact", "contains", "icontains", "istartswith", "in"):
        asked: Any = [wanted, "abc"] if name == "in" else wanted
        plain = Q(LOOKUPS[name](JsonKey("c_word"), asked))
        assert found(may_hold(name, asked) & plain) == found(plain), (name, asked)


def test_what_has_an_index_and_what_is_no_text_is_not_looked_for() -> None:
    indexed = Text("c_word", "Word", custom=True, indexed=True)
    assert 'custom" LIKE' not in str(Company.objects.filter(indexed.lookup("exact", "hello")).query)
    assert may_hold("exact", 12345) == may_hold("gt", "hello") == may_hold("exact", "äöü") == Q()
    assert may_hold("in", ["hello", "äöü"]) == may_hold("in", ["hello"] * 4) == Q()
