"""Whoever only reads writes nothing: on SQLite a page must not wait for its turn behind an import."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import house
from tests.contracts.stock import MADE, SPECS, make, spec_of
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]

PAGES = ("", "?where=name:x", "/{pk}", "/{pk}/history", "/{pk}/edit", "/new", "/count")
OTHERS = ("/", "/palette?q=sa", "/jobs", "/imports", "/profile", "/settings", "/settings/users", "/readyz", "/healthz")
WRITING = ("BEGIN", "INSERT", "UPDATE", "DELETE", "SAVEPOINT")


def written(world: World, paths: list[str]) -> list[str]:
    house.forget()
    browser = world.client("ada")
    found = []
    for path in paths:
        browser.get(path)  # what is made when it is looked at for the first time is there now
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        found += [f"{path}: {ask['sql'][:80]}" for ask in queries if str(ask["sql"]).startswith(WRITING)]
    return found


@pytest.mark.parametrize("kind", [*SPECS, MADE])
def test_it_works(world: World, kind: str) -> None:
    spec = spec_of(kind)
    record = make(world.actor("ada"), spec, 7)
    assert written(world, [f"/{spec.path}{page.format(pk=record.pk)}" for page in PAGES]) == []


def test_other_pages_write_nothing_either(world: World) -> None:
    assert written(world, list(OTHERS)) == []
