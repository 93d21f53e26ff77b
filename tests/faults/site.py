"""The workspace that is mistreated: its processes, a visitor who signs in, and what must be true of all of it."""

import contextlib
import datetime
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, connections
from django.db.models import Count

from bench.client import Visitor
from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, User
from rapport.core.audit.verify import verify
from rapport.core.events import consumers, sealer
from rapport.core.events.models import EventLink, Parked
from rapport.core.jobs.models import BUSY, Job
from rapport.core.records.models import Record
from rapport.lib import clock

READY_SECONDS = 10.0
DRAIN_SECONDS = 60.0
EMAIL, PASSWORD = "faults@house.example", "quiet harbour 41"
TICK = "faults.tick"  # comes again every second, so it is never all done


class Site:
    """The processes ``web`` and ``work`` on a folder, and the database seen from outside of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.slowest_start = 0.0
        user = User.objects.create(email=EMAIL, name="Faults", role=Role.objects.get(key="administrator"))
        user.set_password(PASSWORD)
        user.save()
        self.actor = Actor.of(User.objects.select_related("role", "team").get(pk=user.pk))
        connections.close_all()

    # ------------------------------------------------------------------ processes
    def start(
        self, *, fault: str = "", at: str = "", shift: float = 0.0, only: tuple[str, ...] = ("web", "work")
    ) -> None:
        """Starts the processes, ``at`` (web or work) with a fault point, and waits for those that answer."""
        for name in only:
            command = ["web", "--port", str(self.port)] if name == "web" else ["work"]
            env = {**os.environ, "RAPPORT_URL": f"http://127.0.0.1:{self.port}", "FAULTS_CLOCK": str(shift)}
            if name == at and fault:
                env["RAPPORT_FAULT"] = fault
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [sys.executable, "-m", "tests.faults.process", *command],
                    env=env, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
        if "web" in only:
            self._wait_ready()

    def command(self, *arguments: str, fault: str = "") -> None:
        """Starts one command of the terminal, perhaps with a fault point."""
        env = {**os.environ, **({"RAPPORT_FAULT": fault} if fault else {})}
        with (self.folder / "command.log").open("ab") as log:
            self.processes["command"] = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.process", *arguments],
                env=env, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _wait_ready(self) -> None:
        begun = time.monotonic()
        while time.monotonic() < begun + 3 * READY_SECONDS:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Visitor(self.port).get("/healthz")[0] == 200:
                    break
            time.sleep(0.05)
        self.slowest_start = max(self.slowest_start, time.monotonic() - begun)

    def kill(self) -> None:
        """SIGKILL to everything at once, as when the power goes."""
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()

    def stop(self) -> None:
        """Ends the processes as an administrator does."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        self.kill()

    def has_died(self, name: str) -> bool:
        """Whether the process, or the worker of the web server, has been killed at its fault point."""
        process = self.processes[name]
        if process.poll() is not None:
            return process.returncode == -signal.SIGKILL
        if name == "work":
            return False
        known = self.__dict__.setdefault("_web_workers", {})
        now = _children(process.pid)
        before = known.setdefault(process.pid, now)
        return bool(before) and now != before

    # ------------------------------------------------------------------ what is seen from outside
    def visitor(self) -> Visitor:
        """Somebody who has signed in."""
        made = Visitor(self.port)
        made.sign_in(EMAIL, PASSWORD)
        return made

    def drain(self) -> list[str]:
        """Waits until no job is left to do; what is wrong if that takes too long."""
        end = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < end:
            if not self.left():
                return []
            time.sleep(0.1)
        return [f"not drained after {DRAIN_SECONDS:.0f} s: {'; '.join(self.left())}"]

    def left(self) -> list[str]:
        """What the worker has still to do."""
        due = clock.now() + datetime.timedelta(minutes=1)
        jobs = (
            Job.objects.filter(state__in=BUSY, run_at__lt=due)
            .exclude(kind=TICK)
            .values_list("kind", "state", "attempts")
        )
        found = [f"{kind} {state}, attempt {attempts}" for kind, state, attempts in jobs[:3]]
        events, _age = sealer.waiting()
        found += [f"{events} events without a seal"] if events else []
        found += [f"{lag.name} is {lag.behind} behind" for lag in consumers.lags() if lag.behind]
        again = Parked.objects.filter(attempts__lt=3, next_at__isnull=False).count()
        return [*found, *([f"{again} events to be tried again"] if again else [])]

    def wrong(self) -> list[str]:
        """What does not hold of the whole database."""
        found = list(_broken_file()) if connection.vendor == "sqlite" else []
        for kind in ("person", "company", "note", "call"):
            made = EventLink.objects.filter(event__kind=f"{kind}.created").values("record_id")
            silent = Record.objects.filter(kind=kind).exclude(pk__in=made).count()
            if silent:
                found.append(f"{silent} × {kind} without the event of its creation")
        created = EventLink.objects.filter(event__kind="person.created", record__kind="person")
        twice = created.values("record_id").annotate(times=Count("pk")).filter(times__gt=1).count()
        if twice:
            found.append(f"{twice} people were created twice according to the events")
        return found

    def history(self) -> list[str]:
        """What is wrong with the sealed history as a whole: chain, anchors, and the records against it."""
        return [f"history: {problem.sentence}" for problem in verify().problems]


def _broken_file() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        said = cursor.fetchone()[0]
        if said != "ok":
            yield f"integrity_check: {said}"
        cursor.execute("PRAGMA foreign_key_check")
        if cursor.fetchall():
            yield "a key leads nowhere"


def _children(pid: int) -> set[str]:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        found: set[str] = set()
        for task in Path(f"/proc/{pid}/task").iterdir():
            found |= set((task / "children").read_text().split())
        return found
    return set()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
