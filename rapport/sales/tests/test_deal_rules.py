"""Deals keep their word: probability, what is told of an end, and since when they stand where they stand."""

import datetime
from decimal import Decimal

import pytest

from rapport.core.changes.acts import latest_act
from rapport.core.changes.undo import undo
from rapport.core.errors import Invalid
from rapport.core.events.emit import acting
from rapport.core.fields.money import Amount
from rapport.core.merging.merge import merge
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.people import lifecycle
from rapport.people.models import Person
from rapport.sales.deals.actions import lose_deal, move_deal, win_deal
from rapport.sales.deals.models import Deal, DealState, StageChange
from rapport.sales.pipelines import queries
from tests import house

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def ann(world):
    return world.actor("ann")


@pytest.fixture
def company(ann):
    return saving.create(ann, registry.get("company"), {"name": "Hexa Logistics"})


@pytest.fixture
def deal(ann, company):
    return made(ann, company, "Fleet tracking")


def made(actor, company, name, **more):
    values = {"name": name, "company": company.pk, "amount": Amount(100_000, "EUR"), **more}
    return saving.create(actor, registry.get("deal"), values)


def changed(actor, deal, **values):
    return saving.update(actor, registry.get("deal"), deal.pk, values)


def test_it_works(ann, deal):
    """A form sends back every field: a probability that nobody touched is not set by hand."""
    won = changed(ann, deal, stage="won", probability="10")
    assert (won.status, won.probability, won.weighted_minor) == ("won", 100, 100_000)


def test_a_form_that_moves_brings_the_probability_of_the_stage_or_the_one_that_was_typed(ann, deal):
    assert changed(ann, deal, stage="proposal", probability="10").probability == 50
    assert changed(ann, deal, stage="negotiation", probability="60").probability == 60


def test_a_closed_deal_has_the_probability_of_its_stage(ann, deal):
    win_deal(ann, deal.pk)
    assert changed(ann, deal, probability=Decimal(10)).probability == 100


def test_a_merge_that_takes_the_stage_of_a_won_deal_takes_what_goes_with_it(world, ann, company, deal):
    other = made(ann, company, "Twin", stage="won", closed_on=datetime.date(2026, 3, 2))
    ada, spec = world.actor("ada"), registry.get("deal")
    merge(ada, spec, deal.pk, [other.pk], {"stage": other.pk})
    kept = Deal.objects.get(pk=deal.pk)
    assert (kept.status, kept.probability, kept.closed_on) == ("won", 100, datetime.date(2026, 3, 2))


def test_a_merge_that_keeps_an_open_deal_open_leaves_the_end_of_the_other_behind(world, ann, company, deal):
    other = made(ann, company, "Twin")
    lose_deal(ann, other.pk, reason="price")
    merge(world.actor("ada"), registry.get("deal"), deal.pk, [other.pk])
    kept = Deal.objects.get(pk=deal.pk)
    assert (kept.status, kept.closed_on, kept.lost_reason) == ("open", None, "")


def test_a_probability_that_is_emptied_is_that_of_the_stage_again(ann, deal):
    changed(ann, deal, probability=Decimal(35))
    emptied = changed(ann, deal, probability="")
    assert (emptied.probability, emptied.weighted_minor) == (10, 10_000)
    assert move_deal(ann, deal.pk, "proposal").probability == 50


def test_what_is_told_of_an_end_goes_with_the_status(ann, company, deal):
    won, lost = made(ann, company, "Won"), made(ann, company, "Lost")
    win_deal(ann, won.pk)
    lose_deal(ann, lost.pk, reason="price")
    day = datetime.date(2026, 3, 2)
    for one, key, value in (
        (deal, "closed_on", day), (deal, "lost_reason", "price"), (won, "closed_on", None),
        (won, "lost_reason", "price"), (lost, "closed_on", None), (lost, "lost_reason", ""),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            changed(ann, one, **{key: value})
        assert list(refused.value.errors) == [key], (one.title, key)
    assert changed(ann, won, closed_on=day).closed_on == day


def test_a_form_that_names_an_open_stage_tells_of_no_end(ann, deal):
    values = {"stage": "qualified", "closed_on": datetime.date(2026, 3, 2), "lost_reason": "price", "source": "Fair"}
    now = changed(ann, deal, **values)
    assert (now.status, now.closed_on, now.lost_reason, now.source) == ("open", None, "", "Fair")
    undo(ann, latest_act(ann, deal.pk))
    assert Deal.objects.get(pk=deal.pk).source == ""


def test_a_deal_that_comes_closed_was_closed_then(ann, company):
    day = datetime.date(2026, 3, 2)
    won = made(ann, company, "Old", stage="won", closed_on=day)
    noon = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
    assert (won.stage_at, StageChange.objects.get(deal=won).at) == (noon, noon)
    assert DealState.objects.get(deal=won).day == day
    found = queries.velocity(day, day + DAY)
    assert (found.won, found.decided, found.seconds) == (1, 1, 0)


def test_deals_that_came_closed_do_not_make_the_others_look_quick(ann, company, deal):
    with clock.as_of(clock.now() + DAY * 4):
        win_deal(ann, deal.pk)
        made(ann, company, "Old", stage="won", closed_on=clock.today(ann.time_zone))
        today = clock.today(ann.time_zone)
        found = queries.velocity(today, today + DAY)
    assert (found.won, round(found.seconds / 86_400)) == (2, 4)


def test_since_when_it_was_in_its_stage_elsewhere_is_kept(ann, company):
    since = datetime.datetime(2026, 5, 4, 9, tzinfo=datetime.UTC)
    values = {"name": "Moved house", "company": company.pk}
    with acting(ann, "deal.create") as act:
        saving.create_many(ann, registry.get("deal"), [values], act=act, standing=[{"stage_at": since}])
    assert Deal.objects.get(title="Moved house").stage_at == since


def test_many_people_take_one_write_for_each_stage(ann, django_assert_max_num_queries, monkeypatch):
    people = [house.a_person(ann, f"P{number}").pk for number in range(12)]
    monkeypatch.setattr(lifecycle, "_evidence", {"customer": [lambda ids: ids]})
    with django_assert_max_num_queries(1):
        lifecycle.refresh(people)
    assert set(Person.objects.filter(pk__in=people).values_list("lifecycle", flat=True)) == {"customer"}
