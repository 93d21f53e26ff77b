"""``rapport run`` as a process: it answers, refuses a twin, mends itself and goes quickly."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

COMMAND = [sys.executable, "-m", "rapport.cli"]
PATIENCE = 60  # seconds; a start takes two, but not while everything else is running too


class House:
    """A running ``rapport run`` and its folder."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.env = {**os.environ, "RAPPORT_DATA": str(folder), "RAPPORT_URL": f"http://127.0.0.1:{self.port}"}
        self.env.pop("DATABASE_URL", None)
        self.process = subprocess.Popen(
            [*COMMAND, "run", "--empty", "--port", str(self.port)], env=self.env, stdout=subprocess.PIPE, text=True
        )

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask until somebody answers."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                    return response.status, response.read()
            except urllib.error.HTTPError as error:
                return error.code, error.read()
            except OSError:
                assert time.monotonic() < end, "nobody answers"
                time.sleep(0.05)

    def ready(self) -> bool:
        """Wait until /readyz is content."""
        end = time.monotonic() + PATIENCE
        while (answer := self.get("/readyz"))[0] != 200:
            assert time.monotonic() < end, answer
            time.sleep(0.05)
        return bool(json.loads(answer[1])["ready"])

    def children(self) -> list[int]:
        """Process ids of web server and worker."""
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    running = House(tmp_path / "data")
    yield running
    running.process.kill()
    running.process.wait()
    assert running.process.stdout
    running.process.stdout.close()


def gone(pids: list[int]) -> bool:
    end = time.monotonic() + 5
    while any(Path(f"/proc/{pid}/fd").exists() and _lives(pid) for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _lives(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_house_from_start_to_stop(house: House) -> None:
    assert house.get("/healthz")[0] == 200
    assert house.ready()

    twin = subprocess.run([*COMMAND, "run", "--port", "1"], env=house.env, capture_output=True, text=True, check=False)
    assert twin.returncode == 2
    assert "already runs" in twin.stderr

    for number in (0, 1):
        killed = house.children()[number]
        os.kill(killed, signal.SIGKILL)
        assert gone([killed])
        assert house.get("/healthz")[0] == 200
    assert len(house.children()) == 2

    children = house.children()
    begun = time.monotonic()
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(10) == 0
    assert time.monotonic() - begun < 5
    assert gone(children)
    assert house.process.stdout
    printed = house.process.stdout.read()
    assert f"http://127.0.0.1:{house.port}/sign-in/" in printed


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_children_do_not_outlive_a_killed_parent(house: House) -> None:
    assert house.ready()
    children = house.children()
    house.process.kill()
    house.process.wait()
    assert gone(children)
