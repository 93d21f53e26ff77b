"""Files that people send, and what lies in the data folder."""
# ruff: noqa: E501 - tables of what is sent

import io
import os
import stat
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.config import environment
from rapport.core.importing.models import ImportRun
from rapport.core.jobs import worker
from tests.world import World

pytestmark = pytest.mark.django_db


def _zip(name: str = "../../../../tmp/evil") -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(name, "x" * 100_000)
    return whole.getvalue()


NOT_TABLES = {
    "empty": b"",
    "zip": _zip(),
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "pdf": b"%PDF-1.7\n",
    "gzip": b"\x1f\x8b\x08\x00",
    "NUL": b"\x00" * 5_000,
}
STRANGE = {
    "html": b"<html><script>alert(1)</script><table><tr><td>a,b</td></tr></table></html>\nx\n",
    "xml with an entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>\na,b\n',
    "one huge cell": b"First name,Last name\n" + b"x" * 3_000_000 + b",y\n",
    "a hundred thousand columns": b",".join([b"c"] * 100_000) + b"\n" + b",".join([b"1"] * 100_000) + b"\n",
    "an open quotation": b'First name,Last name\n"' + b"x\n" * 100_000,
    "one NUL": b"First name,Last name\nA\x00B,C\n",
    "a NUL in the header": b"First name,Last\x00 name\nA,C\n",
    "no text": bytes(range(128, 256)) * 50,
    "half of a letter": b"\xff\xfeF\x00i",
    "only ends of lines": b"\n" * 10_000,
    "only quotation marks": b'"' * 10_001,
}
NAMES = ("../../../etc/passwd", "..\\..\\x.csv", "/etc/passwd", "x\x00.csv", "a" * 5_000 + ".csv", "\u202ecsv.exe", ".htaccess", "con",
         "<script>.csv", "x.csv\r\nX: y", "index.html", "%2e%2e%2fx.csv", " ", ".", "..")  # fmt: skip


def _send(browser: Client, content: bytes, name: str = "x.csv", kind: str = "text/csv") -> int:
    file = SimpleUploadedFile("x.csv", content, content_type=kind)
    file._name = name  # type: ignore[attr-defined] - as a hostile browser writes it
    response = browser.post("/import", {"kind": "person", "file": file})
    if response.status_code == 302:
        assert browser.get(response.headers["Location"]).status_code == 200
    return response.status_code


@pytest.mark.parametrize("content", NOT_TABLES.values(), ids=list(NOT_TABLES))
def test_what_is_no_table_is_refused_and_not_kept(world: World, content: bytes) -> None:
    before = set(_folder().glob("*"))
    assert _send(world.client("ann"), content) == 422
    assert not ImportRun.objects.exists() and set(_folder().glob("*")) == before


def test_what_only_looks_like_a_workbook_is_told_when_it_is_opened(world: World) -> None:
    assert _send(world.client("ann"), _zip("xl/workbook.xml")) == 302
    worker.work(threading.Event(), once=True)
    run = ImportRun.objects.get()
    assert run.state == "failed" and run.error
    assert world.client("ann").get(f"/import/{run.pk}").status_code == 200


@pytest.mark.parametrize("content", STRANGE.values(), ids=list(STRANGE))
def test_strange_tables_break_nothing(world: World, content: bytes) -> None:
    assert _send(world.client("ann"), content) in (302, 422)


def test_files_are_kept_under_random_names_for_us_alone(world: World) -> None:
    for name in NAMES:
        assert _send(world.client("ann"), b"First name,Last name\nA,B\n", name, "text/html") in (302, 400, 422), name
    kept = [path for path in _folder().iterdir() if path.is_file()]
    assert kept and stat.S_IMODE(_folder().stat().st_mode) == 0o700
    for path in kept:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (
            len(path.stem) == 32
            and path.suffix in (".csv", ".xlsx", ".vcf")
            and set(path.stem) <= set("0123456789abcdef")
        )
        assert Client().get(f"/static/../imports/{path.name}").status_code == 404
    assert not Path(settings.STATIC_ROOT).is_relative_to(_folder())
    for run in ImportRun.objects.all():
        assert "/" not in run.file_name and "\\" not in run.file_name and len(run.file_name) <= 255


def test_one_form_cannot_fill_the_disk(world: World) -> None:
    for browser in (Client(), world.client("ann")):
        for path in ("/sign-in", "/people/new", "/nowhere", "/import/1"):
            response = browser.generic("POST", path, b"", CONTENT_LENGTH=str(50 * 1024**2))
            assert response.status_code == 413, path
    assert Client().generic("POST", "/import", b"", CONTENT_LENGTH=str(50 * 1024**2)).status_code == 413
    assert world.client("ann").generic("POST", "/import", b"", CONTENT_LENGTH=str(500 * 1024**2)).status_code == 413


def test_secret_and_folder_are_for_us_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAPPORT_SECRET_KEY")
    monkeypatch.setenv("RAPPORT_DATA", str(tmp_path / "var"))
    old = os.umask(0)
    try:
        folder = environment.data_folder()
        key = environment.secret_key(folder)
    finally:
        os.umask(old)
    assert (
        stat.S_IMODE(folder.stat().st_mode) == 0o700 and stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    )
    assert len(key) >= 60 and environment.secret_key(folder) == key


def test_what_commands_write_is_for_us_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)  # a folder that somebody made beforehand
    env = {key: value for key, value in os.environ.items() if not key.startswith(("RAPPORT", "DATABASE"))}
    env |= {"RAPPORT_DATA": str(tmp_path)}
    for command in ("doctor", "explain"):
        told = subprocess.run(
            [sys.executable, "-m", "rapport.cli", command], env=env, capture_output=True, text=True, check=False
        )
        assert (tmp_path / "secret_key").read_text() not in told.stdout + told.stderr
    open_to_others = [path.name for path in tmp_path.iterdir() if path.is_file() and path.stat().st_mode & 0o077]
    assert not open_to_others
    assert (tmp_path / "rapport.sqlite3").exists()


def _folder() -> Path:
    from rapport.core.importing import storing  # noqa: PLC0415 - beside its only use

    return storing.folder()
