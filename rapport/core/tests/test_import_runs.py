"""Runs of an import: who may, what a dry run says, what a broken run leaves, what Undo brings back."""

import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from rapport.accounts.actor import Actor
from rapport.core.changes.undo import undo
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound
from rapport.core.events.models import Act, Event
from rapport.core.importing import running, runs, storing
from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.importing.options import Options
from rapport.core.importing.writing import Writer
from rapport.core.jobs import claiming, queue, worker
from rapport.core.jobs.handlers import Cancelled, JobAtWork
from rapport.core.jobs.models import Job
from rapport.core.tests.bringing import HEADER, Files, counts
from rapport.lib import clock
from rapport.lib.pace import Pace
from rapport.people.models import Company, Person
from tests import house

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ rights
def test_who_may_not_import_does_not(files: Files, world: Any) -> None:
    with pytest.raises(NotAllowed):
        files.prepare(world.actor("ray"), HEADER)


def test_a_match_that_one_may_not_change_fails_without_telling_who(files: Files, world: Any) -> None:
    house.a_person(world.actor("eve"), "Secret", "Customer", email="s@example.com")
    report = files.bring(world.actor("ann"), HEADER + "X,Y,s@example.com,,\n")
    assert counts(report) == (0, 0, 0, 0, 1)
    assert "Secret" not in report.problems[0][1] and "may not see" in report.problems[0][1]


def test_a_company_that_one_may_not_make_fails_the_row(files: Files, world: Any) -> None:
    levels = {"person": dict.fromkeys(("view", "create", "edit", "import"), "all"), "company": {"view": "own"}}
    actor = house.actor("Pia", house.role("People only", levels=levels))
    report = files.bring(actor, HEADER + "A,B,a@example.com,,Hexa\nC,D,c@example.com,,\n")
    assert counts(report) == (1, 0, 0, 0, 1)
    assert not Company.objects.exists()


def test_a_hidden_field_is_no_target(files: Files, ada: Actor) -> None:
    levels = house.levels()
    role = house.role("Blind", levels=levels, field_rules={"person": {"phone": "hidden", "source": "read_only"}})
    actor = house.actor("Bo", role)
    run = files.prepare(actor, "E-mail,Phone,Source\na@example.com,030 1234567,Fair\n")
    assert runs.columns_of(run) == {0: "email"}
    with pytest.raises(Invalid, match="phone"):
        runs.choose(actor, run.pk, {0: "email", 1: "phone"})


def test_rights_count_at_the_moment_of_the_run(files: Files, world: Any) -> None:
    run = files.prepare(world.actor("ann"), HEADER + "A,B,a@example.com,,\n")
    world.ann.role = world.roles["read_only"]
    world.ann.save()
    with pytest.raises(NotAllowed):
        running.run(world.actor("ann"), run.pk)


def test_an_import_is_its_owners(files: Files, world: Any) -> None:
    run = files.prepare(world.actor("ann"), HEADER)
    with pytest.raises(NotFound):
        runs.get_run(world.actor("bob"), run.pk)
    assert runs.get_run(world.actor("ada"), run.pk) == run


def test_a_mapping_is_checked(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, HEADER + "A,B,a@example.com,,\n")
    for columns, match, word in (
        ({0: "nonsense"}, "", "nonsense"),
        ({0: "email", 1: "email"}, "", "Two columns"),
        ({}, "", "No column"),
        ({0: "first_name"}, "email", "column must go"),
        ({2: "email"}, "about", "cannot be found"),
    ):
        with pytest.raises(Invalid, match=word):
            runs.choose(ada, run.pk, columns, match)
    with pytest.raises(Invalid, match="Shoe"):
        runs.columns_by_header(ada, run, {"Shoe": "email"})
    columns = runs.columns_by_header(ada, run, {"Phone": "job_title", "E-mail": "email", "Company": ""})
    with pytest.raises(Invalid, match="too long"):
        runs.choose(ada, run.pk, columns, options=Options(source="x" * 81))
    changed = runs.choose(ada, run.pk, columns)
    assert runs.columns_of(changed) == {2: "email", 3: "job_title"}


def test_the_kept_file_is_ours_alone(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, HEADER)
    path = storing.path_of(run)
    assert path.parent == Path(settings.DATA_FOLDER) / "imports"
    assert path.stat().st_mode & 0o777 == 0o600
    runs.discard(run.pk)
    assert not path.exists()


