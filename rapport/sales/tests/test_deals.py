"""Deals: the stage decides, every door obeys, and what was is not forgotten."""

import datetime
from decimal import Decimal

import pytest

from rapport.core.changes.acts import latest_act
from rapport.core.changes.undo import undo
from rapport.core.definitions import loading
from rapport.core.errors import Conflict, Invalid
from rapport.core.fields.money import Amount
from rapport.core.jobs import queue
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.people.models import Person
from rapport.sales.deals.actions import lose_deal, move_deal, reopen_deal, win_deal
from rapport.sales.deals.models import Deal, DealState, StageChange
from rapport.sales.deals.saving import weighted
from rapport.sales.pipelines.models import Stage
from tests import house

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(world):
    return world.actor("ann")


@pytest.fixture
def company(ann):
    return saving.create(ann, registry.get("company"), {"name": "Hexa Logistics"})


@pytest.fixture
def person(ann):
    return saving.create(ann, registry.get("person"), {"first_name": "Alice", "last_name": "Adams"})


@pytest.fixture
def deal(ann, company):
    values = {"name": "Fleet tracking", "company": company.pk, "amount": Amount(2_450_000, "EUR")}
    return saving.create(ann, registry.get("deal"), values)


def fresh(deal):
    return Deal.objects.get(pk=deal.pk)


def test_it_works(deal):
    assert (deal.pipeline, deal.stage, deal.status) == ("sales", "qualified", "open")
    assert deal.probability == 10
    assert deal.weighted_minor == 245_000


def test_a_deal_is_somebodys(ann):
    with pytest.raises(Invalid) as refused:
        saving.create(ann, registry.get("deal"), {"name": "Nobody's"})
    assert "company" in refused.value.errors


def test_moving_brings_the_probability_of_the_stage_and_is_noted_with_its_time(ann, deal):
    with clock.as_of(clock.now() + datetime.timedelta(days=3)):
        moved = move_deal(ann, deal.pk, "proposal")
    assert (moved.stage, moved.probability, moved.weighted_minor) == ("proposal", 50, 1_225_000)
    change = StageChange.objects.get(deal=deal, after="proposal")
    assert change.before == "qualified"
    assert change.seconds == 3 * 86400
    assert (change.amount_minor, change.amount_currency) == (2_450_000, "EUR")


def test_a_probability_set_by_hand_stays_when_the_deal_moves(ann, deal):
    saving.update(ann, registry.get("deal"), deal.pk, {"probability": Decimal(35)})
    assert move_deal(ann, deal.pk, "proposal").probability == 35


def test_a_form_that_leaves_the_probability_empty_leaves_it_to_the_stage(ann, company):
    values = {"name": "Pallets", "company": company.pk, "probability": ""}
    assert saving.create(ann, registry.get("deal"), values).probability == 10


def test_winning_closes_the_deal_and_makes_a_customer(ann, person):
    deal = saving.create(ann, registry.get("deal"), {"name": "Cake", "person": person.pk})
    assert Person.objects.get(pk=person.pk).lifecycle == "opportunity"
    won = win_deal(ann, deal.pk)
    assert (won.status, won.stage, won.probability) == ("won", "won", 100)
    assert won.closed_on == clock.today(ann.time_zone)
    assert Person.objects.get(pk=person.pk).lifecycle == "customer"


def test_who_bought_long_ago_is_a_former_customer_one_night(ann, person):
    deal = saving.create(ann, registry.get("deal"), {"name": "Cake", "person": person.pk})
    win_deal(ann, deal.pk)
    with clock.as_of(clock.now() + datetime.timedelta(days=740)):
        queue.enqueue("sales.lifecycle.nightly", {}, ann)
        house.work()
    assert Person.objects.get(pk=person.pk).lifecycle == "former_customer"


def test_losing_needs_a_reason(ann, deal):
    with pytest.raises(Invalid) as refused:
        move_deal(ann, deal.pk, "lost")
    assert "lost_reason" in refused.value.errors
    assert lose_deal(ann, deal.pk, reason="price").status == "lost"


def test_a_won_deal_cannot_be_lost_without_reopening(ann, deal):
    win_deal(ann, deal.pk)
    with pytest.raises(Conflict):
        lose_deal(ann, deal.pk, reason="price")
    with pytest.raises(Invalid):
        move_deal(ann, deal.pk, "lost", values={"lost_reason": "price"})


def test_reopening_leads_back_to_where_it_stood(ann, deal):
    move_deal(ann, deal.pk, "negotiation")
    win_deal(ann, deal.pk)
    again = reopen_deal(ann, deal.pk)
    assert (again.status, again.stage, again.probability, again.closed_on) == ("open", "negotiation", 75, None)


def test_an_undone_move_has_not_been(ann, deal):
    before = fresh(deal)
    with clock.as_of(clock.now() + datetime.timedelta(hours=1)):
        move_deal(ann, deal.pk, "proposal")
        undo(ann, latest_act(ann, deal.pk))
    now = fresh(deal)
    assert (now.stage, now.probability, now.stage_at) == ("qualified", 10, before.stage_at)
    assert not StageChange.objects.filter(deal=deal, after="proposal").exists()


def test_a_move_whose_undo_is_undone_has_been(ann, deal):
    win_deal(ann, deal.pk)
    undone = undo(ann, latest_act(ann, deal.pk))
    assert not StageChange.objects.filter(deal=deal, after="won").exists()
    undo(ann, undone.act.pk)
    now = fresh(deal)
    change = StageChange.objects.get(deal=deal, after="won")
    assert (now.status, now.stage_at) == ("won", change.at)


def test_a_stage_asks_for_fields_and_names_where_one_may_go(ann, deal):
    Stage.objects.filter(key="proposal").update(required=["closes_on"])
    Stage.objects.filter(key="qualified").update(leads_to=["proposal"])
    loading.renew()
    with pytest.raises(Invalid) as refused:
        move_deal(ann, deal.pk, "proposal")
    assert "closes_on" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        move_deal(ann, deal.pk, "negotiation")
    assert "stage" in refused.value.errors
    day = datetime.date(2027, 1, 15)
    assert move_deal(ann, deal.pk, "proposal", values={"closes_on": day}).closes_on == day


def test_the_state_of_each_day_is_kept_once(ann, deal):
    move_deal(ann, deal.pk, "discovery")
    state = DealState.objects.get(deal=deal)
    assert (state.stage, state.status, state.live) == ("discovery", "open", True)
    with clock.as_of(clock.now() + datetime.timedelta(days=1)):
        saving.trash(ann, registry.get("deal"), [deal.pk])
    assert DealState.objects.filter(deal=deal).count() == 2


@pytest.mark.parametrize(
    ("minor", "probability", "expected"), [(101, 50, 51), (-101, 50, -51), (0, 10, 0), (None, 10, None)]
)
def test_weighted_amounts_are_whole_minor_units(minor, probability, expected):
    assert weighted(minor, Decimal(probability)) == expected
