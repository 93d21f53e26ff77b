"""Chunks of work: as large as their time allows, without Python looking for cycles meanwhile."""

import gc
import threading

import pytest

from rapport.lib.calm import calm
from rapport.lib.pace import LEAST, Pace


def test_it_works() -> None:
    pace = Pace(200, most=1_000)
    with pace:
        assert not gc.isenabled()
    assert gc.isenabled()
    assert pace.size == 400  # it took no time, but no more than double at once


def test_what_took_long_shrinks_at_once_and_an_error_teaches_nothing() -> None:
    pace = Pace(2_000, seconds=0.0)
    with pace:
        pass
    assert pace.size == LEAST
    slow = Pace(500, seconds=0.0)
    with pytest.raises(ZeroDivisionError), slow:
        raise ZeroDivisionError
    assert slow.size == 500
    assert gc.isenabled()


def test_the_search_for_cycles_rests_until_the_last_of_several_has_ended() -> None:
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with calm():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with calm(), calm():
        thread.start()
        assert inside.wait(10)
    assert not gc.isenabled()
    leave.set()
    thread.join(10)
    assert gc.isenabled()


def test_one_who_had_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with calm():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
