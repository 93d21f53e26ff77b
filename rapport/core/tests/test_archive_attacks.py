"""Archives that somebody made by hand: they reach nothing hidden, take no room, and end in a sentence."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from rapport.core import fields
from rapport.core.archives import bringing, checking, layout, making
from rapport.core.archives.guide import source_of
from rapport.core.errors import Invalid
from rapport.core.fields import snapshot
from rapport.core.importing import runs
from rapport.core.importing.models import ExternalId
from rapport.core.importing.options import Options
from rapport.core.objects import saving
from rapport.core.tests.bringing import Files
from rapport.people.models import Affiliation
from tests import house
from tests.fields import made_at_run_time

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


@pytest.fixture(autouse=True)
def no_fields_made() -> Iterator[None]:
    snapshot.forget()
    yield
    snapshot.forget()


def made(path: Path, lines: list[dict[str, Any]], packed: int = zipfile.ZIP_DEFLATED, **manifest: Any) -> Path:
    text = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    entry = layout.Entry("records/person.jsonl", len(lines), len(text), hashlib.sha256(text).hexdigest()).as_json()
    told = {"rapport_archive": layout.VERSION, "house": layout.house(), "members": [entry]} | manifest
    with zipfile.ZipFile(path, "w", packed) as there:
        there.writestr("records/person.jsonl", text)
        there.writestr(layout.MANIFEST, orjson.dumps(told))
    return path


def test_it_works(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_CHUNK", 30)  # each line a chunk of its own
    people = [{"id": 10**9 + number, "last_name": f"Name {number}"} for number in range(3)]
    assert bringing.bring(world.actor("ada"), made(tmp_path / "a.zip", people)).counts == {"person": {"created": 3}}


def test_a_number_noted_on_another_record_draws_nothing_of_this_house(world: Any, tmp_path: Path) -> None:
    hidden = house.a_person(world.actor("eve"), "Eva")
    bait = house.a_person(world.actor("ann"), "Bait")
    ExternalId.objects.create(kind="person", source=source_of(layout.house()), value=str(hidden.pk), record_id=bait.pk)
    line = {"id": hidden.pk, "job_title": "Secret"}
    bringing.bring(world.actor("ada"), made(tmp_path / "a.zip", [line]))
    bait.refresh_from_db()
    hidden.refresh_from_db()
    assert (bait.job_title, hidden.job_title) == ("", "Secret")


def test_no_table_speaks_for_a_house(world: Any, tmp_path: Path) -> None:
    ada = world.actor("ada")
    run = Files(tmp_path).prepare(ada, "First name,Last name\nMia,Stone\n")
    with pytest.raises(Invalid, match="belong to archives"):
        runs.choose(ada, run.pk, runs.columns_of(run), options=Options(source="rapport:abc"))


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_unpacked_without_measure_is_refused_unread(world: Any, tmp_path: Path, packed: int) -> None:
    path = made(tmp_path / "a.zip", [], packed)
    with pytest.raises(Invalid, match="damaged"):
        bringing.bring(world.actor("ada"), path)
    assert not list((tmp_path / "archives").iterdir())


@pytest.mark.parametrize(
    "manifest",
    [{"house": "x" * 500}, {"house": 5},
     {"members": [{"path": "records/person.jsonl", "rows": "x", "size": 0, "sha256": ""}]}],
)  # fmt: skip
def test_a_manifest_of_other_types_is_damaged(world: Any, tmp_path: Path, manifest: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="damaged"):
        bringing.bring(world.actor("ada"), made(tmp_path / "a.zip", [], **manifest))


def test_no_copy_stays_of_what_breaks_off(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: Any, _size: int) -> None:
        raise MemoryError

    monkeypatch.setattr(checking.Archive, "_check_names", broken)
    with pytest.raises(MemoryError):
        bringing.bring(world.actor("ada"), made(tmp_path / "a.zip", []))
    assert not list((tmp_path / "archives").iterdir())


def test_a_link_to_what_its_maker_does_not_see_stays(
    world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_at_run_time(monkeypatch, person=(fields.Link("c_baker", "Baker", custom=True, to="company"),))
    hidden = house.a_company(world.actor("eve"), "Hidden")
    role = world.roles["member"]
    role.rights, role.levels = ["everything"], house.levels("own")
    role.save()
    mia = house.a_person(world.actor("ann"), "Mia")
    saving.update(world.actor("ada"), house.person(), mia.pk, {"c_baker": hidden.pk, "company": hidden.pk})
    making.write(world.actor("ann"), tmp_path / "a.zip", "")
    bringing.bring(world.actor("ann"), tmp_path / "a.zip")
    mia.refresh_from_db()
    assert mia.custom["c_baker"] == hidden.pk
    assert mia.company_id == hidden.pk and Affiliation.objects.filter(person=mia, company=hidden).exists()


def test_names_without_contents_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "SMALL", 1_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as there:
        for number in range(100):
            there.writestr(f"files/{number}", b"")
    with pytest.raises(Invalid, match="more names"):
        checking.Archive(tmp_path / "a.zip")
