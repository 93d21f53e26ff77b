"""``rapport import``, ``export`` and ``undo``: what they print, and what they exit with."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from rapport.cli import main
from rapport.cli import preparing as house_keeping
from rapport.core.archives.models import ArchiveRun
from rapport.core.errors import Conflict
from rapport.core.importing import preparing, running, runs, storing
from rapport.core.importing.models import ImportRun
from rapport.people.models import Person
from tests import house

pytestmark = pytest.mark.django_db
HEADER = "Vorname;Nachname;E-Mail;Ort\n"


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of a test are there."""
    monkeypatch.setattr(house_keeping, "prepare", lambda: None)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(HEADER + "Ann;Berg;ann@example.com;Köln\nBob;Bad;nonsense;\n", encoding="cp1252")
    return path


def printed(capsys: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_an_import_prints_one_object_and_can_be_undone(people: Path, capsys: Any) -> None:
    assert main(["import", "person", str(people), "--dry-run", "--json"]) == 1
    assert printed(capsys) | {"seconds": 0} == {
        "created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 1, "rows": 2, "seconds": 0, "act": None,
    }  # fmt: skip
    assert not Person.objects.exists() and not ImportRun.objects.exists()
    assert main(["import", "person", str(people), "--json"]) == 1
    act = printed(capsys)["act"]
    assert Person.objects.get().address_city == "Köln"
    assert main(["undo", str(act)]) == 0
    assert "1 moved to the trash" in capsys.readouterr().out
    assert not Person.objects.filter(live=True).exists()
    assert main(["undo", str(act)]) == 2


def test_people_read_what_failed_and_where(people: Path, capsys: Any) -> None:
    main(["import", "person", str(people)])
    said = capsys.readouterr().out
    assert "line 3:" in said and "@" in said and "rapport undo" in said


def test_a_file_without_bad_rows_exits_with_zero(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "good.csv"
    path.write_text(HEADER + "Ann;Berg;ann@example.com;\n", encoding="utf-8")
    assert main(["import", "person", str(path)]) == 0
    assert main(["import", "person", str(path), "--json"]) == 0
    assert '"unchanged": 1' in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ['{"Ort": "job_title", "E-Mail": "email", "Vorname": ""}', "Ort: job_title\n# why\nE-Mail: email\n"]
)
def test_a_mapping_says_which_column_goes_where(people: Path, tmp_path: Path, text: str) -> None:
    mapping = tmp_path / "mapping"
    mapping.write_text(text, encoding="utf-8")
    main(["import", "person", str(people), "--map", str(mapping)])
    person = Person.objects.get()
    assert (person.job_title, person.first_name) == ("Köln", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["person", "nowhere.csv"], "no file"),
        (["nonsense", "FILE"], "no object"),
        (["note", "FILE"], "cannot be imported"),
        (["person", "FILE", "--match", "nonsense"], "nonsense"),
        (["person", "FILE", "--as", "nobody@example.com"], "no user"),
    ],
)
def test_what_cannot_be_used_exits_with_two_and_a_sentence(
    people: Path, capsys: Any, arguments: list[str], words: str
) -> None:
    assert main(["import", *[str(people) if word == "FILE" else word for word in arguments]]) == 2
    assert words in capsys.readouterr().err
    assert not ImportRun.objects.exists()


def test_a_user_imports_with_the_rights_of_a_user(people: Path, world: Any, capsys: Any) -> None:
    assert main(["import", "person", str(people), "--as", "ray@example.com"]) == 2
    assert "does not allow" in capsys.readouterr().err
    main(["import", "person", str(people), "--as", "ann@example.com"])
    assert Person.objects.get().owner == world.ann


def test_an_export_is_written_to_a_file_or_to_the_terminal(people: Path, tmp_path: Path, capfdbinary: Any) -> None:
    main(["import", "person", str(people)])
    out = tmp_path / "out.xlsx"
    assert main(["export", "person", "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"PK")
    capfdbinary.readouterr()
    assert main(["export", "person"]) == 0
    (row,) = csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode("utf-8-sig")))
    assert row["E-mail"] == "ann@example.com"


def waiting(path: Path) -> ImportRun:
    ada = house.admin()
    return runs.start(ada, preparing.prepare(ada, house.person(), path, "people.csv").pk)


def test_what_goes_on_is_not_tried_and_keeps_its_file(people: Path, capsys: Any) -> None:
    run = waiting(people)
    assert main(["import", "--resume", str(run.pk), "--dry-run"]) == 2
    assert "--dry-run" in capsys.readouterr().err
    run.refresh_from_db()
    assert run.state == "queued" and storing.is_kept(run)


def test_what_somebody_else_goes_on_with_keeps_its_file(
    people: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = waiting(people)

    def elsewhere(*_args: Any, **_named: Any) -> None:
        raise Conflict("This import goes on elsewhere.")

    monkeypatch.setattr(running, "run", elsewhere)
    assert main(["import", "--resume", str(run.pk)]) == 2
    run.refresh_from_db()
    assert storing.is_kept(run)
    monkeypatch.undo()
    monkeypatch.setattr(house_keeping, "prepare", lambda: None)
    assert main(["import", "--resume", str(run.pk)]) == 1
    run.refresh_from_db()
    assert run.state == "done" and not storing.is_kept(run)


def test_a_name_of_a_system_that_is_too_long_is_refused(people: Path, capsys: Any) -> None:
    assert main(["import", "person", str(people), "--source", "x" * 81]) == 2
    assert "too long" in capsys.readouterr().err and not ImportRun.objects.exists()


@pytest.mark.parametrize("more", [["--dry-run"], ["--resume", "1"], ["--json"], ["--mode", "create"], ["person"]])
def test_an_archive_is_not_brought_in_where_more_is_said_than_it_takes(
    more: list[str], tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "all.zip"
    assert main(["export", "--everything", "--out", str(path)]) == 0
    assert main(["import", "--everything", str(path), *more]) == 2
    assert f"{more[0]} cannot be said of it" in capsys.readouterr().err and not ArchiveRun.objects.exists()
