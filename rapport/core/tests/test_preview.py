"""What an undo would do, said before it is done."""

import pytest

from rapport.accounts.actor import Actor
from rapport.core.changes import acts
from rapport.core.changes.preview import preview
from rapport.core.changes.undo import undo
from rapport.core.errors import Conflict, NotFound
from rapport.core.events.models import Act, Event
from rapport.core.objects import saving
from rapport.core.objects.bulk import bulk
from rapport.people.models import Person
from tests import house

pytestmark = pytest.mark.django_db


def last() -> int:
    return Act.objects.latest("pk").pk


def created(by: Actor, count: int) -> tuple[int, list[int]]:
    with saving.acting(by, "import") as act:
        rows = [{"first_name": f"N{number}"} for number in range(count)]
        drafts = saving.create_many(by, house.person(), rows, act=act)
    return act.pk, [draft.instance.pk for draft in drafts]


def test_it_works(ada: Actor) -> None:
    bob = house.admin("Bob")
    act, ids = created(ada, 4)
    saving.update(bob, house.person(), ids[0], {"job_title": "Head"})
    events = Event.objects.count()
    found = preview(ada, act)
    assert (found.trashed, found.changed, found.restored, found.left_count) == (3, 0, 0, 1)
    assert found.is_complete and found.left[0].sentence == "N0 was changed since and stays."
    assert found.left[0].by == "Bob" and found.left[0].at is not None
    assert Event.objects.count() == events and Person.objects.filter(live=True).count() == 4
    done = undo(ada, act)
    assert (done.trashed, done.left_count, done.left) == (3, 1, [told.sentence for told in found.left])


def test_the_preview_says_what_the_undo_then_does(ada: Actor) -> None:
    _act, ids = created(ada, 6)
    act, _count = bulk(ada, house.person(), "tag", ids, tag="fair")
    saving.update(ada, house.person(), ids[0], {"tags": "other"})
    saving.trash(ada, house.person(), [ids[1]])
    found = preview(ada, act.pk)
    done = undo(ada, act.pk)
    assert (found.changed, found.left_count) == (done.changed, done.left_count) == (4, 2)
    assert [told.sentence for told in found.left] == done.left
    trashed, _count = bulk(ada, house.person(), "trash", ids)
    saving.restore(ada, house.person(), [ids[2]])
    found = preview(ada, trashed.pk)
    assert (found.restored, found.left_count) == (4, 1) and "out of the trash already" in found.left[0].sentence
    assert undo(ada, trashed.pk).restored == 4


def test_a_record_changed_twice_in_one_act_goes_back_to_the_first_value(ada: Actor) -> None:
    _act, ids = created(ada, 1)
    with saving.acting(ada, "import") as act:
        for title in ("Head", "Chief"):
            saving.update_many(ada, house.person(), [(ids[0], None, {"job_title": title})], act=act)
    assert preview(ada, act.pk).left == []
    assert undo(ada, act.pk).left == [] and Person.objects.get().job_title == ""


def test_a_preview_takes_a_bounded_time_and_says_how_far_it_looked(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.core.changes.preview._CHUNK", 2)
    act, _ids = created(ada, 5)
    found = preview(ada, act, seconds=0)
    assert not found.is_complete and (found.seen, found.total, found.trashed) == (2, 5, 2)


def test_fields_hidden_from_the_reader_have_no_name(ada: Actor) -> None:
    rules = {"person": {"source": "hidden"}}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all")))
    mia = house.a_person(rep)
    saving.update(rep, house.person(), mia.pk, {"source": "Fair", "job_title": "Head"})
    act = last()
    saving.update(ada, house.person(), mia.pk, {"source": "Web"})
    assert rep.role is not None
    rep.role.field_rules = rules
    found = preview(rep, act)
    assert found.changed == 1 and [told.sentence for told in found.left] == [
        "Mia Berg: a hidden field was changed since and stays."
    ]
    assert undo(rep, act).changed == 1 and Person.objects.get().job_title == ""
    page, _more = acts.changes_of(rep, Act.objects.get(pk=act))
    assert page[0].changes == (("Job title", "", "Head"),)


def test_a_field_one_may_no_longer_change_stays_and_the_others_go_back(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all")))
    mia = house.a_person(rep)
    saving.update(rep, house.person(), mia.pk, {"source": "Fair", "job_title": "Head"})
    act = last()
    assert rep.role is not None
    rep.role.field_rules = {"person": {"source": "read_only"}}
    done = undo(rep, act)
    assert (done.changed, done.left) == (1, ["Mia Berg: what you may not change stays."])


def test_a_preview_refuses_what_the_undo_would_refuse(ada: Actor) -> None:
    bo = house.actor("Bo", house.role("Rep", levels=house.levels("all")))
    act, _ids = created(ada, 1)
    with pytest.raises(NotFound):
        preview(bo, act)
    undo(ada, act)
    with pytest.raises(NotFound):
        preview(ada, 10**9)
    with pytest.raises(Conflict):
        undo(ada, act)


def test_an_undo_that_stopped_half_way_can_itself_be_undone(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rapport.core.changes.undo.AT_ONCE", 2)
    act, _ids = created(ada, 7)

    class Killed(Exception):
        pass

    def kill(_seen: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        undo(ada, act, progress=kill)
    gone = Person.objects.filter(live=False).count()
    assert 0 < gone < 7
    half = acts.get_act(ada, act)
    assert half.is_unfinished and half.can_undo
    back = undo(ada, Act.objects.get(undoes=act).pk)
    assert back.restored == gone and Person.objects.filter(live=True).count() == 7
    with pytest.raises(Conflict, match="already"):
        undo(ada, act)


def test_values_that_changed_places_in_one_act_change_back(ada: Actor) -> None:
    one = house.a_person(ada, "One", email="a@x.example")
    two = house.a_person(ada, "Two")
    with saving.acting(ada, "import") as act:
        saving.update_many(ada, house.person(), [(one.pk, None, {"email": ""})], act=act)
        saving.update_many(ada, house.person(), [(two.pk, None, {"email": "a@x.example"})], act=act)
    assert undo(ada, act.pk).left == []
    assert dict(Person.objects.values_list("first_name", "email")) == {"One": "a@x.example", "Two": ""}


def test_the_history_of_acts_is_ones_own_and_the_administrators(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    mia = house.a_person(rep)
    for number in range(3):
        saving.update(rep, house.person(), mia.pk, {"job_title": f"T{number}"})
    assert rep.user_id is not None
    first = acts.acts_of(rep, rep.user_id, size=3)
    second = acts.acts_of(rep, rep.user_id, before=first[-1].act.pk, size=3)
    assert [done.heading for done in (*first, *second)] == ["Person changed"] * 3 + ["Person created"]
    assert first[0].title == "Mia Berg" and first[0].record_id == mia.pk and first[0].counts == ("1 changed",)
    assert len(acts.acts_of(ada, rep.user_id)) == 4
    bo = house.actor("Bo", house.role("Other", levels=house.levels("all")))
    with pytest.raises(NotFound):
        acts.acts_of(bo, rep.user_id)
    with pytest.raises(NotFound):
        acts.get_act(bo, first[0].act.pk)


def test_the_history_names_no_record_that_one_may_no_longer_see(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    mia = house.a_person(rep, "Secret", "Customer")
    Person.objects.filter(pk=mia.pk).update(owner=ada.user_id)
    assert rep.user_id is not None
    (done,) = acts.acts_of(rep, rep.user_id)
    assert done.title == "" and done.record_id is None
    changes, _more = acts.changes_of(rep, done.act)
    assert changes[0].title == "" and changes[0].changes == ()
