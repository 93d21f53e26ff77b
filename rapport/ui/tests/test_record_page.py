"""The page of a record: its timeline searched and pinned, what is new on it, and what was typed and not saved."""

import datetime
from typing import Any

import pytest
from django.test import Client

from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.core.objects import registry, saving
from rapport.core.timeline.models import Pin
from rapport.core.timeline.walking import newest
from rapport.core.unsent import keeping
from rapport.core.unsent.models import Unsent
from rapport.lib import clock
from tests.world import World

HTMX = {"HX-Request": "true"}


class Page:
    """Lea's page, with a note and a call on it, and Ann who sits at it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ann = world.actor("ann")
        self.lea = saving.create(self.ann, registry.get("person"), {"first_name": "Lea", "last_name": "Lind"})
        self.note = add_note(self.ann, NoteInput("Wants a larger oven", (self.lea.pk,)))
        self.call = log_call(self.ann, CallInput(about=(self.lea.pk,), body="Asked for prices"))
        self.client = world.client("ann")
        self.address = f"/people/{self.lea.pk}"

    def get(self, more: str = "", **headers: str) -> str:
        return self.client.get(self.address + more, headers=headers or None).content.decode()

    def post(self, more: str, by: Client | None = None, **values: Any) -> Any:
        return (by or self.client).post(self.address + more, values, headers=HTMX)

    def entry(self, kind: str) -> int:
        """The number of the newest entry of a kind."""
        from_kind = {"note": self.note.pk, "call": self.call.pk}[kind]
        return newest(from_kind)


@pytest.fixture
def page(world: World) -> Page:
    """Lea's page."""
    return Page(world)


def test_it_works(page: Page) -> None:
    shown = page.get()
    assert "Wants a larger oven" in shown and "Asked for prices" in shown and "compose-file" in shown


def test_families_can_be_combined(page: Page) -> None:
    only = page.get("/history?only=note")
    assert "Wants a larger oven" in only and "Asked for prices" not in only and "Created" not in only
    both = page.get("/history?only=note,changes")
    assert "Wants a larger oven" in both and "Asked for prices" not in both and "Created" in both


@pytest.mark.parametrize(("typed", "found"), [("OVEN", 1), ("prices", 1), ("ov pri", 0), ("larger oven", 1), ("…", 0)])
def test_the_timeline_is_searched(page: Page, typed: str, found: int) -> None:
    shown = page.get(f"/history?find={typed}")
    assert shown.count("<article") == found
    assert ("<mark>" in shown) == bool(found)


def test_what_is_found_is_escaped(page: Page) -> None:
    add_note(page.ann, NoteInput("<b>Bold</b> & amp", (page.lea.pk,)))
    shown = page.get("/history?find=bold amp")
    assert "<mark>Bold</mark>" in shown and "<b>" not in shown.split('id="tl"')[1]


def test_an_entry_is_pinned_on_top_and_taken_down(page: Page) -> None:
    entry = page.entry("note")
    assert "Pin on top" in page.get(f"/entries/{entry}", **HTMX)
    shown = page.post(f"/entries/{entry}/pin").content.decode()
    assert f'id="pin-{entry}"' in shown and shown.index(f'id="pin-{entry}"') < shown.index(
        f'id="e{page.entry("call")}"'
    )
    assert "Unpin" in page.get(f"/entries/{entry}")
    page.post(f"/entries/{entry}/pin")
    assert Pin.objects.count() == 1
    assert "pinned an entry" not in page.get().lower()
    assert f'id="pin-{entry}"' not in page.post(f"/entries/{entry}/unpin").content.decode()


def test_a_pin_goes_with_the_trash_and_needs_the_right_to_edit(page: Page) -> None:
    entry = page.entry("note")
    assert page.post(f"/entries/{entry}/pin", by=page.world.client("ray")).status_code == 403
    page.post(f"/entries/{entry}/pin")
    page.post(f"/entries/{entry}/trash")
    assert "Wants a larger oven" not in page.get()


def test_a_link_to_an_entry_begins_there(page: Page) -> None:
    shown = page.get(f"?entry={page.entry('note')}")
    assert "Wants a larger oven" in shown and "Asked for prices" not in shown and "Show the newest" in shown


def test_what_others_add_is_news_and_what_one_adds_oneself_is_not(page: Page) -> None:
    before = newest(page.lea.pk)
    add_note(page.ann, NoteInput("Mine", (page.lea.pk,)))
    assert page.client.get(f"{page.address}/news?after={before}").status_code == 204
    add_note(page.world.actor("bob"), NoteInput("Bob's", (page.lea.pk,)))
    answer = page.client.get(f"{page.address}/news?after={before}")
    assert answer.status_code == 200 and 'data-count="1"' in answer.content.decode()
    assert page.client.get(f"{page.address}/news?after={newest(page.lea.pk)}").status_code == 204


def test_what_is_typed_is_kept_restored_and_gone_when_saved(page: Page) -> None:
    typed = "Half a thought\n<b>"
    assert page.post("/draft/note", body=typed, form_token="x").status_code == 204
    shown = page.get()
    assert "Half a thought\n&lt;b&gt;</textarea>" in shown and "Draft restored" in shown
    assert "Half a thought" not in page.world.client("bob").get(page.address).content.decode()
    page.client.post(f"/activities/{page.lea.pk}/note", {"body": typed}, headers=HTMX)
    assert not Unsent.objects.exists()


def test_a_draft_is_discarded_or_emptied(page: Page) -> None:
    page.post("/draft/call", body="Half", direction="in")
    shown = page.post("/draft/call/discard").content.decode()
    assert "Half" not in shown and 'id="compose-call"' in shown and not Unsent.objects.exists()
    page.post("/draft/note", body="Half")
    page.post("/draft/note", body="  ")
    assert not Unsent.objects.exists()


def test_a_draft_is_only_kept_on_what_is_seen(page: Page) -> None:
    assert page.post("/draft/note", by=page.world.client("eve"), body="x").status_code == 404
    assert page.post("/draft/nothing", body="x").status_code == 404
    assert page.post("/draft/note", body="x" * 100_001).status_code == 422


def test_old_drafts_are_purged(page: Page) -> None:
    page.post("/draft/note", body="Half")
    with clock.frozen(clock.now() + keeping.KEPT + datetime.timedelta(hours=1)):
        keeping.purge(type("Task", (), {"progress": lambda *_: None})())
    assert not Unsent.objects.exists()


def test_a_form_that_is_refused_without_script_is_not_lost(page: Page) -> None:
    values = {"minutes": "many", "body": "What they said"}
    assert page.client.post(f"/activities/{page.lea.pk}/call", values).status_code == 302
    assert "What they said" in page.get()
