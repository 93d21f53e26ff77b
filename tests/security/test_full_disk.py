"""No room left: a sentence instead of a trace, reading goes on, and writing works again when there is room."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client

from rapport.core.objects import registry, saving
from rapport.people.models import Person
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]


@contextmanager
def full() -> Iterator[None]:
    """Within the block the database may not grow by one page."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count=1073741823")


def _write(browser: Client, number: int) -> int:
    data = {"first_name": f"F{number}", "last_name": "x" * 100, "about": "y" * 20_000}
    return browser.post("/people/new", data, headers={"HX-Request": "true"}).status_code


def test_a_full_disk_says_so_and_reading_goes_on(world: World) -> None:
    person = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Old", "last_name": "One"})
    browser = world.client("ann")
    browser.post(
        f"/people/{person.pk}/edit", {"first_name": "New", "last_name": "One", "version": "1"}
    )  # leaves a toast
    with full():
        statuses = {_write(browser, number) for number in range(30)}
        assert 507 in statuses and statuses <= {204, 507}, statuses
        page = browser.post("/people/new", {"first_name": "Z", "last_name": "Z", "about": "z" * 20_000})
        assert page.status_code == 507 and "disk is full" in page.content.decode()
        for path in (f"/people/{person.pk}", "/people", "/", "/palette?q=old", f"/people/{person.pk}/edit"):
            assert browser.get(path).status_code == 200, path
        assert Client().get("/sign-in").status_code == 200
        stored = Person.objects.count()
    assert _write(browser, 99) == 204 and Person.objects.count() == stored + 1
