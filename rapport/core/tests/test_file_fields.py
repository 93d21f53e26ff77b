"""Files as values of fields: from the form to the disk, into history and back out of it, and who gets at them."""

import datetime
import io
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.core import fields
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.audit.erase import erase
from rapport.core.audit.verify import verify
from rapport.core.changes.undo import undo
from rapport.core.errors import BadQuery, Invalid
from rapport.core.events.models import Act, Change
from rapport.core.exporting import files as export_files
from rapport.core.fields import FileField, Locale
from rapport.core.fields.file import IMAGE, FileValue
from rapport.core.files import actions, incoming, storing, sweeping
from rapport.core.files.incoming import Incoming, take_in
from rapport.core.files.models import File
from rapport.core.importing import targets as importing
from rapport.core.objects import saving
from rapport.core.tests.bringing import Files, counts
from rapport.lib import clock
from rapport.lib.tests.test_file_kinds import png, webp
from tests import house
from tests.fields import made_at_run_time
from tests.world import World

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PERSON = house.person()
PHOTO = FileField("photo", "Photo", accepts=IMAGE, megabytes=5)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.DATA_FOLDER = tmp_path
    yield


def given(by: Actor, name: str = "mia.png", content: bytes = b"") -> Incoming:
    return take_in(by, name, [content or png(8, 8)])


def upload(name: str = "mia.png", content: bytes = b"") -> SimpleUploadedFile:
    file = SimpleUploadedFile("x", content or png(8, 8), content_type="image/png")
    file._name = name  # type: ignore[attr-defined] - as a hostile browser writes it
    return file


def photo_of(record: Any) -> Any:
    return PERSON.by_key["photo"].get(record)


def on_disk() -> list[Path]:
    return [path for path in storing.folder().rglob("*") if path.is_file()]


def last() -> int:
    return Act.objects.latest("pk").pk


def page_of(browser: Client, url: str) -> str:
    return browser.get(url).content.decode()


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada, photo=given(ada))
    photo = photo_of(mia)
    assert (photo.name, photo.kind, photo.width) == ("mia.png", "image/png", 8)
    file = File.objects.get()
    assert (file.record_id, file.field_key, file.user_id, file.pk) == (mia.pk, "photo", ada.user_id, photo.id)
    assert storing.path_of(file.stored_name).read_bytes() == png(8, 8)
    saving.update(ada, PERSON, mia.pk, {"photo": given(ada, "new.png")})
    assert photo_of(mia).name == "new.png"
    saving.update(ada, PERSON, mia.pk, {"photo": None})
    assert photo_of(mia) is None and File.objects.filter(trashed_at=None).count() == 0
    assert len(on_disk()) == 2, "what was there before is kept for 30 days"


# ------------------------------------------------------------------ history and undo
def test_the_history_says_what_it_was_and_what_it_is(world: World) -> None:
    ann = world.actor("ann")
    mia = house.a_person(ann, photo=given(ann, "old.png"))
    saving.update(ann, PERSON, mia.pk, {"photo": given(ann, "new.png")})
    before, after = Change.objects.latest("pk").fields["photo"]
    assert (before["name"], after["name"]) == ("old.png", "new.png") and len(after["sha256"]) == 64
    text = page_of(world.client("ann"), f"/people/{mia.pk}/history")
    assert re.search(r"old\.png.{0,200}new\.png", text, re.DOTALL)


def test_undo_brings_the_former_file_back_and_undo_of_that_the_later_one(ada: Actor) -> None:
    mia = house.a_person(ada, photo=given(ada, "old.png"))
    old = photo_of(mia).id
    saving.update(ada, PERSON, mia.pk, {"photo": given(ada, "new.png")})
    new, act = photo_of(mia).id, last()
    assert undo(ada, act).left == []
    assert photo_of(mia).id == old
    assert undo(ada, last()).left == []
    assert photo_of(mia).id == new
    saving.update(ada, PERSON, mia.pk, {"photo": None})
    assert undo(ada, last()).left == []
    assert photo_of(mia).id == new
    assert list(File.objects.filter(trashed_at=None).values_list("pk", flat=True)) == [new]
    assert not verify().problems


