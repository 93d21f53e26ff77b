"""Troubles without a kill. Each returns what was wrong; the first line of its docstring names it in the table."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from bench.client import Visitor
from rapport.core.events.models import Parked
from rapport.core.jobs import queue
from rapport.core.jobs.models import Job
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.people.models import Person
from tests.faults.process import FALLS, FOLLOWED
from tests.faults.scenarios import followed_among
from tests.faults.site import Site

Trouble = Callable[[Site], list[str]]
DAY = 86_400
_DONE = (201, 204, 302, 303)


def row(site: Site, trouble: Trouble) -> dict[str, Any]:
    """One trouble as a row of the table; the site is stopped before and after."""
    site.kill()
    try:
        wrong = trouble(site)
    except Exception as error:  # what cannot even be tried is wrong, too
        wrong = [f"{type(error).__name__}: {error}"]
    finally:
        site.kill()
    return {"what": (trouble.__doc__ or trouble.__name__).splitlines()[0].rstrip("."), "kills": 0, "wrong": wrong}


def writers(site: Site) -> list[str]:
    """16 writers on SQLite: alone, beside a stranger who locks for 4 s, and killed."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.writers"], env=environment, capture_output=True, text=True, check=False
    )
    if not done.stdout.startswith("{"):
        return [f"tests.writers ended with {done.returncode}"]
    print(done.stdout, file=sys.stderr)  # the figures
    return [f"{name}: {text}" for name, found in json.loads(done.stdout).items() for text in found["broken"]]


def locked(site: Site) -> list[str]:
    """The database is locked by a stranger for 4 s while forms are sent."""
    if connection.vendor != "sqlite":
        return []
    site.start()
    visitors = [site.visitor() for _who in range(4)]
    statuses: list[int] = []

    def send(who: int) -> None:
        for count in range(5):
            form = {"first_name": "Locked", "email": f"locked-{who}-{count}@x.example"}
            statuses.append(visitors[who].post("/people/new", form)[0])

    threads = [threading.Thread(target=send, args=(who,)) for who in range(4)]
    stranger = sqlite3.connect(site.folder / "rapport.sqlite3", timeout=60, isolation_level=None)
    stranger.execute("BEGIN EXCLUSIVE")
    for thread in threads:
        thread.start()
    time.sleep(4)
    stranger.execute("COMMIT")
    stranger.close()
    for thread in threads:
        thread.join()
    stored = Person.objects.filter(email__startswith="locked-").count()
    return (
        []
        if stored == 20 and set(statuses) <= set(_DONE)
        else [f"{stored} of 20 stored, statuses {sorted(set(statuses))}"]
    )


def full_disk(site: Site) -> list[str]:
    """The disk is full: a sentence, reading goes on, and writing comes back without a restart."""
    if connection.vendor != "sqlite" or os.geteuid() != 0:
        return []
    with _small_disk(site) as folder:
        small = Site.__new__(Site)
        small.__dict__.update(site.__dict__, folder=folder, processes={})
        before = {name: os.environ[name] for name in ("RAPPORT_DATA", "DATABASE_URL")}
        os.environ |= {"RAPPORT_DATA": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'rapport.sqlite3'}"}
        try:
            small.start(only=("web",))
            return _fill_and_empty(small.visitor(), folder)
        finally:
            os.environ |= before
            small.kill()


@contextmanager
def _small_disk(site: Site) -> Iterator[Path]:
    folder = site.folder / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], check=True)
    try:
        shutil.copyfile(site.folder / "clean.sqlite3", folder / "rapport.sqlite3")
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def _fill_and_empty(visitor: Visitor, folder: Path) -> list[str]:
    def send(number: int) -> int:
        form = {"first_name": "Full", "email": f"full-{number}@x.example", "about": "y" * 19_000}
        return visitor.post("/people/new", form)[0]

    found = [] if send(0) in _DONE else ["could not write before"]
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb") as file:
        while True:
            file.write(b"x" * 65536)
            file.flush()
    statuses = [send(number) for number in range(1, 60)]
    if 507 not in statuses or not set(statuses) <= {*_DONE, 507}:
        found.append(f"statuses while full: {sorted(set(statuses))}")
    reading = {path: visitor.get(path)[0] for path in ("/people", "/companies", "/")}
    if set(reading.values()) != {200}:
        found.append(f"reading while full: {reading}")
    ballast.unlink()
    after = [send(number) for number in range(100, 105)]
    if not set(after) <= set(_DONE):
        found.append(f"statuses when there is room again: {after}")
    stored = sqlite3.connect(folder / "rapport.sqlite3")
    answered = 1 + sum(status in _DONE for status in statuses) + 5
    count = stored.execute("SELECT COUNT(*) FROM people_person WHERE email LIKE 'full-%'").fetchone()[0]
    whole = stored.execute("PRAGMA integrity_check").fetchone()[0]
    stored.close()
    return [*found, *([] if (count, whole) == (answered, "ok") else [f"{count} of {answered} stored, file {whole}"])]


