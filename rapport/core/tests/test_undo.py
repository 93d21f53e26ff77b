"""Taking acts back, and what stays because somebody changed it since."""

import datetime
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.activities.actions import NoteInput, add_note
from rapport.core.access.sharing import Offer, share
from rapport.core.changes import undo as undoing
from rapport.core.changes.undo import undo
from rapport.core.errors import Conflict, NotFound
from rapport.core.events.models import Act
from rapport.core.importing.models import ImportRun
from rapport.core.objects import saving
from rapport.core.objects.bulk import bulk
from rapport.lib import clock
from rapport.lib.pace import Pace
from rapport.people.models import Company, Person
from tests import house


def last() -> int:
    return Act.objects.latest("pk").pk


def change(by: Actor, record: Any, **values: Any) -> int:
    saving.update(by, house.person(), record.pk, values)
    return last()


def values_of(record: Any) -> dict[str, Any]:
    spec = house.person()
    record = Person.objects.get(pk=record.pk)
    return {field.key: field.to_json(field.get(record)) for field in spec.all_fields if not field.read_only}


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada)
    done = undo(ada, last())
    assert (done.trashed, done.changed, done.restored, done.left) == (1, 0, 0, [])
    assert not Person.objects.get(pk=mia.pk).live
    assert done.act.undoes is not None and Act.objects.get(pk=done.act.pk).counts == {"trashed": 1}


def test_every_changed_field_gets_its_former_value(ada: Actor) -> None:
    one, other = house.a_company(ada, "One"), house.a_company(ada, "Other")
    mia = house.a_person(
        ada, emails="a@x.example, b@x.example", company=one.pk, job_title="Head", tags="vip", birthday="1990-01-01"
    )
    before = values_of(mia)
    act = change(
        ada, mia, first_name="M", email="c@x.example", phone="030 123456", company=other.pk, job_title="Chief",
        owner=None, tags="new", birthday=None, lifecycle="lead", address={"city": "Bonn"}, about="x\ny", language="de",
    )  # fmt: skip
    done = undo(ada, act)
    assert (done.changed, done.left) == (1, [])
    assert values_of(mia) == before


def test_derived_values_go_back_too(ada: Actor) -> None:
    hexa = house.a_company(ada)
    saving.update(ada, house.company(), hexa.pk, {"website": "hexa.example"})
    assert Company.objects.get().domain == "hexa.example"
    assert undo(ada, last()).left == []
    assert Company.objects.get().domain == ""