def test_what_was_changed_since_stays_and_what_is_swept_is_said(ada: Actor) -> None:
    mia = house.a_person(ada, photo=given(ada, "old.png"))
    saving.update(ada, PERSON, mia.pk, {"photo": given(ada, "new.png")})
    act = last()
    File.objects.filter(name="old.png").update(trashed_at=clock.now() - datetime.timedelta(days=31))
    assert sweeping.sweep()["forgotten"] == 1
    assert "“old.png” is no longer kept" in undo(ada, act).left[0]
    assert photo_of(mia).name == "new.png"


def test_the_same_file_again_is_no_change(ada: Actor) -> None:
    mia = house.a_person(ada, photo=given(ada))
    before = Act.objects.count()
    saving.update(ada, PERSON, mia.pk, {"photo": photo_of(mia)})
    assert Act.objects.count() == before


def test_no_number_opens_the_file_of_another_record_or_field(ada: Actor) -> None:
    mia, tom = house.a_person(ada, photo=given(ada)), house.a_person(ada, "Tom")
    loose = actions.add_file(ada, tom.pk, "contract.png", [png(1, 1)])
    foreign = photo_of(mia)
    for value in (foreign, {"id": foreign.id, "name": "x"}, {"id": loose.pk}, {"id": 4711}, FileValue(-1, "x")):
        with pytest.raises(Invalid):
            saving.update(ada, PERSON, tom.pk, {"photo": value})
        with pytest.raises(Invalid):
            saving.create(ada, PERSON, {"last_name": "New", "photo": value})
    assert photo_of(tom) is None and photo_of(mia).id == foreign.id
    for wrong in ("x", 7, True, ["x"], {"name": "x"}):
        with pytest.raises(Invalid):
            saving.update(ada, PERSON, tom.pk, {"photo": wrong})


