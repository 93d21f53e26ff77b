"""An import that is killed at any step goes on, with every row exactly once."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = 1500
HEADER = "First name,Last name,E-mail,Company\n"


def rapport(folder: Path, *arguments: str, fault: str = "") -> "subprocess.CompletedProcess[str]":
    known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "rapport.cli", *arguments], capture_output=True, text=True, check=False, timeout=120,
        env={**known, "RAPPORT_DATA": str(folder), "RAPPORT_FAULT": fault},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_it_works(tmp_path: Path) -> None:
    file, data = tmp_path / "people.csv", tmp_path / "data"
    people = "".join(f"P,N{n},p{n}@x.example,Firm {n % 50}\n" for n in range(ROWS - 2))
    file.write_text(HEADER + people + "Bad,Mail,nonsense,\nP,N0,p0@x.example,\n", encoding="utf-8")
    faults = ["import.written", "import.committed", "import.read:2", "import.written:2", "import.end"]
    done = rapport(data, "import", "person", str(file), fault="import.read")
    assert done.returncode == -9, done.stderr
    for fault in faults:
        done = rapport(data, "import", "--resume", "1", fault=fault)
        assert done.returncode == -9, (fault, done.stdout, done.stderr)
    done = rapport(data, "import", "--resume", "1", "--json")
    found = json.loads(done.stdout)
    told = {name: found[name] for name in ("created", "updated", "unchanged", "skipped", "failed", "rows")}
    assert told == {"created": ROWS - 2, "updated": 0, "unchanged": 1, "skipped": 0, "failed": 1, "rows": ROWS}
    with sqlite3.connect(next(data.glob("*.sqlite3"))) as database:
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        lines = [row[0] for row in database.execute("SELECT line FROM core_importrow ORDER BY line")]
        assert lines == list(range(2, ROWS + 2))
        assert database.execute("SELECT count(*) FROM people_person").fetchone()[0] == ROWS - 2
        assert database.execute("SELECT count(*) FROM people_company").fetchone()[0] == 50
        assert database.execute("SELECT count(*) FROM core_act WHERE kind = 'import'").fetchone()[0] == 1
    database.close()
    assert rapport(data, "import", "--resume", "1").returncode == 2
