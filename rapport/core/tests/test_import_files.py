"""Import of workbooks, vCards and of files that mean harm: each ends in records or in a clear sentence."""

import datetime
import threading
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from rapport.accounts.actor import Actor
from rapport.core import data_folder
from rapport.core.audit.erase import erase
from rapport.core.errors import Invalid
from rapport.core.importing import looking, preparing, running, storing, sweeping
from rapport.core.importing.failed import failed_file
from rapport.core.importing.models import ImportRun
from rapport.core.importing.running import Report
from rapport.core.jobs import queue, worker
from rapport.core.jobs.handlers import Cancelled
from rapport.core.jobs.models import Job
from rapport.core.objects import registry
from rapport.core.tests.bringing import HEADER, Files, counts
from rapport.lib import clock
from rapport.lib.pace import Pace
from rapport.people.models import Person
from tests import house

pytestmark = pytest.mark.django_db


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "default_date_format": "dd.mm.yyyy"}) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(cells):
                sheet.write_row(number, 0, row)
    return path


def bring(actor: Actor, path: Path, kind: str = "person", **more: Any) -> Report:
    return running.run(actor, preparing.prepare(actor, registry.get(kind), path, path.name, **more).pk)


PEOPLE = [
    ["Vorname", "Nachname", "E-Mail", "Telefon", "Geburtsdatum", "Notizen"],
    ["Ann", "Berg", "ann@example.com", 301234567, datetime.date(1980, 4, 3), "=1+1"],
    ["Bob", "Bad", "nonsense", "", "", "two\nlines"],
]


def test_it_works(tmp_path: Path, ada: Actor) -> None:
    path = workbook(tmp_path / "list.xlsx", Liste=PEOPLE)
    report = bring(ada, path)
    assert counts(report) == (1, 0, 0, 0, 1) and report.problems[0][0] == 3
    person = Person.objects.get()
    assert (person.title, person.phone, person.about) == ("Ann Berg", "301234567", "<p>=1+1</p>")
    assert person.birthday == datetime.date(1980, 4, 3)
    run = ImportRun.objects.get()
    assert storing.source_of(run).read_bytes() == path.read_bytes()
    assert storing.source_of(run).stat().st_mode & 0o777 == storing.path_of(run).stat().st_mode & 0o777 == 0o600


def test_failed_rows_of_a_workbook_come_back_as_one_and_are_imported_again(tmp_path: Path, ada: Actor) -> None:
    bring(ada, workbook(tmp_path / "list.xlsx", Liste=PEOPLE))
    run = ImportRun.objects.get()
    file = failed_file(run)
    assert file.name.endswith(".xlsx")
    mended = tmp_path / "mended.xlsx"
    mended.write_bytes(b"".join(file.pieces))
    again = preparing.prepare(ada, house.person(), mended, "mended.xlsx", parent=run)
    assert again.mapping == run.mapping and again.format["header"][-1] == "Why it failed"
    assert counts(running.run(ada, again.pk)) == (0, 0, 0, 0, 1)


def test_a_nearly_full_disk_takes_no_file(tmp_path: Path, ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_folder, "LEFT_FREE", 2**62)
    with pytest.raises(Invalid, match="nearly full"):
        bring(ada, workbook(tmp_path / "list.xlsx", Liste=PEOPLE))
    assert not ImportRun.objects.exists()


def test_a_sheet_is_chosen(tmp_path: Path, ada: Actor) -> None:
    path = workbook(tmp_path / "list.xlsx", Hinweise=[], Kunden=PEOPLE, Alte=[["E-Mail"], ["old@example.com"]])
    run = preparing.prepare(ada, house.person(), path, "list.xlsx")
    assert run.format["sheets"] == ["Hinweise", "Kunden", "Alte"] and run.options["sheet"] == "Kunden"
    assert counts(bring(ada, path, sheet="Alte")) == (1, 0, 0, 0, 0)
    with pytest.raises(Invalid, match="Kunden"):
        bring(ada, path, sheet="Nichts")


