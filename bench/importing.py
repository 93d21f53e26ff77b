"""How quick an import is, and what it leaves of the house for others: ``python -m bench.importing``.

A file of new people (twelve columns, every tenth a new company) is imported by the command into an empty workspace and
into a copy of a kept one. While the second runs, somebody of level ``team`` opens the list of people again and again,
and (on SQLite) a stranger tries the write lock every few milliseconds. Prints one line of a table for each.
"""

import argparse
import csv
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import postgres, workspace
from bench.__main__ import _free_port, _server
from bench.client import Visitor
from bench.operations import DATABASES

HEADER = ("First name", "Last name", "Email", "Phone", "Company", "Job title", "Street", "Postcode", "City", "Country",
          "Birthday", "Source")  # fmt: skip
FIRST = ("Anna", "Ben", "Clara", "Jürgen", "Søren", "Łukasz", "Zoe", "Mia", "Noah", "Olga")
LAST = ("Müller", "Schmidt", "Weber", "Fischer", "Krüger", "Köhler", "Maier", "Walter", "Huber", "Wolf")
_TRY_SECONDS = 0.004


def main() -> int:
    """Import into both, on each database."""
    parser = argparse.ArgumentParser(prog="python -m bench.importing", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--people", type=int, default=1_000_000, help="in the kept workspace (made by python -m bench)")
    parser.add_argument("--database", choices=DATABASES, nargs="*", default=list(DATABASES))
    parser.add_argument("--into", choices=("empty", "kept"), nargs="*", default=["empty", "kept"])
    options = parser.parse_args()
    print("| Database | Into | Rows | Rows/s | Longest lock, s | List while it runs, p50 / p95, ms |")
    print("|---|---|---:|---:|---:|---:|")
    for database in options.database:
        for into in options.into:
            with tempfile.TemporaryDirectory(prefix="rapport-bench-", dir="/var/tmp") as scratch, ExitStack() as stack:
                Path(scratch).chmod(0o711)  # PostgreSQL's own user must get through
                file = Path(scratch) / "people.csv"
                write_file(file, options.rows)
                people = options.people if into == "kept" else 0
                environment = stack.enter_context(_house(database, people, Path(scratch)))
                print(_line(database, people, file, environment), flush=True)
    return 0


@contextmanager
def _house(database: str, people: int, scratch: Path) -> Iterator[dict[str, str]]:
    """A workspace to import into, empty or a copy of the kept one; the environment in which it is used."""
    cache = Path(os.environ.get("RAPPORT_BENCH") or "var/bench").absolute()
    folder = scratch / "house"
    if people:
        shutil.copytree(cache / f"{database}-{people}", folder)
    else:
        folder.mkdir()
    os.environ.pop("DATABASE_URL", None)
    os.environ["RAPPORT_DATA"] = str(folder)
    if database == "sqlite":
        yield dict(os.environ)
        return
    data = scratch / "postgres"
    if people:
        subprocess.run(["cp", "-a", postgres.folder_for(cache, str(people)), data], check=True)  # with its owner
    with postgres.server(data) as url:
        yield {**os.environ, "DATABASE_URL": url}


def _line(database: str, people: int, file: Path, environment: dict[str, str]) -> str:
    os.environ.update(environment)
    command = [sys.executable, "-m", "rapport.cli", "import", "person", str(file), "--json"]
    stop = threading.Event()
    waits: list[float] = []
    locked = [0.0]
    with ExitStack() as stack:
        port = _free_port()
        os.environ["RAPPORT_URL"] = environment["RAPPORT_URL"] = f"http://127.0.0.1:{port}"
        threads = []
        if people:
            stack.enter_context(_server(port))
            threads.append(threading.Thread(target=_look, args=(port, stop, waits)))
            if database == "sqlite":
                path = Path(environment["RAPPORT_DATA"]) / "rapport.sqlite3"
                threads.append(threading.Thread(target=_try_lock, args=(path, stop, locked)))
        for thread in threads:
            thread.start()
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        stop.set()
        for thread in threads:
            thread.join()
    report = json.loads(done.stdout)
    times = statistics.quantiles(waits, n=20) if len(waits) > 1 else []
    seen = f"{statistics.median(waits):.0f} / {times[18]:.0f}" if times else "–"
    held = f"{locked[0]:.2f}" if locked[0] else "–"
    into = f"{people:,} people" if people else "an empty workspace"
    speed = report["rows"] / report["seconds"]
    return f"| {database} | {into} | {report['rows']:,} | {speed:,.0f} | {held} | {seen} |"


def _look(port: int, stop: threading.Event, waits: list[float]) -> None:
    visitor = Visitor(port)
    visitor.sign_in(workspace.email("team"), workspace.PASSWORD)
    visitor.get("/people")
    while not stop.wait(0.1):
        begun = time.perf_counter()
        visitor.get("/people")
        waits.append((time.perf_counter() - begun) * 1000)


def _try_lock(path: Path, stop: threading.Event, longest: list[float]) -> None:
    """The longest time for which the write lock could not be had by one who takes no turn."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    refused_since = 0.0
    while not stop.wait(_TRY_SECONDS):
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            refused_since = 0.0
        except sqlite3.OperationalError:
            refused_since = refused_since or time.perf_counter()
            longest[0] = max(longest[0], time.perf_counter() - refused_since)
    connection.close()


def write_file(file: Path, rows: int) -> None:
    """People that nobody has yet."""
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(HEADER)
        for number in range(rows):
            first, last = FIRST[number % 10], LAST[number // 10 % 10]
            writer.writerow(
                [first, f"{last}-{number % 977}", f"import.{number}@example{number % 500}.com",
                 f"+49 30 {1_000_000 + number}", f"{last} GmbH {number % max(rows // 10, 1)}", "Buyer",
                 f"Straße {number % 200}", f"{10_000 + number % 80_000}", "Berlin", "Germany",
                 f"{1950 + number % 50}-0{1 + number % 9}-1{number % 9}", "Fair"]
            )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
