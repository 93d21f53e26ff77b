"""Consumers: each at its own pace, at least once; one that fails parks the event and the rest pass."""

import datetime
from collections.abc import Iterator

import pytest
from django.db import OperationalError

from rapport.accounts.actor import Actor
from rapport.core.events import causes, consumers, pump, sealer
from rapport.core.events.consumers import Happening, on
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.events.models import ConsumerCursor, Event, Handled, Parked
from rapport.core.objects import saving
from rapport.core.objects.bulk import bulk
from rapport.lib import clock, faults
from tests import house

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_consumers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only those that a test declares."""
    monkeypatch.setattr(consumers, "_consumers", {})
    yield


def test_it_works(ada: Actor) -> None:
    heard: list[str] = []

    @on("person.created", name="listen")
    def listen(happening: Happening) -> None:
        heard.append(happening.event.subject.title if happening.event.subject else "")

    consumers.begin()
    house.a_person(ada, "Mia")
    house.a_company(ada)
    pump.drain()
    assert heard == ["Mia Berg"]
    pump.drain()
    assert heard == ["Mia Berg"]


def test_a_new_consumer_begins_now_unless_it_asks_for_the_start(ada: Actor) -> None:
    house.a_person(ada, "Before")
    pump.drain()
    late: list[int] = []
    whole: list[int] = []
    on("person.created", name="late")(lambda happening: late.append(happening.event.pk))
    on("person.*", name="whole", from_start=True)(lambda happening: whole.append(happening.event.pk))
    pump.drain()
    house.a_person(ada, "After")
    pump.drain()
    assert (len(late), len(whole)) == (1, 2)


def test_a_bulk_act_arrives_as_one_unless_each_is_asked_for(ada: Actor) -> None:
    people = [house.a_person(ada, f"N{number}").pk for number in range(5)]
    pump.drain()
    as_one: list[int] = []
    singly: list[int] = []
    on("person.updated", name="as one")(lambda happening: as_one.append(len(happening.events)))
    on("person.updated", name="singly", each=True)(lambda happening: singly.append(len(happening.events)))
    consumers.begin()
    bulk(ada, house.person(), "tag", people, tag="fair")
    pump.drain()
    assert (as_one, singly) == ([5], [1, 1, 1, 1, 1])


def test_an_act_at_the_edge_of_a_window_still_arrives_as_one(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "WINDOW", 4)
    sizes: list[int] = []
    on("house.counted", name="sizes")(lambda happening: sizes.append(len(happening.events)))
    consumers.begin()
    for size in (3, 3, 4, 6):
        with acting(ada, "count") as act:
            emit(ada, act, [Fact("house.counted", None)] * size)
    pump.drain()
    assert sizes == [3, 3, 4, 4, 2]


def test_an_act_that_another_worker_has_sealed_half_waits_for_the_rest(ada: Actor) -> None:
    sizes: list[int] = []
    on("house.counted", name="sizes")(lambda happening: sizes.append(len(happening.events)))
    consumers.begin()
    for size in (2, 4):
        with acting(ada, "count") as act:
            emit(ada, act, [Fact("house.counted", None)] * size)
    pen = sealer.Sealer()
    pen.size = 4
    pen.seal()
    (one,) = consumers.every()
    assert (consumers.advance(one), consumers.advance(one), sizes) == (2, 0, [2])
    pen.drain()
    assert (consumers.advance(one), sizes) == (4, [2, 4])


def test_what_another_worker_has_just_tried_in_vain_is_not_tried_again(ada: Actor) -> None:
    tries: list[int] = []

    @on("person.created", name="never")
    def never(happening: Happening) -> None:
        tries.append(happening.event.pk)
        raise ValueError

    consumers.begin()
    house.a_person(ada)
    pump.drain()
    (parked,) = Parked.objects.all()
    consumers._retry(parked.pk, clock.now())
    assert len(tries) == 1


def test_one_bad_event_is_parked_and_the_rest_pass(ada: Actor) -> None:
    heard: list[str] = []

    @on("person.created", name="picky")
    def picky(happening: Happening) -> None:
        for event in happening.events:
            if event.subject and event.subject.title.startswith("Bad"):
                raise ValueError("mia@secret.example is no good")
            heard.append(event.subject.title if event.subject else "")

    other: list[int] = []
    on("person.created", name="other")(lambda happening: other.append(len(happening.events)))
    consumers.begin()
    with acting(ada, "import") as act:
        names = ("One", "Bad", "Two")
        saving.create_many(ada, house.person(), [{"first_name": name} for name in names], act=act)
    house.a_person(ada, "Three")
    pump.drain()
    assert heard[-3:] == ["One", "Two", "Three Berg"]
    assert sum(other) == 4
    (parked,) = Parked.objects.all()
    assert (parked.consumer, parked.attempts) == ("picky", 1)
    assert "ValueError at test_consumers.py:" in parked.error and "secret" not in parked.error
    assert pump.figures().parked == 1
    assert pump.check().warning


def test_what_a_failed_try_wrote_is_taken_back(ada: Actor) -> None:
    @on("person.created", name="half")
    def half(happening: Happening) -> None:
        house.a_company(happening.actor, "Half done")
        raise RuntimeError

    consumers.begin()
    house.a_person(ada)
    pump.drain()
    assert not Event.objects.filter(kind="company.created").exists()
    assert Parked.objects.count() == 1


def test_parked_events_are_tried_again_with_growing_waits_and_then_only_on_demand(ada: Actor) -> None:
    broken = True
    done: list[int] = []

    @on("person.created", name="broken")
    def handle(happening: Happening) -> None:
        if broken:
            raise RuntimeError
        done.append(happening.event.pk)

    with clock.frozen(datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC)) as watch:
        consumers.begin()
        house.a_person(ada)
        pump.drain()
        waits = []
        while (next_at := Parked.objects.values_list("next_at", flat=True).get()) is not None:
            waits.append((next_at - watch.moment).total_seconds())
            watch.moment = next_at
            pump.drain()
        assert waits == list(consumers.BACK_OFF)
        watch.advance(days=100)
        assert (pump.drain(), done) == (0, [])
        broken = False
        assert consumers.replay() == 1
        pump.drain()
    assert len(done) == 1 and not Parked.objects.exists()


def test_a_crash_behind_the_handler_delivers_again_and_nothing_is_doubled(
    ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    @on("person.created", name="order")
    def order(happening: Happening) -> None:
        house.a_company(happening.actor, "Ordered")

    class Died(BaseException):
        pass

    def dies(name: str) -> None:
        if name == "consumer.handled":
            raise Died

    consumers.begin()
    house.a_person(ada)
    with monkeypatch.context() as patch:
        patch.setattr(faults, "point", dies)
        with pytest.raises(Died):
            pump.drain()
    assert not Event.objects.filter(kind="company.created").exists()
    with clock.frozen(clock.now() + datetime.timedelta(minutes=1)):
        pump.drain()
    assert Event.objects.filter(kind="company.created").count() == 1


def test_first_time_is_true_once_for_each_cause(ada: Actor) -> None:
    firsts: list[bool] = []
    on("person.created", name="once", from_start=True)(lambda happening: firsts.append(happening.first_time()))
    consumers.begin()
    house.a_person(ada)
    pump.drain()
    ConsumerCursor.objects.update(seal_no=0)
    pump.drain()
    assert firsts == [True, False]
    assert Handled.objects.count() == 1


def test_what_a_consumer_does_has_its_event_as_cause(ada: Actor) -> None:
    on("person.created", name="follow")(lambda happening: house.a_company(happening.actor, "From"))
    consumers.begin()
    house.a_person(ada)
    pump.drain()
    effect = Event.objects.get(kind="company.created")
    assert effect.cause is not None and effect.cause.kind == "person.created"
    assert effect.act.via == "flow"


def test_rules_that_trigger_each_other_stop_at_depth_eight(ada: Actor) -> None:
    @on("company.created", name="loop")
    def again(happening: Happening) -> None:
        house.a_company(happening.actor, f"C{happening.event.pk}")

    consumers.begin()
    house.a_company(ada, "First")
    pump.drain()
    assert Event.objects.filter(kind="company.created").count() == 1 + causes.MOST_DEPTH
    (parked,) = Parked.objects.all()
    assert parked.next_at is None
    assert parked.error.startswith("Stopped:")


def test_an_explicit_cause_counts_too(ada: Actor) -> None:
    house.a_person(ada)
    event = Event.objects.get()
    for _step in range(causes.MOST_DEPTH):
        with acting(ada, "step") as act:
            (pk,) = emit(ada, act, [Fact("house.stepped", None)], cause=event)
        event = Event.objects.get(pk=pk)
    with pytest.raises(causes.TooDeep), acting(ada, "step") as act:
        emit(ada, act, [Fact("house.stepped", None)], cause=event)


def test_a_database_that_is_away_parks_nothing(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(happening: Happening) -> None:
        raise OperationalError("gone")

    on("person.created", name="away")(away)
    consumers.begin()
    house.a_person(ada)
    monkeypatch.setattr(consumers, "connection", _Away())
    with pytest.raises(OperationalError):
        pump.drain()
    assert not Parked.objects.exists()


class _Away:
    """A connection through which not even a question gets."""

    def cursor(self) -> None:
        raise OperationalError("gone")
