"""Figures in the foot of a list."""

import json

import pytest

from rapport.accounts.actor import Actor
from rapport.core.access import sums as summing
from rapport.core.access import tallies
from rapport.core.access.conditions import Term
from rapport.core.access.levels import locale_of
from rapport.core.access.pages import ListQuery
from rapport.core.access.sums import kinds_of, read_sums, sums
from rapport.core.objects import saving
from tests import house

SPEC = house.company()


def told(actor: Actor, wanted: dict[str, str], query: ListQuery | None = None) -> dict[str, str]:
    found, _cut = sums(actor, SPEC, query or ListQuery(), wanted, SPEC.by_key)
    return {key: one.text for key, one in found.items()}


@pytest.fixture
def three(ada: Actor) -> None:
    for name, revenue, industry in (("a", "100 EUR", "retail"), ("b", "50.50 EUR", ""), ("c", "7 USD", "food")):
        saving.create(ada, SPEC, {"name": name, "revenue": revenue, "industry": industry})
    saving.create(ada, SPEC, {"name": "d"})


@pytest.mark.usefixtures("three")
def test_it_works(ada: Actor) -> None:
    assert told(ada, {"industry": "count", "revenue": "filled"}) == {"industry": "2", "revenue": "75 %"}


@pytest.mark.usefixtures("three")
def test_money_is_told_by_currency_and_never_added_across(ada: Actor) -> None:
    assert told(ada, {"revenue": "sum"})["revenue"].count("·") == 1
    assert "150.50" in told(ada, {"revenue": "sum"})["revenue"] and "7" in told(ada, {"revenue": "sum"})["revenue"]
    assert "75.25" in told(ada, {"revenue": "avg"})["revenue"]


@pytest.mark.usefixtures("three")
def test_the_filter_and_the_limit_of_work_count(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    only = ListQuery(condition=Term("industry", "any", "retail"))
    assert told(ada, {"industry": "count", "created_at": "max"}, only)["industry"] == "1"
    monkeypatch.setattr(summing, "MOST_SUMMED", 2)
    assert sums(ada, SPEC, ListQuery(), {"industry": "count"}, SPEC.by_key)[1] is True


@pytest.mark.usefixtures("three")
def test_counted_in_stretches_it_is_what_it_is_at_once(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "STRETCH", 1)
    monkeypatch.setattr(tallies, "SECONDS", 0)
    some = ("revenue", "created_at", "industry")
    for kinds in (
        ("sum", "min", "count"),
        ("avg", "max", "filled"),
        ("min", "count", "count"),
        ("max", "max", "count"),
    ):
        wanted = dict(zip(some, kinds, strict=True))
        counted, after, steps = tallies.Tally(), 0, 0
        while after is not None and steps < 10:
            counted = tallies.Tally.from_json(json.loads(json.dumps(counted.to_json())))  # as it travels
            after = tallies.count_on(ada, SPEC, ListQuery(), wanted, SPEC.by_key, counted, after)  # type: ignore[assignment]
            steps += 1
        found = summing.in_words(counted, wanted, SPEC.by_key, locale_of(ada))
        assert {key: one.text for key, one in found.items()} == told(ada, wanted) and steps >= 4


def test_nothing_to_sum_is_a_dash(ada: Actor) -> None:
    assert told(ada, {"revenue": "sum", "industry": "filled", "created_at": "min"}) == {
        "revenue": "–", "industry": "0 %", "created_at": "–",
    }  # fmt: skip


def test_unknown_fields_and_kinds_are_left_out() -> None:
    fields = {key: SPEC.by_key[key] for key in ("revenue", "industry", "about")}
    assert read_sums(fields, "revenue.sum,industry.sum,nothing.count,revenue,industry.filled") == {
        "revenue": "sum", "industry": "filled",
    }  # fmt: skip
    assert kinds_of(SPEC.by_key["tags"]) == []
