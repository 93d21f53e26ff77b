"""How many queries a page costs, pinned. One more is a decision: look at it, then write it down with ``PIN=1``."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.activities.actions import NoteInput, add_note
from rapport.core.objects import registry, saving
from tests import house
from tests.contracts.stock import MADE, SPECS, make, spec_of
from tests.world import World

pytestmark = pytest.mark.django_db

FILE = Path(__file__).with_name("query_counts.json")
PINNED: dict[str, int] = json.loads(FILE.read_text()) if FILE.exists() else {}
PAGES = {"list": "", "record": "/{pk}", "history": "/{pk}/history", "edit": "/{pk}/edit", "new": "/new"}


def count(world: World, who: str, url: str) -> tuple[int, list[str]]:
    house.forget()
    browser = world.client(who)
    browser.get(url)  # what is remembered for some seconds is remembered now
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url).status_code == 200
    told = [str(query["sql"])[:160] for query in queries.captured_queries]
    return len([sql for sql in told if not sql.startswith(("SAVEPOINT", "RELEASE"))]), told


def more(world: World, kind: str, record: Any) -> None:
    """A dozen more records, and a history of a dozen more notes and changes."""
    ann, spec = world.actor("ann"), registry.get(kind)
    for number in range(12):
        make(ann, spec, 100 + number)
        saving.update(ann, spec, record.pk, {"tags": [f"tag{number}"]})
        if kind in ("person", "company"):
            add_note(ann, NoteInput(f"Note {number}", (record.pk,)))


@pytest.mark.parametrize("page", list(PAGES))
@pytest.mark.parametrize("kind", [*SPECS, MADE])
def test_it_works(world: World, kind: str, page: str) -> None:
    spec = spec_of(kind)
    record = make(world.actor("ann"), spec, 7)
    url = f"/{spec.path}{PAGES[page].format(pk=record.pk)}"
    few, _told = count(world, "ann", url)
    if page in ("list", "record", "history"):
        more(world, kind, record)
    many, told = count(world, "ann", url)
    name = f"{kind} {page}"
    if os.environ.get("PIN"):
        PINNED[name] = max(few, many)
        FILE.write_text(json.dumps(PINNED, indent=2, sort_keys=True) + "\n")
    assert name in PINNED, "not pinned yet; run with PIN=1"
    assert max(few, many) <= PINNED[name], "\n".join(told)
    # A page may ask less when there is nothing to tell, but never more for each row.
    assert many - few <= 4, "\n".join(told)
