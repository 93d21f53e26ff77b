"""Many writers at one SQLite file, processes and threads mixed: ``python -m tests.writers [--seconds N] [--json]``.

Three scenarios, each with a workspace of its own in a temporary folder:
``crowd``: 16 writers for some seconds; ``stranger``: the same, while a program that knows nothing of our queue holds
the database for four seconds; ``killed``: the same, while writers are killed with SIGKILL in the middle.
Exit code 1 if a promise is broken: 0 refused writes, ≥ 100 writes/s, p99 ≤ 1 s (without the stranger), 0 lost writes.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

PROCESSES, THREADS = 4, 4
UNDER_WAY = 100  # so many rows say that all writers have started
STRANGER_SECONDS = 4.0
LEAST_PER_SECOND, LONGEST_P99 = 100.0, 1.0


def environment(folder: Path) -> dict[str, str]:
    """For a process that works in the workspace at ``folder``."""
    env = {**os.environ, "RAPPORT_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    env.setdefault("RAPPORT_SECRET_KEY", "a key for writers, long enough to sign with and known to everybody")
    env.pop("DATABASE_URL", None)
    return env


def prepare() -> None:
    """In a process of its own: the tables and a workspace."""
    import django  # noqa: PLC0415 - the environment says which workspace

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from rapport.workspace.defaults import ensure_defaults  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    ensure_defaults()


def write(name: str, seconds: float) -> None:
    """In a process of its own: threads that save people and count rows up, and a line of JSON about it."""
    import django  # noqa: PLC0415

    django.setup()
    from django.db import DatabaseError, connection  # noqa: PLC0415

    from rapport.accounts.actor import Actor  # noqa: PLC0415
    from rapport.core.objects import registry, saving  # noqa: PLC0415

    system, spec = Actor.system(), registry.get("person")
    waits: list[float] = []
    refused: list[str] = []
    done: list[int] = []
    end = time.monotonic() + seconds

    def one(number: int) -> None:
        written = 0
        while time.monotonic() < end:
            begun = time.perf_counter()
            try:
                saving.create(system, spec, {"first_name": name, "last_name": f"{number}-{written}"})
            except DatabaseError as error:
                refused.append(f"{type(error).__name__}: {error}")
            else:
                written += 1
                print("+", flush=True)  # acknowledged: may not be lost any more
            waits.append(time.perf_counter() - begun)
        done.append(written)
        connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"waits": waits, "refused": refused, "written": done}), flush=True)


def crowd(folder: Path, seconds: float, *, stranger: bool = False, kill: bool = False) -> dict[str, Any]:
    """One scenario: its figures, and the promises it broke."""
    env = environment(folder)
    subprocess.run([sys.executable, "-m", "tests.writers", "--prepare"], env=env, check=True)
    begun = time.monotonic()
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.writers", "--write", f"w{number}", "--seconds", str(seconds)],
            env=env, stdout=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    while _stored(folder) < UNDER_WAY and all(writer.poll() is None for writer in writers):
        time.sleep(0.1)
    if stranger:
        _hold(folder / "rapport.sqlite3", STRANGER_SECONDS)
    if kill:
        for writer in writers[:2]:
            time.sleep(seconds / 8)
            writer.send_signal(signal.SIGKILL)
    said = [writer.communicate()[0].splitlines() for writer in writers]
    reports = [json.loads(lines[-1]) for lines in said if lines and lines[-1].startswith("{")]
    acknowledged = sum(line == "+" for lines in said for line in lines)
    elapsed = min(time.monotonic() - begun, seconds)
    figures = _figures(reports, acknowledged, elapsed, _stored(folder))
    return {**figures, "broken": _broken(figures, patient=stranger, kill=kill, complete=len(reports))}


def _hold(path: Path, seconds: float) -> None:
    other = sqlite3.connect(path, timeout=60, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    time.sleep(seconds)
    other.execute("COMMIT")
    other.close()


def _stored(folder: Path) -> int:
    database = sqlite3.connect(folder / "rapport.sqlite3")
    try:
        return int(database.execute("SELECT COUNT(*) FROM people_person").fetchone()[0])
    finally:
        database.close()


def _figures(reports: list[dict[str, Any]], acknowledged: int, seconds: float, stored: int) -> dict[str, Any]:
    waits = sorted(wait for report in reports for wait in report["waits"])
    each = [count for report in reports for count in report["written"]]
    return {
        "writes": acknowledged,
        "per_second": round(acknowledged / seconds, 1),
        "p50_ms": round(1000 * waits[len(waits) // 2], 1) if waits else None,
        "p99_ms": round(1000 * waits[int(len(waits) * 0.99)], 1) if waits else None,
        "longest_ms": round(1000 * waits[-1], 1) if waits else None,
        "per_writer": [min(each), max(each)] if each else None,
        "refused": [text for report in reports for text in report["refused"]][:5],
        "lost": max(acknowledged - stored, 0),
    }


def _broken(figures: dict[str, Any], *, patient: bool, kill: bool, complete: int) -> list[str]:
    found = []
    if figures["refused"]:
        found.append("writes were refused")
    if figures["lost"]:
        found.append("acknowledged writes were lost")
    if not patient and figures["per_second"] < LEAST_PER_SECOND:
        found.append(f"fewer than {LEAST_PER_SECOND:.0f} writes a second")
    if not patient and (figures["p99_ms"] or 0) > 1000 * LONGEST_P99:
        found.append("p99 above a second")
    if complete != PROCESSES - (2 if kill else 0):
        found.append("a writer broke off")
    return found


SCENARIOS: dict[str, dict[str, bool]] = {"crowd": {}, "stranger": {"stranger": True}, "killed": {"kill": True}}


def run(seconds: float = 8.0) -> dict[str, dict[str, Any]]:
    """Every scenario; each says in ``broken`` which promises it broke."""
    found = {}
    for name, options in SCENARIOS.items():
        with tempfile.TemporaryDirectory(prefix="rapport-writers-") as folder:
            found[name] = crowd(Path(folder), seconds, **options)
    return found


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--write", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.prepare:
        prepare()
    elif options.write:
        write(options.write, options.seconds)
    else:
        found = run(options.seconds)
        print(json.dumps(found, indent=1))
        return 1 if any(one["broken"] for one in found.values()) else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