# ------------------------------------------------------------------ dry run, resume, undo
def small_chunks(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(running, "Pace", lambda **_usual: Pace(rows, most=rows))


def test_a_dry_run_counts_the_same_and_writes_nothing(
    files: Files, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch, 2)
    house.a_person(ada, "Old", "One", email="old@example.com")
    content = (
        HEADER + "Ann,Berg,ann@example.com,,Hexa\nBob,Bad,nonsense,,\nOld,New,old@example.com,,\n"
        "Ann,Berg,ann@example.com,,Hexa\nNo,Mail,,,\nAnn,Berg,ann@example.com,030 1234567,\nNo,Mail,,,\n"
    )
    before = (Person.objects.count(), Event.objects.count(), Act.objects.count(), ImportRow.objects.count())
    dry = files.bring(ada, content, dry_run=True)
    assert (Person.objects.count(), Event.objects.count(), Act.objects.count(), ImportRow.objects.count()) == before
    assert dry.act is None and dry.problems[0][0] == 3
    assert counts(dry) == counts(files.bring(ada, content)) == (2, 2, 2, 0, 1)


def test_a_run_that_broke_off_goes_on_with_every_row_exactly_once(
    files: Files, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch, 3)
    run = files.prepare(ada, HEADER + "".join(f"P,N{number},,,Firm {number % 4}\n" for number in range(10)))

    class Killed(BaseException):
        pass

    def die(done: int, total: int) -> None:
        if ImportRow.objects.count() >= 6:
            raise Killed

    with pytest.raises(Killed):
        running.run(ada, run.pk, progress=die)
    # The next one dies in the middle of its transaction.
    original = running._Work._keep

    def die_late(*args: Any) -> None:
        original(*args)
        raise Killed

    monkeypatch.setattr(running._Work, "_keep", die_late)
    with pytest.raises(Killed):
        running.run(ada, run.pk)
    monkeypatch.setattr(running._Work, "_keep", original)
    assert Person.objects.count() == 6
    report = running.run(ada, run.pk)
    assert counts(report) == (10, 0, 0, 0, 0)
    assert Person.objects.count() == 10 and Company.objects.count() == 4
    assert Act.objects.filter(kind="import").count() == 1
    assert Act.objects.get(pk=report.act).counts == {"created": 14}
    assert list(ImportRow.objects.order_by("line").values_list("line", flat=True)) == list(range(2, 12))


def test_a_run_taken_over_by_another_worker_writes_nothing_more(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, HEADER + "A,B,a@example.com,,\n")

    def overtaken(*_args: Any) -> None:
        raise AssertionError("not reached")

    work = running._Work(ada, runs.get_run(ada, run.pk), dry_run=False, listed=False)
    ImportRun.objects.filter(pk=run.pk).update(line=2)
    with pytest.raises(Conflict):
        for chunk in work.chunks(size=0):
            work.take([read.line for read in chunk])
    assert not Person.objects.exists() and not Act.objects.filter(kind="import").exists()


def test_a_finished_run_is_not_run_again(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, HEADER + "A,B,,,\n")
    running.run(ada, run.pk)
    with pytest.raises(Conflict):
        running.run(ada, run.pk)


def test_a_form_sent_twice_starts_one_import(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, HEADER + "A,B,,,\n")
    runs.start(ada, run.pk)
    with pytest.raises(Conflict):
        runs.start(ada, run.pk)
    assert Job.objects.count() == 1


def test_undo_brings_everything_back(files: Files, ada: Actor) -> None:
    old = house.a_person(ada, "Old", "One", email="old@example.com", tags=["VIP"], phone="030 1234567")
    report = files.bring(
        ada,
        "First name,Last name,E-mail,Phone,Company,Tags\nAnn,Berg,ann@example.com,,Hexa,Fair\n"
        "New,Name,old@example.com,040 7654321,Hexa,Fair\n",
    )
    assert counts(report) == (1, 1, 0, 0, 0)
    assert report.act is not None
    done = undo(ada, report.act)
    assert not done.left
    old.refresh_from_db()
    assert (old.title, old.phone, old.company_id) == ("Old One", "030 1234567", None)
    assert house.person().field("tags").get(old) == ["VIP"]
    assert not Company.objects.filter(live=True).exists()
    assert list(Person.objects.filter(live=True)) == [old]
    run = ImportRun.objects.get()
    assert runs.get_run(ada, run.pk).state == "undone"
    assert counts(files.bring(ada, HEADER + "Ann,Berg,ann@example.com,,Hexa\n")) == (1, 0, 0, 0, 0)


def test_one_row_the_database_refuses_does_not_take_the_others_with_it(files: Files, world: Any) -> None:
    """Ann gives a person away to Eve and would not see her any more: that row alone is refused."""
    report = files.bring(
        world.actor("ann"), "E-mail,Owner,Team\na@x.example,,\nb@x.example,Eve Ellis,Beta\nc@x.example,,\n"
    )
    assert counts(report) == (2, 0, 0, 0, 1)
    assert report.act is not None
    assert Act.objects.get(pk=report.act).counts == {"created": 2}


def test_an_import_that_gave_up_goes_on_when_its_job_is_put_back(ada: Actor, files: Files) -> None:
    run = runs.start(ada, files.prepare(ada, HEADER + "A,B,a@example.com,,\n").pk)
    job = run.job
    assert job is not None
    queue.give_up(claimed(), "dead", "It broke.")
    assert runs.get_run(ada, run.pk).state == "failed"
    queue.retry(ada, job.pk)
    assert runs.get_run(ada, run.pk).state == "queued"
    worker.work(threading.Event(), once=True)
    assert runs.get_run(ada, run.pk).state == "done"
    with pytest.raises(Conflict):
        queue.retry(ada, job.pk)


def test_an_import_that_waits_is_taken_over_without_its_job_taking_it_along(ada: Actor, files: Files) -> None:
    run = runs.start(ada, files.prepare(ada, HEADER + "A,B,a@example.com,,\n").pk)
    runs.take_over(ada, run.pk)
    assert runs.get_run(ada, run.pk).state == "running"
    run = runs.start(ada, files.prepare(ada, HEADER + "C,D,c@example.com,,\n").pk)
    assert run.job is not None
    queue.cancel(ada, run.job.pk)  # from the page of jobs
    assert runs.get_run(ada, run.pk).state == "cancelled"


def test_a_job_whose_import_goes_on_in_another_one_ends_nothing(ada: Actor, files: Files) -> None:
    run = runs.start(ada, files.prepare(ada, HEADER + "A,B,a@example.com,,\n").pk)
    old = claimed()
    runs.pause(ada, run.pk)
    runs.go_on(ada, run.pk)
    with pytest.raises(Cancelled):
        running._run_job(JobAtWork(old, dict(old.args), ada))
    queue.give_up(old, "dead", "It broke.")
    assert runs.get_run(ada, run.pk).state == "queued"
    worker.work(threading.Event(), once=True)
    assert runs.get_run(ada, run.pk).state == "done" and Person.objects.count() == 1


def test_an_import_that_goes_on_elsewhere_in_the_middle_writes_nothing_more(
    ada: Actor, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_chunks(monkeypatch, 1)
    run = runs.start(ada, files.prepare(ada, HEADER + "A,B,a@example.com,,\nC,D,c@example.com,,\n").pk)
    old = claimed()

    def elsewhere(_done: int, _total: int) -> None:
        runs.pause(ada, run.pk)
        runs.go_on(ada, run.pk)
        ImportRun.objects.update(state="running")  # as the other worker does

    report = running.run(ada, run.pk, progress=elsewhere)
    assert report.halted and Person.objects.count() == 1
    queue.finish(old, "cancelled")
    worker.work(threading.Event(), once=True)
    assert runs.get_run(ada, run.pk).state == "done" and Person.objects.count() == 2


def test_a_worker_that_died_behind_the_end_of_an_import_finds_it_done(ada: Actor, files: Files) -> None:
    runs.start(ada, files.prepare(ada, HEADER + "A,B,a@example.com,,\n").pk)
    job = claimed()
    first = running._run_job(JobAtWork(job, dict(job.args), ada))
    again = running._run_job(JobAtWork(job, dict(job.args), ada))
    assert {**first, "seconds": 0} == {**again, "seconds": 0} and first["created"] == 1


def test_the_owner_pauses_what_an_administrator_started(world: Any, files: Files) -> None:
    ann = world.actor("ann")
    run = runs.start(world.actor("ada"), files.prepare(ann, HEADER + "A,B,a@example.com,,\n").pk)
    runs.pause(ann, run.pk)
    assert runs.get_run(ann, run.pk).state == "paused" and Job.objects.get().state == "cancelled"
    runs.go_on(world.actor("ada"), run.pk)
    runs.cancel(ann, run.pk)
    assert runs.get_run(ann, run.pk).state == "cancelled"


def test_one_refused_row_among_many_costs_a_few_tries(
    world: Any, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    attempt = Writer._attempt
    monkeypatch.setattr(Writer, "_attempt", lambda self, *rest: tries.append(1) or attempt(self, *rest))
    small_chunks(monkeypatch, 64)
    rows = "".join(f"p{number}@x.example,{'Eve Ellis,Beta' if number == 40 else ','}\n" for number in range(64))
    report = files.bring(world.actor("ann"), "E-mail,Owner,Team\n" + rows)
    assert counts(report) == (63, 0, 0, 0, 1)
    assert len(tries) < 20


def claimed() -> Job:
    job = claiming.claim(clock.now())
    assert job is not None
    return job
