"""Loading a sample, and taking it away without a trace."""

import json
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.activities.models import ActivityLink, Attendee, Call, Meeting, Note, Task
from rapport.core.audit.verify import verify
from rapport.core.errors import Conflict
from rapport.core.events import pump
from rapport.core.events.models import Act, Change, Event, EventLink
from rapport.core.notices.models import Follow, Notice
from rapport.core.notices.reading import notices
from rapport.core.objects import registry, saving
from rapport.core.records.models import Record
from rapport.core.tags.models import TagLink
from rapport.people.models import Affiliation, Company, Identity, Person
from rapport.sales.models import Deal, DealState, StageChange
from rapport.sample import clearing, deals, loading, plan, tasks
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db


def numbers() -> dict[str, int]:
    """How many rows each table has; blank places in the sealed history do not count."""
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if not model._meta.db_table.startswith("django_") and model not in (Act, Event, EventLink, Record)
    }


def person() -> Person:
    return Person.objects.filter(company__isnull=False).order_by("pk")[0]


def test_a_sample_goes_without_a_trace(world: World) -> None:
    before = numbers()
    loaded = loading.load(people=40)
    removed = clearing.clear()
    assert loaded["people"] == removed["people"] == 40
    assert numbers() == before
    assert set(Record.objects.values_list("title", flat=True)) == {""}


def test_the_history_stays_whole_when_a_sample_goes(world: World) -> None:
    loading.load(people=20)
    pump.drain()
    saving.update(world.actor("ada"), registry.get("person"), person().pk, {"job_title": "Chef"})
    clearing.clear()
    pump.drain()
    report = verify()
    assert report.is_whole, report.problems
    assert report.sealed == Event.objects.count()


def test_a_sample_is_not_loaded_twice(world: World) -> None:
    loading.load(people=5)
    with pytest.raises(Conflict, match="loaded already"):
        loading.load(people=5)
    assert Person.objects.count() == 5


def test_clearing_twice_removes_nothing_more(world: World) -> None:
    loading.load(people=5)
    clearing.clear()
    assert clearing.clear() == {}


def test_what_was_done_to_a_sample_record_goes_with_it(world: World) -> None:
    before = numbers()
    loading.load(people=5)
    saving.update(world.actor("ada"), registry.get("person"), person().pk, {"job_title": "Chef"})
    add_note(world.actor("ada"), NoteInput("Only about the sample", (person().pk,)))
    clearing.clear()
    assert numbers() == before


def test_what_people_entered_themselves_stays(world: World) -> None:
    loading.load(people=5)
    ada = world.actor("ada")
    mine = saving.create(ada, registry.get("person"), {"first_name": "Real", "tags": ["Newsletter", "Mine"]})
    log_call(ada, CallInput(about=(mine.pk, person().pk), body="With both"))
    clearing.clear()
    assert list(Person.objects.values_list("title", flat=True)) == ["Real"]
    assert list(Call.objects.values_list("body", flat=True)) == ["With both"]
    assert registry.get("person").by_key["tags"].get(mine) == ["Mine", "Newsletter"]


def test_a_colleague_who_has_done_something_stays(world: World) -> None:
    loading.load(people=5)
    lena = User.objects.select_related("role", "team").get(name="Lena Fischer")
    saving.create(Actor.of(lena), registry.get("company"), {"name": "Hers"})
    clearing.clear()
    assert set(User.objects.filter(email__endswith=".example").values_list("name", flat=True)) == {"Lena Fischer"}


def test_the_last_activity_is_that_of_the_timeline(world: World) -> None:
    loading.load(people=60)
    for one in Person.objects.all():
        about = {"pk__in": Record.objects.filter(pk__in=_activities_of(one.pk))}
        latest = [*Call.objects.filter(**about).values_list("happened_at", flat=True)]
        latest += Note.objects.filter(**about).values_list("created_at", flat=True)
        assert one.last_activity_at == max(latest, default=None)


def test_history_is_told_in_the_name_of_colleagues_at_its_time(world: World) -> None:
    loading.load(people=60)
    call = Call.objects.filter(owner__isnull=False).order_by("pk")[0]
    event = Event.objects.get(subject_id=call.pk)
    assert event.user_id == call.owner_id
    assert abs(event.at - call.happened_at).total_seconds() < 24 * 3600


def test_a_sample_to_look_at_has_tasks_for_everybody_and_clears_them(world: World) -> None:
    loaded = loading.load(people=100)["tasks"]
    owners = {*Task.objects.values_list("owner", flat=True)}
    assert loaded == Task.objects.count() >= len(owners) * len(tasks.STATES)
    assert Task.objects.filter(owner=world.ada.pk, done_at=None).exists()
    clearing.clear()
    assert not Task.objects.exists()


