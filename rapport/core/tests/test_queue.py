"""Which job comes next and what happens to it: priority, lanes, unique keys, batches, logs, dead letters, purging."""

import datetime
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection

from rapport.accounts.actor import Actor
from rapport.core.errors import BadQuery, Conflict, NotFound
from rapport.core.jobs import claiming, handlers, process, purging, queue, registry, worker
from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.models import HIGH, LONG, LOW, QUICK, Job
from rapport.core.jobs.worker import Slot
from rapport.core.records.models import Submission
from rapport.lib import clock
from tests.security.test_full_disk import full

SYSTEM = Actor.system()
pytestmark = pytest.mark.django_db


@pytest.fixture
def declare() -> Iterator[Any]:
    """Declares a handler for the length of a test."""
    made: list[str] = []

    def add(kind: str, run: Any, **more: Any) -> None:
        handlers.job(kind, **more)(run)
        made.append(kind)

    yield add
    for kind in made:
        registry._handlers.pop(kind)


def work(*lanes: str) -> int:
    return Slot(threading.Event(), lanes or (QUICK, LONG)).work(once=True)


def fail(at_work: JobAtWork) -> dict[str, Any]:
    raise RuntimeError


def test_it_works(declare: Any) -> None:
    order: list[int] = []
    declare("t.x", lambda at_work: order.append(at_work.args["n"]) or {})
    for number, priority in enumerate((LOW, 0, HIGH, 0)):
        queue.enqueue("t.x", {"n": number}, SYSTEM, priority=priority)
    assert work() == 4 and order == [2, 1, 3, 0]


def test_quick_jobs_do_not_wait_behind_long_ones(declare: Any) -> None:
    declare("t.long", lambda at_work: {}, lane=LONG)
    declare("t.quick", lambda at_work: {})
    queue.enqueue("t.long", {}, SYSTEM)
    queue.enqueue("t.quick", {}, SYSTEM)
    assert work(QUICK) == 1
    assert list(Job.objects.filter(state="queued").values_list("kind", flat=True)) == ["t.long"]
    assert work(LONG) == 1


def test_the_unique_key_of_a_waiting_job_gives_that_one() -> None:
    first = queue.enqueue("t.x", {"n": 1}, SYSTEM, unique_key="k")
    assert queue.enqueue("t.x", {"n": 2}, SYSTEM, unique_key="k").pk == first.pk
    assert queue.enqueue("t.x", {}, SYSTEM, unique_key="other").pk != first.pk
    assert claiming.claim(clock.now())
    # What is at work may have looked already: a new one waits for its turn.
    assert queue.enqueue("t.x", {}, SYSTEM, unique_key="k").pk != first.pk


def test_the_database_keeps_unique_keys_when_two_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = queue.enqueue("t.x", {}, SYSTEM, unique_key="k")
    real, looks = Job.objects.filter, []

    def blind(*args: Any, **named: Any) -> Any:
        looks.append(named)
        return Job.objects.none() if len(looks) == 1 else real(*args, **named)

    monkeypatch.setattr(Job.objects, "filter", blind)
    assert queue.enqueue("t.x", {}, SYSTEM, unique_key="k").pk == theirs.pk
    assert len(looks) == 2


def test_a_job_that_goes_back_beside_a_newer_one_of_its_key_keeps_its_tries() -> None:
    queue.enqueue("t.x", {}, SYSTEM, unique_key="k")
    job = claiming.claim(clock.now())
    queue.enqueue("t.x", {}, SYSTEM, unique_key="k")
    assert job is not None and queue.put_back(job, after=5)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.unique_key) == ("queued", 1, None)


def test_a_batch_is_leased_and_acknowledged_together(declare: Any, django_assert_max_num_queries: Any) -> None:
    declare("t.cheap", lambda at_work: {}, batch=20)
    for number in range(20):
        queue.enqueue("t.cheap", {"n": number}, SYSTEM)
    with django_assert_max_num_queries(25):
        assert work() == 20
    assert Job.objects.filter(state="done", attempts=1).count() == 20


