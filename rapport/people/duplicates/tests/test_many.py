"""Many duplicates merged as one act: which, which one stays, what is left, and all of it back."""

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.activities.actions import NoteInput, add_note
from rapport.activities.models import ActivityLink
from rapport.core.access.special import RIGHTS
from rapport.core.changes.act_words import heading
from rapport.core.changes.bulk_runs import packed
from rapport.core.changes.models import BulkRun
from rapport.core.changes.undo import undo
from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.errors import BadQuery, NotAllowed
from rapport.core.events.models import Act
from rapport.core.jobs.models import Job
from rapport.core.objects import saving
from rapport.core.records.aliases import current
from rapport.people.duplicates import many, queue, running
from rapport.people.duplicates.many import Wanted
from rapport.people.duplicates.models import DuplicatePair
from rapport.people.models import Person
from tests import house
from tests.world import World


@pytest.fixture(autouse=True)
def fresh_mind() -> None:
    """No test knows what another one remembered."""
    house.forget()


@pytest.fixture
def ada(db: None) -> Actor:
    """The administrator."""
    return house.admin()


NAMES = (("Mia", "Berg", "1234567"), ("Theodora", "Quist", "7654321"), ("Zacharias", "Winterfeld", "5556667"))


def twins(by: Actor) -> list[tuple[int, int]]:
    """Three people who are there twice, found; the second of each says more."""
    made = []
    for first, last, phone in NAMES:
        one = house.a_person(by, first, last, phone=f"+49 30 {phone}").pk
        made.append((one, house.a_person(by, first, last, phone=f"+49 30 {phone}", job_title="Head", source="Fair").pk))
    running.search_all("person")
    return made


ALL = Wanted()


def merge_all(actor: Actor, wanted: Wanted = ALL) -> BulkRun:
    job = many.start(actor, house.person(), wanted)
    run = many.carry_on(actor, job.args["order"])
    ended(job)
    return run


def ended(job: Job) -> None:
    """What is at work cannot be undone."""
    Job.objects.filter(pk=job.pk).update(state="done")


def live() -> set[int]:
    return set(Person.objects.filter(live=True).values_list("pk", flat=True))


def test_it_works(ada: Actor) -> None:
    pairs = twins(ada)
    run = merge_all(ada)
    assert live() == {one for one, _other in pairs}
    assert {current(other) for _one, other in pairs} == {one for one, _other in pairs}
    assert set(Person.objects.filter(live=True).values_list("job_title", flat=True)) == {"Head"}
    assert (run.changed_count, run.left_count) == (3, 0)
    assert heading(Act.objects.get(pk=run.act_id)) == "3 duplicates merged: people"


def test_one_undo_brings_all_back_and_lists_what_changed_since(ada: Actor) -> None:
    pairs = twins(ada)
    run = merge_all(ada)
    saving.update(ada, house.person(), pairs[0][0], {"job_title": "Chief"})
    done = undo(ada, run.act_id or 0)
    assert live() == {pk for pair in pairs for pk in pair}
    assert done.left_count == 1
    assert Person.objects.get(pk=pairs[0][0]).job_title == "Chief"
    assert Person.objects.get(pk=pairs[1][0]).job_title == ""
    assert queue.page(ada, "person").rows


def test_the_fuller_one_stays_where_that_is_the_rule(ada: Actor) -> None:
    pairs = twins(ada)
    merge_all(ada, Wanted(many.FULLER))
    assert live() == {other for _one, other in pairs}


def test_only_what_was_selected_is_merged(ada: Actor) -> None:
    pairs = twins(ada)
    chosen = DuplicatePair.objects.get(one_id=pairs[1][0])
    merge_all(ada, Wanted(pairs=(chosen.pk,)))
    assert live() == {pk for pair in pairs for pk in pair} - {pairs[1][1]}


def test_less_likely_pairs_wait(ada: Actor) -> None:
    twins(ada)
    DuplicatePair.objects.update(score=940)
    assert many.plan(ada, house.person(), Wanted()).pairs == 0
    assert many.plan(ada, house.person(), Wanted(likeness=900)).pairs == 3


def test_three_that_hang_together_become_one_without_chains(ada: Actor) -> None:
    ids = [house.a_person(ada, phone="+49 30 1234567", job_title=f"J{n}", source=f"S{n}").pk for n in range(6)]
    running.search_all("person")
    run = merge_all(ada, Wanted(likeness=many.LEAST))
    assert live() == {ids[0]}
    undo(ada, run.act_id or 0)
    assert live() == set(ids)
    assert [Person.objects.get(pk=pk).job_title for pk in ids] == [f"J{n}" for n in range(6)]


def test_a_large_group_is_for_somebody_to_look_at(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "LARGEST", 2)
    for _number in range(3):
        house.a_person(ada, phone="+49 30 1234567")
    running.search_all("person")
    run = merge_all(ada, Wanted(likeness=many.LEAST))
    assert (len(live()), run.changed_count, run.left_count) == (3, 0, 1)


def test_what_changed_since_it_was_compared_is_left(ada: Actor) -> None:
    pairs = twins(ada)
    saving.update(ada, house.person(), pairs[0][1], {"first_name": "Otto", "last_name": "Klein"})
    run = merge_all(ada)
    assert set(pairs[0]) <= live()
    assert run.left == ["Pairs of which one changed since they were compared: 1."]