def test_two_fields_of_one_record_and_many_records_at_once(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    made_at_run_time(monkeypatch, person=(FileField("contract", "Contract"),))
    values = [
        {"last_name": f"P{n}", "photo": given(ada, f"{n}.png"), "contract": given(ada, f"{n}.txt", b"x")}
        for n in range(3)
    ]
    with saving.acting(ada, "person.create") as act:
        made = [draft.instance for draft in saving.create_many(ada, PERSON, values, act=act)]
    assert [photo_of(one).name for one in made] == ["0.png", "1.png", "2.png"]
    assert [PERSON.by_key["contract"].get(one).name for one in made] == ["0.txt", "1.txt", "2.txt"]
    text = PERSON.by_key["contract"].cell(PERSON.by_key["contract"].get(made[0]), Locale())
    assert text.href.startswith("/files/") and not text.href.endswith("/image") and text.hint == ""


# ------------------------------------------------------------------ the screens
def test_a_form_chooses_replaces_and_removes(world: World) -> None:
    browser = world.client("ann")
    made = browser.post("/people/new", {"last_name": "Mia", "photo": upload()}).headers["Location"]
    file = File.objects.get()
    form = page_of(browser, f"{made}/edit")
    assert 'enctype="multipart/form-data"' in form and f'href="/files/{file.pk}/image"' in form
    assert 'accept="image/gif,image/jpeg,image/png,image/webp"' in form and "at most 5 MB" in form
    browser.post(f"{made}/edit", {"version": "1", "last_name": "Mia B"})
    assert File.objects.get(trashed_at=None) == file, "a form without one leaves it"
    browser.post(f"{made}/edit", {"version": "2", "photo": upload("new.png"), "photo_remove": "1"})
    assert File.objects.get(trashed_at=None).name == "new.png", "a new one takes the place"
    browser.post(f"{made}/edit", {"version": "3", "photo_remove": "1"})
    assert not File.objects.filter(trashed_at=None).exists()


def test_a_fact_is_changed_in_its_place(world: World) -> None:
    ann, browser = world.actor("ann"), world.client("ann")
    mia = house.a_person(ann)
    url = f"/people/{mia.pk}/fact/photo"
    editor = browser.get(url, headers=HTMX).content.decode()
    assert 'hx-encoding="multipart/form-data"' in editor and "photo_remove" not in editor
    answer = browser.post(url, {"version": "1", "photo": upload()}, headers=HTMX)
    assert answer.status_code == 200 and b"mia.png" in answer.content and "undo" in answer.headers["HX-Trigger"]
    assert "photo_remove" in browser.get(url, headers=HTMX).content.decode()
    refused = browser.post(url, {"version": "2", "photo": upload("x.png", b"<svg>")}, headers=HTMX)
    assert refused.status_code == 422 and "is not a PNG" in refused.content.decode() and b"mia.png" in refused.content
    stale = browser.post(url, {"version": "1", "photo": upload("late.png")}, headers=HTMX)
    assert stale.status_code == 409 and b"late.png" in stale.content and b"photo_kept" in stale.content
    assert browser.post(url, {"version": "2"}, headers=HTMX).status_code == 200 and photo_of(mia).name == "mia.png"
    assert browser.post(url, {"version": "2", "photo": "text"}, headers=HTMX).status_code == 422


def held(page: str) -> str:
    found = re.search(r'name="photo_kept" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_a_file_is_held_while_the_form_is_corrected(world: World) -> None:
    browser = world.client("ann")
    refused = browser.post("/people/new", {"email": "nonsense", "photo": upload()})
    assert refused.status_code == 422 and "“mia.png” was uploaded" in refused.content.decode()
    ticket = held(refused.content.decode())
    assert len(on_disk()) == 1 and not File.objects.exists()
    again = browser.post("/people/new", {"email": "still nonsense", "photo_kept": ticket})
    assert held(again.content.decode())
    assert browser.post("/people/new", {"email": "a@x.example", "photo_kept": ticket}).status_code == 302
    assert File.objects.get().name == "mia.png" and len(on_disk()) == 1
    used = browser.post("/people/new", {"email": "b@x.example", "photo_kept": ticket})
    assert used.status_code == 422 and "no longer held" in used.content.decode()
    assert len(on_disk()) == 1, "a ticket that was used takes nothing away"


def test_a_file_that_nobody_takes_is_gone_after_an_hour(world: World) -> None:
    world.client("ann").post("/people/new", {"email": "nonsense", "photo": upload()})
    (path,) = on_disk()
    sweeping.sweep()
    assert path.exists()
    then = time.time() - sweeping.GRACE_SECONDS - 1
    os.utime(path, (then, then))
    sweeping.sweep()
    assert not on_disk()


def test_a_ticket_is_good_for_its_sender_and_for_a_while(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, bob = world.actor("ann"), world.actor("bob")
    ticket = incoming.ticket(given(ann))
    assert incoming.redeem(ann, ticket).name == "mia.png"
    for actor, text in ((bob, ticket), (ann, ticket[:-2]), (ann, "x"), (ann, "")):
        with pytest.raises(ValueError, match="no longer held"):
            incoming.redeem(actor, text)
    monkeypatch.setattr(incoming, "_TICKET_SECONDS", -1)
    with pytest.raises(ValueError, match="no longer held"):
        incoming.redeem(ann, ticket)


def test_a_form_that_is_sent_twice_keeps_one_file(world: World) -> None:
    browser = world.client("ann")
    for _time in range(2):
        sent = {"last_name": "X", "photo": upload(), "form_token": "once"}
        assert browser.post("/people/new", sent).status_code == 302
    assert File.objects.count() == len(on_disk()) == 1


def test_a_corrected_form_that_is_sent_twice_is_saved_once_and_says_so(world: World) -> None:
    browser = world.client("ann")
    refused = browser.post("/people/new", {"email": "nonsense", "photo": upload(), "form_token": "once"})
    sent = {"last_name": "X", "photo_kept": held(refused.content.decode()), "form_token": "once"}
    first, second = (browser.post("/people/new", sent) for _time in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"] and File.objects.count() == 1


def test_forms_that_are_never_sent_again_take_no_more_than_the_quota(world: World, settings: Any) -> None:
    browser, big = world.client("ann"), png(8, 8) + b"x" * 50_000
    settings.FILES_QUOTA = 60_000
    for _time in range(3):
        refused = browser.post("/people/new", {"email": "nonsense", "photo": upload(content=big)})
    assert "used up" in refused.content.decode() and len(on_disk()) == 1
    (path,) = on_disk()
    then = time.time() - sweeping.GRACE_SECONDS - 1
    os.utime(path, (then, then))
    sweeping.sweep()
    assert browser.post("/people/new", {"last_name": "X", "photo": upload(content=big)}).status_code == 302


def test_undo_brings_nothing_back_that_was_altered_meanwhile(ada: Actor) -> None:
    mia = house.a_person(ada, photo=given(ada, "a.png"))
    saving.update(ada, PERSON, mia.pk, {"photo": given(ada, "b.png")})
    File.objects.filter(name="a.png").update(sha256="0" * 64)
    undo(ada, last())
    assert photo_of(mia).name == "b.png"


def test_the_picture_is_the_avatar(world: World) -> None:
    ann, browser = world.actor("ann"), world.client("ann")
    mia = house.a_person(ann, photo=given(ann))
    hexa = house.a_company(ann, logo=given(ann, "logo.webp", webp(64, 64)))
    heavy = house.a_person(ann, "Heavy", photo=given(ann, "big.png", png(8, 8) + b"x" * 600_000))
    for url, record in ((f"/people/{mia.pk}", mia), (f"/companies/{hexa.pk}", hexa), (f"/people/{heavy.pk}", heavy)):
        src = f'src="/files/{File.objects.get(record_id=record.pk).pk}/image"'
        assert re.search(f'class="av (co )?lg"[^>]*><img {re.escape(src)}', page_of(browser, url))
        shown = src in page_of(browser, url.rpartition("/")[0])
        assert shown == (record != heavy), "a list shows pictures that weigh little"


# ------------------------------------------------------------------ lists and tables
def found(actor: Actor, operator: str, value: str = "") -> list[str]:
    rows = list_page(actor, PERSON, ListQuery(Term("photo", operator, value), sort="title"), []).rows
    return [row.title for row in rows]


def test_lists_show_and_filter_it(world: World) -> None:
    ann, browser = world.actor("ann"), world.client("ann")
    mia, bare = house.a_person(ann, "Mia", photo=given(ann, "Portrait 1.png")), house.a_person(ann, "Tom")
    gone = house.a_person(ann, "Zoe", photo=given(ann))
    saving.update(ann, PERSON, gone.pk, {"photo": None})
    assert found(ann, "filled") == [mia.title] and len(found(ann, "empty")) == 2
    assert found(ann, "contains", "portrait") == [mia.title] and found(ann, "contains", "mia.png") == []
    for operator, value in (("contains", " "), ("above", "1")):
        with pytest.raises(BadQuery):
            found(ann, operator, value)
    listed = page_of(browser, "/people?columns=photo&photo=filled")
    assert "Portrait 1.png" in listed and bare.title not in listed
    assert browser.get("/people/filter?f=photo&o=contains").status_code == 200


def test_a_table_carries_its_name_and_an_import_leaves_it(ada: Actor, files: Files) -> None:
    mia = house.a_person(ada, email="mia@x.example", photo=given(ada))
    out = io.BytesIO()
    export_files.export(ada, PERSON, ListQuery(), "csv", out)
    assert b"Photo" in out.getvalue() and b"mia.png" in out.getvalue()
    lines = io.BytesIO()
    export_files.export(ada, PERSON, ListQuery(), "jsonl", lines)
    assert json.loads(lines.getvalue())["photo"]["name"] == "mia.png"
    assert "photo" not in importing.targets(ada, PERSON)
    assert counts(files.bring(ada, out.getvalue())) == (0, 0, 1, 0, 0)
    assert photo_of(mia).name == "mia.png"


def test_a_searched_field_is_found_by_the_name_of_its_file(ada: Actor) -> None:
    value = FileField("x", "X", search=3).from_json({"id": 1, "name": "Rahmenvertrag_Müller.pdf"})
    words = FileField("x", "X", search=3).search_words(value)
    assert "rahmenvertrag" in " ".join(words) and FileField("x", "X").weight == 0


# ------------------------------------------------------------------ the end
def test_erasing_takes_all_of_them(ada: Actor, django_capture_on_commit_callbacks: Any) -> None:
    mia = house.a_person(ada, photo=given(ada, "secret.png"))
    saving.update(ada, PERSON, mia.pk, {"photo": given(ada, "newer.png")})
    with django_capture_on_commit_callbacks(execute=True):
        erase(ada, mia.pk)
    assert not on_disk() and not File.objects.exists()
    assert not any("secret.png" in json.dumps(change.fields) for change in Change.objects.all())


def test_a_save_that_fails_leaves_no_row(ada: Actor) -> None:
    with pytest.raises(Invalid):
        saving.create(ada, PERSON, {"last_name": "X", "birthday": "2999-01-01", "photo": given(ada)})
    assert not File.objects.exists()


def test_it_is_one_of_the_types() -> None:
    assert {"image", ""} >= {field.accepts for field in PERSON.all_fields if isinstance(field, fields.FileField)}
    assert PERSON.picture == "photo" and house.company().picture == "logo"
