"""The lock is taken in the order of coming, and nobody who dies keeps it."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rapport.lib.fair_lock import FairLock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a lock of the Linux kernel")

HOLDER = """
import sys, time
from pathlib import Path
from rapport.lib.fair_lock import FairLock
lock = FairLock(Path(sys.argv[1]))
assert lock.acquire(5)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "turn"


@pytest.fixture
def lock(path: Path) -> Iterator[FairLock]:
    made = FairLock(path)
    yield made
    made.close()


def test_it_works(path: Path, lock: FairLock) -> None:
    other = FairLock(path)
    assert lock.acquire(1)
    assert not other.acquire(0.02)
    lock.release()
    assert other.acquire(1)
    other.close()
    assert lock.acquire(1)


def test_those_who_wait_are_let_in_as_they_came(path: Path, lock: FairLock) -> None:
    came: list[int] = []

    def wait(number: int) -> None:
        mine = FairLock(path)
        assert mine.acquire(10)
        came.append(number)
        mine.close()

    assert lock.acquire(1)
    threads = [threading.Thread(target=wait, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    lock.release()
    for thread in threads:
        thread.join()
    assert came == list(range(8))


def test_who_comes_again_stands_behind_those_who_wait(path: Path, lock: FairLock) -> None:
    order: list[str] = []

    def wait() -> None:
        mine = FairLock(path)
        assert mine.acquire(10)
        order.append("other")
        mine.close()

    assert lock.acquire(1)
    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.05)
    lock.release()
    assert lock.acquire(5)
    order.append("first again")
    thread.join()
    assert order == ["other", "first again"]


def test_a_killed_holder_lets_go(path: Path, lock: FairLock) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout and holder.stdout.readline() == "held\n"
    assert not lock.acquire(0.05)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert lock.acquire(1)


def test_one_who_gives_up_does_not_hold_up_those_behind(path: Path, lock: FairLock) -> None:
    impatient, patient = FairLock(path), FairLock(path)
    assert lock.acquire(1)
    assert not impatient.acquire(0.02)
    lock.release()
    assert patient.acquire(1)
    impatient.close()
    patient.close()


def test_where_no_file_can_be_there_is_no_order(tmp_path: Path) -> None:
    lock = FairLock(tmp_path / "missing" / "turn")
    assert lock.acquire(1)
    lock.release()
