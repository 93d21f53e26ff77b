"""The sealer: numbers without gaps, in an order that no late commit can upset, whatever dies in between."""

import datetime
import fcntl
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from rapport.accounts.actor import Actor
from rapport.core.audit.verify import verify
from rapport.core.events import anchors, sealer
from rapport.core.events.models import Event, SealState
from rapport.core.events.sealer import LEASE, Sealer
from rapport.lib import clock, faults
from tests import house


def numbers() -> list[int | None]:
    """The numbers of all events, in the order of their ids."""
    return list(Event.objects.order_by("pk").values_list("seal_no", flat=True))


class Died(Exception):
    """A crash, as far as one process can play it."""


def dies_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def point(here: str) -> None:
        if here == name:
            raise Died

    monkeypatch.setattr(faults, "point", point)


def test_it_works(ada: Actor) -> None:
    for name in ("Ann", "Bob", "Eve"):
        house.a_person(ada, name)
    assert numbers() == [None, None, None]
    assert Sealer().drain() == 3
    assert numbers() == [1, 2, 3]
    head = sealer.state()
    assert (head.head_no, head.anchored_no) == (3, 3)
    assert [anchor.number for anchor in anchors.read()] == [3]
    assert verify().is_whole


def test_sealing_goes_on_where_it_stopped(ada: Actor) -> None:
    house.a_person(ada, "Ann")
    Sealer().drain()
    house.a_person(ada, "Bob")
    assert (Sealer().drain(), numbers()) == (0, [1, None])  # the other one still holds the lease
    with clock.frozen(clock.now() + 2 * LEASE):
        assert Sealer().drain() == 1
    assert numbers() == [1, 2]
    assert verify().is_whole


def test_one_who_lost_the_race_throws_his_work_away(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    house.a_person(ada, "Ann")
    slow, quick = Sealer(), Sealer()
    stale = sealer.state()
    monkeypatch.setattr(Sealer, "_lease", lambda self: True)
    assert quick.seal() == 1
    monkeypatch.setattr(sealer, "state", lambda: stale)
    house.a_person(ada, "Bob")
    assert slow.seal() == 0
    monkeypatch.undo()
    assert numbers() == [1, None]


def test_a_lease_ends_by_itself_and_when_the_clock_is_turned_back(ada: Actor) -> None:
    first, second = Sealer(), Sealer()
    with clock.frozen(datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)) as watch:
        house.a_person(ada, "Ann")
        assert first.seal() == 1
        house.a_person(ada, "Bob")
        assert second.seal() == 0
        watch.advance(hours=-5)
        assert second.seal() == 1
        house.a_person(ada, "Eve")
        watch.advance(days=400)
        assert first.seal() == 1
    assert numbers() == [1, 2, 3]
    assert verify().is_whole


@pytest.mark.parametrize("place", ["seal.head", "seal.written", "seal.committed", "seal.anchored"])
def test_dying_anywhere_leaves_a_whole_chain(ada: Actor, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    for name in ("Ann", "Bob", "Eve"):
        house.a_person(ada, name)
    dies_at(monkeypatch, place)
    pen = Sealer()
    with pytest.raises(Died):
        pen.drain()
    assert numbers() in ([None, None, None], [1, 2, 3])
    monkeypatch.undo()
    house.a_person(ada, "Mia")
    with clock.frozen(clock.now() + 2 * LEASE):
        Sealer().drain()
    assert numbers() == [1, 2, 3, 4]
    report = verify()
    assert report.is_whole, report.problems


def test_small_batches_make_the_same_chain(ada: Actor) -> None:
    for number in range(7):
        house.a_person(ada, f"N{number}")
    pen = Sealer()
    pen.size = 2
    while pen.seal():
        pen.size = 2
    assert numbers() == [1, 2, 3, 4, 5, 6, 7]
    assert verify().is_whole


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_one_who_commits_late_is_not_skipped() -> None:
    ada = house.admin()
    began, go = _Signal(), _Signal()

    def late() -> None:
        with transaction.atomic():
            house.a_person(ada, "Late")
            began.give()
            go.wait()

    with _beside(late):
        began.wait()
        house.a_person(ada, "Early")
        pen = Sealer()
        assert pen.drain() == 1
        (early,) = Event.objects.filter(seal_no=1)
        go.give()
    late_event = Event.objects.exclude(pk=early.pk).get()
    assert late_event.pk < early.pk
    assert pen.drain() == 1
    late_event.refresh_from_db()
    assert late_event.seal_no == 2
    assert verify().is_whole


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_two_sealers_and_many_writers_make_one_chain() -> None:
    ada = house.admin()

    def write(name: str) -> Callable[[], None]:
        def made() -> None:
            for number in range(15):
                house.a_person(ada, f"{name}{number}")

        return made

    def seal() -> None:
        pen = Sealer()
        pen._lease = lambda: True  # type: ignore[method-assign] - both believe that they may
        for _round in range(200):
            pen.seal()

    with _beside(write("a")), _beside(write("b")), _beside(seal), _beside(seal):
        pass
    SealState.objects.update(holder="", until=None)
    Sealer().drain()
    assert sorted(number or 0 for number in numbers()) == list(range(1, 31))
    assert verify().is_whole


def test_two_who_write_anchors_take_turns(ada: Actor) -> None:
    anchors.append(1, b"a")
    with anchors.path().open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        other = threading.Thread(target=anchors.append, args=(2, b"b"))
        other.start()
        other.join(0.2)
        assert other.is_alive() and len(list(anchors.read())) == 1
    other.join(10)
    assert [(anchor.number, anchor.is_genuine) for anchor in anchors.read()] == [(1, True), (2, True)]


# -------------------------------------------------------------------- threads
class _Signal:
    def __init__(self) -> None:
        self._event = threading.Event()

    def give(self) -> None:
        self._event.set()

    def wait(self) -> None:
        assert self._event.wait(20)


class _beside:  # noqa: N801 - reads as a statement
    """Runs a function in a thread, with a connection of its own, and waits for it at the end of the block."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.errors: list[BaseException] = []

        def run() -> None:
            try:
                work()
            except BaseException as error:
                self.errors.append(error)
            finally:
                connections.close_all()

        self.thread = threading.Thread(target=run)

    def __enter__(self) -> None:
        assert connection.vendor == "postgresql"
        self.thread.start()

    def __exit__(self, *_exc: object) -> None:
        self.thread.join(30)
        assert not self.errors, self.errors
