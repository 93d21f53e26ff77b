"""The queue: a job is done once, by one worker at a time, and is never lost."""

import datetime
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from rapport.accounts.actor import Actor
from rapport.core.errors import BadQuery, NotFound
from rapport.core.jobs import claiming, handlers, keeper, queue, registry, worker
from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.leases import Watch
from rapport.core.jobs.models import Job
from rapport.core.jobs.presence import Presence
from rapport.core.jobs.queue import LeaseLost
from rapport.lib import clock

SYSTEM = Actor.system()


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


def work() -> int:
    return worker.work(threading.Event(), once=True)


@pytest.mark.django_db
def test_a_job_runs_with_its_arguments_and_keeps_its_result(declare: Any, ada: Actor) -> None:
    declare("t.add", lambda at_work: {"sum": at_work.args["a"] + at_work.args["b"], "by": at_work.actor.name})
    job = queue.enqueue("t.add", {"a": 2, "b": 3}, ada)
    assert work() == 1
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"sum": 5, "by": "Ada"})
    assert work() == 0


@pytest.mark.django_db
def test_a_job_of_a_transaction_that_failed_does_not_exist(ada: Actor) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue.enqueue("t.none", {}, ada)
        raise RuntimeError
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_two_workers_never_hold_the_same_job(ada: Actor) -> None:
    for _number in range(3):
        queue.enqueue("t.x", {}, ada)
    now = clock.now()
    claimed = [claiming.claim(now) for _number in range(4)]
    assert len({job.pk for job in claimed if job}) == 3
    assert claimed[3] is None


@pytest.mark.django_db
def test_a_job_of_a_silent_worker_is_taken_over_and_that_one_changes_nothing_any_more(ada: Actor) -> None:
    queue.enqueue("t.x", {}, ada)
    with clock.frozen(clock.now()) as stopped:
        first, watch = claiming.claim(clock.now()), Watch()
        assert first is not None and watch.rescue() == 0
        stopped.advance(seconds=40)
        assert not queue.renew(first, 1, 2) and watch.rescue() == 0
        stopped.advance(seconds=40)
        assert watch.rescue() == 0  # it was renewed meanwhile
        stopped.advance(seconds=61)
        assert watch.rescue() == 1
        second = claiming.claim(clock.now())
    assert second is not None and second.pk == first.pk and second.attempts == 2
    with pytest.raises(LeaseLost):
        queue.renew(first, 1, 2)
    assert not queue.finish(first, "done")
    assert queue.finish(second, "done")


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-1 / 24, 1 / 24, 400, -400])
def test_setting_the_clock_takes_no_job_from_a_worker_that_is_at_it(ada: Actor, days: float) -> None:
    queue.enqueue("t.x", {}, ada)
    with clock.frozen(clock.now()) as stopped:
        job, watch = claiming.claim(clock.now()), Watch()
        assert job is not None
        for _number in range(8):
            assert watch.rescue() == 0
            stopped.put(days=days)
            assert watch.rescue() == 0 and claiming.claim(clock.now()) is None
            stopped.advance(seconds=queue.LEASE.total_seconds() / 4)
            assert queue.keep([job]) == 1
        assert queue.finish(job, "done")


@pytest.mark.django_db
def test_what_waits_does_not_wait_for_a_time_that_a_wrong_clock_gave(ada: Actor) -> None:
    with clock.frozen(clock.now()) as stopped:
        stopped.put(hours=1)
        queue.enqueue("t.once", {}, ada)
        queue.enqueue("t.again", {}, ada)
        tried = claiming.claim(clock.now())
        assert tried and queue.put_back(tried, after=600)
        later = queue.enqueue("t.later", {}, ada, run_at=clock.now() + datetime.timedelta(days=2))
        stopped.put(hours=-1)
        assert claiming.claim(clock.now()) is None
        assert keeper.mend_times() == 2
        assert claiming.claim(clock.now()) and claiming.claim(clock.now())
        assert claiming.claim(clock.now()) is None
        later.refresh_from_db()
        assert later.run_at > clock.now()


