"""Archives where something is amiss: unknown names, erasures meanwhile, what breaks off, bad lines, little room."""

import errno
import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.archives import bringing, guide, making, runs, storing
from rapport.core.archives.members import Plan
from rapport.core.archives.models import ArchiveRun
from rapport.core.changes.undo import undo
from rapport.core.errors import BadQuery, Invalid
from rapport.core.events.models import Act
from rapport.core.files import incoming
from rapport.core.files.actions import add_file
from rapport.core.objects import saving
from rapport.core.tests.test_archives import archive, breaks_at, changed, moved, spec
from rapport.lib import workbook
from tests import house

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


def breaks_off(by: Actor, out: Path, monkeypatch: Any, chunk: int) -> None:
    """Brings an archive in until a chunk breaks off before it is safe."""
    with monkeypatch.context() as patch:
        patch.setattr(bringing, "point", breaks_at("archive.written", chunk))
        with pytest.raises(KeyboardInterrupt):
            bringing.bring(by, out)


def house_moved_on(monkeypatch: Any) -> None:
    """From now on it is a third house, which knows nothing of what came in before."""
    monkeypatch.setattr(guide, "source_of", lambda house_: f"rapport:third:{house_}")


def test_a_missed_team_or_user_leaves_what_is_here(ada: Actor, tmp_path: Path, monkeypatch: Any) -> None:
    bob = house.actor("Bob", house.role("Bob"))
    there, here = house.team("There"), house.team("Here")
    house.a_person(ada, owner=bob.user_id, team=there.pk)
    out = archive(ada, tmp_path / "all.zip")
    moved(monkeypatch, ada)
    User.objects.filter(pk=bob.user_id).update(email="other@house.example")
    type(there).objects.filter(pk=there.pk).update(name="Elsewhere")
    run = bringing.bring(ada, out)
    mia = spec("person").model._default_manager.get(live=True)
    assert (mia.owner_id, mia.team_id) == (ada.user_id, None)
    assert (run.report["without_owner"], run.report["without_team"]) == (1, 1)
    saving.update(ada, spec("person"), mia.pk, {"owner": bob.user_id, "team": here.pk})
    again = bringing.bring(ada, out)
    mia.refresh_from_db()
    assert (mia.owner_id, mia.team_id) == (bob.user_id, here.pk) and again.counts == {"person": {"unchanged": 1}}


