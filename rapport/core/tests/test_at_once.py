"""What happens between two steps of a piece of work: it went away meanwhile, was cancelled, or somebody was faster."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from rapport.accounts.actor import Actor
from rapport.core.changes.undo import undo
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.events.models import Act
from rapport.core.importing import mapping, running, runs
from rapport.core.importing.models import ImportRun
from rapport.core.objects import saving
from rapport.core.objects.bulk import bulk
from rapport.core.records.models import Record
from rapport.core.tests.bringing import HEADER, Files
from rapport.people import saving as contacts
from rapport.people.models import Identity, Person
from tests import house

pytestmark = pytest.mark.django_db


def before(patch: pytest.MonkeyPatch, owner: Any, name: str, event: Callable[[], Any]) -> None:
    """Lets ``event`` happen once, just before the function is called."""
    real, todo = getattr(owner, name), [event]

    def late(*args: Any, **named: Any) -> Any:
        if todo:
            todo.pop()()
        return real(*args, **named)

    patch.setattr(owner, name, late)


def gone(pk: int) -> None:
    Record.objects.filter(pk=pk).update(trashed_at="2026-01-01T00:00Z")
    Person.objects.filter(pk=pk).update(live=False)


def test_a_record_trashed_while_it_is_saved_is_not_there(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    mia = house.a_person(ada)
    before(monkeypatch, saving, "update_many", lambda: gone(mia.pk))
    with pytest.raises(NotFound):
        saving.update(ada, house.person(), mia.pk, {"job_title": "Head"})


def test_a_record_trashed_while_it_is_changed_back_is_left(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    mia = house.a_person(ada)
    saving.update(ada, house.person(), mia.pk, {"job_title": "Head"})
    before(monkeypatch, saving, "update_many", lambda: gone(mia.pk))
    done = undo(ada, Act.objects.latest("pk").pk)
    assert done.changed == 0 and "is in the trash" in done.left[0]


def test_an_import_cancelled_meanwhile_stays_cancelled(
    ada: Actor, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = files.prepare(ada, HEADER + "A,B,a@example.com,,\n")
    cancelled = ImportRun.objects.filter(pk=run.pk)
    before(monkeypatch, mapping, "check_match", lambda: cancelled.update(state="cancelled"))
    with pytest.raises(Conflict):
        running.run(ada, run.pk)
    assert runs.get_run(ada, run.pk).state == "cancelled" and not Person.objects.exists()


def test_only_a_taken_value_is_told_as_one(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> None:
        Person.objects.filter(pk=mia.pk).update(title=None)

    mia = house.a_person(ada)
    monkeypatch.setattr(contacts.PersonSaver, "stored", fail)
    with pytest.raises(IntegrityError):
        saving.update(ada, house.person(), mia.pk, {"job_title": "Head"})


def test_a_restore_of_many_that_comes_too_late_is_refused(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    mia = house.a_person(ada, email="mia@x.example")
    saving.trash(ada, house.person(), [mia.pk])
    house.a_person(ada, "Other", email="mia@x.example")
    # As if the other were stored just after the look at who has the address.
    monkeypatch.setattr(contacts.ContactSaver, "revive", lambda *_args: {})
    with pytest.raises(Invalid, match="just saved the same value"):
        bulk(ada, house.person(), "restore", [mia.pk])
    assert not Person.objects.get(pk=mia.pk).live


def test_a_bulk_change_that_meets_a_taken_value_is_refused(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(*_args: Any) -> None:
        Identity.objects.filter(record_id=mia.pk).update(unique_key="person:other@x.example")

    mia = house.a_person(ada, email="mia@x.example")
    house.a_person(ada, "Other", email="other@x.example")
    monkeypatch.setattr(contacts.PersonSaver, "stored", take)
    with pytest.raises(Invalid, match="just saved the same value"):
        bulk(ada, house.person(), "tag", [mia.pk], tag="vip")


@pytest.mark.postgres_only
def test_lists_are_read_behind_the_lock(ada: Actor, files: Files) -> None:
    mia = house.a_person(ada, email="mia@x.example", tags="old")

    def read_behind_the_lock(work: Callable[[], Any]) -> bool:
        with CaptureQueriesContext(connection) as asked:
            work()
        texts = [sql for ask in asked if (sql := str(ask["sql"])).startswith("SELECT")]
        lock = next(place for place, sql in enumerate(texts) if "FOR UPDATE" in sql and "people_person" in sql)
        return lock < next(place for place, sql in enumerate(texts) if "_tag" in sql.partition("FROM")[2])

    assert read_behind_the_lock(lambda: bulk(ada, house.person(), "tag", [mia.pk], tag="new"))
    assert read_behind_the_lock(lambda: files.bring(ada, "E-mail,Tags\nmia@x.example,third\n"))
