"""Kill a process at every statement of a verb and look at what it leaves: ``python -m tests.faults.statements FOLDER``.

Works on copies of a prepared SQLite file, in forks of a process that has loaded everything and opened no connection.
Prints one line of JSON: for each verb how many kills, how many left nothing and how many all, and what was wrong.
"""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["RAPPORT_DATA"] = sys.argv[1]
os.environ["DATABASE_URL"] = f"sqlite:///{sys.argv[1]}/live.sqlite3"
os.environ.setdefault("RAPPORT_SECRET_KEY", "a key for killing, long enough to sign with and known to everybody")
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from rapport.activities.actions import NoteInput, add_note  # noqa: E402
from rapport.core.changes.undo import undo  # noqa: E402
from rapport.core.events.models import Act  # noqa: E402
from rapport.core.objects import registry, saving  # noqa: E402
from rapport.core.objects.bulk import bulk  # noqa: E402
from tests import house  # noqa: E402

FOLDER = Path(sys.argv[1])
LIVE, CLEAN = FOLDER / "live.sqlite3", FOLDER / "clean.sqlite3"
PERSON = "person"
SURVIVED = 77  # exit status of a child that came to its end before the number it was to die at


class Prepared:
    """The ids in the prepared file, and the verbs that are killed."""

    def __init__(self) -> None:
        self.ada = house.admin()
        self.company = house.a_company(self.ada, "Hexa").pk
        self.people = [house.a_person(self.ada, f"N{n}", email=f"n{n}@x.example", tags="a").pk for n in range(4)]
        self.trashed = house.a_person(self.ada, "Gone", email="gone@x.example").pk
        saving.trash(self.ada, registry.get(PERSON), [self.trashed])
        saving.update(self.ada, registry.get(PERSON), self.people[3], {"job_title": "Head", "email": "new@x.example"})
        self.act = Act.objects.latest("pk").pk

    def verbs(self) -> dict[str, Callable[[], Any]]:
        """By name, each all or nothing."""
        spec, first = registry.get(PERSON), self.people[0]
        values = {"job_title": "Chief", "company": self.company, "emails": "b@x.example, c@x.example", "tags": "b, c"}
        return {
            "create": lambda: saving.create(self.ada, spec, {"first_name": "New", **values}),
            "update": lambda: saving.update(self.ada, spec, first, values, version=1),
            "trash": lambda: saving.trash(self.ada, spec, self.people),
            "restore": lambda: saving.restore(self.ada, spec, [self.trashed]),
            "note": lambda: add_note(self.ada, NoteInput("Hello", (first,))),
            "bulk": lambda: bulk(self.ada, spec, "tag", self.people, tag="fair"),
            "undo": lambda: undo(self.ada, self.act),
        }


def arm(number: int) -> None:
    """From now on, the statement ``number`` (commits count twice: before and after) is this process's last."""
    seen = 0

    def tick() -> None:
        nonlocal seen
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        tick()
        return execute(sql, params, many, context)

    commit = connection._commit

    def killing_commit() -> None:
        tick()
        commit()
        tick()

    connection.execute_wrappers.append(wrapper)
    connection._commit = killing_commit  # type: ignore[method-assign]


def child(verb: Callable[[], Any], number: int, pipe: int) -> None:
    """Runs the verb up to its death; tells through the pipe if it came back."""
    connection.ensure_connection()
    arm(number)
    verb()
    os.write(pipe, b"done")
    os._exit(SURVIVED)


def fresh() -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{LIVE}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(CLEAN, LIVE)


def state() -> tuple[str, dict[str, int]]:
    """What a new process finds: a digest of every row, and the number of rows by table."""
    with sqlite3.connect(LIVE) as database:
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "the file is broken"
        assert not database.execute("PRAGMA foreign_key_check").fetchall(), "a key leads nowhere"
        # A virtual table cannot be scanned; the tables that it keeps its words in can.
        real = "SELECT name FROM sqlite_master WHERE type='table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        names = [row[0] for row in database.execute(real)]
        tables = {name: database.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in names}
    database.close()
    content = repr(sorted(tables.items())).encode()
    return hashlib.sha256(content).hexdigest(), {name: len(rows) for name, rows in tables.items()}


def run(verb: Callable[[], Any], number: int) -> tuple[bool, bool]:
    """One run in a child that dies at ``number``: whether it came to its end, and whether it had answered."""
    fresh()
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            child(verb, number, writing)
        finally:
            os._exit(1)
    os.close(writing)
    _pid, status = os.waitpid(process, 0)
    with os.fdopen(reading, "rb") as pipe:
        answered = pipe.read() == b"done"
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != SURVIVED:
        raise SystemExit("The verb failed by itself.")
    return os.WIFEXITED(status), answered


def attack(name: str, verb: Callable[[], Any]) -> dict[str, Any]:
    """Kills the verb at each of its statements."""
    fresh()
    before, _counts = state()
    run(verb, -1)
    _digest, complete = state()
    report: dict[str, Any] = {"kills": 0, "nothing": 0, "all": 0, "wrong": []}
    for number in range(1000):
        ended, _answered = run(verb, number)
        digest, counts = state()
        if ended:
            if counts != complete:
                report["wrong"].append("a run to its end left something else than the one before")
            break
        report["kills"] += 1
        if digest == before:
            report["nothing"] += 1
        elif counts == complete:
            report["all"] += 1
        else:
            gone = {table: (count, counts[table]) for table, count in complete.items() if counts[table] != count}
            report["wrong"].append(f"killed at {number}: {gone}")
    return report


def main() -> None:
    """Prepares the file and attacks every verb."""
    call_command("migrate", verbosity=0)
    prepared = Prepared()
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()
    shutil.copyfile(LIVE, CLEAN)
    print(json.dumps({name: attack(name, verb) for name, verb in prepared.verbs().items()}))


if __name__ == "__main__":
    main()
