"""Keeps the processes of ``rapport run`` alive, and ends them all when it ends, however it ends."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing import connection
from typing import Any

import django
from django.apps import apps

from rapport.cli.parent import end_with_parent

STOP_SECONDS = 4.5  # a child that does not stop by then is killed
QUICK_SECONDS = 5.0  # a child that lived shorter than this has not really started …
QUICK_DEATHS = 5  # … and after so many in a row we give up

Job = tuple[Callable[..., None], tuple[Any, ...]]


class Supervisor:
    """Runs each job in a process of its own; restarts one that ends before it was told to.

    ``started`` is called beside them, once all have been started.
    """

    def __init__(self, jobs: Mapping[str, Job], *, started: Callable[[], None] | None = None) -> None:
        self.jobs = jobs
        self.tell_started = started
        # A fork starts in milliseconds with everything imported; elsewhere than on Linux it is not safe.
        self.context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
        self.wake_read, self.wake_write = os.pipe()
        self.children: dict[str, Any] = {}
        self.started: dict[str, float] = {}
        self.quick_deaths = dict.fromkeys(jobs, 0)
        self.stopping = False

    def run(self) -> int:
        """Start everything and stay until SIGINT or SIGTERM; 1 if a process would not stay alive."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told_to_stop)
        for name in self.jobs:
            self._start(name)
        if self.tell_started:
            # Only now: a thread that lives while we fork could leave a lock held in a child.
            threading.Thread(target=self.tell_started, name="announcement", daemon=True).start()
        failed = self._watch()
        self._stop()
        return 1 if failed else 0

    def _told_to_stop(self, *_: Any) -> None:
        self.stopping = True
        os.write(self.wake_write, b".")

    def _start(self, name: str) -> None:
        job, arguments = self.jobs[name]
        child = self.context.Process(target=_child, args=(job, arguments), name=f"rapport {name}")
        child.start()
        self.children[name], self.started[name] = child, time.monotonic()

    def _watch(self) -> bool:
        """Wait and restart. True when a process died too often to go on."""
        while not self.stopping:
            connection.wait([self.wake_read, *(child.sentinel for child in self.children.values())])
            for name, child in self.children.items():
                if self.stopping or child.is_alive():
                    continue
                quick = time.monotonic() - self.started[name] < QUICK_SECONDS
                self.quick_deaths[name] = self.quick_deaths[name] + 1 if quick else 0
                if self.quick_deaths[name] >= QUICK_DEATHS:
                    print(f"rapport: the {name} process does not stay alive; giving up.", file=sys.stderr)
                    return True
                print(f"rapport: the {name} process ended (code {child.exitcode}); starting it again.", file=sys.stderr)
                time.sleep(0.2 * self.quick_deaths[name])
                self._start(name)
        return False

    def _stop(self) -> None:
        end = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            child.join(max(end - time.monotonic(), 0))
            if child.is_alive():
                child.kill()
                child.join()


def _child(job: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """In the new process: the job, until it ends or the parent is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    end_with_parent()
    if not apps.ready:
        django.setup()  # a process that was not forked starts from nothing
    job(*arguments)
