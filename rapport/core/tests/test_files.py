"""Files on records: who may what, what is kept, what is told, what is given out and how."""
# ruff: noqa: E501 - tables of what is sent

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.activities.actions import NoteInput, add_note
from rapport.core.audit.erase import erase
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.events.models import Act, Event
from rapport.core.files import actions, storing, sweeping
from rapport.core.files.models import File
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.lib.tests.test_file_kinds import gif, jpeg, png, webp
from tests.security.pages import check_answer
from tests.security.payloads import FORM_PAYLOADS, PAYLOADS
from tests.world import World

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.DATA_FOLDER = tmp_path
    yield


def a_company(world: World, by: str = "ann") -> Any:
    return saving.create(world.actor(by), registry.get("company"), {"name": "Hexa"})


def send(browser: Client, record: int, *given: tuple[str, bytes], **more: Any) -> Any:
    files = []
    for name, content in given:
        file = SimpleUploadedFile("x", content, content_type="image/png")
        file._name = name  # type: ignore[attr-defined] - as a hostile browser writes it
        files.append(file)
    return browser.post(f"/files/on/{record}", {"files": files, **more})


def body(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


def on_disk() -> list[Path]:
    return [path for path in storing.folder().rglob("*") if path.is_file()]


def test_it_works(world: World) -> None:
    company = a_company(world)
    file = actions.add_file(world.actor("ann"), company.pk, "contract.pdf", iter([b"%PDF-1.7", b" text"]))
    assert (file.kind, file.size, file.is_disguised) == ("application/pdf", 13, False)
    assert storing.path_of(file.stored_name).read_bytes() == b"%PDF-1.7 text"
    page = world.client("ann").get(f"/companies/{company.pk}").content.decode()
    assert "contract.pdf" in page and "Added contract.pdf" in page
    answer = world.client("ann").get(f"/files/{file.pk}")
    assert body(answer) == b"%PDF-1.7 text"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="contract.pdf"')


def test_they_are_kept_under_random_names_for_us_alone(world: World) -> None:
    company = a_company(world)
    send(world.client("ann"), company.pk, ("../../evil.pdf", b"%PDF"), ("b.txt", b"b"))
    assert len(on_disk()) == 2
    for path in on_disk():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert len(path.name) == 32 and path.parent.name == path.name[:2] and "." not in path.name
    assert set(File.objects.values_list("name", flat=True)) == {"evil.pdf", "b.txt"}


# ------------------------------------------------------------------ rights
@pytest.mark.parametrize(
    ("who", "see", "add"),
    [("ada", 200, 302), ("mia", 200, 302), ("ann", 200, 302), ("bob", 200, 302), ("ray", 200, 403), ("eve", 404, 404)],
)
def test_who_sees_a_record_sees_its_files_and_who_edits_it_changes_them(
    world: World, who: str, see: int, add: int
) -> None:
    company = a_company(world)
    file = actions.add_file(world.actor("ann"), company.pk, "a.png", [png(3, 3)])
    browser = world.client(who)
    assert browser.get(f"/files/{file.pk}").status_code == see
    assert browser.get(f"/files/{file.pk}/image").status_code == see
    assert send(browser, company.pk, ("b.txt", b"b")).status_code == add
    assert File.objects.count() == (2 if add == 302 else 1) == len(on_disk())
    assert browser.post(f"/files/{file.pk}/remove").status_code == add
    assert File.objects.filter(trashed_at=None, pk=file.pk).exists() == (add != 302)
    actions.trash_file(world.actor("ann"), file.pk) if add != 302 else None
    assert browser.get(f"/files/{file.pk}").status_code == 404, "what is in the trash is not given out"
    assert browser.post(f"/files/{file.pk}/restore").status_code == add
    assert Client().get(f"/files/{file.pk}").status_code == 302
    assert browser.get(f"/files/{file.pk}/remove").status_code == 405, "looking changes nothing"


def test_a_note_carries_files_and_shows_them_to_who_sees_it(world: World) -> None:
    company = a_company(world)
    note = add_note(world.actor("ann"), NoteInput("See the file", (company.pk,)))
    file = actions.add_file(world.actor("ann"), note.pk, "a.txt", [b"a"])
    assert world.client("ray").get(f"/files/{file.pk}").status_code == 200
    assert world.client("eve").get(f"/files/{file.pk}").status_code == 404
    assert b"a.txt" in world.client("ann").get(f"/notes/{note.pk}").content


def test_a_record_in_the_trash_shows_its_files_and_takes_none(world: World) -> None:
    company = a_company(world)
    file = actions.add_file(world.actor("mia"), company.pk, "a.txt", [b"a"])
    saving.trash(world.actor("mia"), registry.get("company"), [company.pk])
    assert world.client("mia").get(f"/files/{file.pk}").status_code == 200
    assert send(world.client("mia"), company.pk, ("b.txt", b"b")).status_code == 404
    with pytest.raises((NotFound, NotAllowed)):
        actions.trash_file(world.actor("mia"), file.pk)


# ------------------------------------------------------------------ adding and removing
def test_several_at_once_each_on_its_own_and_a_form_counts_once(world: World) -> None:
    company, browser = a_company(world), world.client("ann")
    some = (("a.txt", b"a"), ("empty.txt", b""), ("c.txt", b"c"))
    told = browser.post(
        f"/files/on/{company.pk}",
        {"files": [SimpleUploadedFile(name, content) for name, content in some], "form_token": "once"},
        headers=HTMX,
    )
    assert told.status_code == 200 and "“empty.txt” is empty" in told.headers["HX-Trigger"].encode().decode(
        "unicode_escape"
    )
    send(browser, company.pk, *some, form_token="once")
    assert sorted(File.objects.values_list("name", flat=True)) == ["a.txt", "c.txt"]
    assert len(on_disk()) == 2
    assert send(browser, company.pk).status_code == 302


def test_removal_and_return_are_told(world: World) -> None:
    company, browser = a_company(world), world.client("ann")
    file = actions.add_file(world.actor("ann"), company.pk, "a.txt", [b"a"])
    answer = browser.post(f"/files/{file.pk}/remove", headers=HTMX)
    assert answer.status_code == 200 and f"/files/{file.pk}/restore" in answer.headers["HX-Trigger"]
    assert b"a.txt" not in answer.content and storing.path_of(file.stored_name).exists()
    assert b"a.txt" in browser.post(f"/files/{file.pk}/restore", headers=HTMX).content
    kinds = Event.objects.filter(kind__startswith="file.").order_by("pk").values_list("kind", "data")
    assert [kind for kind, _data in kinds] == ["file.added", "file.removed", "file.restored"]
    assert all(data.items() >= {"file": file.pk, "name": "a.txt"}.items() for _kind, data in kinds)
    assert kinds[0][1]["sha256"] == file.sha256
    page = browser.get(f"/companies/{company.pk}/history").content.decode()
    assert "Removed a.txt" in page and "Brought back a.txt" in page


def test_too_large_is_refused_before_it_is_read(world: World, settings: Any) -> None:
    settings.FILE_BYTES = 1024 * 1024
    company, browser = a_company(world), world.client("ann")
    early = browser.generic("POST", f"/files/on/{company.pk}", b"", CONTENT_LENGTH=str(30 * 1024**2))
    assert early.status_code == 413 and b"1 MB" in early.content
    assert Client().generic("POST", f"/files/on/{company.pk}", b"", CONTENT_LENGTH=str(30 * 1024**2)).status_code == 413
    stranger = Client(headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={'x' * 32}"})
    made_up = stranger.generic("POST", f"/files/on/{company.pk}", b"", CONTENT_LENGTH=str(30 * 1024**2))
    assert made_up.status_code == 413 and b"Sign in" in made_up.content, "no session goes by this name"
    late = browser.post(
        f"/files/on/{company.pk}", {"files": [SimpleUploadedFile("big.bin", b"x" * (1024**2 + 1))]}, headers=HTMX
    )
    assert late.status_code == 422 and "larger than 1 MB" in late.headers["HX-Trigger"]
    with pytest.raises(Invalid):  # whatever it was said to have
        actions.add_file(world.actor("ann"), company.pk, "a", [b"x" * 600_000] * 2, size=5)
    assert not File.objects.exists() and not on_disk()


def test_the_workspace_has_a_quota(world: World, settings: Any) -> None:
    settings.FILES_QUOTA = 10
    company = a_company(world)
    actions.add_file(world.actor("ann"), company.pk, "a", [b"123456"])
    with pytest.raises(Invalid, match="used up"):
        actions.add_file(world.actor("ann"), company.pk, "b", [b"12345"])
    assert len(on_disk()) == 1


def test_a_refusal_leaves_no_bytes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    company = a_company(world)

    def broken() -> Iterator[bytes]:
        yield b"x"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        actions.add_file(world.actor("ann"), company.pk, "a", broken())
    monkeypatch.setattr(actions, "emit", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.add_file(world.actor("ann"), company.pk, "a", [b"x"])
    assert not on_disk() and not File.objects.exists()


# ------------------------------------------------------------------ giving out
EVIL = {
    "page.html": b"<html><script>alert(1)</script>", "x.svg": b"<svg onload=alert(1)>", "x.png": b"<svg onload=alert(1)>",
    "x.pdf": b"%PDF-1.7 /JS", "x.jpg": b"MZ\x90\x00", "x.txt": b"<script>alert(1)</script>", "x.xml": b"<?xml version='1.0'?><a/>",
}  # fmt: skip


@pytest.mark.parametrize("name", list(EVIL))
def test_what_could_run_is_an_attachment_in_a_sandbox(world: World, name: str) -> None:
    company, browser = a_company(world), world.client("ann")
    send(browser, company.pk, (name, EVIL[name]))
    file = File.objects.get()
    assert browser.get(f"/files/{file.pk}/image").status_code == 404
    answer = browser.get(f"/files/{file.pk}")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["Content-Type"] in ("application/octet-stream", "application/pdf")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    page = browser.get(f"/companies/{company.pk}").content.decode()
    assert ("The name does not fit" in page) == (name in ("x.png", "x.jpg", "x.txt"))


@pytest.mark.parametrize("make", [png, jpeg, gif, webp])
def test_images_are_shown_unless_looking_at_them_costs_too_much(world: World, make: Any) -> None:
    company, browser = a_company(world), world.client("ann")
    for width, height, shown in (
        (640, 480, True),
        (8_000, 5_000, True),
        (8_000, 5_001, False),
        (16_000, 16_000, False),
    ):
        content = make(width, height)
        send(browser, company.pk, ("x", content))
        file = File.objects.latest("pk")
        assert (file.width, file.height) == (width, height)
        answer = browser.get(f"/files/{file.pk}/image")
        assert answer.status_code == (200 if shown else 404)
        if shown:
            assert body(answer) == content and answer.headers["Content-Disposition"].startswith("inline;")
            assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
            assert answer.headers["Content-Type"] == file.kind
        assert body(browser.get(f"/files/{file.pk}")) == content


def test_a_picture_of_ten_billion_pixels_costs_nothing(world: World) -> None:
    begun = time.process_time()
    file = actions.add_file(world.actor("ann"), a_company(world).pk, "huge.png", [png(100_000, 100_000)])
    page = world.client("ann").get(f"/companies/{file.record_id}").content.decode()
    assert f"/files/{file.pk}/image" not in page and file.width == 100_000
    assert time.process_time() - begun < 2


@pytest.mark.sqlite_only  # names are cleaned before
def test_hostile_names_are_harmless(world: World) -> None:
    company, browser = a_company(world), world.client("ann")
    names = [
        *FORM_PAYLOADS,
        "../../../etc/passwd",
        "a" * 300 + ".pdf",
        "\u202ecod.exe",
        "x\x00.pdf",
        "con",
        ".",
        "..",
        " ",
    ]
    for name in names:
        assert send(browser, company.pk, (name, b"x")).status_code in (302, 400), name
    for name in PAYLOADS[::5]:
        actions.add_file(world.actor("ann"), company.pk, name, [b"x"])
    check_answer(browser.get(f"/companies/{company.pk}"))
    check_answer(browser.get(f"/companies/{company.pk}/history"))
    for file in File.objects.all():
        assert len(file.name) <= 200 and file.name.isprintable() and "/" not in file.name and "\\" not in file.name
        header = browser.get(f"/files/{file.pk}").headers["Content-Disposition"]
        assert header.isascii() and "\n" not in header and header.count('"') == 2
    check_answer(browser.post(f"/files/{File.objects.latest('pk').pk}/remove", headers=HTMX))


# ------------------------------------------------------------------ tidying up
def _aged(path: Path, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def test_orphans_are_put_aside_first_and_removed_later(world: World) -> None:
    ann, company = world.actor("ann"), a_company(world)
    kept = actions.add_file(ann, company.pk, "a", [b"a"])
    young, old = (storing.keep([b"x"], 10).stored_name for _number in range(2))
    _aged(storing.path_of(old), 1)
    _aged(storing.path_of(kept.stored_name), 1)
    assert sweeping.sweep() == {"forgotten": 0, "removed": 0, "orphans": 1}
    aside = storing.folder() / "orphans" / old
    assert aside.exists() and storing.path_of(young).exists() and storing.path_of(kept.stored_name).exists()
    _aged(aside, 31)
    (storing.folder() / "incoming" / "half").write_bytes(b"x")
    _aged(storing.folder() / "incoming" / "half", 1)
    assert sweeping.sweep()["removed"] == 2 and not aside.exists()


def test_of_two_who_tidy_up_at_once_the_slower_does_nothing(world: World) -> None:
    gone = storing.folder() / "00" / ("0" * 32)
    assert not sweeping._is_older(gone, time.time())
    assert not sweeping._put_aside(gone, storing.folder())


def test_the_trash_is_emptied_after_thirty_days(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, company = world.actor("ann"), a_company(world)
    file = actions.add_file(ann, company.pk, "a", [b"a"])
    actions.trash_file(ann, file.pk)
    assert sweeping.sweep()["forgotten"] == 0
    File.objects.update(trashed_at=clock.now().replace(year=2020))
    _aged(storing.path_of(file.stored_name), 40)
    assert sweeping.sweep() == {"forgotten": 1, "removed": 0, "orphans": 1}
    assert world.client("ann").post(f"/files/{file.pk}/restore").status_code == 404


def test_erasing_takes_bytes_and_rows_at_once(world: World, django_capture_on_commit_callbacks: Any) -> None:
    company = a_company(world)
    actions.add_file(world.actor("ann"), company.pk, "secret.txt", [b"a"])
    with django_capture_on_commit_callbacks(execute=True):
        erase(world.actor("ada"), company.pk)
    assert not on_disk() and not File.objects.exists()
    assert not Event.objects.filter(data__name="secret.txt").exists()
    assert not Act.objects.filter(label="secret.txt").exists()


@pytest.mark.parametrize("point", ["files.written", "files.renamed"])
def test_a_crash_while_writing_leaves_nothing_that_counts(tmp_path: Path, point: str) -> None:
    code = (
        f"from django.conf import settings; settings.configure(DATA_FOLDER={str(tmp_path / 'd')!r});"
        "from rapport.core.files import storing; storing.keep([b'x'], 10)"
    )
    env = {**os.environ, "RAPPORT_FAULT": point}
    done = subprocess.run([sys.executable, "-c", code], env=env, check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    settings.DATA_FOLDER = tmp_path / "d"
    whole = list(storing.folder().glob("[0-9a-f][0-9a-f]/*"))
    assert len(whole) == (point == "files.renamed")
    for path in on_disk():
        _aged(path, 1)
    sweeping.sweep()
    assert not list(storing.folder().glob("[0-9a-f][0-9a-f]/*")) and not list(storing.folder().glob("incoming/*"))
