"""Verify names whatever was changed around Rapport, in any column of event, link, change or row."""

from collections.abc import Callable

import pytest
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.actions import NoteInput, add_note
from rapport.core.audit.verify import Report, verify
from rapport.core.events import anchors, pump, sealer
from rapport.core.events.emit import Fact, acting, data_digest, emit
from rapport.core.events.models import Act, Change, Event, EventLink, SealState
from rapport.core.objects import saving
from rapport.core.records.models import Record
from rapport.core.tags.models import TagLink
from rapport.lib import clock
from rapport.people.models import Identity, Person
from tests import house

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(ada: Actor) -> Person:
    """Somebody with a history of four sealed events, and a note on her."""
    hexa = house.a_company(ada)
    person: Person = house.a_person(ada, email="mia@hexa.example", company=hexa.pk, tags="vip, new")
    saving.update(ada, house.person(), person.pk, {"job_title": "Head", "emails": "mia@hexa.example, m@b.example"})
    add_note(ada, NoteInput("Likes tea", (person.pk,)))
    pump.drain()
    assert verify().is_whole
    return person


def updated(mia: Person) -> Event:
    return Event.objects.get(kind="person.updated", subject_id=mia.pk)


def test_it_works(mia: Person) -> None:
    report = verify()
    assert (report.is_whole, report.sealed, report.waiting) == (True, 4, 0)
    assert sealer.state().verified["ok"] is True


def of_event(mia: Person, **values: object) -> None:
    Event.objects.filter(pk=updated(mia).pk).update(**values)


EVENT: dict[str, Callable[[Person], object]] = {
    "kind": lambda mia: of_event(mia, kind="person.restored"),
    "user": lambda mia: of_event(mia, user_id=None),
    "at": lambda mia: of_event(mia, at=clock.now()),
    "act": lambda mia: of_event(mia, act_id=Act.objects.exclude(pk=updated(mia).act_id).values("pk")[:1]),
    "act's kind": lambda mia: Act.objects.filter(pk=updated(mia).act_id).update(kind="import"),
    "act's door": lambda mia: Act.objects.filter(pk=updated(mia).act_id).update(via="system"),
    "cause": lambda mia: of_event(mia, cause_id=Event.objects.order_by("pk").values("pk")[:1]),
    "subject": lambda mia: of_event(mia, subject_id=mia.company_id),
    "data": lambda mia: of_event(mia, data={"a": 1}),
    "salt": lambda mia: of_event(mia, salt=b"x" * 16),
    "blank": lambda mia: of_event(mia, salt=b"", data={}),
    "data_digest": lambda mia: of_event(mia, data_digest=b"x" * 32),
    "digest": lambda mia: of_event(mia, digest=b"x" * 32),
    "number": lambda mia: of_event(mia, seal_no=99),
    "number taken away": lambda mia: of_event(mia, seal_no=None),
    "negative number": lambda mia: of_event(mia, seal_no=-1),
    "link": lambda mia: EventLink.objects.filter(event=updated(mia)).update(record_id=mia.company_id),
    "link gone": lambda mia: EventLink.objects.filter(event=updated(mia)).delete(),
    "link more": lambda mia: EventLink.objects.create(event=updated(mia), record_id=mia.company_id, at=clock.now()),
    "change": lambda mia: Change.objects.filter(event=updated(mia)).update(fields={"job_title": ["", "Boss"]}),
    "change's record": lambda mia: Change.objects.filter(event=updated(mia)).update(record_id=mia.company_id),
    "change gone": lambda mia: Change.objects.filter(event=updated(mia)).delete(),
    "change more": lambda mia: Change.objects.create(event=updated(mia), record_id=mia.company_id, fields={}),
}


@pytest.mark.parametrize("what", EVENT)
def test_a_changed_event_is_named(mia: Person, what: str) -> None:
    event = updated(mia)
    EVENT[what](mia)
    report = verify()
    assert not report.is_whole
    first = report.problems[0]
    assert first.event == event.pk or first.number in (3, 4), first


def test_an_event_that_is_gone_is_named(mia: Person) -> None:
    event = updated(mia)
    EventLink.objects.filter(event=event).delete()
    Change.objects.filter(event=event).delete()
    event.delete()
    first = verify().problems[0]
    assert (first.number, "Numbers 3 to 3 are missing" in first.sentence) == (4, True)


def test_the_end_of_the_chain_cannot_be_cut_off(mia: Person) -> None:
    last = Event.objects.get(seal_no=4)
    EventLink.objects.filter(event=last).delete()
    Change.objects.filter(event=last).delete()
    last.delete()
    assert "4 to 4" in verify().problems[0].sentence


def test_who_cuts_the_end_and_moves_the_head_meets_the_anchors(mia: Person) -> None:
    last, before = Event.objects.get(seal_no=4), Event.objects.get(seal_no=3)
    Event.objects.filter(pk=last.pk).update(seal_no=None, digest=None)
    SealState.objects.update(head_no=3, head_digest=before.digest, anchored_no=3)
    assert "older than its anchors" in verify().problems[0].sentence


