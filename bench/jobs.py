"""How many jobs a second pass through the queue: ``python -m bench.jobs [--jobs N]``.

On SQLite in a temporary folder; on PostgreSQL with ``python -m tests.postgres .venv/bin/python -m bench.jobs`` (that
one does not wait for its disk). No-op jobs, one slot: acknowledged one by one, and in batches of 100; then with a kill.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

BATCH = 100


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bench.jobs", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        _set_up()
        _work()
        return 0
    with tempfile.TemporaryDirectory(prefix="rapport-jobs-") as folder:
        os.environ["RAPPORT_DATA"] = folder
        _set_up()
        print(json.dumps(_measure(options.jobs), indent=1))
    return 0


def _set_up() -> None:
    os.environ.setdefault("RAPPORT_SECRET_KEY", "a key for measuring, long enough to sign with and known to everybody")
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
    import django

    django.setup()
    from rapport.core.jobs.handlers import job

    def nothing(_task: Any) -> dict[str, Any]:
        return {}

    job("bench.one")(nothing)
    job("bench.batch", batch=BATCH)(nothing)


def _measure(count: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection, connections

    from rapport.core.jobs.models import Job

    call_command("migrate", verbosity=0)
    found: dict[str, Any] = {"database": connection.vendor, "jobs": count}
    for kind in ("bench.one", "bench.batch"):
        begun = time.perf_counter()
        _enqueue(kind, count)
        found[f"{kind}.enqueued_per_second"] = round(count / (time.perf_counter() - begun))
        begun, processor = time.perf_counter(), time.process_time()
        _work()
        found[f"{kind}.done_per_second"] = round(count / (time.perf_counter() - begun))
        found[f"{kind}.cpu_ms_per_job"] = round(1000 * (time.process_time() - processor) / count, 3)
        assert Job.objects.filter(state="done", kind=kind, attempts=1).count() == count
    _enqueue("bench.one", count)
    connections.close_all()
    worker = subprocess.Popen([sys.executable, "-m", "bench.jobs", "--work"])
    while Job.objects.filter(kind="bench.one", state="done").count() < count * 1.25:
        time.sleep(0.02)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    _work()
    found["after_a_kill"] = {
        "not_done": Job.objects.exclude(state="done").count(),
        "done_again": Job.objects.filter(attempts__gt=1).count(),
    }
    return found


def _enqueue(kind: str, count: int) -> None:
    from rapport.accounts.actor import Actor
    from rapport.core.jobs import queue

    system = Actor.system()
    for number in range(count):
        queue.enqueue(kind, {"n": number}, system)


def _work() -> None:
    from rapport.core.jobs.leases import Watch
    from rapport.core.jobs.models import LANES
    from rapport.core.jobs.presence import Presence
    from rapport.core.jobs.worker import Slot

    presence = Presence()
    Watch().rescue()
    Slot(threading.Event(), LANES, presence.name).work(once=True)
    presence.end()


if __name__ == "__main__":
    sys.exit(main())