def test_people_of_a_vcard_file_come_with_all_their_addresses(tmp_path: Path, ada: Actor) -> None:
    path = tmp_path / "contacts.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nN:Berg;Ann\nEMAIL;TYPE=pref:ann@x.example\nEMAIL:a2@x.example\nTEL:030 1234567\n"
        "ORG:Hexa\nCATEGORIES:VIP\nPHOTO;ENCODING=b:" + "QUJD" * 100_000 + "\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nN:Bad;Bob\nEMAIL:nonsense\nEND:VCARD\n",
        encoding="utf-8",
    )
    report = bring(ada, path)
    assert counts(report) == (1, 0, 0, 0, 1)
    person = Person.objects.get()
    assert (person.title, person.email, person.company.title) == ("Ann Berg", "ann@x.example", "Hexa")
    assert [item["value"] for item in house.person().field("emails").get(person)] == ["ann@x.example", "a2@x.example"]
    file = failed_file(ImportRun.objects.get())
    text = b"".join(file.pieces).decode()
    assert file.name.endswith(".vcf") and "N:Bad;Bob" in text and "X-RAPPORT-REASON:" in text and "Ann" not in text
    assert counts(bring(ada, path)) == (0, 0, 1, 0, 1)


# ------------------------------------------------------------------ files that mean harm, or no good
@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_file_that_is_something_else_is_named(tmp_path: Path, ada: Actor, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"%PDF-1.7 a letter")
    before = list(storing.folder().iterdir())
    with pytest.raises(Invalid, match="PDF"):
        preparing.prepare(ada, house.person(), path, name)
    assert not ImportRun.objects.exists() and list(storing.folder().iterdir()) == before


def test_a_text_file_called_workbook_is_read_as_what_it_is(tmp_path: Path, ada: Actor) -> None:
    path = tmp_path / "list.xlsx"
    path.write_text("E-mail\na@example.com\n", encoding="utf-8")
    assert counts(bring(ada, path)) == (1, 0, 0, 0, 0)
    assert ImportRun.objects.get().file_kind == "csv"


def test_a_cell_of_a_hundred_megabytes_ends_the_reading_with_a_sentence(tmp_path: Path, ada: Actor) -> None:
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADER + "Ann,Good,ann@example.com,,\n" * 1 + 'Bob,"')
        for _megabyte in range(100):
            out.write("x" * 1_000_000)
        out.write('",b@example.com,,\n')
    with pytest.raises(Invalid, match="too large"):
        preparing.prepare(ada, house.person(), path, "list.csv")


def test_ten_thousand_columns_are_refused(tmp_path: Path, ada: Actor) -> None:
    path = tmp_path / "list.csv"
    path.write_text(",".join(f"c{number}" for number in range(10_000)) + "\n", encoding="utf-8")
    with pytest.raises(Invalid, match="2,000"):
        preparing.prepare(ada, house.person(), path, "list.csv")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"E-mail,Last name\r\na@x.example,A\nb@x.example,B\rc@x.example,C\r\n", 3),
        (b"E-mail,Last name\na@x.example,Caf\xe9\xff\n", 1),
        (b"\xef\xbb\xbfE-mail,Last name\na@x.example,A\n\n\n", 1),
        (b"E-mail,Last name\na@x.example,=cmd|'/c calc'!A1\n", 1),
    ],
)
def test_odd_but_readable_files_are_read(files: Files, ada: Actor, content: bytes, expected: int) -> None:
    assert counts(files.bring(ada, content)) == (expected, 0, 0, 0, 0)


def test_the_same_person_five_times_is_one_person(files: Files, ada: Actor) -> None:
    lines = "".join(f"Ann,Berg{number},ann@example.com,,\n" for number in range(5))
    assert counts(files.bring(ada, HEADER + lines)) == (1, 4, 0, 0, 0)
    assert Person.objects.get().last_name == "Berg4"


def test_what_is_kept_of_a_draft_goes_when_it_was_left(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, HEADER)
    old = run.created_at - datetime.timedelta(days=storing.DRAFT_DAYS + 1)
    ImportRun.objects.update(created_at=old)
    files.prepare(ada, HEADER)
    assert not ImportRun.objects.filter(pk=run.pk).exists() and not storing.path_of(run).exists()


