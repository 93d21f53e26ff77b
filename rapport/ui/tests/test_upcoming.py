"""What is to come stands on top of the timeline, the soonest first."""

import datetime
from collections.abc import Iterator

import pytest
from django.test import Client

from rapport.core.objects import registry, saving
from rapport.core.objects.registry import Upcoming
from rapport.lib import clock
from tests.world import World

NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
MIDNIGHT = NOW.replace(hour=0)


@pytest.fixture
def coming() -> Iterator[list[Upcoming]]:
    """What people have to come; a test fills it."""
    found: list[Upcoming] = []
    asked = registry._contributions["person"].upcoming
    ask = lambda _actor, _record: found  # noqa: E731 - a function to take away again
    asked.append(ask)
    yield found
    asked.remove(ask)


@pytest.fixture
def lea(world: World) -> str:
    """The address of somebody."""
    made = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Lea", "last_name": "Lind"})
    return f"/people/{made.pk}"


def shown(client: Client, address: str) -> str:
    with clock.frozen(NOW):
        return client.get(address).content.decode()


def test_it_works(world: World, lea: str, coming: list[Upcoming]) -> None:
    coming += [
        Upcoming(NOW + 2 * DAY, False, "Meeting", "Review", "/r/7", "clock", owner="Ines", kind="meeting"),
        Upcoming(MIDNIGHT - 3 * DAY, True, "Task", "Send prices", kind="task"),
        Upcoming(MIDNIGHT + DAY, True, "Task", "Call back <b>", kind="task"),
    ]
    page = shown(world.client("ann"), lea)
    places = [page.index(text) for text in ("Upcoming", "Send prices", "Call back &lt;b&gt;", "Review")]
    assert places == sorted(places)
    assert "3 days late" in page and "tomorrow" in page and "in 2 days" in page and 'href="/r/7"' in page


def test_a_filter_keeps_what_it_names(world: World, lea: str, coming: list[Upcoming]) -> None:
    coming.append(Upcoming(MIDNIGHT, True, "Task", "Send prices", kind="task"))
    client = world.client("ann")
    assert "Send prices" not in shown(client, f"{lea}/history?only=note")
    assert "Send prices" in shown(client, f"{lea}/history")


def test_many_are_folded(world: World, lea: str, coming: list[Upcoming]) -> None:
    coming += [Upcoming(MIDNIGHT + n * DAY, True, "Task", f"Task {n}", kind="task") for n in range(9)]
    page = shown(world.client("ann"), lea)
    assert "4 more to come" in page and page.index("4 more to come") < page.index("Task 5")
