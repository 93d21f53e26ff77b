"""Export: what one may see and export, as text that neither runs in a spreadsheet nor gets lost on its way back."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery
from rapport.core.errors import BadQuery, NotAllowed
from rapport.core.exporting import files, reading
from rapport.core.fields.money import Amount
from rapport.core.importing import preparing, running, runs
from rapport.core.objects import registry, saving
from rapport.people.models import Person
from tests import house

pytestmark = pytest.mark.django_db


def exported(actor: Actor, fmt: str = "csv", query: ListQuery | None = None, kind: str = "person") -> bytes:
    out = io.BytesIO()
    files.export(actor, registry.get(kind), query or ListQuery(), fmt, out)
    return out.getvalue()


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_record_is_exported_with_titles_and_numbers(ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa")
    mia = house.a_person(
        ada, "Mia", "Berg", email="mia@example.com", company=hexa.pk, tags=["VIP", "A, B"], address={"city": "Köln"}
    )
    (row,) = table(exported(ada))
    assert row["Number in Rapport"] == str(mia.pk)
    assert (row["Company"], row["Company (ID)"], row["Owner"]) == ("Hexa", str(hexa.pk), "Ada")
    assert (row["E-mail"], row["City"], row["Street"]) == ("mia@example.com", "Köln", "")
    (record,) = [json.loads(line) for line in exported(ada, "jsonl").splitlines()]
    assert record["company"] == {"id": hexa.pk, "title": "Hexa"}
    assert record["address"] == {"city": "Köln"} and record["tags"] == ["A, B", "VIP"] and record["birthday"] is None


@pytest.mark.parametrize(
    "evil", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1", "'=1", '=HYPERLINK("http://x")']
)
def test_no_cell_is_a_formula_and_it_comes_back_as_it_was(ada: Actor, tmp_path: Path, evil: str) -> None:
    person = house.a_person(ada, "Mia", evil, email="mia@example.com", about=evil)
    person.refresh_from_db()
    content = exported(ada)
    (row,) = table(content)
    assert row["Last name"].startswith("'") and row["About"].startswith("'")
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    report = running.run(ada, preparing.prepare(ada, house.person(), path, "export.csv").pk)
    assert report.counts["unchanged"] == 1, report.problems
    book = exported(ada, "xlsx")
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_export_finds_its_own_columns_again_and_changes_nothing(ada: Actor, tmp_path: Path, language: str) -> None:
    hexa = house.a_company(
        ada,
        "Hexa",
        email="info@hexa.example",
        industry="retail",
        revenue=Amount(123_456, "EUR"),
        website="hexa.example",
    )
    house.a_person(
        ada, "Mia", "Berg", emails=[{"value": "mia@example.com", "label": "Work"}, {"value": "m@example.com"}],
        phones=[{"value": "030 1234567"}], company=hexa.pk, job_title="COO", tags=["VIP"], birthday="1980-04-03",
        address={"street": "Am Weg 1", "city": "Köln"}, lifecycle="customer", about="Line\nline", language="de",
    )  # fmt: skip
    house.a_person(ada, "No", "Mail")
    for kind, rows in (("company", 1), ("person", 2)):
        with translation.override(language):
            path = tmp_path / f"{kind}.csv"
            path.write_bytes(exported(ada, kind=kind))
        run = preparing.prepare(ada, registry.get(kind), path, path.name)
        mapped = set(runs.columns_of(run).values())
        assert {"id", "email", "emails", "address.city", "tags", "owner"} <= mapped
        report = running.run(ada, run.pk)
        assert (report.counts["unchanged"], report.counts["rows"]) == (rows, rows), report.problems


def test_only_what_one_may_export_is_in_the_file(world: Any) -> None:
    house.a_person(world.actor("ann"), "Ann's", "Own")
    house.a_person(world.actor("bob"), "Bob's", "Own")  # Ann sees it but may export her own alone
    house.a_person(world.actor("eve"), "Eve's", "Own")
    assert [row["First name"] for row in table(exported(world.actor("ann")))] == ["Ann's"]
    assert len(table(exported(world.actor("ada")))) == 3
    with pytest.raises(NotAllowed):
        exported(world.actor("ray"))


def test_hidden_fields_and_companies_out_of_sight_are_not_in_the_file(ada: Actor) -> None:
    hexa = house.a_company(ada, "Secret AG")
    levels = {"person": dict.fromkeys(("view", "export"), "all"), "company": {"view": "none"}}
    actor = house.actor(
        "Bo", house.role("Half blind", levels=levels, field_rules={"person": {"phone": "hidden", "phones": "hidden"}})
    )
    house.a_person(ada, "Mia", phone="030 1234567", company=hexa.pk)
    for fmt in ("csv", "jsonl"):
        content = exported(actor, fmt).decode()
        assert "Mia" in content and "1234567" not in content and "Secret" not in content


def test_the_filter_of_the_list_holds(ada: Actor) -> None:
    house.a_person(ada, "Mia", source="Fair")
    house.a_person(ada, "Tom", source="Web")
    trashed = house.a_person(ada, "Tim", source="Fair")
    saving.trash(ada, house.person(), [trashed.pk])
    query = ListQuery(condition=Term("source", "is", "Fair"))
    assert [row["First name"] for row in table(exported(ada, query=query))] == ["Mia"]
    with pytest.raises(BadQuery):
        exported(ada, query=ListQuery(condition=Term("nonsense", "is", "x")))
    with pytest.raises(BadQuery):
        exported(ada, "pdf")


def test_records_come_in_chunks_in_the_order_of_their_numbers(
    ada: Actor, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 4)
    for number in range(10):
        house.a_person(ada, f"P{number}")
    with django_assert_max_num_queries(30):
        numbers = [int(row["Number in Rapport"]) for row in table(exported(ada))]
    assert numbers == sorted(Person.objects.values_list("pk", flat=True)) and len(numbers) == 10
    sheet = zipfile.ZipFile(io.BytesIO(exported(ada, "xlsx"))).read("xl/worksheets/sheet1.xml").decode()
    assert len(re.findall("<row ", sheet)) == 11


@pytest.mark.sqlite_only
@pytest.mark.parametrize("level", ["all", "team", "own"])
@pytest.mark.parametrize("query", [ListQuery(), ListQuery(trash=True)])
def test_no_chunk_sorts_what_is_left(level: str, query: ListQuery) -> None:
    actor = house.actor("Pia", house.role("Some", levels=house.levels(level)), house.team("North"))
    house.a_person(actor)
    with CaptureQueriesContext(connection) as asked:
        exported(actor, query=query)
    chunks = [ask["sql"] for ask in asked if "ORDER BY" in ask["sql"] and f"LIMIT {reading.CHUNK}" in ask["sql"]]
    assert chunks
    for sql in chunks:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
            plan = " | ".join(row[-1] for row in cursor.fetchall())
        assert "TEMP B-TREE FOR ORDER BY" not in plan, plan
