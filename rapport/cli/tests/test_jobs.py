"""``rapport jobs``: list, try again, cancel."""

import json
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.cli import main
from rapport.core.jobs import queue
from rapport.core.jobs.models import Job

pytestmark = pytest.mark.django_db


def make(state: str, **values: Any) -> int:
    job = queue.enqueue("t.x", {}, Actor.system())
    Job.objects.filter(pk=job.pk).update(state=state, **values)
    return job.pk


def test_it_works(capsys: Any) -> None:
    number = make("dead", attempts=5, error="It broke.")
    make("queued")
    assert main(["jobs", "list", "--state", "dead"]) == 0
    said = capsys.readouterr().out
    assert str(number) in said and "dead" in said and "It broke." in said and "queued" not in said


def test_a_list_for_machines(capsys: Any) -> None:
    number = make("running", done_count=3, total_count=9)
    assert main(["jobs", "list", "--json", "--kind", "t.x"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["id"], one["state"], one["done_count"], one["ended_at"]) == (number, "running", 3, None)
    assert main(["jobs", "list", "--kind", "none", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_one_or_all_dead_ones_are_tried_again(capsys: Any) -> None:
    first, second, failed = make("dead"), make("dead"), make("failed")
    assert main(["jobs", "retry", str(failed)]) == 0
    assert main(["jobs", "retry", "--dead"]) == 0
    assert set(Job.objects.filter(state="queued").values_list("pk", flat=True)) == {first, second, failed}
    assert main(["jobs", "retry", str(failed)]) == 2
    assert main(["jobs", "retry"]) == 2 and main(["jobs", "retry", "1", "--dead"]) == 2


def test_a_job_is_cancelled(capsys: Any) -> None:
    waiting, running, done = make("queued"), make("running"), make("done")
    assert main(["jobs", "cancel", str(waiting)]) == 0
    assert main(["jobs", "cancel", str(running)]) == 0
    assert main(["jobs", "cancel", str(done)]) == 1
    assert main(["jobs", "cancel", "987654"]) == 2
    assert Job.objects.get(pk=waiting).state == "cancelled" and Job.objects.get(pk=running).cancel_asked
