"""The page of exports: one's own, for administrators all; progress while a file is written; fetched and cancelled."""

import datetime
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery
from rapport.core.audit.erase import erase
from rapport.core.exporting import runs
from rapport.core.exporting.models import ExportRun
from rapport.core.jobs.models import Job
from rapport.lib import clock
from rapport.people.models import Person
from tests import house

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


def asked(world: Any, who: str, query: ListQuery | None = None) -> ExportRun:
    run, _job = runs.start(world.actor(who), house.person(), query or ListQuery(), "csv")
    return run


def page(world: Any, who: str) -> str:
    return str(world.client(who).get("/exports").content.decode())


def test_it_works(world: Any) -> None:
    house.a_person(world.actor("ann"))
    run = asked(world, "ann", ListQuery(condition=Term("lifecycle", "", "lead"), find="Berg"))
    text = page(world, "ann")
    assert "Lifecycle is any of Lead · Search: “Berg”" in text and "Waiting" in text
    assert f"/exports/{run.pk}/cancel" in text and 'hx-get="/exports"' in text
    house.work()
    text = page(world, "ann")
    until = clock.now() + datetime.timedelta(days=7)
    assert f'href="/exports/{run.pk}"' in text and f"Kept until {until.day} {until:%b %Y}" in text
    assert 'hx-get="/exports"' not in text and f"/exports/{run.pk}/cancel" not in text


def test_a_manifest_says_what_a_file_holds(world: Any) -> None:
    house.a_person(world.actor("ann"))
    run = asked(world, "ann")
    house.work()
    told = world.client("ann").get(f"/exports/{run.pk}/manifest")
    assert told.headers["Content-Disposition"].endswith('.csv.manifest.json"')
    content = b"".join(world.client("ann").get(f"/exports/{run.pk}").streaming_content)
    facts = told.json()
    assert (facts["records"], facts["bytes"]) == (1, len(content))
    assert facts["sha256"] == hashlib.sha256(content).hexdigest() and "first_name" in facts["columns"]
    assert world.client("bob").get(f"/exports/{run.pk}/manifest").status_code == 404


def test_everybody_sees_their_own_and_administrators_all(world: Any) -> None:
    mine, other = asked(world, "ann"), asked(world, "bob")
    house.work()
    text = page(world, "ann")
    assert f'"/exports/{mine.pk}"' in text and "Bob Baker" not in text
    text = page(world, "ada")
    assert "Ann Archer" in text and "Bob Baker" in text
    assert f'"/exports/{other.pk}"' not in text, "the file itself is for the one who asked for it"


def test_who_may_not_export_has_no_such_page(world: Any) -> None:
    role = world.ray.role
    role.levels = {"*": {**role.levels["*"], "export": "none"}}
    role.save()
    assert world.client("ray").get("/exports").status_code == 403
    assert 'href="/exports"' not in world.client("ray").get("/profile").content.decode()
    assert 'href="/exports"' in world.client("ann").get("/profile").content.decode()


def test_progress_is_told_with_its_rate_and_the_time_left(world: Any) -> None:
    run = asked(world, "ann")
    ExportRun.objects.filter(pk=run.pk).update(
        state="running", began_at=clock.now() - datetime.timedelta(seconds=10), row_count=900, began_rows=0
    )
    Job.objects.filter(pk=run.job_id).update(state="running", done_count=1000, total_count=3000)
    client = world.client("ann")
    text = client.get("/exports", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text and 'value="33.3"' in text
    assert re.search(r"1,000 rows, \d+ a second, about \d+ s left", text)


def test_an_export_that_waits_is_cancelled_by_its_owner_or_an_administrator(world: Any) -> None:
    first, second = asked(world, "ann"), asked(world, "ann")
    for who, status in (("bob", 404), ("ann", 303), ("ann", 409)):
        assert world.client(who).post(f"/exports/{first.pk}/cancel").status_code == status, who
    assert world.client("ada").post(f"/exports/{second.pk}/cancel").status_code == 303
    assert world.client("ann").get(f"/exports/{first.pk}/cancel").status_code == 405
    assert set(ExportRun.objects.values_list("state", flat=True)) == {"cancelled"}
    assert page(world, "ann").count("Cancelled") >= 2


def test_a_file_that_cannot_be_fetched_says_why(world: Any) -> None:
    house.a_person(world.actor("ann"))
    asked(world, "ann")
    house.work()
    role = world.ann.role
    role.field_rules = {"person": {"email": "hidden"}}
    role.save()
    assert "Your rights have changed since this file was made." in page(world, "ann")
    role.field_rules = {}
    role.save()
    ExportRun.objects.update(stored_name="")
    assert "This file is no longer kept." in page(world, "ann")


def test_why_an_export_failed_stands_beside_it(world: Any) -> None:
    run = asked(world, "ann")
    ExportRun.objects.filter(pk=run.pk).update(state="failed", stored_name="")
    Job.objects.filter(pk=run.job_id).update(state="failed", error="A worksheet is <full>.")
    assert "A worksheet is &lt;full&gt;." in page(world, "ann")


def test_filters_that_the_reader_may_not_see_are_not_told(world: Any) -> None:
    asked(world, "ann", ListQuery(condition=Term("job_title", "contains", "Spymaster")))
    role = world.ann.role
    role.field_rules = {"person": {"job_title": "hidden"}}
    role.save()
    text = page(world, "ann")
    assert "Spymaster" not in text and "with filters that you may not see" in text


@pytest.mark.django_db(transaction=True)
def test_after_an_erasure_the_page_says_that_the_file_is_gone() -> None:
    ada = house.admin()
    house.a_person(ada)
    runs.start(ada, house.person(), ListQuery(), "csv")
    house.work()
    erase(ada, Person.objects.get().pk)
    assert runs.own_runs(ada)[0].stored_name == ""
