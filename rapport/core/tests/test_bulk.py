"""One change for many records: what it does, whom it leaves out, and how it goes on where it was cut off."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery
from rapport.core.changes import bulk_runs
from rapport.core.changes.bulk_runs import carry_on, packed, start, unpacked
from rapport.core.changes.models import BulkRun
from rapport.core.changes.undo import undo
from rapport.core.errors import BadQuery, Conflict, Invalid, NotAllowed
from rapport.core.events.models import Act, Change
from rapport.core.jobs.models import Job
from rapport.core.objects.bulk import Order, bulk, carry_out
from rapport.lib.pace import LEAST, Pace
from rapport.people.models import Person
from tests import house

pytestmark = pytest.mark.django_db


def crowd(by: Actor, count: int) -> list[int]:
    return [house.a_person(by, f"N{number}").pk for number in range(count)]


def finish(actor: Actor, job: Job) -> BulkRun:
    run = carry_on(actor, job.args["order"])
    Job.objects.filter(pk=job.pk).update(state="done")
    return run


def test_it_works(ada: Actor) -> None:
    ids = crowd(ada, 3)
    act, outcome = carry_out(ada, house.person(), Order("edit", "job_title", "Head"), ids)
    assert (outcome.changed, outcome.left_count) == (3, 0)
    assert set(Person.objects.values_list("job_title", flat=True)) == {"Head"}
    assert act.counts == {"updated": 3} and undo(ada, act.pk).changed == 3
    assert set(Person.objects.values_list("job_title", flat=True)) == {""}


def test_a_tag_is_added_and_removed_once(ada: Actor) -> None:
    ids = crowd(ada, 2)
    assert bulk(ada, house.person(), "tag", ids, tag="VIP")[1] == 2
    assert bulk(ada, house.person(), "tag", ids, tag="vip")[1] == 0
    assert bulk(ada, house.person(), "untag", ids, tag="vip ")[1] == 2
    assert bulk(ada, house.person(), "untag", ids, tag="vip")[1] == 0


def test_an_order_that_nobody_could_follow_is_refused_before_it_begins(ada: Actor) -> None:
    ids = crowd(ada, 1)
    for order, refusal in (
        (Order("explode"), BadQuery),
        (Order("tag", value=" "), Invalid),
        (Order("untag", value=""), Invalid),
        (Order("edit", "birthday", "no day"), Invalid),
        (Order("edit", "created_at", "2020-01-01"), NotAllowed),
        (Order("edit", "emails", "x@x.example"), NotAllowed),
        (Order("edit", "nothing", "x"), NotAllowed),
    ):
        with pytest.raises(refusal):
            carry_out(ada, house.person(), order, ids)
        with pytest.raises(refusal):
            start(ada, house.person(), order, ids)
    with pytest.raises(Invalid):
        carry_out(ada, house.company(), Order("edit", "name", " "), [house.a_company(ada).pk])
    assert not Act.objects.filter(kind__startswith="bulk").exists()


def test_a_field_one_may_not_change_is_not_changed_in_bulk(ada: Actor) -> None:
    ids = crowd(ada, 1)
    for rule in ("hidden", "read_only"):
        role = house.role(rule, levels=house.levels("all"), field_rules={"person": {"job_title": rule}})
        with pytest.raises(NotAllowed):
            carry_out(house.actor(rule, role), house.person(), Order("edit", "job_title", "X"), ids)


def test_one_that_is_refused_keeps_no_other_from_its_change(ada: Actor) -> None:
    ids = crowd(ada, 5)
    act, outcome = carry_out(ada, house.person(), Order("edit", "email", "one@x.example"), ids)
    assert (outcome.changed, outcome.left_count) == (1, 4) and act.counts == {"updated": 1, "left": 4}
    assert all("N" in sentence for sentence in outcome.left)


def test_where_all_are_refused_nothing_stays_of_it(ada: Actor) -> None:
    house.a_person(ada, email="one@x.example")
    ids = crowd(ada, 2)
    with pytest.raises(Invalid, match="belongs to"):
        carry_out(ada, house.person(), Order("edit", "email", "one@x.example"), ids)
    assert not Act.objects.filter(kind="bulk.edit").exists()


def test_whoever_gives_a_record_away_out_of_sight_keeps_it(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Own", levels=house.levels("own")))
    ids = crowd(rep, 3)
    with pytest.raises(Invalid, match="no longer see"):
        carry_out(rep, house.person(), Order("edit", "owner", str(ada.user_id)), ids)
    assert set(Person.objects.values_list("owner_id", flat=True)) == {rep.user_id}


def test_all_that_a_list_shows_is_fixed_when_the_work_begins(ada: Actor) -> None:
    house.a_person(ada, "Old", job_title="Chief")
    ids = crowd(ada, 4)
    carry_out(ada, house.person(), Order("edit", "job_title", "Head"), ids)
    job = start(ada, house.person(), Order("edit", "job_title", "Chief"), ListQuery(Term("job_title", "", "Head")))
    run = finish(ada, job)
    assert (run.total, run.place, run.changed_count, run.left_count) == (4, 4, 4, 0)
    assert run.act is not None and undo(ada, run.act.pk).changed == 4
    assert Person.objects.filter(job_title="Head").count() == 4


def test_a_large_order_reaches_no_further_than_rights(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Mine", levels=house.levels("all", edit="own")))
    crowd(ada, 3)
    mine = crowd(rep, 2)
    run = finish(rep, start(rep, house.person(), Order("edit", "job_title", "X"), ListQuery()))
    assert run.total == 2 and set(Person.objects.filter(job_title="X").values_list("pk", flat=True)) == set(mine)
    run = finish(rep, start(rep, house.person(), Order("edit", "job_title", "Y"), crowd(ada, 2)))
    assert run.changed_count == 0 and not Person.objects.filter(job_title="Y").exists()


def test_an_order_that_was_cut_off_goes_on_where_it_stopped(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_runs, "Pace", lambda size: Pace(2, most=2))
    ids = crowd(ada, 7)
    job = start(ada, house.person(), Order("edit", "job_title", "Head"), ids)

    class Killed(Exception):
        pass

    def kill(done: int, _total: int) -> None:
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        carry_on(ada, job.args["order"], progress=kill)
    assert Person.objects.filter(job_title="Head").count() == 4
    with pytest.raises(Conflict, match="at work"):
        undo(ada, Act.objects.get(kind="bulk.edit").pk)
    seen: list[int] = []
    run = carry_on(ada, job.args["order"], progress=lambda done, _total: seen.append(done))
    assert seen == [6, 7] and run.changed_count == 7
    assert Act.objects.get(kind="bulk.edit").counts == {"updated": 7}
    assert Change.objects.filter(event__act__kind="bulk.edit").values("record").distinct().count() == 7


def test_of_two_workers_with_one_order_one_stops(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    job = start(ada, house.person(), Order("edit", "job_title", "Head"), crowd(ada, 2))
    monkeypatch.setattr(bulk_runs, "_fixed", lambda *given: BulkRun.objects.update(place=1) and [1, 2])
    with pytest.raises(Conflict, match="elsewhere"):
        carry_on(ada, job.args["order"])
    assert not Act.objects.filter(kind="bulk.edit").exists()


def test_ids_are_packed_small_and_come_back(ada: Actor) -> None:
    many = [*range(5, 400_000), 2**40, 7]
    assert list(unpacked(packed(many))) == many and len(packed(many)) < 30_000
    assert list(unpacked(packed([]))) == []


def test_a_chunk_costs_the_same_few_queries_however_many_records(ada: Actor) -> None:
    ids = crowd(ada, 40)
    counts = []
    for part in (ids[:5], ids[5:]):
        with CaptureQueriesContext(connection) as queries:
            carry_out(ada, house.person(), Order("edit", "job_title", "Head"), part)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2


def test_the_pace_grows_and_shrinks_with_the_time_a_chunk_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("rapport.lib.pace.time.monotonic", lambda: now[0])
    pace = Pace(100, seconds=0.1)
    with pace:
        now[0] += 0.01
    assert pace.size == 200
    with pace:
        now[0] += 1.0
    assert pace.size == LEAST
    with pace:
        pace.rows = 0
        now[0] += 9
        assert pace.is_up
    assert pace.size == LEAST


def test_what_another_worker_fixed_first_holds(ada: Actor) -> None:
    house.a_person(ada)
    job = start(ada, house.person(), Order("edit", "job_title", "Cook"), ListQuery())
    run = BulkRun.objects.get(pk=job.args["order"])
    BulkRun.objects.filter(pk=run.pk).update(ids=packed([7, 8]), total=2)
    assert list(bulk_runs._fixed(ada, house.person(), Order("edit", "job_title", "Cook"), run)) == [7, 8]
    assert run.total == 2
