"""What imports said about rows of somebody who is erased is erased, too."""

import pytest

from rapport.accounts.actor import Actor
from rapport.core.audit.erase import erase
from rapport.core.importing import runs
from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.jobs.models import Job
from rapport.core.tests.bringing import Files
from rapport.lib import clock
from tests import house

pytestmark = pytest.mark.django_db
BAD = "Name,Industry\nFine,Software\nQuandt,Mirabella Quandt\n"


def said() -> str:
    rows = [f"{row.reason}" for row in ImportRow.objects.all()]
    return " ".join([*rows, *(str(job.result) for job in Job.objects.all())])


def test_it_works(files: Files, ada: Actor) -> None:
    gone = house.a_person(ada, "Mirabella", "Quandt")
    runs.start_check(ada, files.prepare(ada, BAD, "company").pk)
    house.work()
    files.bring(ada, BAD, "company")
    assert said().count("Mirabella") >= 3
    erase(ada, gone.pk)
    assert "Mirabella" not in said()
    # That a row failed, and which one, is still to be seen.
    run = ImportRun.objects.get(state="done")
    assert [line for line, _reason in runs.failed_rows(run)] == [3]
    assert [line for line, _reason in Job.objects.get(kind="import.check").result["problems"]] in ([3], [])
    assert not Job.objects.filter(kind="import.forget").exists()


def test_what_is_at_work_is_visited_again_until_it_ends(files: Files, ada: Actor) -> None:
    gone = house.a_person(ada, "Mirabella", "Quandt")
    run = files.prepare(ada, BAD, "company")
    ImportRun.objects.filter(pk=run.pk).update(state="running")
    erase(ada, gone.pk)
    for state, waiting in (("running", 1), ("done", 0)):
        ImportRow.objects.create(run=run, line=waiting, outcome="failed", reason="Mirabella is no address.")
        ImportRun.objects.filter(pk=run.pk).update(state=state)
        Job.objects.filter(kind="import.forget").update(run_at=clock.now())
        house.work()
        assert "Mirabella" not in said()
        assert Job.objects.filter(kind="import.forget", state="queued").count() == waiting
