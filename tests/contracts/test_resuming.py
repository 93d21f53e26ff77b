"""Large orders, undos and imports of archives are killed at every named place and taken up again: every record once,
nothing lost.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


def step(folder: Path, *what: str, fault: str = "") -> Any:
    """What a step printed; None where it was killed at the fault point."""
    environment = {**os.environ, "RAPPORT_FAULT": fault}
    command = [sys.executable, "-m", "tests.resuming", str(folder), *what]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if fault:
        assert done.returncode == -signal.SIGKILL, (fault, done.stderr)
        return None
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_works(tmp_path: Path) -> None:
    made = step(tmp_path, "prepare")
    run, records = str(made["run"]), made["records"]
    for fault in ("bulk.marking:1", "bulk.chunk:2"):
        step(tmp_path, "bulk", run, fault=fault)
    act = step(tmp_path, "bulk", run)
    found = step(tmp_path, "state")
    assert (found["titles"], found["most"]) == (["Head"], 1)
    assert found["acts"][-1] == [act, "bulk.edit", {"updated": records}]
    for fault in ("undo.marking:1", "undo.opened:1", "undo.chunk:2"):
        step(tmp_path, "undo", str(act), fault=fault)
    undone = step(tmp_path, "undo", str(act))
    found = step(tmp_path, "state")
    assert (found["titles"], found["most"]) == ([""], 1)
    assert found["acts"][-1] == [undone, "undo", {"updated": records}]
    for fault in ("undo.chunk:1",):
        step(tmp_path, "undo", str(made["made"]), fault=fault)
    step(tmp_path, "undo", str(made["made"]))
    found = step(tmp_path, "state")
    assert (found["live"], found["most"], found["acts"][-1][2]) == (0, 1, {"trashed": records})
    for fault in ("archive.written:2", "archive.read:3"):
        step(tmp_path, "archive", fault=fault)
    assert step(tmp_path, "archive") == {"person": {"created": records}}
    found = step(tmp_path, "state")
    assert (found["live"], found["most"], found["acts"][-1][1:]) == (records, 1, ["import", {"created": records}])
