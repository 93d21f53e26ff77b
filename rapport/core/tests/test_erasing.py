"""Erasing: the content goes from everywhere, the chain stays whole, and the erasure is an event itself."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.activities.models import Call, Note
from rapport.core.audit import erasures
from rapport.core.audit.erase import erase, erase_again
from rapport.core.audit.rewriting import rewrite
from rapport.core.audit.verify import verify
from rapport.core.audit.written import settle
from rapport.core.changes.models import BulkRun
from rapport.core.errors import NotAllowed, NotFound
from rapport.core.events import pump
from rapport.core.events.models import Act, Change, Event
from rapport.core.importing.models import ImportRow
from rapport.core.jobs import queue
from rapport.core.jobs.models import Job
from rapport.core.objects import saving
from rapport.core.records.models import Record
from rapport.lib import clock
from rapport.people.models import Company, Person
from tests import house


@pytest.fixture
def mia(ada: Actor) -> Person:
    """Somebody whose name and addresses occur nowhere else."""
    hexa = house.a_company(ada)
    made = house.a_person(
        ada, "Mirabella", "Quandt", email="mirabella@quandt.example", company=hexa.pk, phone="+4930123456"
    )
    saving.update(ada, house.person(), made.pk, {"about": "Quandt likes tea", "tags": "vip"})
    return Person.objects.get(pk=made.pk)


def everything() -> str:
    """All that the tables of the engine and of the rooms hold, as text."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label in ("core", "people", "activities"):
            found += [repr(row) for row in model._default_manager.values()]
    return "\n".join(found)


def test_it_works(mia: Person, ada: Actor) -> None:
    pump.drain()
    assert "Quandt" in everything()
    done = erase(ada, mia.pk)
    assert done.ids == (mia.pk,)
    pump.drain()
    assert "quandt" not in everything().casefold()
    assert not Person.objects.exists()
    assert Record.objects.get(pk=mia.pk).title == ""
    assert Event.objects.filter(kind="person.erased", subject_id=mia.pk, seal_no__isnull=False).exists()
    report = verify()
    assert report.is_whole, report.problems


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_after_the_rewriting_no_byte_of_it_is_left(tmp_path: Path) -> None:
    ada = house.admin()
    gone = house.a_person(ada, "Mirabella", "Quandt", email="mirabella@quandt.example")
    add_note(ada, NoteInput("Quandt called", (gone.pk,)))
    pump.drain()
    erase(ada, gone.pk)
    rewrite()
    copy = tmp_path / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    assert b"quandt" not in copy.read_bytes().lower()


def test_notes_about_her_alone_go_and_those_about_others_stay(mia: Person, ada: Actor) -> None:
    other = house.a_person(ada, "Bob")
    alone = add_note(ada, NoteInput("Quandt called", (mia.pk,)))
    shared = log_call(ada, CallInput(about=(mia.pk, other.pk), body="Both"))
    pump.drain()
    done = erase(ada, mia.pk)
    assert (set(done.ids), done.left) == ({mia.pk, alone.pk}, (shared.pk,))
    assert not Note.objects.exists() and Call.objects.exists()
    pump.drain()
    report = verify()
    assert report.is_whole, report.problems


def test_erasing_a_company_leaves_its_people_and_their_notes(mia: Person, ada: Actor) -> None:
    add_note(ada, NoteInput("About her", (mia.pk,)))
    pump.drain()
    assert mia.company_id is not None
    erase(ada, mia.company_id)
    pump.drain()
    assert Person.objects.get().company_id is None and Note.objects.exists() and not Company.objects.exists()
    report = verify()
    assert report.is_whole, report.problems


def test_a_link_to_what_was_erased_may_lead_nowhere_but_not_elsewhere(ada: Actor) -> None:
    hexa, other = house.a_company(ada), saving.create(ada, house.company(), {"name": "Other"})
    mia = house.a_person(ada, company=hexa.pk)
    erase(ada, hexa.pk)
    pump.drain()
    assert verify().is_whole
    Person.objects.filter(pk=mia.pk).update(company_id=other.pk)
    (problem,) = verify().problems
    assert (problem.record, problem.field) == (mia.pk, "company")


def test_what_is_not_sealed_yet_can_be_erased_and_sealed_then(mia: Person, ada: Actor) -> None:
    erase(ada, mia.pk)
    pump.drain()
    assert verify().is_whole
    assert Event.objects.filter(seal_no=None).count() == 0


def test_only_administrators_erase_and_only_once(mia: Person, ada: Actor) -> None:
    ann = house.actor("Ann", house.role("Member", levels=house.levels()))
    with pytest.raises(NotAllowed):
        erase(ann, mia.pk)
    erase(ada, mia.pk)
    with pytest.raises(NotFound):
        erase(ada, mia.pk)