def test_another_sheet_that_is_empty_leaves_the_draft_as_it_was(tmp_path: Path, ada: Actor) -> None:
    path = workbook(tmp_path / "list.xlsx", Kunden=PEOPLE, Leer=[])
    run = preparing.prepare(ada, house.person(), path, "list.xlsx")
    assert preparing.reread(ada, run.pk, sheet="Leer").state == "reading"
    worker.work(threading.Event(), once=True)
    found = ImportRun.objects.get()
    assert (found.state, found.options["sheet"]) == ("draft", "Kunden") and "empty" in found.error
    assert counts(running.run(ada, run.pk)) == (1, 0, 0, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_erasing_somebody_forgets_the_file_she_came_in(files: Files, ada: Actor) -> None:
    files.bring(ada, HEADER + "Ann,Berg,ann@example.com,,\n")
    run = ImportRun.objects.get()
    assert storing.is_kept(run)
    erase(ada, Person.objects.get().pk)
    assert not storing.is_kept(run) and not storing.is_kept(ImportRun.objects.get())


@pytest.mark.django_db(transaction=True)
def test_the_file_of_an_import_at_work_is_forgotten_when_it_ends(
    files: Files, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "Pace", lambda **_usual: Pace(1, most=1))
    run = files.prepare(ada, HEADER + "Ann,Berg,ann@example.com,,\nBo,Dahl,bo@example.com,,\n")
    check = queue.enqueue("import.check", {"run": run.pk}, ada)
    Job.objects.filter(pk=check.pk).update(state="done", result={"failed": 1, "problems": [[2, "Berg"]]})

    def erased(_done: int, _total: int) -> None:
        if Person.objects.filter(last_name="Berg").exists():
            erase(ada, Person.objects.get(last_name="Berg").pk)
            assert storing.is_kept(run)

    assert running.run(ada, run.pk, progress=erased).counts["created"] == 2
    assert not storing.path_of(run).exists() and not storing.is_kept(ImportRun.objects.get())
    check.refresh_from_db()
    assert check.result == {"failed": 1, "problems": []}


def test_what_no_run_names_and_what_cannot_be_read_is_swept(tmp_path: Path, ada: Actor) -> None:
    draft = preparing.prepare(ada, house.person(), workbook(tmp_path / "list.xlsx", Liste=PEOPLE), "list.xlsx")
    orphan = storing.new_name()
    bad = ImportRun.objects.create(
        kind="person", state="failed", source_name=storing.new_name("xlsx"), created_at=draft.created_at
    )
    sweeping.sweep_hourly(None)  # type: ignore[arg-type]
    assert (storing.folder() / orphan).exists() and storing.source_of(bad).exists()
    with clock.frozen(draft.created_at + datetime.timedelta(days=1, hours=1)):
        sweeping.sweep_hourly(None)  # type: ignore[arg-type]
    assert not (storing.folder() / orphan).exists() and storing.is_kept(draft)
    with clock.frozen(draft.created_at + datetime.timedelta(days=storing.DRAFT_DAYS, hours=1)):
        sweeping.sweep_hourly(None)  # type: ignore[arg-type]
    assert not list(storing.folder().iterdir())
    assert list(ImportRun.objects.values_list("state", "source_name")) == [("failed", "")]


@pytest.mark.django_db(transaction=True)
def test_a_reading_that_is_cancelled_or_refused_leaves_no_file(
    tmp_path: Path, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(storing.folder().iterdir())
    path = workbook(tmp_path / "list.xlsx", Liste=PEOPLE)
    run = preparing.prepare_later(ada, house.person(), path, "list.xlsx")

    def cancelled(*_args: Any) -> None:
        raise Cancelled

    monkeypatch.setattr(looking, "look", cancelled)
    worker.work(threading.Event(), once=True)
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "Cancelled.") and run.ended_at is not None
    assert set(storing.folder().iterdir()) == before
    assert Job.objects.get(kind="import.read").state == "cancelled"
    monkeypatch.undo()
    preparing.prepare_later(ada, house.person(), workbook(tmp_path / "none.xlsx", Leer=[]), "none.xlsx")
    worker.work(threading.Event(), once=True)
    assert ImportRun.objects.latest("pk").state == "failed" and set(storing.folder().iterdir()) == before