def test_undo_of_the_trash_restores(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@x.example")
    saving.trash(ada, house.person(), [mia.pk])
    act = last()
    house.a_person(ada, "Other", "Holder", email="mia@x.example")
    done = undo(ada, act)
    assert done.restored == 0 and "belongs to Other Holder already" in done.left[0]


def test_an_undo_can_be_undone(ada: Actor) -> None:
    mia = house.a_person(ada)
    created = last()
    updated = change(ada, mia, job_title="Head")
    back = undo(ada, updated).act.pk
    assert Person.objects.get().job_title == ""
    again = undo(ada, back).act.pk
    assert Person.objects.get().job_title == "Head"
    assert undo(ada, created).left == ["Mia Berg was changed since and stays."]
    assert undo(ada, again).changed == 1
    assert Person.objects.get().job_title == ""


def test_a_change_that_was_undone_does_not_keep_a_record(ada: Actor) -> None:
    mia = house.a_person(ada)
    created = last()
    undo(ada, change(ada, mia, job_title="Head"))
    assert undo(ada, created).trashed == 1


def test_a_record_changed_since_it_was_made_stays(ada: Actor) -> None:
    with saving.acting(ada, "import") as act:
        drafts = saving.create_many(ada, house.person(), [{"first_name": "One"}, {"first_name": "Two"}], act=act)
    change(ada, drafts[0].instance, job_title="Head")
    done = undo(ada, act.pk)
    assert (done.trashed, done.left) == (1, ["One was changed since and stays."])


def test_a_value_changed_since_stays_and_the_others_go_back(ada: Actor) -> None:
    mia = house.a_person(ada)
    act = change(ada, mia, job_title="Head", source="Fair")
    change(ada, mia, job_title="Chief")
    done = undo(ada, act)
    assert done.left == ["Mia Berg: Job title was changed since and stays."] and done.changed == 1
    mia.refresh_from_db()
    assert (mia.job_title, mia.source) == ("Chief", "")


def test_a_note_on_a_record_is_no_change_of_it(ada: Actor) -> None:
    mia = house.a_person(ada)
    created = last()
    add_note(ada, NoteInput("Hello", (mia.pk,)))
    assert undo(ada, created).trashed == 1


def test_a_bulk_act_goes_back_as_one(ada: Actor) -> None:
    people = [house.a_person(ada, f"N{number}") for number in range(5)]
    act, count = bulk(ada, house.person(), "tag", [person.pk for person in people], tag="fair")
    assert count == 5
    change(ada, people[0], tags="fair, other")
    done = undo(ada, act.pk)
    assert (done.changed, done.left) == (4, ["N0 Berg: Tags was changed since and stays."])
    act, count = bulk(ada, house.person(), "trash", [person.pk for person in people])
    assert count == 5 and undo(ada, act.pk).restored == 5


def test_what_lies_in_the_trash_is_not_changed_back(ada: Actor) -> None:
    mia = house.a_person(ada)
    act = change(ada, mia, job_title="Head")
    saving.trash(ada, house.person(), [mia.pk])
    assert undo(ada, act).left == ["Mia Berg is in the trash or not yours to change."]


def test_an_act_is_undone_once(ada: Actor) -> None:
    house.a_person(ada)
    act = last()
    undo(ada, act)
    with pytest.raises(Conflict, match="already"):
        undo(ada, act)
    with pytest.raises(NotFound):
        undo(ada, 999_999)


def test_only_its_author_or_an_administrator_may_undo_an_act(ada: Actor) -> None:
    role = house.role("Rep", levels=house.levels("all"))
    ann, bob = house.actor("Ann", role), house.actor("Bob", role)
    house.a_person(ann)
    act = last()
    with pytest.raises(NotFound):
        undo(bob, act)
    undo(ann, act)
    house.a_person(ann)
    undo(ada, last())


def test_after_thirty_days_it_is_too_late(ada: Actor) -> None:
    house.a_person(ada)
    with clock.frozen(clock.now() + datetime.timedelta(days=30, minutes=1)), pytest.raises(Conflict, match="30 days"):
        undo(ada, last())


def test_rights_lost_since_are_respected(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    mia = house.a_person(rep)
    act = change(rep, mia, job_title="Head")
    change(ada, mia, owner=ada.user_id)
    left = undo(rep, act).left
    assert left == [f"#{mia.pk} is in the trash or not yours to change."], (
        "whoever sees a record no longer reads no name"
    )


def test_an_undo_that_was_cut_off_goes_on_where_it_stopped(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "Pace", lambda size: Pace(2, most=2))
    with saving.acting(ada, "import") as act:
        saving.create_many(ada, house.person(), [{"first_name": f"N{number}"} for number in range(7)], act=act)

    class Killed(Exception):
        pass

    def kill(seen: int) -> None:
        if seen == 4:
            raise Killed

    with pytest.raises(Killed):
        undo(ada, act.pk, progress=kill)
    assert Person.objects.filter(live=True).count() == 3
    seen: list[int] = []
    done = undo(ada, act.pk, progress=seen.append)
    assert (done.trashed, done.left, seen) == (7, [], [6, 7])
    assert Act.objects.get(undoes=act).counts == {"trashed": 7}
    with pytest.raises(Conflict):
        undo(ada, act.pk)


def test_what_may_not_be_trashed_is_named(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all", trash="own")))
    house.a_person(rep, owner=ada.user_id)
    assert undo(rep, last()).left == ["Mia Berg is in the trash or not yours to trash."]


def test_an_act_without_a_change_of_a_record_is_refused_and_stays_as_it_is(ada: Actor) -> None:
    mia, bo = house.a_person(ada), house.actor("Bo", house.role("Own", levels=house.levels("own")))
    share(ada, house.person(), mia.pk, Offer(f"user:{bo.user_id}"))
    act = last()
    with pytest.raises(Conflict, match="changed no record"):
        undo(ada, act)
    assert not Act.objects.filter(undoes=act).exists()


def test_a_record_that_one_may_no_longer_see_is_told_by_its_number(ada: Actor) -> None:
    bo = house.actor("Bo", house.role("Own", levels=house.levels("own")))
    mia = house.a_person(bo, "Secret", "Customer")
    act = last()
    Person.objects.filter(pk=mia.pk).update(owner=ada.user_id)
    left = undo(bo, act).left
    assert left and not any("Secret" in text for text in left)


@pytest.mark.parametrize("state", ["queued", "running"])
def test_an_import_by_the_command_is_not_undone_while_it_runs(ada: Actor, state: str) -> None:
    house.a_person(ada)
    run = ImportRun.objects.create(
        kind="person", file_name="a.csv", stored_name="a", state=state, act_id=last(), created_at=clock.now()
    )
    with pytest.raises(Conflict, match="still at work"):
        undo(ada, last())
    ImportRun.objects.filter(pk=run.pk).update(state="done")
    assert undo(ada, last()).trashed == 1
