"""A workspace with somebody signed in, seen through a browser: what the journeys begin with."""

from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from rapport.core.events.emit import acting
from rapport.core.objects import registry, saving
from tests.world import World

NAMES = ("Adler", "Berg", "Conti", "Duval", "Eder", "Fuchs", "Gray", "Horn", "Ilic", "Jung")

_UNDER_WAY = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"


class Site:
    """``page`` shows the workspace ``world`` at ``address``; ``name`` is signed in."""

    def __init__(self, page: Page, address: str, world: World, name: str = "ann") -> None:
        self.page = page
        self.address = address
        self.world = world
        self.name = name

    def open(self, path: str) -> Page:
        """Go to an address and wait until nothing is under way."""
        self.page.goto(f"{self.address}{path}")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until requests have been answered and drawn, and modules that these asked for have come."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(50)
        expect(self.page.locator(_UNDER_WAY)).to_have_count(0)
        self.page.wait_for_timeout(50)

    def new_person(self) -> Page:
        """Open the drawer for a new person, from the list."""
        page = self.open("/people")
        page.locator("header").get_by_role("link", name="New person").click()
        self.settle()
        return page

    @property
    def toast(self) -> Locator:
        """The newest toast."""
        return self.page.locator(".toast").last

    def person(self, first_name: str, last_name: str, **values: Any) -> Any:
        """A person of Ann's team."""
        values = {"first_name": first_name, "last_name": last_name, **values}
        return saving.create(self.world.actor(self.name), registry.get("person"), values)

    def company(self, name: str) -> Any:
        """A company."""
        return saving.create(self.world.actor(self.name), registry.get("company"), {"name": name})

    def crowd(self, count: int) -> list[Any]:
        """So many people: Person 000 Adler, Person 001 Berg …"""
        rows = [{"first_name": f"Person {n:03}", "last_name": NAMES[n % len(NAMES)]} for n in range(count)]
        actor = self.world.actor(self.name)
        with acting(actor, "test.crowd") as act:
            return list(saving.create_many(actor, registry.get("person"), rows, act=act))


def sign_in(context: BrowserContext, address: str, world: World, name: str) -> None:
    """Give the browser the session of ``name``, without the detour over the form."""
    session = world.client(name).cookies["rapport_session"].value
    context.add_cookies([{"name": "rapport_session", "value": session, "url": address}])
