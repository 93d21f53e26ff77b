"""The plans by which a searched list is found: whichever is chosen, the same rows come in the same order."""

import dataclasses

import pytest

from rapport.accounts.actor import Actor
from rapport.core.access import visible
from rapport.core.access.conditions import AllOf, Term
from rapport.core.access.pages import ListQuery, count_capped, list_page
from rapport.core.objects import saving
from rapport.core.search import listing, weighing
from rapport.core.search.listing import Costs, Plan
from tests import house


def listed(actor: Actor, text: str) -> list[int]:
    """What the search box leaves of the list of people."""
    return sorted(row.id for row in list_page(actor, house.person(), ListQuery(find=text, size=500), []).rows)


def only(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a plan seem the cheapest by far, with no hit known beforehand."""
    dear = {Plan.FETCH: ("keep", "step", "look"), Plan.SIFT: ("fetch", "look"), Plan.LOOK: ("fetch", "keep", "hit")}
    costs = Costs(**{name: 1e6 if name in dear[plan] else 0.0 for name in Costs.__annotations__})
    monkeypatch.setattr(listing, "COSTS", {"sqlite": costs, "postgresql": costs})
    monkeypatch.setattr(weighing, "KNOWN", 2)
    monkeypatch.setattr(weighing, "_kept", {})


@pytest.mark.parametrize("plan", Plan)
def test_it_works_by_every_plan_the_same_in_the_same_order(
    ada: Actor, monkeypatch: pytest.MonkeyPatch, plan: Plan
) -> None:
    only(plan, monkeypatch)
    monkeypatch.setattr(visible, "FEW", 2)
    alpha = house.team("Alpha")
    member = house.actor("Member", house.role("Member", levels=house.levels("team")), alpha)
    everybody = [house.a_person(ada, "Dagmar" if number % 3 else "Bo", f"Nr{number:02}x").pk for number in range(30)]
    found = [pk for number, pk in enumerate(everybody) if number % 3]
    for pk in found[::2]:
        saving.update(ada, house.person(), pk, {"team": alpha.pk})
    assert listed(ada, "agmar") == found and listed(member, "agmar") == found[::2]
    assert listed(ada, "agmar nr04x") == found[2:3] and listed(member, "agmar nr05x") == []
    condition = AllOf((Term("last_name", "contains", "nr1"),))
    narrowed = list_page(ada, house.person(), ListQuery(condition, find="agmar", sort="last_name"), [])
    assert [row.id for row in narrowed.rows] == [pk for pk in found if everybody.index(pk) // 10 == 1]
    for actor, mine in ((ada, found), (member, found[::2])):
        for sort, order in (("last_name", 1), ("-last_name", -1), ("-last_activity_at", -1)):
            query = ListQuery(find="agmar", sort=sort, size=3)
            pages, page = [], list_page(actor, house.person(), query, [])
            pages += page.rows
            while page.has_next:
                page = list_page(actor, house.person(), dataclasses.replace(query, after=pages[-1].id), [])
                pages += page.rows
            assert [row.id for row in pages] == mine[::order], (actor.name, sort)
            back = list_page(actor, house.person(), dataclasses.replace(query, before=pages[4].id), [])
            assert [row.id for row in back.rows] == mine[::order][1:4]


@pytest.mark.parametrize("plan", Plan)
def test_hits_that_are_far_along_the_sort_are_found(
    ada: Actor, monkeypatch: pytest.MonkeyPatch, plan: Plan
) -> None:  # fmt: skip
    only(plan, monkeypatch)
    monkeypatch.setattr(listing, "_PATIENCE", 0.1)
    monkeypatch.setattr(listing, "_STAKE", 0.0)
    for number in range(20):
        house.a_person(ada, "Bo", f"Nr{number:02}x")
    last = [house.a_person(ada, "Dagmar", f"Zz{number:02}x").pk for number in range(8)]
    query = ListQuery(find="agmar", sort="last_name", size=5)
    assert [row.id for row in list_page(ada, house.person(), query, []).rows] == last[:5]
    assert count_capped(ada, house.person(), query) == 8


def test_hits_beyond_a_number_are_met_along_the_sort(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = [house.a_person(ada, "Dagmar", f"Nr{number:02}x").pk for number in range(30)]
    monkeypatch.setattr(listing, "MANY_HITS", 10)
    monkeypatch.setattr(weighing, "KNOWN", 2)
    monkeypatch.setattr(weighing, "_kept", {})
    assert listed(ada, "agmar") == everybody and count_capped(ada, house.person(), ListQuery(find="agmar")) == 30
    query = ListQuery(find="agmar", sort="-last_name", size=12)
    first = list_page(ada, house.person(), query, [])
    second = list_page(ada, house.person(), dataclasses.replace(query, after=first.rows[-1].id), [])
    assert [row.id for row in (*first.rows, *second.rows)] == everybody[::-1][:24]
