"""The process that reads ahead: it hears no signal that is meant for whoever writes, and ends with the reading."""

import multiprocessing
import os
import signal
import time
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from rapport.core.importing import ahead


def endless(pipe: Any) -> None:
    """Reads for ever behind the line it is told."""
    pipe.send(None)
    for number in count(pipe.recv()[2] + 1):
        pipe.send(([number], ""))


def test_a_reader_outlives_signals_to_its_group_and_ends_with_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_read", endless)
    mine = (SimpleNamespace(line=SimpleNamespace(number=number)) for number in count())
    source: Any = SimpleNamespace(run=SimpleNamespace(pk=1), lines=lambda _after: mine)
    reading: Any = ahead.lines(None, source, 0, ahead.WORTH_IT_FROM)  # type: ignore[arg-type]
    read = next(reading)
    while not isinstance(read, int):  # our own, until the other process is awake
        last, read = read.line.number, next(reading)
    assert read == last + 1
    (reader,) = multiprocessing.active_children()
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(reader.pid or 0, number)
    assert [next(reading) for _number in range(500)] == list(range(read + 1, read + 501))
    began = time.monotonic()
    reading.close()
    assert not reader.is_alive() and time.monotonic() - began < 5
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())
