"""Workers beside each other, and workers that are killed: each job is done, none by two at a time."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.core.jobs import claiming, heartbeat, process, queue, registry
from rapport.core.jobs.models import LONG, Job, Worker
from rapport.core.jobs.registry import Handler
from rapport.core.jobs.worker import Slot
from rapport.lib import clock

SYSTEM = Actor.system()
ENQUEUE = """
import django; django.setup()
from rapport.accounts.actor import Actor
from rapport.core.jobs import queue
queue.enqueue("jobs.purge", {}, Actor.system())
"""


def beside(count: int, work: Callable[[], Any]) -> None:
    """Does the same in several threads, each with a connection of its own."""
    begin = threading.Barrier(count)

    def run() -> None:
        begin.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_four_workers_share_the_work_and_do_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    monkeypatch.setitem(registry._handlers, "t.x", Handler(lambda task: done.append(task.args["n"]) or {}))
    monkeypatch.setitem(registry._handlers, "t.y", Handler(lambda task: done.append(task.args["n"]) or {}, batch=10))
    for number in range(120):
        queue.enqueue("t.x" if number % 2 else "t.y", {"n": number}, SYSTEM)
    beside(4, lambda: Slot(threading.Event()).work(once=True))
    assert sorted(done) == list(range(120))
    assert Job.objects.filter(state="done", attempts=1).count() == 120


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_of_four_who_enqueue_one_key_at_once_one_does() -> None:
    numbers: list[int] = []
    for _round in range(5):
        beside(4, lambda: numbers.append(queue.enqueue("t.x", {}, SYSTEM, unique_key="k").pk))
        assert len(set(numbers)) == 1
        assert claiming.claim(clock.now())
        numbers.clear()


@pytest.mark.slow
@pytest.mark.sqlite_only
@pytest.mark.parametrize("place", ["jobs.claim", "jobs.begin", "jobs.finish"])
def test_a_job_whose_worker_is_killed_is_done_by_the_next_one_at_once(place: str, tmp_path: Path) -> None:
    env = {
        **os.environ, "RAPPORT_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
    }  # fmt: skip
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "rapport.cli"]
    subprocess.run([*command, "work", "--once"], env=env, check=True, capture_output=True)
    subprocess.run([sys.executable, "-c", ENQUEUE], env=env, check=True, capture_output=True)
    killed = subprocess.run([*command, "work", "--once"], env={**env, "RAPPORT_FAULT": place}, check=False)
    assert killed.returncode == -9
    subprocess.run([*command, "work", "--once"], env=env, check=True, capture_output=True)
    listed = subprocess.run([*command, "jobs", "list", "--json"], env=env, check=True, capture_output=True, text=True)
    (job,) = json.loads(listed.stdout)
    assert (job["state"], job["attempts"]) == ("done", 2)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_quick_job_passes_a_long_one(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path
    passed, ended, stop = threading.Event(), threading.Event(), threading.Event()

    def long(_task: Any) -> dict[str, Any]:
        found = {"was_passed": passed.wait(20)}
        ended.set()
        return found

    monkeypatch.setitem(registry._handlers, "t.long", Handler(long, lane=LONG))
    monkeypatch.setitem(registry._handlers, "t.quick", Handler(lambda _task: passed.set() or {}))
    queue.enqueue("t.long", {}, SYSTEM)
    queue.enqueue("t.quick", {}, SYSTEM)
    worker = threading.Thread(target=process.run, args=(stop,))
    worker.start()
    assert ended.wait(30)
    assert Worker.objects.filter(fetched_at__isnull=False).exists() or heartbeat.seconds_since() is not None
    stop.set()
    worker.join()
    assert Job.objects.get(kind="t.long").result == {"was_passed": True}
    assert not Worker.objects.exists() and not list((tmp_path / "workers").iterdir())