def wrong_clock(site: Site) -> list[str]:
    """The clock is wrong by an hour, back and forth, and by 400 days: no job twice, no session revived."""
    found = []
    for shift in (3600, -3600, 400 * DAY, 0):
        names = [f"clock{shift}-{n}" for n in range(10)]
        due = clock.now() + timedelta(seconds=shift)
        jobs = [queue.enqueue("faults.person", {"name": name}, site.actor, run_at=due).pk for name in names]
        site.start(shift=shift, only=("work",))
        _await_jobs(jobs, 30)
        site.kill()
        states = sorted(set(Job.objects.filter(pk__in=jobs).values_list("state", "attempts")))
        made = Person.objects.filter(email__startswith=f"clock{shift}-").count()
        if states != [("done", 1)] or made != 10:
            found.append(f"{shift:+} s: {states}, {made} people of 10 jobs")
    return found + _broken_off_in_the_future(site) + _sessions(site)


def _broken_off_in_the_future(site: Site) -> list[str]:
    """A worker with a clock that is ahead dies in the middle; one with the right clock takes over."""
    names = [f"ahead-{n}" for n in range(200)]
    jobs = [queue.enqueue("faults.person", {"name": name}, site.actor).pk for name in names]
    site.start(shift=400 * DAY, only=("work",))
    _until(lambda: Job.objects.filter(pk__in=jobs, state="running").exists(), 20)
    site.kill()
    # At least one was left in its hands, under its name: without one nobody could know that it is dead.
    name = Job.objects.filter(pk__in=jobs).exclude(worker="").values_list("worker", flat=True)[0]
    Job.objects.filter(pk=jobs[-1]).update(
        state="running", attempts=1, worker=name, lease_token="gone", lease_until=clock.now() + timedelta(days=400)
    )
    site.start(only=("work",))
    _await_jobs(jobs, 40)
    site.kill()
    left = Job.objects.filter(pk__in=jobs).exclude(state="done").count()
    made = Person.objects.filter(email__startswith="ahead-").count()
    return [] if (left, made) == (0, 200) else [f"{left} jobs of a worker ahead of time wait, {made} of 200 people"]


def _sessions(site: Site) -> list[str]:
    found = []
    site.start(only=("web",))
    stays, leaves = site.visitor(), site.visitor()
    leaves.post("/sign-out", {})
    site.kill()
    for shift, who, allowed in (
        (0, stays, True),
        (-3600, leaves, False),
        (3600, leaves, False),
        (400 * DAY, stays, False),
    ):
        site.start(only=("web",), shift=shift)
        who.connection.close()
        if (who.get("/people")[0] == 200) != allowed:
            found.append(f"{shift:+} s: a session is {'refused' if allowed else 'alive'}")
        site.kill()
    return found


def poison(site: Site) -> list[str]:
    """A job that always fails ends after five tries and keeps nobody waiting."""
    bad = queue.enqueue("faults.poison", {}, site.actor).pk
    good = [queue.enqueue("faults.person", {"name": f"behind-{n}"}, site.actor).pk for n in range(20)]
    site.start(only=("work",))
    _until(lambda: Job.objects.filter(pk=bad, state="dead").exists(), 40)
    done = Job.objects.filter(pk__in=good, state="done").count()
    state, attempts = Job.objects.values_list("state", "attempts").get(pk=bad)
    if (state, attempts, done) != ("dead", queue.MOST_ATTEMPTS, 20):
        return [f"{state} after {attempts} tries, {done} of 20 behind it done"]
    return []


def stumbling_consumer(site: Site) -> list[str]:
    """A consumer that throws on one event: that one is parked, the others pass."""
    spec, names = registry.get("person"), [FALLS if n == 4 else FOLLOWED for n in range(10)]
    people = [saving.create(site.actor, spec, {"first_name": "S", "last_name": name}) for name in names]
    ids = [person.pk for person in people]
    site.start(only=("work",))
    wanted = sorted({*ids} - {ids[4]})
    _until(lambda: followed_among(ids) == wanted, 40)
    handled = followed_among(ids)
    parked = list(Parked.objects.filter(event__subject__in=ids).values_list("event__subject", flat=True))
    site.kill()
    Parked.objects.filter(event__subject__in=ids).delete()
    return [] if (handled, parked) == (wanted, [ids[4]]) else [f"{len(handled)} of 9 handled, {len(parked)} parked"]


def _await_jobs(jobs: list[int], seconds: float) -> None:
    _until(lambda: not Job.objects.filter(pk__in=jobs).exclude(state="done").exists(), seconds)


def _until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not holds():
        time.sleep(0.1)


TROUBLES: tuple[Trouble, ...] = (writers, locked, full_disk, wrong_clock, poison, stumbling_consumer)
