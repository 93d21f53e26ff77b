"""The pages of jobs: one's own, for administrators all; cancel and try again; they refresh while something runs."""

from typing import Any

import pytest

from rapport.core.errors import Conflict
from rapport.core.events.models import Act
from rapport.core.jobs import claiming, queue, schedules
from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.models import Job
from rapport.lib import clock
from rapport.ui.jobs import undo_job
from tests import house

pytestmark = pytest.mark.django_db


def make(world: Any, who: str, state: str, **values: Any) -> Job:
    job = queue.enqueue("undo", {"act": 1}, world.actor(who))
    Job.objects.filter(pk=job.pk).update(state=state, **values)
    return job


def test_it_works(world: Any) -> None:
    make(world, "ann", "done", ended_at=clock.now(), result={"message": "All is well."})
    page = world.client("ann").get("/jobs").content.decode()
    assert "Undo" in page and "All is well." in page and "hx-get" not in page.partition("jobs-state")[2][:80]
    assert "Worker last seen" not in page


def test_everybody_sees_their_own_and_administrators_all_and_how_the_queue_is(world: Any) -> None:
    schedules.sync()
    mine, other = make(world, "ann", "done"), make(world, "bob", "done")
    page = world.client("ann").get("/jobs").content.decode()
    assert f"/jobs/{mine.pk}" in page and f"/jobs/{other.pk}" not in page
    page = world.client("ada").get("/jobs").content.decode()
    assert f"/jobs/{other.pk}" in page and "Bob Baker" in page
    assert "Worker last seen" in page and "Tidying up" in page


def test_it_asks_again_while_something_runs(world: Any) -> None:
    make(world, "ann", "running", attempts=1, done_count=5, total_count=10)
    client = world.client("ann")
    page = client.get("/jobs?state=running").content.decode()
    assert 'hx-get="/jobs?state=running&amp;"' in page and "5 / 10" in page
    part = client.get("/jobs?state=running", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "5 / 10" in part


def test_failed_ones_are_tried_again_and_waiting_ones_cancelled(world: Any) -> None:
    client = world.client("ann")
    dead = make(world, "ann", "dead", attempts=5, error="Something went wrong on our side (KeyError).")
    page = client.get(f"/jobs/{dead.pk}").content.decode()
    assert "KeyError" in page and "5 of 5" in page and "Try again" in page
    answer = client.post(f"/jobs/{dead.pk}/retry", {"to": "list"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs")
    assert Job.objects.get(pk=dead.pk).state == "queued"
    assert client.post(f"/jobs/{dead.pk}/retry").status_code == 409
    assert client.post(f"/jobs/{dead.pk}/cancel").headers["Location"] == f"/jobs/{dead.pk}"
    assert Job.objects.get(pk=dead.pk).state == "cancelled"


def test_nobody_touches_the_jobs_of_others(world: Any) -> None:
    dead, waiting = make(world, "ann", "dead"), make(world, "ann", "queued")
    client = world.client("bob")
    assert client.post(f"/jobs/{dead.pk}/retry").status_code == 404
    assert client.post(f"/jobs/{waiting.pk}/cancel").status_code == 404
    assert client.get(f"/jobs/{dead.pk}").status_code == 404
    assert client.get(f"/jobs/{dead.pk}/retry").status_code == 405


def test_the_log_stands_on_the_page_of_a_job_and_is_escaped(world: Any) -> None:
    log = [[clock.now().isoformat(), 2, "<b>500 rows</b>"]]
    job = make(world, "ann", "done", ended_at=clock.now(), log=log, attempts=2)
    page = world.client("ann").get(f"/jobs/{job.pk}").content.decode()
    assert "&lt;b&gt;500 rows" in page and "Try 2" in page


def test_older_ones_are_on_further_pages(world: Any) -> None:
    jobs = [make(world, "ann", "done").pk for _number in range(55)]
    client = world.client("ann")
    page = client.get("/jobs").content.decode()
    assert f'"/jobs/{jobs[-1]}"' in page and f'"/jobs/{jobs[0]}"' not in page
    assert f"before={jobs[5]}" in page
    page = client.get(f"/jobs?before={jobs[5]}").content.decode()
    assert f'"/jobs/{jobs[0]}"' in page and "Older" not in page


def test_a_state_that_there_is_not_is_refused(world: Any) -> None:
    assert world.client("ann").get("/jobs?state=asleep").status_code == 400


def test_a_worker_that_died_behind_the_end_of_an_undo_finds_it_done(world: Any) -> None:
    ada = world.actor("ada")
    house.a_person(ada, "Mia")
    act = Act.objects.latest("pk")
    queue.enqueue("undo", {"act": act.pk}, ada)
    job = claiming.claim(clock.now())
    assert job is not None
    first = undo_job(JobAtWork(job, dict(job.args), ada))
    with pytest.raises(Conflict):
        undo_job(JobAtWork(job, dict(job.args), ada))
    job.attempts = 2
    assert undo_job(JobAtWork(job, dict(job.args), ada)) == first and first["trashed"] == 1
