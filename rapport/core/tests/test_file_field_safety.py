"""Files in fields: what is taken, under which name, and who gets at it."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.core.access.pages import ListQuery
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.exporting import files as export_files
from rapport.core.fields import FileField
from rapport.core.fields.file import IMAGE
from rapport.core.files import actions
from rapport.core.files.incoming import take_in
from rapport.core.files.models import File
from rapport.core.objects import saving
from rapport.core.tests.test_file_fields import given, on_disk, page_of, photo_of, upload
from rapport.lib.tests.test_file_kinds import gif, jpeg, png, webp
from tests import house
from tests.security.pages import check_answer
from tests.security.payloads import FORM_PAYLOADS
from tests.world import World

pytestmark = pytest.mark.django_db

PERSON = house.person()
PHOTO = FileField("photo", "Photo", accepts=IMAGE, megabytes=5)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.DATA_FOLDER = tmp_path
    yield


def test_it_works(world: World) -> None:
    made = world.client("ann").post("/people/new", {"last_name": "Mia", "photo": upload()})
    assert page_of(world.client("ann"), made.headers["Location"]).count("mia.png") == 1


# ------------------------------------------------------------------ what is taken
@pytest.mark.parametrize("make", [png, jpeg, gif, webp])
def test_images_are_known_by_their_content(ada: Actor, make: Any) -> None:
    assert photo_of(house.a_person(ada, photo=given(ada, "x.bin", make(640, 480)))).image_url


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.png", b"<svg onload=alert(1)>", "is not a PNG"),
        ("x.png", b"<html><script>alert(1)</script>", "is not a PNG"),
        ("x.jpg", b"MZ\x90\x00", "is not a PNG"),
        ("x.png", b"%PDF-1.7" + png(1, 1), "is not a PNG"),
        ("x.png", png(1, 1)[:14], "cannot be read"),
        ("x.png", png(0, 5), "cannot be read"),
        ("x.png", png(100_000, 100_000), "100,000 × 100,000 pixels"),
        ("x.gif", gif(60_000, 60_000), "million can be shown"),
    ],
)
def test_what_is_no_picture_is_refused_and_not_kept(world: World, name: str, content: bytes, why: str) -> None:
    ann = world.actor("ann")
    with pytest.raises(Invalid, match=why):
        saving.create(ann, PERSON, {"last_name": "X", "photo": given(ann, name, content)})
    for path in on_disk():
        path.unlink()
    answer = world.client("ann").post("/people/new", {"last_name": "X", "photo": upload(name, content)})
    assert answer.status_code == 422 and why in answer.content.decode()
    assert not on_disk() and not File.objects.exists()


def test_a_polyglot_is_what_it_begins_with_and_runs_nowhere(world: World) -> None:
    evil = gif(3, 3) + b"/*<html><script>alert(1)</script>*/=1;%PDF-1.7"
    browser = world.client("ann")
    browser.post("/people/new", {"last_name": "X", "photo": upload("x.html", evil)})
    file = File.objects.get()
    for url in (f"/files/{file.pk}", f"/files/{file.pk}/image"):
        answer = browser.get(url)
        assert answer.headers["Content-Type"] == "image/gif" and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert b"".join(answer) == evil


def test_size_is_limited_by_the_field_and_by_the_workspace(ada: Actor, settings: Any) -> None:
    big = png(8, 8) + b"x" * 5 * 1024**2
    with pytest.raises(Invalid, match="larger than 5 MB"):
        house.a_person(ada, photo=given(ada, "big.png", big))
    assert PHOTO.limits() == "PNG, JPEG, GIF or WebP, at most 5 MB."
    settings.FILE_BYTES = 1024**2
    assert PHOTO.most == 1024**2
    with pytest.raises(Invalid, match="larger than 1 MB"):
        take_in(ada, "big.png", [big])
    assert FileField("x", "X").limits() == "At most 1 MB."


def test_a_form_with_a_file_may_be_large_for_who_has_signed_in(world: World) -> None:
    browser = world.client("ann")
    big = png(8, 8) + b"x" * (4_900 * 1024)
    assert browser.post("/people/new", {"last_name": "X", "photo": upload(content=big)}).status_code == 302
    for path in ("/people/new", "/people/1/edit", "/people/1/fact/photo"):
        for someone in (Client(), browser):
            assert someone.generic("POST", path, b"", CONTENT_LENGTH=str(50 * 1024**2)).status_code == 413
        assert Client().generic("POST", path, b"", CONTENT_LENGTH=str(5 * 1024**2)).status_code == 413
        assert browser.generic("POST", "/people/bulk", b"", CONTENT_LENGTH=str(5 * 1024**2)).status_code == 413


@pytest.mark.sqlite_only  # names are cleaned before
def test_hostile_names_are_harmless(world: World) -> None:
    browser = world.client("ann")
    for name in (*FORM_PAYLOADS[::3], "../../../etc/passwd.png", "..\\x.png", "\u202egnp.exe", "a" * 300 + ".png"):
        made = browser.post("/people/new", {"last_name": "X", "photo": upload(name)})
        assert made.status_code in (302, 400), name
        if made.status_code == 302:
            for page in ("", "/edit", "/history", "/fact/photo"):
                check_answer(browser.get(made.headers["Location"] + page))
    check_answer(browser.get("/people?columns=photo"))
    for file in File.objects.all():
        assert len(file.name) <= 200 and file.name.isprintable() and "/" not in file.name and "\\" not in file.name


# ------------------------------------------------------------------ rights
def _hide(world: World, rule: str) -> None:
    role = world.ann.role
    role.field_rules = {"person": {"photo": rule}}
    role.save()
    house.forget()


@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("ann", 200), ("bob", 200), ("ray", 200), ("eve", 404)])
def test_who_sees_the_record_gets_the_file(world: World, who: str, status: int) -> None:
    ann = world.actor("ann")
    photo = photo_of(house.a_person(ann, photo=given(ann)))
    browser = world.client(who)
    for url in (photo.url, photo.image_url):
        assert browser.get(url).status_code == status
        assert Client().get(url).status_code == 302
    for verb in ("remove", "restore"):
        assert browser.post(f"{photo.url}/{verb}").status_code == 404, "it is changed with its record"
    assert photo_of(File.objects.get().record).id == photo.id


def test_a_field_that_is_hidden_is_hidden_everywhere(world: World) -> None:
    ann = world.actor("ann")
    mia = house.a_person(ann, photo=given(ann))
    saving.update(ann, PERSON, mia.pk, {"photo": given(ann, "new.png")})
    photo = photo_of(mia)
    _hide(world, "hidden")
    browser, ann = world.client("ann"), world.actor("ann")
    for url in (photo.url, photo.image_url, f"/people/{mia.pk}/fact/photo"):
        assert browser.get(url).status_code == 404
    for url in (f"/people/{mia.pk}", f"/people/{mia.pk}/edit", f"/people/{mia.pk}/history", "/people"):
        text = page_of(browser, url)
        assert "new.png" not in text and photo.url not in text, url
    assert browser.get("/people?photo=filled").status_code == 400
    out = io.BytesIO()
    export_files.export(ann, PERSON, ListQuery(), "csv", out)
    assert b"new.png" not in out.getvalue()
    with pytest.raises(NotAllowed):
        saving.update(ann, PERSON, mia.pk, {"photo": None})
    browser.post(f"/people/{mia.pk}/edit", {"version": "2", "photo": upload("mine.png"), "photo_remove": "1"})
    assert photo_of(mia).id == photo.id and len(on_disk()) == 2
    assert world.client("ada").get(photo.url).status_code == 200


def test_a_field_that_is_read_only_is_shown_and_not_changed(world: World) -> None:
    ann = world.actor("ann")
    mia = house.a_person(ann, photo=given(ann))
    _hide(world, "read_only")
    browser = world.client("ann")
    assert browser.get(photo_of(mia).url).status_code == 200
    assert browser.get(f"/people/{mia.pk}/fact/photo").status_code == 404
    browser.post(f"/people/{mia.pk}/edit", {"version": "1", "photo_remove": "1"})
    assert photo_of(mia) is not None


def test_what_was_replaced_is_not_given_out(world: World) -> None:
    ann = world.actor("ann")
    mia = house.a_person(ann, photo=given(ann))
    old = photo_of(mia)
    saving.update(ann, PERSON, mia.pk, {"photo": None})
    assert world.client("ann").get(old.url).status_code == 404
    assert world.client("ann").post(f"{old.url}/restore").status_code == 404
    with pytest.raises(NotFound):
        actions.restore_file(ann, old.id)
