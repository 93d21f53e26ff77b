"""The next step of a deal is what is planned soonest, whoever plans, finishes or takes it away."""

import datetime

import pytest

from rapport.activities.meetings.beginning import note_begun
from rapport.activities.planned import is_whole_day
from rapport.activities.tasks.actions import TaskInput, add_task, complete_task, reopen_task, reschedule_task
from rapport.activities.tasks.due import Due
from rapport.core.audit.erase import erase
from rapport.core.changes.acts import latest_act
from rapport.core.changes.undo import undo
from rapport.core.merging.merge import merge
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.sales.deals.models import Deal

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def ann(world):
    return world.actor("ann")


@pytest.fixture
def deal(ann):
    return new_deal(ann, "Fleet tracking")


def new_deal(actor, name):
    company = saving.create(actor, registry.get("company"), {"name": f"{name} Ltd"})
    return saving.create(actor, registry.get("deal"), {"name": name, "company": company.pk})


def step(deal):
    found = Deal.objects.get(pk=deal.pk)
    return (found.next_step, found.next_step_kind, found.next_step_at, found.next_step_by)


def at(days, hour=10):
    day = clock.today("UTC") + DAY * days
    return datetime.datetime.combine(day, datetime.time(hour), datetime.UTC)


def task(actor, deal, title, days):
    return add_task(actor, TaskInput(title, (deal.pk,), Due.at_moment(at(days), actor.time_zone)))


def meeting(actor, deal, title, days):
    values = {"title": title, "starts_at": at(days), "minutes": 30, "about": [deal.pk]}
    return saving.create(actor, registry.get("meeting"), values)


def test_it_works(ann, deal):
    task(ann, deal, "Send the offer", 5)
    assert step(deal) == ("Send the offer", "task", at(5), at(5))
    meeting(ann, deal, "Demo", 3)
    assert step(deal) == ("Demo", "meeting", at(3), at(3))


def test_finishing_leads_to_what_comes_after_and_to_nothing_at_last(ann, deal):
    first, second = task(ann, deal, "Call", 1), task(ann, deal, "Mail", 2)
    complete_task(ann, first.pk)
    assert step(deal)[0] == "Mail"
    complete_task(ann, second.pk)
    assert step(deal) == ("", "", None, None)
    reopen_task(ann, first.pk)
    assert step(deal)[0] == "Call"


def test_a_task_without_a_date_is_no_next_step(ann, deal):
    add_task(ann, TaskInput("Some day", (deal.pk,)))
    assert step(deal)[0] == ""


def test_what_is_planned_for_a_day_is_late_when_the_day_is_over(ann, deal):
    day = clock.today(ann.time_zone) + DAY
    made = add_task(ann, TaskInput("Call", (deal.pk,), Due(day)))
    _title, _kind, moment, by = step(deal)
    assert by == made.due_by
    assert is_whole_day(moment)
    assert moment.astimezone(clock.zone_named(ann.time_zone)).date() == day


def test_it_follows_a_task_that_is_put_off_renamed_or_about_another_deal(ann, deal):
    made, other = task(ann, deal, "Call", 1), new_deal(ann, "Cake")
    reschedule_task(ann, made.pk, Due.at_moment(at(4), ann.time_zone))
    assert step(deal)[3] == at(4)
    saving.update(ann, registry.get("task"), made.pk, {"title": "Ring"})
    assert step(deal)[0] == "Ring"
    saving.update(ann, registry.get("task"), made.pk, {"about": [other.pk]})
    assert (step(deal)[0], step(other)[0]) == ("", "Ring")


def test_the_trash_undo_and_restoring_are_followed(ann, deal):
    made = task(ann, deal, "Call", 1)
    saving.trash(ann, registry.get("task"), [made.pk])
    assert step(deal)[0] == ""
    saving.restore(ann, registry.get("task"), [made.pk])
    assert step(deal)[0] == "Call"
    complete_task(ann, made.pk)
    undo(ann, latest_act(ann, made.pk))
    assert step(deal)[0] == "Call"


def test_a_meeting_that_has_begun_is_no_step_any_more(ann, deal):
    meeting(ann, deal, "Demo", 1)
    with clock.as_of(at(1, 11)):
        note_begun(lambda _done, _all: None)
    assert step(deal)[0] == ""


def test_a_meeting_that_is_called_off_is_none(ann, deal):
    made = meeting(ann, deal, "Demo", 1)
    saving.update(ann, registry.get("meeting"), made.pk, {"outcome": "called_off"})
    assert step(deal)[0] == ""


def test_what_was_about_a_deal_that_is_merged_away_is_planned_for_the_one_that_stays(world, ann, deal):
    other = new_deal(ann, "Twin")
    task(ann, other, "Call", 1)
    merge(world.actor("ada"), registry.get("deal"), deal.pk, [other.pk])
    assert step(deal)[0] == "Call"


def test_an_erased_task_leaves_no_words_behind(world, ann, deal):
    made = task(ann, deal, "Call Mr Secret", 1)
    erase(world.actor("ada"), made.pk)
    assert step(deal) == ("", "", None, None)
