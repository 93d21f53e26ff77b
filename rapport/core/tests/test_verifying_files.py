"""Verify names whatever was done to files around Rapport: to their rows, their bytes and their history."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core.audit.erase import erase
from rapport.core.audit.verify import verify
from rapport.core.events import pump
from rapport.core.events.models import Event
from rapport.core.files import actions, incoming, storing
from rapport.core.files.models import File
from rapport.core.objects import saving
from rapport.core.records.models import Record
from rapport.lib import clock
from rapport.lib.tests.test_file_kinds import png
from rapport.people.models import Person
from tests import house

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.DATA_FOLDER = tmp_path
    yield


@pytest.fixture
def mia(ada: Actor) -> Person:
    """Somebody with a contract, a removed letter and a photo."""
    person: Person = house.a_person(ada, email="mia@hexa.example")
    actions.add_file(ada, person.pk, "contract.txt", [b"We agree."])
    actions.trash_file(ada, actions.add_file(ada, person.pk, "letter.txt", [b"Dear Mia"]).pk)
    photo = incoming.take_in(ada, "mia.png", [png(40, 40)])
    saving.update(ada, house.person(), person.pk, {"photo": photo})
    pump.drain()
    return person


def contract() -> File:
    return File.objects.get(name="contract.txt")


def sentences() -> list[str]:
    pump.drain()
    return [problem.sentence for problem in verify().problems]


def test_it_works(mia: Person) -> None:
    assert sentences() == []


def row(**values: Any) -> Callable[[], object]:
    return lambda: File.objects.filter(name="contract.txt").update(**values)


def pipe_for(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DONE: dict[str, tuple[Callable[[], object], str]] = {
    "name": (row(name="other.txt"), "not the one that the history says"),
    "digest": (row(sha256="0" * 64), "not the one that the history says"),
    "place": (row(record_id=Record.objects.exclude(kind="person").values("pk")[:1]), "no event added it"),
    "trash": (row(trashed_at=clock.now()), "removed or brought back without an event"),
    "back": (lambda: File.objects.filter(name="letter.txt").update(trashed_at=None), "removed or brought back"),
    "row": (lambda: contract().delete(), "is gone, and no event says why"),
    "bytes": (lambda: storing.path_of(contract().stored_name).write_bytes(b"We agreE."), "are not those"),
    "bytes gone": (lambda: storing.path_of(contract().stored_name).unlink(), "are gone"),
    "bytes from a pipe": (lambda: pipe_for(storing.path_of(contract().stored_name)), "are gone"),
    "no name of ours": (row(stored_name="../../etc/passwd"), "are gone"),
    "photo": (lambda: storing.path_of(File.objects.get(name="mia.png").stored_name).write_bytes(b""), "are not those"),
    "photo's row": (lambda: File.objects.filter(name="mia.png").update(sha256="0" * 64), "photo"),
}  # fmt: skip


@pytest.mark.parametrize("what", list(DONE))
def test_what_was_done_around_us_is_named(mia: Person, ada: Actor, what: str) -> None:
    house.a_company(ada)
    do, told = DONE[what]
    do()
    found = sentences()
    assert found and any(told in sentence for sentence in found), found


def test_a_file_that_no_event_added_is_named(mia: Person) -> None:
    kept = storing.keep([b"forged"], 100)
    File.objects.create(
        record_id=mia.pk, name="forged.txt", size=6, sha256=kept.sha256, kind="text/plain", is_disguised=False,
        stored_name=kept.stored_name, added_at=clock.now(),
    )  # fmt: skip
    assert "is there, but no event added it" in " ".join(sentences())


FORMER: dict[str, tuple[dict[str, Any], str]] = {
    "name": ({"name": "other.png"}, "not the one that the history says"),
    "digest": ({"sha256": "0" * 64}, "not the one that the history says"),
    "field": ({"field_key": "logo"}, "no event added it"),
}


@pytest.mark.parametrize("what", list(FORMER))
def test_a_photo_that_an_undo_could_bring_back_is_watched_too(mia: Person, ada: Actor, what: str) -> None:
    saving.update(ada, house.person(), mia.pk, {"photo": incoming.take_in(ada, "new.png", [png(41, 41)])})
    assert sentences() == []
    values, told = FORMER[what]
    File.objects.filter(name="mia.png").update(**values)
    assert any(told in sentence for sentence in sentences())


def test_what_was_removed_may_be_forgotten_and_who_was_erased_leaves_no_doubt(mia: Person, ada: Actor) -> None:
    File.objects.filter(name="letter.txt").delete()  # as after 30 days
    assert sentences() == []
    erase(ada, mia.pk)
    assert sentences() == []
    assert not File.objects.exists()


def test_events_from_before_digests_were_told_still_count(mia: Person) -> None:
    """They are compared by name. That they were changed here is what the chain says, and nothing of files."""
    for event in Event.objects.filter(kind="file.added"):
        Event.objects.filter(pk=event.pk).update(data={"file": event.data["file"], "name": event.data["name"]})
    found = sentences()
    assert found and not any("File" in sentence for sentence in found)
