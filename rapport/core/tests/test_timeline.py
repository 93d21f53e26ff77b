"""The history of a record, as people read it."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.accounts.actor import Actor
from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.objects import registry, saving
from rapport.core.timeline.reading import timeline
from rapport.core.timeline.walking import Wanted
from rapport.lib import clock
from tests import house

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


def entries(actor: Actor, record: Any, **more: Any) -> list[Any]:
    return timeline(actor, registry.get(record.record.kind), record, **more)


def test_it_works(ada: Actor) -> None:
    hexa = house.a_company(ada)
    mia = house.a_person(ada, company=hexa.pk)
    log_call(ada, CallInput(about=(mia.pk,), duration=90, body="Likes it."))
    saving.update(ada, house.person(), mia.pk, {"owner": None, "phone": "+49 30 123456"})
    changed, call, made = entries(ada, mia)
    assert (call.is_main, call.heading, call.quote, call.by) == (
        True, "Outgoing call", "Likes it.", "Ada",
    )  # fmt: skip
    assert set(changed.changes) == {("Owner", "Ada", ""), ("Phone", "", "+49 30 123456")}
    assert (made.kind, made.is_main, made.changes) == ("person.created", False, ())


def test_a_call_about_a_person_stands_on_her_company_too(ada: Actor) -> None:
    hexa = house.a_company(ada)
    mia = house.a_person(ada, company=hexa.pk)
    log_call(ada, CallInput(about=(mia.pk,)))
    assert [entry.kind for entry in entries(ada, hexa)] == ["call.created", "company.created"]


def test_the_text_of_a_note_is_the_one_it_has_now(ada: Actor) -> None:
    mia = house.a_person(ada)
    note = add_note(ada, NoteInput("First thought", (mia.pk,)))
    saving.update(ada, registry.get("note"), note.pk, {"body": "Second thought"})
    changed, written, _made = entries(ada, mia)
    assert written.quote == "Second thought"
    assert changed.text == "Second thought" and changed.changes == (("Note", "First thought", "Second thought"),)


def test_a_note_in_the_trash_is_left_out(ada: Actor) -> None:
    mia = house.a_person(ada)
    note = add_note(ada, NoteInput("Nothing", (mia.pk,)))
    saving.trash(ada, registry.get("note"), [note.pk])
    assert [entry.kind for entry in entries(ada, mia)] == ["person.created"]
    saving.restore(ada, registry.get("note"), [note.pk])
    assert "note.created" in [entry.kind for entry in entries(ada, mia)]


def test_fields_hidden_from_the_reader_are_not_told(ada: Actor) -> None:
    rep = house.actor(
        "Rep",
        house.role("Rep", levels=house.levels("all"), field_rules={"person": {"phone": "hidden", "phones": "hidden"}}),
    )
    mia = house.a_person(ada)
    saving.update(ada, house.person(), mia.pk, {"phone": "+49 30 123456"})
    saving.update(ada, house.person(), mia.pk, {"phone": "+49 30 999999", "job_title": "Head"})
    kinds = [(entry.kind, entry.changes) for entry in entries(rep, mia)]
    assert kinds == [("person.updated", (("Job title", "", "Head"),)), ("person.created", ())]


def test_a_role_without_notes_does_not_see_them_on_the_timeline(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels={**house.levels("all"), "note": {"view": "none"}}))
    mia = house.a_person(ada)
    add_note(ada, NoteInput("Between us", (mia.pk,)))
    call = log_call(ada, CallInput(about=(mia.pk,)))
    add_note(ada, NoteInput("Between us, too", (mia.pk,)))
    assert [entry.kind for entry in entries(rep, mia, size=2)] == ["call.created", "person.created"]
    assert entries(rep, mia)[0].subject_id == call.pk


def test_pages_show_every_entry_once_also_within_one_moment(ada: Actor) -> None:
    with clock.frozen(NOON) as now:
        mia = house.a_person(ada)
        for number in range(23):
            if number % 5 == 0:
                now.advance(seconds=1)
            add_note(ada, NoteInput(f"Note {number}", (mia.pk,)))
    whole = [entry.id for entry in entries(ada, mia)]
    paged: list[int] = []
    while page := entries(ada, mia, size=4, before=paged[-1] if paged else None):
        paged += [entry.id for entry in page]
    assert len(whole) == 24 and paged == whole


def test_kinds_narrow_it(ada: Actor) -> None:
    mia = house.a_person(ada)
    add_note(ada, NoteInput("Hello", (mia.pk,)))
    assert [entry.kind for entry in entries(ada, mia, wanted=Wanted(frozenset({"note.created"})))] == ["note.created"]


@pytest.mark.parametrize("count", [3, 28])
def test_it_costs_the_same_few_queries_whatever_its_size(ada: Actor, count: int) -> None:
    hexa = house.a_company(ada)
    bob = house.actor("Bob", house.role("Rep", levels=house.levels("team")), house.team("North"))
    mia = house.a_person(bob, owner=bob.user_id)
    for number in range(count):
        add_note(bob, NoteInput(f"Note {number}", (mia.pk,)))
        log_call(bob, CallInput(about=(mia.pk,)))
        saving.update(
            ada, house.person(), mia.pk, {"job_title": f"Job {number}", "company": hexa.pk if number % 2 else None}
        )
    with CaptureQueriesContext(connection) as queries:
        entries(bob, mia, size=30)
    assert len(queries) <= 9


def test_links_read_as_titles(ada: Actor) -> None:
    one, other = house.a_company(ada, "One"), house.a_company(ada, "Other")
    north = house.team("North")
    mia = house.a_person(ada, company=one.pk)
    saving.update(ada, house.person(), mia.pk, {"company": other.pk, "team": north.pk})
    assert set(entries(ada, mia)[0].changes) == {("Company", "One", "Other"), ("Team", "", "North")}


def test_every_kind_of_event_reads_without_its_room(ada: Actor) -> None:
    mia = house.a_person(ada)
    with acting(ada, "old") as act:
        emit(ada, act, [Fact("room_that_is.gone", mia.pk)])
    assert entries(ada, mia)[0].heading == "room that is gone"