def test_an_erasure_blanks_the_problems_alone_while_it_is_at_work(
    ada: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        house.a_person(ada, f"P{number}")
    out = archive(ada, tmp_path / "all.zip")
    run = bringing.start(ada, io.BytesIO(out.read_bytes()), "all.zip", out.stat().st_size)
    told = {"problems": [["records/person.jsonl", 1, "Quandt"]], "again": ["person"]}
    ArchiveRun.objects.filter(pk=run.pk).update(report=told)
    seen: list[Any] = []

    def point(here: str) -> None:
        if here == "archive.read" and not seen:
            bringing.forget_archives([])
            seen.append(ArchiveRun.objects.get(pk=run.pk).report)

    monkeypatch.setattr(bringing, "point", point)
    assert bringing.work(ada, run.pk).report == {"again": ["person"]} and seen == [{"again": ["person"]}]


def test_what_broke_off_goes_on_where_it_stopped(ada: Actor, tmp_path: Path, monkeypatch: Any) -> None:
    for number in range(6):
        house.a_person(ada, f"P{number}")
    out = archive(ada, tmp_path / "all.zip")
    moved(monkeypatch, ada)
    monkeypatch.setattr(bringing, "MOST_ROWS", 1)
    breaks_off(ada, out, monkeypatch, 3)  # the fields and one of them are safe
    broken = ArchiveRun.objects.get()
    assert (broken.state, broken.line) == ("failed", 1) and "goes on" in broken.error and runs.undoable(broken)
    ArchiveRun.objects.update(state="running")  # as if it had been killed
    run = bringing.bring(ada, out)
    assert run.pk == broken.pk and run.counts == {"person": {"created": 6}}
    assert not list(storing.folder().iterdir())
    assert Act.objects.filter(kind="import", counts__has_key="created").count() == 1
    assert bringing.bring(ada, out).counts == {"person": {"unchanged": 6}}, "what has ended begins anew"


def test_an_archive_brought_again_by_the_screen_goes_on_and_one_undone_begins_anew(
    ada: Actor, tmp_path: Path, monkeypatch: Any
) -> None:
    house.a_person(ada)
    house.a_person(ada, "Tom")
    out = archive(ada, tmp_path / "all.zip")
    moved(monkeypatch, ada)
    monkeypatch.setattr(bringing, "MOST_ROWS", 1)
    breaks_off(ada, out, monkeypatch, 2)
    broken = ArchiveRun.objects.get()
    again = bringing.start(ada, io.BytesIO(out.read_bytes()), "same.zip", out.stat().st_size)
    assert again.pk == broken.pk == ArchiveRun.objects.get().pk and len(list(storing.folder().iterdir())) == 1
    house.work()
    again.refresh_from_db()
    assert again.state == "done" and again.counts == {"person": {"created": 2}}
    ArchiveRun.objects.all().delete()
    house_moved_on(monkeypatch)
    breaks_off(ada, out, monkeypatch, 3)
    broken = ArchiveRun.objects.get()
    undo(ada, broken.act_id)
    assert bringing.bring(ada, out).pk != broken.pk


def test_what_came_to_nothing_keeps_no_file(ada: Actor, tmp_path: Path, monkeypatch: Any) -> None:
    house.a_person(ada)
    out = archive(ada, tmp_path / "all.zip")
    breaks_off(ada, out, monkeypatch, 1)
    broken = ArchiveRun.objects.get()
    assert (broken.state, broken.stored_name) == ("failed", "") and not list(storing.folder().iterdir())


def test_one_that_goes_on_elsewhere_is_left_alone(ada: Actor, tmp_path: Path, monkeypatch: Any) -> None:
    house.a_person(ada)
    out = archive(ada, tmp_path / "all.zip")

    def taken(here: str) -> None:
        if here == "archive.read":
            ArchiveRun.objects.update(line=7)  # another one went on

    monkeypatch.setattr(bringing, "point", taken)
    with pytest.raises(bringing.Elsewhere):
        bringing.bring(ada, out)
    assert ArchiveRun.objects.get().state == "running"


def test_no_half_copy_stays_where_the_disk_is_full(ada: Actor, tmp_path: Path, monkeypatch: Any) -> None:
    house.a_person(ada)
    out = archive(ada, tmp_path / "all.zip")

    def full(*_any: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(storing.shutil, "copyfileobj", full)
        with pytest.raises(Invalid, match="nearly full"):
            bringing.bring(ada, out)
    assert not list(storing.folder().iterdir()) and not ArchiveRun.objects.exists()
    half = storing.folder() / "0a.part"  # of a process that was killed
    half.write_bytes(b"half")
    storing.drop_old()
    assert half.exists(), "somebody may be writing it"
    os.utime(half, (0, 0))
    bringing.bring(ada, out)
    assert not half.exists()


@pytest.mark.parametrize(
    ("member", "line"),
    [("users.jsonl", {"id": 1}), ("teams.jsonl", []), ("fields.jsonl", {"kind": "person"}), ("objects.jsonl", {}),
     ("objects.jsonl", {"key": "oven_x", "label": "Oven", "plural": "Ovens", "labels": []}),
     ("fields.jsonl", {"kind": "person", "key": "heat_x", "type": "integer"})],
)  # fmt: skip
def test_a_bad_line_of_a_definition_is_a_sentence(ada: Actor, tmp_path: Path, member: str, line: Any) -> None:
    out, text = archive(ada, tmp_path / "all.zip"), orjson.dumps(line) + b"\n"
    with zipfile.ZipFile(out) as there:
        told = orjson.loads(there.read("manifest.json"))
    entry = next(one for one in told["members"] if one["path"] == member)
    entry.update(rows=1, size=len(text), sha256=hashlib.sha256(text).hexdigest())
    bad = changed(out, tmp_path / "bad.zip", **{member: text, "manifest.json": orjson.dumps(told)})
    sentence = f"Line 1 of “{member}” in the archive cannot be read."
    if "type" in line:  # a field that cannot be made is left out, as every other one
        assert bringing.bring(ada, bad).report["problems"] == [[member, 1, sentence]]
        return
    with pytest.raises(Invalid, match=sentence):
        bringing.bring(ada, bad)
    assert ArchiveRun.objects.get().state == "failed"


def test_asking_for_an_archive_counts_for_worksheets_alone(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    house.a_person(ada)
    house.a_person(ada, "Tom")
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    monkeypatch.setattr(Plan, "total", None)
    making.start(ada, "csv")
    with pytest.raises(BadQuery, match="A worksheet holds"):
        making.start(ada, "xlsx")


def test_the_room_for_files_is_reckoned_once_for_a_chunk(ada: Actor, tmp_path: Path, monkeypatch: Any) -> None:
    for number in range(3):
        add_file(ada, house.a_person(ada, f"P{number}").pk, f"{number}.txt", [b"x" * 600_000])
    out = archive(ada, tmp_path / "all.zip")
    moved(monkeypatch, ada)
    reckoned: list[int] = []
    usual = incoming.used_bytes
    monkeypatch.setattr(incoming, "used_bytes", lambda: reckoned.append(1) or usual())
    monkeypatch.setattr(settings, "FILES_QUOTA", usual() + 1_300_000)
    run = bringing.bring(ada, out)
    assert len(reckoned) == 1 and run.counts["file"] == {"created": 2, "failed": 1}
