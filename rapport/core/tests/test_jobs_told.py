"""Imports and exports tell who waits for them, and owners only where the importer wants that."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rapport.core.access.pages import ListQuery
from rapport.core.exporting import runs as exports
from rapport.core.importing.models import ImportRun
from rapport.core.jobs import queue, worker
from rapport.core.notices.jobs import READ, UNREAD
from rapport.core.notices.models import Notice
from rapport.core.notices.reading import notices
from rapport.core.objects import registry
from rapport.lib import clock
from tests.world import World

pytestmark = pytest.mark.django_db


def drain() -> None:
    worker.work(threading.Event(), once=True)


FILE = b"First name,Last name,Owner\nA,One,bob@example.com\nB,Two,bob@example.com\nC,Three,ann@example.com\n"


def bring(world: World, **choice: str) -> ImportRun:
    """Ann imports three people, two of whom are Bob's."""
    ann = world.client("ann")
    ann.post("/import", {"kind": "person", "file": SimpleUploadedFile("people.csv", FILE)})
    drain()
    run = ImportRun.objects.latest("pk")
    ann.post(f"/import/{run.pk}", {"do": "start", "column.0": "first_name", "column.1": "last_name",
                                   "column.2": "owner", "mode": "both", **choice})  # fmt: skip
    drain()
    run.refresh_from_db()
    assert (run.state, run.counts["created"]) == ("done", 3)
    return run


def test_it_works(world: World) -> None:
    run = bring(world)
    (line,) = notices(world.actor("ann")).lines
    assert line.title == "people.csv is imported: 3 new, 0 changed, 0 failed"
    assert Notice.objects.get().url == f"/import/{run.pk}"
    assert world.client("ann").post(f"/notifications/{line.id}/open").headers["Location"] == f"/import/{run.pk}"


def test_owners_are_told_in_one_line_if_the_importer_wants_that(world: World) -> None:
    bring(world, tells="1")
    (line,) = notices(world.actor("bob")).lines
    assert (line.title, line.sentence) == ("2 new records of “people.csv” are yours", "Ann Archer made you the owner")


def test_an_export_says_that_it_is_ready(world: World) -> None:
    exports.start(world.actor("ada"), registry.get("person"), ListQuery(), "csv")
    drain()
    (line,) = notices(world.actor("ada")).lines
    assert line.title.startswith("people-") and line.title.endswith(".csv is ready")


def test_old_notices_go(world: World) -> None:
    now = clock.now()
    long_ago = now - 2 * READ
    for name, at, read in (
        ("new", now, None), ("read lately", now, now), ("read long ago", long_ago, now), ("old", long_ago, None),
        ("forgotten", now - UNREAD * 1.1, None),
    ):  # fmt: skip
        Notice.objects.create(user=world.bob, kind="job", text=name, at=at, read_at=read, once=name)
    queue.enqueue("notices.purge", {}, world.actor("ada"))
    drain()
    assert list(Notice.objects.order_by("pk").values_list("text", flat=True)) == ["new", "read lately", "old"]
