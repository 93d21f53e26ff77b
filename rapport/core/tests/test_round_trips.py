"""Import of an export is the identity: in CSV and XLSX, for every object, whatever the values look like."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of, writable_fields
from rapport.core.access.pages import ListQuery
from rapport.core.events.models import Change
from rapport.core.exporting import files
from rapport.core.fields import Address, ChildField, Choice, Choices, Field, Link
from rapport.core.importing import preparing, running, runs
from rapport.core.importing.running import Report
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.tests.test_values import SAMPLES
from tests import house
from tests.fields import with_custom

pytestmark = pytest.mark.django_db
# Those that are something by themselves: deals, leads and prices need another record first.
KINDS = [spec.key for spec in registry.every() if spec.parents is None and spec.key not in ("deal", "lead", "price")]
# Not brought by a file: they follow from others, or from the one who imports.
LEFT_OUT = {"affiliations", "emails", "phones", "lifecycle"}
HOSTILE = (
    "=1+1", "'=1", "''", "-3", "+49 (0)", "@SUM(A1)", "\t=x", "a;b,c|d", 'say "hi"', "NULL", "n/a", "001", "1e5",
    "TRUE", "2026-01-02", "1,5", "<b>&amp;</b>", "_x0041_", "Łódź 🦄 é", "\u202etxt", "{{ 7*7 }}", "x" * 140, "ß" * 40,
    "İ", "ﬁ", "\\,", "a\\", ",", "\u00a0x", "﷽", "=", "'", "line\nline", "+", "ＳＵＭ", "＝1+1", "%", "#N/A", "-", "?",
    "\x1fa\x1f",
)  # fmt: skip


@pytest.fixture(autouse=True)
def specs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every object has a custom field of every type."""
    for kind in KINDS:
        monkeypatch.setitem(registry._specs, kind, with_custom(registry.get(kind)))
    yield


def clear(by: Actor, spec: ObjectSpec) -> None:
    """Puts everything into the trash, where neither an export nor an import sees it."""
    saving.trash(by, spec, list(spec.model._default_manager.filter(live=True).values_list("pk", flat=True)))


def exported(by: Actor, spec: ObjectSpec, fmt: str) -> bytes:
    out = io.BytesIO()
    files.export(by, spec, ListQuery(), fmt, out)
    return out.getvalue()


def contents(by: Actor, spec: ObjectSpec) -> list[dict[str, Any]]:
    """All records by what people would call their content: without numbers and moments of the house."""
    rows = [json.loads(line) for line in exported(by, spec, "jsonl").splitlines()]
    told = {"title", *(key for key, field in writable_fields(by, spec).items() if key not in LEFT_OUT)}
    return [{key: _told(value) for key, value in row.items() if key in told} for row in rows]


def changed_by(report: Report) -> list[Any]:
    """What an import changed that should have changed nothing."""
    return list(Change.objects.filter(event__act=report.act).values_list("fields", flat=True))


def _told(value: Any) -> Any:
    return value["title"] if isinstance(value, dict) and "title" in value else value


def row_of(by: Actor, spec: ObjectSpec, number: int) -> dict[str, Any]:
    """Values for a record, as somebody could type them: in each text the same hostile one."""
    values: dict[str, Any] = {}
    for key, field in writable_fields(by, spec).items():
        if key not in LEFT_OUT and (value := _value(field, by, number)) is not None:
            values[key] = value
    # Something to be found by, and to be called.
    found = {"email": f"r{number}@x.example"} if found_by(spec) == "email" else {}
    return values | found | {("name" if "name" in spec.by_key else "last_name"): f"N{number}"}


def found_by(spec: ObjectSpec) -> str:
    """By which field an import finds its records."""
    return "email" if "email" in spec.by_key else "name"


def _value(field: Field, by: Actor, number: int) -> Any:
    text = HOSTILE[number]
    if field.type in ("text", "long_text"):
        return _cleaned(field, text.strip(), by)  # an import takes white space around a cell away
    if isinstance(field, Address):
        return _cleaned(field, {"street": text, "city": "Köln", "country": text}, by)
    if isinstance(field, Choices):
        return [option.key for option in field.options][number % 2 :]
    if isinstance(field, Choice):
        return field.options[number % len(field.options)].key
    if field.type == "tags":
        return _cleaned(field, [text.replace("\\", "").replace(";", "") or "x", "VIP, very"], by)
    if isinstance(field, Link | ChildField) or field.type not in SAMPLES:
        return None
    return _cleaned(field, SAMPLES[field.type][number % len(SAMPLES[field.type])], by)


def _cleaned(field: Field, value: Any, by: Actor) -> Any:
    try:
        return field.clean(value, locale_of(by))
    except (ValueError, OverflowError):
        return None


@pytest.mark.parametrize("fmt", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_works(ada: Actor, tmp_path: Path, kind: str, fmt: str) -> None:
    spec = registry.get(kind)
    rows = [row_of(ada, spec, number) for number in range(len(HOSTILE))]
    for values in rows:
        saving.create(ada, spec, values)
    content, before = exported(ada, spec, fmt), contents(ada, spec)
    path = tmp_path / f"export.{fmt}"
    path.write_bytes(content)
    # Into a workspace that has them: nothing changes. Into one that has them not: they are there again.
    run = preparing.prepare(ada, spec, path, path.name)
    runs.choose(ada, run.pk, runs.columns_of(run), found_by(spec))
    report = running.run(ada, run.pk)
    assert (report.counts["unchanged"], report.problems) == (len(rows), []), changed_by(report)
    clear(ada, spec)
    run = preparing.prepare(ada, spec, path, path.name)
    runs.choose(ada, run.pk, runs.columns_of(run), found_by(spec))
    report = running.run(ada, run.pk)
    assert (report.counts["created"], report.problems) == (len(rows), []), report.counts
    assert contents(ada, spec) == before


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_links_lists_and_labels_come_back(ada: Actor, tmp_path: Path, fmt: str) -> None:
    hexa, other = house.a_company(ada, "=Hexa, “AG”"), house.a_company(ada, "-1 GmbH")
    emails = [{"value": "a@x.example", "label": "Work"}, {"value": "b@x.example", "label": ""}]
    mia = house.a_person(
        ada, "Mia", company=hexa.pk, emails=emails, phones=["030 123456", "030 98765"], owner=ada.user_id
    )
    saving.update(ada, house.person(), mia.pk, {"company": other.pk, "job_title": "@Head"})
    person = registry.get("person")
    before = exported(ada, person, "jsonl")
    path = tmp_path / f"people.{fmt}"
    path.write_bytes(exported(ada, person, fmt))
    report = running.run(ada, preparing.prepare(ada, person, path, path.name).pk)
    assert report.counts["unchanged"] == 1, report.problems
    assert exported(ada, person, "jsonl") == before
    (row,) = [json.loads(line) for line in before.splitlines()]
    assert [one["title"] for one in row["affiliations"]] == ["=Hexa, “AG”", "-1 GmbH"]
    assert row["company"] == {"id": other.pk, "title": "-1 GmbH"} and row["emails"] == emails