def test_one_that_fails_does_not_take_its_batch_along(declare: Any) -> None:
    declare("t.cheap", lambda at_work: fail(at_work) if at_work.args["n"] == 3 else {}, batch=20)
    for number in range(6):
        queue.enqueue("t.cheap", {"n": number}, SYSTEM)
    assert work() == 6
    assert Job.objects.filter(state="done").count() == 5
    assert Job.objects.get(state="queued").args["n"] == 3


def test_the_log_has_tries_times_and_lines_and_stays_short(declare: Any) -> None:
    def talk(at_work: JobAtWork) -> dict[str, Any]:
        for number in range(150):
            at_work.log(f"line {number} " + "x" * 500)
        if at_work.job.attempts == 1:
            raise RuntimeError
        return {}

    declare("t.talk", talk)
    job = queue.enqueue("t.talk", {}, SYSTEM)
    with clock.frozen(clock.now()) as stopped:
        work()
        stopped.advance(seconds=60)
        work()
    job.refresh_from_db()
    assert job.state == "done" and len(job.log) == queue.LOG_LINES
    moment, attempt, line = job.log[-1]
    assert attempt == 2 and line.startswith("line 149") and len(line) <= queue.LOG_SIGNS
    assert datetime.datetime.fromisoformat(moment)


def test_what_waits_after_failing_waits_longer_each_time_and_never_quite_alike() -> None:
    waits = [worker.back_off(tries) for tries in (1, 2, 3, 4, 9)]
    assert all(base <= wait <= base * 1.2 for base, wait in zip((5, 30, 120, 600, 600), waits, strict=True))
    assert len({worker.back_off(1) for _number in range(5)}) > 1


def test_a_dead_job_is_put_back_with_all_its_tries(declare: Any, world: Any) -> None:
    declare("t.fail", fail)
    ann = world.actor("ann")
    job = queue.enqueue("t.fail", {}, ann)
    with clock.frozen(clock.now()) as stopped:
        for _number in range(6):
            work()
            stopped.advance(seconds=1000)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("dead", 5) and job.result["exception"] == "builtins.RuntimeError"
    assert list(queue.jobs_of(ann, state="dead")) == [job]
    with pytest.raises(NotFound):
        queue.retry(world.actor("bob"), job.pk)
    back = queue.retry(ann, job.pk)
    assert (back.state, back.attempts, back.ended_at) == ("queued", 0, None)
    assert "Ann" in back.log[-1][2]
    with pytest.raises(Conflict):
        queue.retry(ann, job.pk)


def test_a_dead_job_whose_work_waits_again_is_not_put_back() -> None:
    job = queue.enqueue("t.x", {}, SYSTEM, unique_key="k")
    queue.cancel(SYSTEM, job.pk)
    queue.enqueue("t.x", {}, SYSTEM, unique_key="k")
    with pytest.raises(Conflict, match="waiting already"):
        queue.retry(SYSTEM, job.pk)


def test_a_handler_is_told_of_a_cancel_before_it_began(declare: Any) -> None:
    told: list[dict[str, Any]] = []
    declare("t.x", lambda at_work: {}, cancelled=lambda job, sentence: told.append(job.args))
    queue.cancel(SYSTEM, queue.enqueue("t.x", {"n": 1}, SYSTEM).pk)
    assert told[0]["n"] == 1 and work() == 0


def test_everybody_sees_their_own_jobs_and_administrators_all(world: Any) -> None:
    queue.enqueue("t.x", {}, world.actor("ann"))
    queue.enqueue("t.y", {}, world.actor("bob"))
    assert [job.kind for job in queue.jobs_of(world.actor("ann"))] == ["t.x"]
    assert [job.kind for job in queue.jobs_of(world.actor("ada"))] == ["t.y", "t.x"]
    assert [job.kind for job in queue.jobs_of(world.actor("ada"), kind="t.x", state="queued")] == ["t.x"]
    with pytest.raises(BadQuery):
        queue.jobs_of(world.actor("ada"), state="asleep")


