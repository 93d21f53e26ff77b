"""An object made at run time goes through every door that declared ones go through, the next moment and everywhere."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from rapport.accounts.models import Role
from rapport.core.access.pages import ListQuery
from rapport.core.audit.verify import verify
from rapport.core.definitions import fields, objects
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import ObjectDef
from rapport.core.exporting import files
from rapport.core.fields import snapshot
from rapport.core.objects import registry, saving
from rapport.core.records.models import Record
from rapport.core.tests.bringing import Files
from tests import house
from tests.contracts.stock import MADE, spec_of
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_mind() -> None:
    house.forget()


def page(browser: Any, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, url
    text: str = answer.content.decode()
    return text


def test_it_works(world: World) -> None:
    """Made on the page, filled with fields, used by others with all that records have."""
    ada, ann = world.client("ada"), world.client("ann")
    given = {"plural": "Ovens", "label": "Oven", "icon": "flame", "plural.de": "Öfen", "label.de": "Ofen"}
    assert ada.post("/settings/objects/new", given).headers["Location"] == "/settings/fields/c_ovens"
    for label, more in (("State", "Working\nBroken"), ("Kind", "Deck\nStone")):
        ada.post("/settings/fields/c_ovens/new", {"type": "choice", "label": label, "more": more})
    assert "Ovens" in page(ann, "/") and 'href="/ovens/new"' in page(ann, "/")
    made = ann.post("/ovens/new", {"name": "Big Bertha", "c_state": "working", "owner": str(world.ann.pk)})
    url = made.headers["Location"]
    number = int(url.rpartition("/")[2])
    assert "Big Bertha" in page(ann, "/ovens?c_state.any=working") and "Working" in page(ann, url)
    board = page(ann, "/ovens?show=board&by=c_state")
    assert "Big Bertha" in board and "Broken" in board
    ann.post(f"{url}/card", {"by": "c_state", "from": "working", "to": "broken", "version": "1"})
    assert url in page(ann, "/palette?q=bertha") and "New oven" in page(ann, "/palette")
    ann.post(f"/activities/{number}/note", {"body": "Door does not shut"})
    ann.post(f"/activities/{number}/task", {"title": "Call the smith", "due": "pick", "due_on": "2030-01-02"})
    ann.post(f"{url}/fact/tags", {"version": "2", "tags": "old"})
    ann.post(f"{url}/share", {"with": f"user:{world.eve.pk}"})
    record = page(ann, url)
    assert "Door does not shut" in record and "Call the smith" in record
    assert "Big Bertha" in page(world.client("eve"), url)
    ann.post("/ovens/views", {"name": "Broken ones", "in.c_state.any": "broken"})
    assert "Broken ones" in page(ann, "/ovens")
    assert "Ovens" in page(ada, f"/settings/roles/{world.roles['member'].pk}")
    assert "made the object" in page(ada, "/settings/audit")
    assert not verify().problems


def test_a_file_goes_in_and_comes_out(world: World, tmp_path: Path) -> None:
    ada, oven = world.actor("ada"), spec_of(MADE)
    report = Files(tmp_path).bring(ada, "Name,State,Site,Note\nBertha,Working,Bonn,Old\nEmma,Broken,Ulm,\n", MADE)
    assert report.counts["created"] == 2
    for fmt in ("csv", "jsonl", "xlsx"):
        out = io.BytesIO()
        files.export(ada, oven, ListQuery(sort="title"), fmt, out)
        assert fmt == "xlsx" or (b"Bertha" in out.getvalue() and b"Ulm" in out.getvalue())
    assert Record.objects.filter(kind="note").count() == 1


def test_its_rights_are_those_of_the_role(world: World) -> None:
    oven = spec_of(MADE)
    pk = saving.create(world.actor("ada"), oven, {"name": "Bertha"}).pk
    member = Role.objects.get(key="member")
    member.levels = {**member.levels, MADE: dict.fromkeys(member.levels["*"], "none")}
    member.save()
    browser = world.client("ann")
    assert "Ovens" not in page(browser, "/")
    assert f"/ovens/{pk}" not in page(browser, "/palette?q=bertha")
    assert browser.get("/ovens/new").status_code == 403
    assert browser.get(f"/ovens/{pk}").status_code == browser.get(f"/r/{pk}").status_code == 404


def test_another_process_knows_it_and_forgets_it_when_it_is_archived(world: World) -> None:
    oven, ada = spec_of(MADE), world.actor("ada")
    pk = saving.create(ada, oven, {"name": "Bertha"}).pk
    row = ObjectDef.objects.get()
    browser = world.client("ada")
    snapshot.forget()  # as in a process that has read nothing yet
    assert "Bertha" in page(browser, "/ovens")
    assert "goes out of sight" in page(browser, f"/settings/objects/{row.pk}/archive")
    browser.post(f"/settings/objects/{row.pk}/archive")
    assert browser.get("/ovens").status_code == browser.get(f"/r/{pk}").status_code == 404
    assert "Bertha" not in page(browser, "/palette?q=bertha") and "Bring back Ovens" in page(
        browser, "/settings/objects"
    )
    assert not verify().problems
    browser.post(f"/settings/objects/{row.pk}/back")
    assert "Bertha" in page(browser, f"/ovens/{pk}")


def test_fields_that_lead_there_hold_it_fast(world: World) -> None:
    oven, ada = spec_of(MADE), world.actor("ada")
    link = fields.create_field(ada, house.person(), FieldData("Oven", type="link", settings={"to": oven.key}))
    bertha = saving.create(ada, oven, {"name": "Bertha"})
    mia = house.a_person(ada, **{link.key: bertha.pk})
    browser = world.client("ada")
    assert "Bertha" in page(browser, f"/people/{mia.pk}") and f"/choose/{MADE}" in page(browser, "/people/new")
    assert "Mia Berg" in page(browser, f"/people?{link.key}={bertha.pk}")
    row = ObjectDef.objects.get()
    browser.post(f"/settings/objects/{row.pk}/archive")
    assert registry.find(MADE) is not None
    fields.archive_field(ada, link.pk)
    objects.archive_object(ada, row.pk)
    assert registry.find(MADE) is None and registry.get(MADE).key == MADE


def test_what_it_is_called_can_change_and_its_address_cannot(world: World) -> None:
    oven, browser = spec_of(MADE), world.client("ada")
    row = ObjectDef.objects.get()
    url = f"/settings/objects/{row.pk}/edit"
    seen = re.search(r'name="seen" value="(\w+)"', page(browser, url))
    assert seen
    given = {"plural": "Stoves", "label": "Stove", "icon": "flame", "seen": seen[1]}
    assert browser.post(url, given).status_code == 303
    assert browser.post(url, given | {"plural": "Hobs"}).status_code == 409
    assert browser.post(url, {"plural": "People", "label": "", "icon": "?"}).status_code == 422
    assert "Stoves" in page(browser, f"/{oven.path}")


def test_who_is_not_signed_in_learns_of_no_object(world: World) -> None:
    spec_of(MADE)
    for path in ("/ovens", "/nothings", "/ovens/new", "/nothings/new", "/ovens/1", "/nothings/1"):
        for answer in (Client().get(path), Client().post(path)):
            assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in"), path
    snapshot.install(snapshot.Snapshot())  # a process that has read no definitions yet
    assert Client().get("/ovens").status_code == 302
    assert world.client("ada").get("/nothings").status_code == 404
