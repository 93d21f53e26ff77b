"""Exports as jobs: the file is whole whatever happened on the way, and for its owner alone."""

import csv
import datetime
import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core import data_folder
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery
from rapport.core.audit.erase import erase
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound
from rapport.core.exporting import files, reading, runs, storing
from rapport.core.exporting.models import ExportRun
from rapport.core.jobs import worker
from rapport.core.jobs.models import Job
from rapport.lib import clock
from rapport.people.models import Person
from tests import house

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Files of some rows have several chunks, each safe on the disk at once; the folder is the test's own."""
    settings.DATA_FOLDER = tmp_path
    monkeypatch.setattr(reading, "CHUNK", 3)
    monkeypatch.setattr(runs, "SETTLE_SECONDS", 0.0)


def people(by: Actor, count: int = 10) -> None:
    for number in range(count):
        house.a_person(by, f"P{number}", email=f"p{number}@example.com")


def started(actor: Actor, fmt: str = "csv", query: ListQuery | None = None) -> ExportRun:
    run, _job = runs.start(actor, house.person(), query or ListQuery(), fmt)
    return run


def work() -> None:
    worker.work(threading.Event(), once=True)


def at_once(actor: Actor, fmt: str, query: ListQuery | None = None) -> bytes:
    out = io.BytesIO()
    files.export(actor, house.person(), query or ListQuery(), fmt, out)
    return out.getvalue()


@pytest.mark.parametrize("fmt", ["csv", "jsonl"])
def test_it_works(ada: Actor, fmt: str) -> None:
    people(ada)
    query = ListQuery(condition=Term("first_name", "not", "P3"))
    run = started(ada, fmt, query)
    work()
    run.refresh_from_db()
    path = storing.path_of(runs.get_run(ada, run.pk))
    assert path.read_bytes() == at_once(ada, fmt, query)
    assert (run.state, run.row_count, run.size) == ("done", 9, path.stat().st_size)
    assert run.sha256 == storing.digest(path)
    job = Job.objects.get()
    assert job.result["download"] == f"/exports/{run.pk}" and "9 records" in job.result["message"]
    assert path.stat().st_mode & 0o777 == 0o600 and not list(storing.folder().glob("*.part"))


def test_a_workbook_is_the_same_as_one_made_at_once(ada: Actor) -> None:
    people(ada)
    run = started(ada, "xlsx")
    work()
    assert len(storing.path_of(runs.get_run(ada, run.pk)).read_bytes()) == len(at_once(ada, "xlsx"))


