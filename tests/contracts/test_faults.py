"""A process killed between any two statements of a verb leaves all of it or nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_it_works(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.statements", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert set(report) >= {"create", "update", "trash", "restore", "note", "bulk", "undo"}
    for verb, found in report.items():
        assert found["kills"] > 5, verb
        assert found["nothing"] > 0 and found["all"] > 0, (verb, found)
        assert found["wrong"] == [], verb
