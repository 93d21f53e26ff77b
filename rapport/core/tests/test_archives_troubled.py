"""Archives where something is amiss: unknown names, erasures meanwhile, what breaks off, bad lines, little room."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.archives import bringing, making
from rapport.core.archives.members import Plan
from rapport.core.archives.models import ArchiveRun
from rapport.core.errors import BadQuery, Invalid
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


def test_what_breaks_off_at_once_has_failed_and_begins_anew(ada: Actor, tmp_path: Path, monkeypatch: Any) -> None:
    house.a_person(ada)
    out = archive(ada, tmp_path / "all.zip")
    with monkeypatch.context() as patch:
        patch.setattr(bringing, "point", breaks_at("archive.written", 2))
        with pytest.raises(KeyboardInterrupt):
            bringing.bring(ada, out)
    broken = ArchiveRun.objects.get()
    assert (broken.state, broken.stored_name) == ("failed", "") and "again" in broken.error
    ArchiveRun.objects.update(state="running")  # as if it had been killed
    assert bringing.bring(ada, out).state == "done"
    broken.refresh_from_db()
    assert broken.state == "failed"
    ArchiveRun.objects.filter(pk=broken.pk).update(state="running")
    bringing.cancel(ada, broken.pk)
    broken.refresh_from_db()
    assert broken.state == "cancelled"


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