@pytest.mark.parametrize("fmt", ["csv", "xlsx", "jsonl"])
def test_a_broken_export_goes_on_where_the_disk_has_it(ada: Actor, fmt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    people(ada)
    run = started(ada, fmt)
    with monkeypatch.context() as patch:
        patch.setattr(runs, "point", _breaks_at("export.chunk", 3))
        with pytest.raises(KeyboardInterrupt):
            runs.work(ada, run.pk)
    run.refresh_from_db()
    assert run.state == "running" and 0 < run.row_count < 10
    with storing.part_of(run).open("ab") as file:
        file.write(b"half a row that nobody noted")
    assert runs.work(ada, run.pk).row_count == 10
    content, whole = storing.path_of(run).read_bytes(), at_once(ada, fmt)
    assert (len(content) == len(whole)) if fmt == "xlsx" else (content == whole)


def _breaks_at(name: str, visit: int) -> Any:
    seen = [0]

    def point(here: str) -> None:
        seen[0] += here == name
        if here == name and seen[0] == visit:
            raise KeyboardInterrupt

    return point


def test_a_file_that_went_away_meanwhile_is_written_anew(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    people(ada)
    run = started(ada)
    with monkeypatch.context() as patch:
        patch.setattr(runs, "point", _breaks_at("export.chunk", 3))
        with pytest.raises(KeyboardInterrupt):
            runs.work(ada, run.pk)
    storing.part_of(run).unlink()
    runs.work(ada, run.pk)
    assert storing.path_of(run).read_bytes() == at_once(ada, "csv")


def test_the_file_is_for_the_one_who_asked_with_the_rights_of_then(world: Any) -> None:
    people(world.actor("ann"), 2)
    run = started(world.actor("ann"))
    work()
    assert runs.get_run(world.actor("ann"), run.pk).row_count == 2
    for other in ("bob", "ada"):
        with pytest.raises(NotFound):
            runs.get_run(world.actor(other), run.pk)
    role = world.ann.role
    role.field_rules = {"person": {"email": "hidden"}}
    role.save()
    with pytest.raises(NotAllowed, match="rights have changed"):
        runs.get_run(world.actor("ann"), run.pk)


def test_rights_that_go_away_end_the_export(world: Any) -> None:
    people(world.actor("ann"), 2)
    run = started(world.actor("ann"))
    role = world.ann.role
    role.levels = {"*": {**role.levels["*"], "export": "none"}}
    role.save()
    work()
    run.refresh_from_db()
    assert run.state == "failed" and run.stored_name == "" and Job.objects.get().state == "failed"
    assert not list(storing.folder().iterdir())


def test_a_nearly_full_disk_takes_no_export_and_keeps_no_piece(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    people(ada)
    run = started(ada)
    monkeypatch.setattr(data_folder, "LEFT_FREE", 2**62)
    with pytest.raises(Invalid, match="nearly full"):
        started(ada)
    work()
    run.refresh_from_db()
    assert run.state == "failed" and "nearly full" in Job.objects.get().error
    assert not list(storing.folder().iterdir())


def test_nobody_fills_the_queue_with_exports(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_GOING", 2)
    people(world.actor("ann"), 2)
    for _time in range(2):
        started(world.actor("ann"))
    with pytest.raises(Conflict, match="2 exports of yours"):
        started(world.actor("ann"))
    started(world.actor("bob"))
    work()
    started(world.actor("ann"))


def test_a_cancelled_export_leaves_no_file(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    people(ada)
    run = started(ada)
    monkeypatch.setattr("rapport.core.jobs.handlers.PROGRESS_SECONDS", 0.0)
    Job.objects.update(cancel_asked=True)
    work()
    run.refresh_from_db()
    assert (run.state, run.stored_name) == ("cancelled", "")
    assert not list(storing.folder().iterdir())


def test_files_go_after_a_week(ada: Actor) -> None:
    people(ada, 1)
    run = started(ada)
    work()
    path = storing.path_of(run)
    with clock.frozen(clock.now() + datetime.timedelta(days=6)):
        storing.drop_old()
        assert path.exists()
    with clock.frozen(clock.now() + datetime.timedelta(days=8)):
        storing.drop_old()
        assert not path.exists() and not ExportRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_erasure_forgets_all_files_and_ends_what_is_being_written() -> None:
    ada = house.admin()
    people(ada, 2)
    run = started(ada)
    work()
    going, waiting = started(ada), started(ada)
    ExportRun.objects.filter(pk=going.pk).update(state="running")
    storing.part_of(going).write_bytes(b"a name")
    erase(ada, Person.objects.first().pk)  # type: ignore[union-attr]
    assert not list(storing.folder().iterdir())
    with pytest.raises(NotFound, match="no longer kept"):
        runs.get_run(ada, run.pk)
    with pytest.raises(Conflict):
        runs.work(ada, going.pk)
    assert runs.work(ada, waiting.pk).row_count == 1


def test_an_export_that_was_ended_at_its_last_step_leaves_no_file(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    people(ada, 1)
    run = started(ada)
    monkeypatch.setattr(storing, "digest", lambda _path: ExportRun.objects.update(state="failed") and "")
    with pytest.raises(Conflict):
        runs.work(ada, run.pk)
    assert not list(storing.folder().iterdir())


def test_two_workers_never_write_one_file(ada: Actor) -> None:
    people(ada, 1)
    run = started(ada)
    with storing.written(storing.part_of(run), 0), pytest.raises(BlockingIOError):
        runs.work(ada, run.pk)


@pytest.mark.slow
@pytest.mark.sqlite_only
@pytest.mark.parametrize("fault", ["export.chunk:2", "export.settle:2", "export.finish"])
def test_a_killed_export_is_whole_in_the_end(tmp_path: Path, fault: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT)
    environment = {**os.environ, "RAPPORT_DATA": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3"}
    killed = subprocess.run([sys.executable, script], env={**environment, "RAPPORT_FAULT": fault}, check=False)
    assert killed.returncode == -9
    done = subprocess.run([sys.executable, script, "again"], env=environment, check=True, capture_output=True)
    assert done.stdout.split() == [b"20", b"same"]


_SCRIPT = """
import io, os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
import django
django.setup()
from django.core.management import call_command
from rapport.accounts.actor import Actor
from rapport.core.access.pages import ListQuery
from rapport.core.exporting import files, reading, runs, storing
from rapport.core.exporting.models import ExportRun
from tests import house
reading.CHUNK, runs.SETTLE_SECONDS, actor = 5, 0.0, Actor.system()
if len(sys.argv) == 1:
    call_command("migrate", verbosity=0)
    for number in range(20):
        house.a_person(actor, f"P{number}")
    runs.start(actor, house.person(), ListQuery(), "csv")
run = runs.work(actor, ExportRun.objects.get().pk)
out = io.BytesIO()
files.export(actor, house.person(), ListQuery(), "csv", out)
print(run.row_count, "same" if storing.path_of(run).read_bytes() == out.getvalue() else "other")
"""


def test_a_long_list_is_offered_as_a_job_and_fetched_from_its_page(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    people(world.actor("ann"), 4)
    monkeypatch.setattr("rapport.ui.screens.exporting.COUNT_CAP", 3)
    browser = world.client("ann")
    url = "/people/export?format=csv&first_name.not=P1&columns=first_name,email"
    assert list(browser.get(url).streaming_content), "three are few"
    url = "/people/export?format=csv&columns=first_name,email"
    page = browser.get(url)
    assert page.status_code == 200 and "Write the file" in page.content.decode() and not ExportRun.objects.exists()
    job_url = browser.post(url).url
    work()
    page = browser.get(job_url).content.decode()
    run = ExportRun.objects.get()
    assert f"/exports/{run.pk}" in page and "4 records" in page
    response = browser.get(f"/exports/{run.pk}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text))).keys() == {"Number in Rapport", "First name", "E-mail"}
    assert response["Content-Disposition"].startswith("attachment")
    assert world.client("bob").get(f"/exports/{run.pk}").status_code == 404
    assert world.client("ray").post(url).status_code == 403
    assert browser.get("/people/export?columns=nonsense").status_code == 400
