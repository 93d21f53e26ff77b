"""The run: prepare the workspace, start the real server, measure each operation for each actor, write it down."""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench import postgres, report
from bench.client import Visitor
from bench.operations import DATABASES, OF_FIELDS, OPERATIONS, Ids, Operation
from bench.processor import Meter

_BATCH = 10  # requests between two looks at the scheduler's figures
_START_SECONDS = 60
_MOST_SECONDS = 60  # for one kind of request; what is far over its budget is asked less often


def main() -> int:
    """Measure each database in turn and print what was found."""
    options = _options()
    rows: list[dict[str, Any]] = []
    for database in options.database:
        # A process of its own: Django knows one database in its life.
        command = [sys.executable, "-m", "bench", "--one", *_arguments(options, database)]
        if options.one:
            rows += _measure(options, database)
        else:
            subprocess.run(command, check=True)
    if not options.one:
        return 0
    report.keep(rows)
    budgets = {
        (operation.key, name): operation.budget[name] for operation in (*OPERATIONS, *OF_FIELDS) for name in DATABASES
    }
    print(report.table(rows, budgets))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--database", choices=DATABASES, nargs="*", default=list(DATABASES))
    parser.add_argument("--actor", nargs="*", default=["team", "all", "fifty"])
    parser.add_argument("--operation", nargs="*", help="keys of bench/operations.py; all of them, else")
    parser.add_argument(
        "--fields", action="store_true", help="a workspace with thirty fields, and what is asked of them"
    )
    parser.add_argument("--requests", type=int, default=200, help="measured requests of each kind")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    known = OF_FIELDS if options.fields else OPERATIONS
    options.operation = [one for one in known if not options.operation or one.key in options.operation]
    return options


def _arguments(options: argparse.Namespace, database: str) -> list[str]:
    return [
        "--database", database, "--people", str(options.people), "--requests", str(options.requests),
        "--actor", *options.actor, "--operation", *(one.key for one in options.operation),
        *(["--fields"] if options.fields else []),
    ]  # fmt: skip


def _measure(options: argparse.Namespace, database: str) -> list[dict[str, Any]]:
    cache = Path(os.environ.get("RAPPORT_BENCH") or "var/bench").absolute()
    name = f"{options.people}-fields" if options.fields else str(options.people)
    folder = cache / f"{database}-{name}"
    port = _free_port()
    os.environ |= {"RAPPORT_DATA": str(folder), "RAPPORT_URL": f"http://127.0.0.1:{port}"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
    os.environ.pop("DATABASE_URL", None)
    with ExitStack() as stack:
        backend = None
        if database == "postgres":
            data = postgres.folder_for(cache, name)
            os.environ["DATABASE_URL"] = stack.enter_context(postgres.server(data))
            backend = postgres.postmaster(data)
        ids, floors = _before(options, folder, backend)
        web = stack.enter_context(_server(port))
        meter = Meter(web, backend)
        return [
            _row(options, database, actor, operation, _run(options, port, meter, actor, operation, ids[actor]), floors)
            for actor in options.actor
            for operation in options.operation
        ]


def _before(
    options: argparse.Namespace, folder: Path, backend: int | None
) -> tuple[dict[str, Ids], dict[tuple[str, str], float]]:
    """Make the workspace and measure the bare statements, with Django in this process; its connection ends here."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    from bench import workspace
    from bench.floor import floor_ms

    settings.ALLOWED_HOSTS.append("testserver")
    say = partial(print, file=sys.stderr, flush=True)
    ids = workspace.prepare(folder, options.people, say, fields=options.fields)
    floors = {
        (actor, operation.key): floor_ms(operation, ids[actor], workspace.email(actor), backend)
        for actor in options.actor
        for operation in options.operation
    }
    connections.close_all()
    return ids, floors


def _run(
    options: argparse.Namespace, port: int, meter: Meter, actor: str, operation: Operation, ids: Ids
) -> dict[str, list[float]]:
    """Milliseconds of each request on the clock, and of each batch (per request) on the processors."""
    from bench import workspace

    visitor = Visitor(port)
    visitor.sign_in(workspace.email(actor), workspace.PASSWORD)
    start = int(time.time() * 1000) * 1000  # forms must be new in every run
    end = time.monotonic() + _MOST_SECONDS
    for number in range(_BATCH * 2):
        if time.monotonic() > end:
            break
        _ask(visitor, operation, ids, start + number)
    wall, cpu = [], []
    for batch in range(max(options.requests // _BATCH, 2)):
        if len(cpu) > 1 and time.monotonic() > end:
            break
        before = meter.nanoseconds()
        for number in range(_BATCH):
            begun = time.perf_counter_ns()
            _ask(visitor, operation, ids, start + 100 + batch * _BATCH + number)
            wall.append((time.perf_counter_ns() - begun) / 1e6)
        cpu.append((meter.nanoseconds() - before) / 1e6 / _BATCH)
    visitor.connection.close()
    return {"wall": wall, "cpu": cpu}


def _ask(visitor: Visitor, operation: Operation, ids: Ids, number: int) -> None:
    path = operation.path(ids, number)
    status, body = visitor.post(path, operation.form(number)) if operation.form else visitor.get(path)
    if status not in operation.status:
        raise SystemExit(f"{operation.key}: {path} gave {status}.\n{body[:2000].decode(errors='replace')}")


def _row(
    options: argparse.Namespace,
    database: str,
    actor: str,
    operation: Operation,
    found: dict[str, list[float]],
    floors: dict[tuple[str, str], float],
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "operation": operation.key, "database": database, "people": options.people, "clients": 1, "actor": actor,
    }  # fmt: skip
    for name in ("cpu", "wall"):
        hundredths = statistics.quantiles(found[name], n=100, method="inclusive")
        row[f"{name}_ms_p50"], row[f"{name}_ms_p95"] = round(hundredths[49], 2), round(hundredths[94], 2)
    row["floor_ms"] = round(floors[actor, operation.key], 2)
    print(f"{actor} {operation.key}: {row['cpu_ms_p50']} ms", file=sys.stderr, flush=True)
    return row


@contextmanager
def _server(port: int) -> Iterator[int]:
    """The web server as everybody starts it; its process id."""
    process = subprocess.Popen([sys.executable, "-m", "rapport.cli", "web", "--port", str(port)])
    try:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            try:
                if Visitor(port).get("/healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.05)
        else:
            raise SystemExit("The server did not start.")
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
