"""Notes and calls: on the record and its company, seen through them, and the clock of the last activity."""

import datetime

import pytest

from rapport.accounts.actor import Actor
from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.activities.models import ActivityLink, Note
from rapport.core.access.models import Share
from rapport.core.access.visible import visible_to
from rapport.core.changes.undo import undo
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.events.models import Act, Event, EventLink
from rapport.core.objects import registry, saving
from rapport.lib import clock
from tests import house

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
NOTE = registry.get("note")
CALL = registry.get("call")


def about(activity_id: int) -> set[int]:
    return set(ActivityLink.objects.filter(activity_id=activity_id).values_list("record_id", flat=True))


def sees(actor: Actor, note: Note) -> bool:
    return visible_to(actor, NOTE).filter(pk=note.pk).exists()


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada)
    note = add_note(ada, NoteInput("Likes <b>tea</b>.\n\nAnd cake.", (mia.pk,)))
    assert note.body == "Likes <b>tea</b>.\n\nAnd cake." and note.title == "Likes <b>tea</b>. And cake."


def test_what_is_about_a_person_is_about_her_company_too(ada: Actor) -> None:
    hexa = house.a_company(ada)
    mia = house.a_person(ada, company=hexa.pk)
    call = log_call(ada, CallInput(about=(mia.pk,)))
    assert about(call.pk) == {mia.pk, hexa.pk}
    (event,) = Event.objects.filter(subject_id=call.pk)
    assert set(EventLink.objects.filter(event=event).values_list("record_id", flat=True)) == {call.pk, mia.pk, hexa.pk}


def test_an_activity_is_about_something_that_the_author_sees(ada: Actor) -> None:
    secret = house.a_person(ada)
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    for records in ((), (secret.pk,), (999_999,)):
        with pytest.raises(Invalid) as refused:
            add_note(rep, NoteInput("Hello", records))
        assert list(refused.value.errors) == ["about"]


def test_her_company_need_not_be_seen_by_the_author(ada: Actor) -> None:
    secret = house.a_company(ada)
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    mia = house.a_person(ada, company=secret.pk, owner=rep.user_id)
    assert secret.pk in about(add_note(rep, NoteInput("Hello", (mia.pk,))).pk)


def test_a_note_is_seen_by_whoever_sees_what_it_is_about(ada: Actor) -> None:
    north, south = house.team("North"), house.team("South")
    member = house.role("Member", levels=house.levels("team"))
    ann, bob, eve = (house.actor(name, member, its) for name, its in (("Ann", north), ("Bob", north), ("Eve", south)))
    mia = house.a_person(ann)
    note = add_note(ann, NoteInput("Between us", (mia.pk,)))
    assert sees(ann, note) and sees(bob, note) and not sees(eve, note)
    Share.objects.create(record_id=mia.pk, user_id=eve.user_id)
    assert sees(eve, note)
    with pytest.raises(NotAllowed):
        saving.update(eve, NOTE, note.pk, {"body": "Mine"})
    saving.update(bob, NOTE, note.pk, {"body": "Our team's"})


def test_the_right_to_change_notes_reaches_no_further_than_sight(ada: Actor) -> None:
    secret = house.a_person(ada)
    note = add_note(ada, NoteInput("Secret", (secret.pk,)))
    rep = house.actor("Rep", house.role("Rep", levels={**house.levels("own"), "note": house.FULL}))
    assert not sees(rep, note)
    with pytest.raises(NotFound):
        saving.update(rep, NOTE, note.pk, {"body": "Read!"})
    assert saving.trash(rep, NOTE, [note.pk]) == []


def test_the_last_activity_moves_forward(ada: Actor) -> None:
    hexa = house.a_company(ada)
    mia = house.a_person(ada, company=hexa.pk)
    day = datetime.timedelta(days=1)
    with clock.frozen(NOON):
        log_call(ada, CallInput(about=(mia.pk,), happened_at=NOON - day))
        log_call(ada, CallInput(about=(mia.pk,), happened_at=NOON - 2 * day))
    for record in (mia, hexa):
        record.refresh_from_db()
        assert record.last_activity_at == NOON - day


def test_the_last_activity_follows_what_is_trashed_moved_and_undone(ada: Actor) -> None:
    mia = house.a_person(ada)
    hour = datetime.timedelta(hours=1)
    with clock.frozen(NOON):
        note = add_note(ada, NoteInput("Earlier", (mia.pk,)))
    call = log_call(ada, CallInput(about=(mia.pk,), happened_at=NOON + hour))

    def last() -> datetime.datetime | None:
        mia.refresh_from_db()
        at: datetime.datetime | None = mia.last_activity_at
        return at

    assert last() == NOON + hour
    saving.update(ada, CALL, call.pk, {"happened_at": NOON + 3 * hour})
    assert last() == NOON + 3 * hour
    saving.trash(ada, CALL, [call.pk])
    assert last() == NOON
    saving.trash(ada, NOTE, [note.pk])
    assert last() is None
    undo(ada, Act.objects.latest("pk").pk)
    assert last() == NOON


def test_what_is_not_a_number_of_a_record_is_refused(ada: Actor) -> None:
    with pytest.raises(Invalid):
        saving.create(ada, NOTE, {"body": "x", "about": "²"})