def test_what_refuses_is_left_and_the_others_are_merged(ada: Actor) -> None:
    pairs = twins(ada)
    role = house.role("Half", rights=["bulk", "merge"], levels=house.levels("all", trash="own"))
    bly = house.actor("Bly", role)
    for _one, other in pairs[1:]:
        saving.update(ada, house.person(), other, {"owner": bly.user_id})
    running.search_all("person")
    run = merge_all(bly)
    assert (run.changed_count, run.left_count) == (2, 1)
    assert set(pairs[0]) <= live()
    assert "Mia Berg" in run.left[0]


def test_groups_that_lead_to_each_other_are_merged_and_come_apart(ada: Actor) -> None:
    key = create_field(ada, house.person(), FieldData("Boss", "link", settings={"to": "person"})).key
    house.forget()
    pairs = twins(ada)
    chain = [(pairs[0][0], pairs[1][1]), (pairs[1][1], pairs[2][1])]  # one who stays, and one who goes, lead to such
    for pk, boss in chain:
        saving.update(ada, house.person(), pk, {key: boss})
    note = add_note(ada, NoteInput("A note", (pairs[0][1], pairs[1][1]))).pk
    run = merge_all(ada)
    assert (run.changed_count, run.left_count) == (3, 0)
    assert bosses(key) == {pairs[0][0]: pairs[1][0], pairs[1][0]: pairs[2][0], pairs[2][0]: None}
    assert about(note) == {pairs[0][0], pairs[1][0]}
    done = undo(ada, run.act_id or 0)
    assert done.left_count == 0
    assert bosses(key) == dict.fromkeys((pk for pair in pairs for pk in pair), None) | dict(chain)
    assert about(note) == {pairs[0][1], pairs[1][1]}


def bosses(key: str) -> dict[int, int | None]:
    field = house.person().by_key[key]
    return {row.pk: field.to_json(field.get(row)) for row in Person.objects.filter(live=True)}


def about(note: int) -> set[int]:
    return set(ActivityLink.objects.filter(activity_id=note).values_list("record_id", flat=True))


def test_one_who_may_still_edit_them_takes_back_what_they_merged(ada: Actor) -> None:
    pairs = twins(ada)
    bly = house.actor("Bly", house.role("All", rights=["bulk", "merge"], levels=house.levels()))
    run = merge_all(bly)
    undo(bly, run.act_id or 0)
    assert live() == {pk for pair in pairs for pk in pair}


@pytest.mark.parametrize("right", ["bulk", "merge"])
def test_it_takes_both_rights(ada: Actor, right: str) -> None:
    assert right in RIGHTS
    actor = house.actor("Bly", house.role("One", rights=[right], levels=house.levels()))
    with pytest.raises(NotAllowed):
        many.start(actor, house.person(), ALL)


def test_a_rule_that_there_is_not_is_refused(ada: Actor) -> None:
    with pytest.raises(BadQuery):
        many.start(ada, house.person(), Wanted("younger"))


def test_a_merge_that_was_cut_off_goes_on(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = twins(ada)
    monkeypatch.setattr(many.Pace, "is_up", True)
    monkeypatch.setattr(many, "_TOGETHER", 1)
    job = many.start(ada, house.person(), Wanted())

    def stop(done: int, _total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        many.carry_on(ada, job.args["order"], progress=stop)
    assert len(live()) == 5
    run = many.carry_on(ada, job.args["order"])
    ended(job)
    assert (len(live()), run.changed_count, run.act_id) == (3, 3, Act.objects.get(kind="person.merge").pk)
    undo(ada, run.act_id or 0)
    assert len(live()) == 2 * len(pairs)


def test_the_screen_shows_what_would_happen_and_does_it(world: World, client: Client) -> None:
    pairs = twins(Actor.of(world.ada))
    client.force_login(world.ada)
    assert "/duplicates/person/many" in client.get("/duplicates").content.decode()
    page = client.get("/duplicates/person/many").content.decode()
    assert "3 pairs: 3 records go, 3 stay." in page
    answer = client.post("/duplicates/person/many", {"likeness": "950", "rule": "older"})
    assert answer["Location"].startswith("/jobs/")
    house.work()
    shown = client.get(answer["Location"]).content.decode()
    assert "3 records were merged away." in shown
    assert "/undo" in shown
    assert live() & {pk for pair in pairs for pk in pair} == {one for one, _other in pairs}


def test_who_may_not_has_no_such_page(world: World, client: Client) -> None:
    client.force_login(world.ray)
    assert client.get("/duplicates/person/many").status_code == 403
    client.force_login(world.ada)
    assert client.get("/duplicates/note/many").status_code == 404
    assert client.get("/duplicates/person/many?rule=younger").status_code == 400


def test_a_preview_reads_no_more_pairs_than_it_looks_at(ada: Actor) -> None:
    twins(ada)
    assert len(queue.waiting_ids("person", likeness=many.LIKELY, most=2)) == 2
    made = many.plan(ada, house.person(), Wanted(), most=2)
    assert (made.pairs, made.is_more) == (2, True)
    assert not many.plan(ada, house.person(), Wanted(), most=3).is_more


def test_what_another_worker_fixed_first_holds(ada: Actor) -> None:
    twins(ada)
    run = BulkRun.objects.get(pk=many.start(ada, house.person(), Wanted()).args["order"])
    BulkRun.objects.filter(pk=run.pk).update(ids=packed([7, 8, 0]), total=1)
    assert many._fixed(ada, house.person(), Wanted(), run) == [[7, 8]]
    assert run.total == 1
