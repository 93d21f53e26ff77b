"""Settings, Fields: with and without scripts, for administrators alone."""

import pytest

from rapport.core.definitions.field_types import every
from rapport.core.definitions.models import FieldDef
from tests.world import World

pytestmark = pytest.mark.django_db
PLACE = "/settings/fields/company"
HTMX = {"HX-Request": "true"}


def test_it_works(world: World) -> None:
    """Added, found on the next page, changed, put in order, archived, brought back."""
    browser = world.client("ada")
    assert "No fields of your own yet" in browser.get(PLACE).content.decode()
    for label in ("Shelf", "Rack"):
        assert browser.post(f"{PLACE}/new", {"type": "text", "label": label}).headers["Location"] == PLACE
    shelf, rack = FieldDef.objects.order_by("pk")
    page = browser.get(PLACE).content.decode()
    assert page.index("Shelf") < page.index("Rack")
    browser.post(f"{PLACE}/order", {"key": [shelf.pk, rack.pk], "up": rack.pk})
    assert list(FieldDef.objects.order_by("position")) == [rack, shelf]
    url = f"/settings/fields/{shelf.pk}"
    form = browser.get(f"{url}/edit", headers=HTMX).content.decode()
    assert 'value="Shelf"' in form and "<html" not in form
    saved = browser.post(f"{url}/edit", {"label": "Board", "hint": "Where it lies", "label.de": "Brett"}, headers=HTMX)
    assert (saved.status_code, saved.headers["HX-Redirect"]) == (204, PLACE)
    assert "Where it lies" in browser.get("/companies/new").content.decode()
    assert "Its values are kept" in browser.get(f"{url}/archive").content.decode()
    browser.post(f"{url}/archive")
    assert "Bring back Board" in browser.get(PLACE).content.decode()
    assert "Board" not in browser.get("/companies/new").content.decode()
    browser.post(f"{url}/back")
    assert "Board" in browser.get("/companies/new").content.decode()


def test_each_type_is_offered_and_has_a_form(world: World) -> None:
    browser = world.client("ada")
    page = browser.get(f"{PLACE}/new").content.decode()
    for known in every():
        assert f"type={known.key}" in page
        given = {
            "type": known.key,
            "label": f"A {known.key}",
            "more": "One\nTwo",
            "to": "person",
            "places": "1",
            "expression": "1",
        }
        assert browser.get(f"{PLACE}/new?type={known.key}").status_code == 200
        assert browser.post(f"{PLACE}/new", given).status_code == 303, known.key
    assert FieldDef.objects.count() == len(every())
    for row in FieldDef.objects.all():
        assert browser.get(f"/settings/fields/{row.pk}/edit").status_code == 200, row.type
    assert browser.get("/companies/new").status_code == 200


def test_options_are_renamed_moved_and_taken_out(world: World) -> None:
    browser = world.client("ada")
    browser.post(f"{PLACE}/new", {"type": "choice", "label": "Size", "more": "Small\nLarge\n\nHuge"})
    row = FieldDef.objects.get()
    assert [one["key"] for one in row.options] == ["small", "large", "huge"]
    assert len({one["tone"] for one in row.options}) == 3
    given = {
        "label": "Size",
        "option_key": ["small", "large", "huge"],
        "option_label": ["Small", "Big", "Huge"],
        "option_tone": ["red", "blue", "?"],
        "offered": ["small", "large"],
        "more": "Tiny",
    }
    moved = browser.post(f"/settings/fields/{row.pk}/edit", {**given, "up": "huge"}, headers=HTMX).content.decode()
    assert moved.index('value="Huge"') < moved.index('value="Big"')
    browser.post(f"/settings/fields/{row.pk}/edit", given)
    row.refresh_from_db()
    assert [(one["label"], one["tone"], one.get("is_archived", False)) for one in row.options] == [
        ("Small", "red", False), ("Big", "blue", False), ("Huge", "grey", True), ("Tiny", "red", False),
    ]  # fmt: skip


def test_a_refused_form_comes_back_with_what_was_typed(world: World) -> None:
    browser = world.client("ada")
    answer = browser.post(f"{PLACE}/new", {"type": "choice", "label": "Size", "more": ""}, headers=HTMX)
    assert answer.status_code == 422
    assert "at least one option" in answer.content.decode() and 'value="Size"' in answer.content.decode()


def test_it_leads_back_to_where_it_was_asked_for(world: World) -> None:
    browser = world.client("ada")
    for back, leads in (("/companies?sort=name", "/companies?sort=name"), ("//evil.example", PLACE)):
        given = {"type": "text", "label": f"From {back}"[:40], "back": back}
        assert browser.post(f"{PLACE}/new", given).headers["Location"] == leads


def test_others_may_not(world: World) -> None:
    world.client("ada").post(f"{PLACE}/new", {"type": "text", "label": "Shelf"})
    row = FieldDef.objects.get()
    for name in ("ann", "mia"):
        browser = world.client(name)
        for url in ("/settings/fields", PLACE, f"{PLACE}/new", f"/settings/fields/{row.pk}/edit"):
            assert browser.get(url).status_code == 403, url
        for url in (
            f"{PLACE}/new",
            f"{PLACE}/order",
            *(f"/settings/fields/{row.pk}/{verb}" for verb in ("edit", "archive", "back")),
        ):
            assert browser.post(url, {"type": "text", "label": "X"}).status_code == 403, url
        assert "/settings/fields" not in browser.get("/settings").content.decode()
    assert world.client("ada").get("/settings/fields/nothing").status_code == 404