@pytest.mark.django_db
def test_a_dead_worker_of_this_machine_is_known_at_once(ada: Actor, settings: Any, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path
    queue.enqueue("t.x", {}, ada)
    here = Presence()
    job = claiming.claim(clock.now(), worker=here.name)
    assert job is not None and Watch().rescue() == 0
    with clock.frozen(clock.now()) as stopped:
        watch = Watch()
        watch.rescue()
        stopped.advance(hours=1)
        assert watch.rescue() == 0  # silent, but known to live
    here._file.close()
    assert Watch().rescue() == 1
    again = claiming.claim(clock.now())
    assert again is not None and again.attempts == 2


@pytest.mark.django_db
def test_a_poison_job_fails_after_five_tries_and_says_so_without_values(declare: Any, ada: Actor) -> None:
    told: list[tuple[dict[str, Any], str]] = []

    def poison(at_work: JobAtWork) -> dict[str, Any]:
        raise KeyError("secret@example.com")

    declare("t.poison", poison, gave_up=lambda job, sentence: told.append((job.args, sentence)))
    declare("t.fine", lambda at_work: {})
    job = queue.enqueue("t.poison", {"n": 1}, ada)
    queue.enqueue("t.fine", {}, ada)
    with clock.frozen(clock.now()) as stopped:
        for _number in range(8):
            work()
            stopped.advance(seconds=700)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("dead", queue.MOST_ATTEMPTS)
    assert "secret" not in job.error and "KeyError" in job.error
    assert told == [({"n": 1}, job.error)]
    assert Job.objects.get(kind="t.fine").state == "done"


@pytest.mark.django_db
def test_a_worker_that_dies_each_time_is_given_up_as_well(declare: Any, ada: Actor) -> None:
    declare("t.kill", lambda at_work: {})
    job = queue.enqueue("t.kill", {}, ada)
    with clock.frozen(clock.now()) as stopped:
        watch = Watch()
        for _number in range(queue.MOST_ATTEMPTS):
            assert claiming.claim(clock.now()) is not None
            watch.rescue()
            stopped.advance(seconds=61)
            assert watch.rescue() == 1
    job.refresh_from_db()
    assert job.state == "dead" and "stopped" in job.error and work() == 0


@pytest.mark.django_db
def test_a_refusal_is_final_and_kept_as_its_sentence(declare: Any, ada: Actor) -> None:
    def refuse(at_work: JobAtWork) -> dict[str, Any]:
        raise BadQuery("Choose another file.")

    declare("t.refuse", refuse)
    job = queue.enqueue("t.refuse", {}, ada)
    work()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == ("failed", "Choose another file.", 1)


@pytest.mark.django_db
def test_progress_renews_the_lease_and_a_cancel_ends_the_job(declare: Any, ada: Actor) -> None:
    seen: list[int] = []

    def count(at_work: JobAtWork) -> dict[str, Any]:
        for number in range(10):
            at_work._written = -1.0  # as if half a second had passed
            at_work.progress(number, 10)
            seen.append(number)
            if number == 3:
                queue.cancel(ada, at_work.job.pk)
        return {}

    declare("t.count", count)
    job = queue.enqueue("t.count", {}, ada)
    work()
    job.refresh_from_db()
    assert (job.state, job.done_count, job.total_count) == ("cancelled", 4, 10)
    assert seen == [0, 1, 2, 3]


@pytest.mark.django_db
def test_a_worker_that_shuts_down_puts_its_job_back_uncounted(declare: Any, ada: Actor) -> None:
    stop = threading.Event()

    def stopping(at_work: JobAtWork) -> dict[str, Any]:
        stop.set()
        at_work.progress(1, 2)
        return {}

    declare("t.stop", stopping)
    job = queue.enqueue("t.stop", {}, ada)
    worker.work(stop)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)


@pytest.mark.django_db
def test_a_job_waits_for_its_time(declare: Any, ada: Actor) -> None:
    declare("t.later", lambda at_work: {})
    now = clock.now()
    queue.enqueue("t.later", {}, ada, run_at=now + datetime.timedelta(hours=1))
    assert claiming.claim(now) is None
    assert claiming.claim(now + datetime.timedelta(hours=1)) is not None


@pytest.mark.django_db
def test_a_user_switched_off_has_no_jobs_done(declare: Any, world: Any) -> None:
    declare("t.who", lambda at_work: {})
    job = queue.enqueue("t.who", {}, world.actor("ann"))
    world.ann.is_active = False
    world.ann.save()
    work()
    job.refresh_from_db()
    assert job.state == "failed"


@pytest.mark.django_db
def test_a_job_whose_user_is_gone_does_not_become_the_houses_own(declare: Any, world: Any) -> None:
    declare("t.gone", lambda at_work: {"all": at_work.actor.all_rights})
    job = queue.enqueue("t.gone", {}, world.actor("ann"))
    Job.objects.filter(pk=job.pk).update(user=None)
    work()
    job.refresh_from_db()
    assert job.state == "failed"
    own = queue.enqueue("t.gone", {}, SYSTEM)
    work()
    own.refresh_from_db()
    assert own.result == {"all": True}


@pytest.mark.django_db
def test_a_job_is_seen_by_who_asked_for_it_and_by_administrators(world: Any) -> None:
    job = queue.enqueue("t.x", {}, world.actor("ann"))
    assert queue.get_job(world.actor("ann"), job.pk) == job
    assert queue.get_job(world.actor("ada"), job.pk) == job
    with pytest.raises(NotFound):
        queue.get_job(world.actor("bob"), job.pk)