def test_who_rewrites_the_whole_chain_meets_the_anchors(mia: Person) -> None:
    Event.objects.filter(seal_no=1).update(at=clock.now())
    Event.objects.update(seal_no=None, digest=None)
    SealState.objects.update(head_no=0, head_digest=bytes(32), anchored_no=0, holder="", until=None)
    pen = sealer.Sealer()
    assert pen.seal() == 4
    assert any("rewritten" in problem.sentence for problem in verify().problems)


def test_the_anchor_file_can_neither_be_changed_nor_taken_away(mia: Person) -> None:
    text = anchors.path().read_text()
    anchors.path().write_text(text.replace('"no":4', '"no":3'))
    assert "Line 1" in verify().problems[0].sentence
    anchors.path().unlink()
    assert "missing or was cut" in verify().problems[0].sentence
    anchors.path().write_text(text)
    assert verify().is_whole


def test_a_line_that_a_crash_cut_off_does_no_harm(mia: Person, ada: Actor) -> None:
    with anchors.path().open("a") as file:
        file.write('{"no":7,"dig')
    assert verify().is_whole
    house.a_person(ada, "Next")
    pump.drain()
    assert [anchor.number for anchor in anchors.read()] == [4, 5]
    assert verify().is_whole


def rows(mia: Person, **values: object) -> None:
    Person.objects.filter(pk=mia.pk).update(**values)


ROW: dict[str, Callable[[Person], object]] = {
    "job_title": lambda mia: rows(mia, job_title="Boss"),
    "first_name": lambda mia: rows(mia, first_name="Max"),
    "last_name": lambda mia: rows(mia, last_name=""),
    "email": lambda mia: rows(mia, email="x@x.example"),
    "company": lambda mia: rows(mia, company_id=None),
    "owner": lambda mia: rows(mia, owner_id=None),
    "birthday": lambda mia: rows(mia, birthday="1990-01-01"),
    "address": lambda mia: rows(mia, address_city="Bonn"),
    "live": lambda mia: rows(mia, live=False),
    "emails": lambda mia: Identity.objects.filter(record_id=mia.pk, place=1).update(value="other@x.example"),
    "tags": lambda mia: TagLink.objects.filter(record_id=mia.pk).delete(),
}


@pytest.mark.parametrize("what", ROW)
def test_a_row_that_was_changed_is_named_with_its_field(mia: Person, what: str) -> None:
    ROW[what](mia)
    report = verify()
    assert [problem.record for problem in report.problems] == [mia.pk]
    assert report.problems[0].field == what


def test_a_record_in_the_trash_by_no_event_is_named(mia: Person) -> None:
    Record.objects.filter(pk=mia.pk).update(trashed_at=clock.now())
    assert verify().problems[0].field == "live"


def test_a_row_that_no_event_made_is_named(mia: Person) -> None:
    record = Record.objects.create(kind="person", title="Planted")
    Person.objects.create(record=record, created_at=clock.now(), updated_at=clock.now(), first_name="Planted")
    (problem,) = verify().problems
    assert (problem.record, "no event made it" in problem.sentence) == (record.pk, True)


def test_a_row_that_is_gone_is_named(mia: Person) -> None:
    Person.objects.filter(pk=mia.pk).delete()
    (problem,) = verify().problems
    assert (problem.record, "no event says why" in problem.sentence) == (mia.pk, True)


def test_what_waits_for_the_seal_is_told_and_counts_for_the_rows(mia: Person, ada: Actor) -> None:
    saving.update(ada, house.person(), mia.pk, {"job_title": "Chief"})
    report = verify()
    assert (report.is_whole, report.waiting) == (True, 1)


def test_trash_return_and_undo_leave_rows_as_told(mia: Person, ada: Actor) -> None:
    saving.trash(ada, house.person(), [mia.pk])
    assert verify().is_whole
    saving.restore(ada, house.person(), [mia.pk])
    saving.update(ada, house.person(), mia.pk, {"company": "", "tags": "", "last_name": ""})
    pump.drain()
    report = verify()
    assert report.is_whole, report.problems


def test_a_user_who_is_gone_stays_in_the_seal(mia: Person, ada: Actor) -> None:
    other = house.admin("Other")
    house.a_company(other, "Theirs", owner="")
    pump.drain()
    Act.objects.filter(user_id=other.user_id).update(user=None)
    User.objects.filter(pk=other.user_id).delete()
    assert verify().is_whole


def test_numbers_are_hashed_the_same_whatever_the_database_makes_of_them(ada: Actor) -> None:

    values = {"a": 5.0, "b": 0.1, "c": 1e-7, "d": 10**15, "e": "ä\u2028😀", "f": [1, None, True], "g": 99999999999999.0}
    with acting(ada, "numbers") as act:
        emit(ada, act, [Fact("house.measured", None, data=values)])
    event = Event.objects.get(kind="house.measured")
    assert bytes(event.data_digest) == data_digest(bytes(event.salt), event.data, {})


def test_it_costs_few_queries(mia: Person, django_assert_max_num_queries: Callable[[int], object]) -> None:
    with django_assert_max_num_queries(50):  # type: ignore[attr-defined]
        report: Report = verify()
    assert report.is_whole
    assert connection.queries_limit