@pytest.mark.sqlite_only
def test_a_sample_to_look_at_has_meetings_and_clears_them(world: World) -> None:
    assert loading.load(people=100)["meetings"] == Meeting.objects.count()
    assert Attendee.objects.filter(user=world.ada.pk).exists()
    clearing.clear()
    assert not Meeting.objects.exists() and not Attendee.objects.exists()


def test_a_sample_to_look_at_has_deals_with_their_history_and_clears_them(world: World) -> None:
    assert loading.load(people=100)["deals"] == Deal.objects.count() == 100 // deals.PEOPLE
    assert {*Deal.objects.values_list("status", flat=True)} == {"open", "won", "lost"}
    assert Deal.objects.filter(status="open", owner=world.ada.pk).exists()
    opened = Deal.objects.filter(status="open")
    assert opened.filter(next_step_by=None).exists() and opened.exclude(next_step_by=None).exists()
    assert not StageChange.objects.filter(seconds__lt=0).exists()
    clearing.clear()
    assert not Deal.objects.exists() and not StageChange.objects.exists() and not DealState.objects.exists()


def test_both_ways_of_loading_write_the_same_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    companies = list(plan.companies(60, plan.datetime.date(2026, 6, 1)))
    monkeypatch.setattr(plan, "companies", lambda *_asked: iter(companies))
    monkeypatch.setattr(loading, "enliven", lambda *_all: None)
    loading.load(people=60)
    through_engine = content()
    clearing.clear()
    monkeypatch.setattr(plan, "SMALL", 1)
    loading.load(people=60)
    in_bulk = content()
    assert in_bulk == through_engine
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA foreign_key_check").fetchall() == []


def content() -> dict[str, Any]:
    """Everything that was loaded, with titles instead of ids and without times."""
    titles = dict(Record.objects.exclude(title="").values_list("pk", "title"))  # what was erased has none
    found: dict[str, Any] = {}
    for model in (Person, Company, Note, Call):
        hidden = {"record", "company", "created_at", "updated_at", "happened_at", "last_activity_at", "owner", "team"}
        names = [column.attname for column in model._meta.concrete_fields if column.name not in hidden]
        found[model.__name__] = sorted(map(repr, model._default_manager.values_list(*names)))
    names = ("record_id", "kind", "value", "norm", "label", "place", "unique_key")
    found["identities"] = sorted((titles[pk], *rest) for pk, *rest in Identity.objects.values_list(*names[:-1]))
    found["unique"] = sorted(str(key) for key in Identity.objects.values_list("unique_key", flat=True))
    names = ("person_id", "company_id", "role", "since", "until", "is_main")
    found["affiliations"] = sorted(
        repr((titles[a], titles[b], *rest)) for a, b, *rest in Affiliation.objects.values_list(*names)
    )
    found["tags"] = sorted((titles[pk], tag) for pk, tag in TagLink.objects.values_list("record_id", "tag__name"))
    found["about"] = sorted(
        (titles[a], titles[b]) for a, b in ActivityLink.objects.values_list("activity_id", "record_id")
    )
    found["links"] = sorted(
        (kind, titles[a], titles[b])
        for kind, a, b in EventLink.objects.values_list("event__kind", "event__subject_id", "record_id")
        if a in titles
    )
    found["changes"] = sorted(
        (titles[pk], json.dumps({key: value for key, value in fields.items() if key not in _IDS}, sort_keys=True))
        for pk, fields in Change.objects.values_list("record_id", "fields")
    )
    return found


_IDS = {"company", "about", "affiliations", "owner", "team"}


def _activities_of(pk: int) -> list[int]:
    return list(ActivityLink.objects.filter(record_id=pk).values_list("activity_id", flat=True))


def test_the_first_administrator_finds_something_at_home(world: World) -> None:
    loading.load(people=60)
    ada = world.actor("ada")
    told = notices(ada).lines
    assert {line.kind for line in told} == {"change", "mention"}
    assert {line.is_new for line in told} == {True, False}
    assert Follow.objects.filter(user=world.ada).count() >= 3
    clearing.clear()
    assert notices(ada).lines == [] and not Notice.objects.exists() and not Follow.objects.exists()


@pytest.mark.sqlite_only
def test_a_sample_asks_no_real_customer_to_come(world: World) -> None:
    ada = world.actor("ada")
    mine = house.a_company(ada, "0 Real Customer")
    real = house.a_person(ada, "0 Real", company=mine.pk)
    loading.load(people=100)
    assert not ActivityLink.objects.filter(record__in=[mine.pk, real.pk]).exists()
    assert not Attendee.objects.filter(person=real.pk).exists()