def test_an_act_about_her_alone_loses_its_label(mia: Person, ada: Actor) -> None:
    with saving.acting(ada, "merge", label="Mirabella Quandt") as act:
        saving.update(ada, house.person(), mia.pk, {"job_title": "Head"}, act=act)
    erase(ada, mia.pk)
    assert Act.objects.get(pk=act.pk).label == ""


def test_sentences_about_what_was_left_are_blanked_and_still_counted(mia: Person, ada: Actor) -> None:
    left = ["Mirabella Quandt was changed since and stays."]
    BulkRun.objects.create(kind="person", verb="tag", left=left, left_count=1, created_at=clock.now())
    for kind in ("undo", "bulk"):
        job = queue.enqueue(kind, {"act": 1}, ada)
        Job.objects.filter(pk=job.pk).update(state="done", result={"left": left, "left_count": 1})
    erase(ada, mia.pk)
    assert "Quandt" not in everything()
    assert BulkRun.objects.get().left_count == 1
    assert {job.result["left_count"] for job in Job.objects.filter(kind__in=("undo", "bulk"))} == {1}


def test_the_database_is_rewritten_in_the_night_after(mia: Person, ada: Actor) -> None:
    erase(ada, mia.pk)
    assert Job.objects.filter(kind="database.rewrite", state="queued").count() == 1


def test_the_night_is_that_of_most_users(mia: Person, ada: Actor) -> None:
    User.objects.update(time_zone="Asia/Tokyo")
    with clock.frozen(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)):
        erase(ada, mia.pk)
    assert Job.objects.get(kind="database.rewrite").run_at.isoformat() == "2026-03-01T17:00:00+00:00"


def test_an_erasure_that_was_rolled_back_erases_nobody_later(mia: Person, ada: Actor) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        erase(ada, mia.pk)
        raise RuntimeError
    settle()
    assert erase_again(ada) == []
    assert Person.objects.filter(pk=mia.pk).exists()


def test_an_erasure_cut_off_behind_its_commit_is_settled(
    mia: Person, ada: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasures, "path", lambda: tmp_path / "erasures")
    erase(ada, mia.pk)  # inside of the test's transaction nothing confirms it
    with erasures.path().open("ab") as file:
        file.write(b'{"commi')
    assert erasures.committed() == []
    settle()
    assert [line.record for line in erasures.committed()] == [mia.pk]


def test_a_restored_backup_is_erased_again(
    mia: Person, ada: Actor, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    kept = (list(Person.objects.values()), Record.objects.filter(pk=mia.pk).values().get())
    with django_capture_on_commit_callbacks(execute=True):
        erase(ada, mia.pk)
    Record.objects.filter(pk=mia.pk).update(title=kept[1]["title"], trashed_at=None)
    Person.objects.bulk_create([Person(**row) for row in kept[0]])
    stranger = house.a_person(ada, "New")
    assert erase_again(ada) == [mia.pk]
    assert list(Person.objects.values_list("pk", flat=True)) == [stranger.pk]


def test_blank_content_without_an_erasure_is_no_erasure(mia: Person, ada: Actor) -> None:
    pump.drain()
    event = Event.objects.get(kind="person.updated")
    Event.objects.filter(pk=event.pk).update(salt=b"", data={})
    Change.objects.filter(event=event).delete()
    assert verify().problems[0].event == event.pk


class Sequences(TestCase):
    """Whatever was done, sealed and erased in whatever order: the chain verifies, and the erased is gone."""

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=st.lists(st.sampled_from(["new", "change", "trash", "seal", "erase", "restore"]), max_size=12))
    def test_any_sequence(self, steps: list[str]) -> None:
        house.forget()
        ada = house.admin()
        people: list[int] = []
        gone: set[int] = set()
        for number, step in enumerate(steps):
            if step == "new" or not people:
                people.append(house.a_person(ada, f"secret{number}", tags="x").pk)
            elif step == "change":
                live = Person.objects.filter(pk__in=people, live=True).first()
                if live:
                    saving.update(ada, house.person(), live.pk, {"about": f"secret {number}"})
            elif step == "trash":
                saving.trash(ada, house.person(), people[-1:])
            elif step == "restore":
                saving.restore(ada, house.person(), people)
            elif step == "seal":
                pump.drain()
            else:
                gone.add(people[0])
                erase(ada, people.pop(0))
        pump.drain()
        report = verify()
        assert report.is_whole, (steps, report.problems)
        left = json.dumps(list(Change.objects.filter(record_id__in=gone).values_list("fields", flat=True)))
        assert left == "[]"
        assert not Event.objects.filter(subject_id__in=gone).exclude(salt=b"").exclude(kind="person.erased").exists()


@pytest.mark.sqlite_only
def test_the_rows_of_imports_are_found_by_their_record(ada: Actor) -> None:
    assert "importrow_record" in ImportRow.objects.filter(record_id__in=[1, 2]).explain()