def test_a_result_that_cannot_be_stored_is_a_failure_not_the_end_of_the_worker(declare: Any) -> None:
    declare("t.odd", lambda at_work: {"x": object()})
    queue.enqueue("t.odd", {}, SYSTEM)
    assert work() == 1
    assert Job.objects.get().state == "queued" and "TypeError" in Job.objects.get().error


def test_signs_that_no_database_takes_do_not_stop_a_job_from_failing(declare: Any) -> None:
    def refuse(at_work: JobAtWork) -> dict[str, Any]:
        at_work.log("nul \0 and half a sign \ud800")
        raise BadQuery("nul \0 and half a sign \ud800")

    declare("t.odd", refuse)
    queue.enqueue("t.odd", {}, SYSTEM)
    work()
    assert Job.objects.get().state == "failed" and "\0" not in Job.objects.get().error


def test_what_ended_a_month_ago_goes_and_nothing_else() -> None:
    now = clock.now()
    old, young = now - datetime.timedelta(days=31), now - datetime.timedelta(days=29)
    for number, (state, ended) in enumerate(
        [("done", old), ("dead", old), ("failed", old), ("cancelled", old), ("done", young), ("queued", None)]
    ):
        job = queue.enqueue(f"t.{number}", {}, SYSTEM)
        Job.objects.filter(pk=job.pk).update(state=state, ended_at=ended)
    Submission.objects.create(token="old", at=now - datetime.timedelta(days=31))
    Submission.objects.create(token="young", at=now - datetime.timedelta(days=29))
    purging.purge(JobAtWork(Job(), {}, SYSTEM, _written=float("inf")))
    assert sorted(Job.objects.values_list("kind", flat=True)) == ["t.4", "t.5"]
    assert list(Submission.objects.values_list("token", flat=True)) == ["young"]


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_on_a_full_disk_a_job_is_done_once_and_acknowledged_when_there_is_room(declare: Any, monkeypatch: Any) -> None:
    runs: list[int] = []
    room = full()

    def fill(at_work: JobAtWork) -> dict[str, Any]:
        runs.append(at_work.job.attempts)
        room.__enter__()
        return {"much": "x" * 200_000}

    waits: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            if len(waits) == 3:
                room.__exit__(None, None, None)
            return False

    declare("t.fill", fill)
    queue.enqueue("t.fill", {}, SYSTEM)
    assert Slot(Stop()).work(once=True) == 1
    assert Job.objects.get().state == "done" and runs == [1] and len(waits) == 3


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_disk_that_is_full_when_a_job_is_fetched_loses_none(declare: Any) -> None:
    declare("t.x", lambda at_work: {})
    for _number in range(3):
        queue.enqueue("t.x", {}, SYSTEM)
    with full(), connection.execute_wrapper(_no_room):
        with pytest.raises(OperationalError):
            work()
        assert Job.objects.filter(state="queued", attempts=0).count() == 3
    assert work() == 3


def _no_room(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if sql.startswith("UPDATE"):
        raise OperationalError("database or disk is full")
    return execute(sql, params, many, context)


@pytest.mark.slow
@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_thread_that_breaks_ends_the_worker_so_that_it_is_started_anew(
    monkeypatch: Any, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_FOLDER = tmp_path

    def broken(*_args: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr(Slot, "_claim", broken)
    with pytest.raises(process.Broken):
        process.run(threading.Event())


def test_what_cannot_be_tried_again_is_not_put_back(declare: Any) -> None:
    declare("t.once", lambda at_work: {}, can_retry=False)
    job = queue.enqueue("t.once", {}, SYSTEM)
    queue.cancel(SYSTEM, job.pk)
    with pytest.raises(Conflict, match="anew"):
        queue.retry(SYSTEM, job.pk)
