"""Everything out and in again: what comes in is what went out, whole or refused, and never twice."""

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.archives import bringing, layout, making, zipping
from rapport.core.archives.checking import Archive
from rapport.core.archives.guide import source_of
from rapport.core.archives.models import ArchiveRun
from rapport.core.definitions import loading
from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.definitions.models import FieldDef, ObjectDef
from rapport.core.definitions.objects import ObjectData, create_object
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.exporting import runs, storing
from rapport.core.files import incoming
from rapport.core.files.actions import add_file
from rapport.core.importing.models import ExternalId
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.models import Record
from rapport.lib import clock
from tests import house

pytestmark = pytest.mark.django_db
OPTIONS = ({"label": "Red, dark"}, {"label": "Blue"})
VALUES: dict[str, Any] = {
    "text": "=1+1 “Zoë”", "long_text": "one\ntwo", "rich_text": "<p><strong>Call</strong> 7 &lt; 8</p>", "integer": -7,
    "decimal": 12.5, "percent": 99.5, "money": {"minor": 1999, "currency": "USD"}, "date": "2024-02-29",
    "moment": "2024-02-29T10:00:00Z", "yes_no": True, "choice": "blue", "choices": ["red_dark", "blue"],
    "email": "Mia@sub.example", "phone": "+49 30 123456", "url": "https://hexa.example/?a=1",
    "address": {"street": "Am Ring 1", "city": "Bonn"},
}  # fmt: skip
SETTINGS = {"decimal": {"places": 2}, "percent": {"places": 1}}


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


def spec(kind: str) -> ObjectSpec:
    return registry.get(kind)


def a_field(by: Actor, kind: str, type_: str, **more: Any) -> FieldDef:
    options = OPTIONS if type_.startswith("choice") else ()
    return create_field(by, spec(kind), FieldData(f"My {type_}", type_, options=options, **more))


def a_full_house(by: Actor) -> None:
    """Something of every kind, with a value in every field that a workspace can make."""
    keys = {name: a_field(by, "company", name, settings=SETTINGS.get(name, {})).key for name in VALUES}
    back = a_field(by, "company", "link", settings={"to": "person"}).key  # a circle: people link to companies
    others = a_field(by, "company", "links", settings={"to": "company"}).key
    known = a_field(by, "company", "labelled_links", settings={"to": "company"}).key
    paper = a_field(by, "company", "file", settings={"accepts": ""}).key
    a_field(by, "company", "formula", settings={"expression": f"{keys['integer']} * 2", "form": "number"})
    first = house.a_company(by, "Hexa", **{keys[name]: value for name, value in VALUES.items()})
    second = house.a_company(by, "Octa", **{others: [first.pk]}, tags=["VIP", "New, old"])
    mia = house.a_person(
        by, email="mia@hexa.example", company=first.pk, job_title="Head", lifecycle="lead", lifecycle_reason="Fair",
        emails=[{"value": "mia@hexa.example", "label": "work"}, {"value": "m@home.example", "label": ""}],
        affiliations=[{"company": first.pk, "role": "Head", "since": "2020-01-01", "until": None, "main": True},
                      {"company": second.pk, "role": "Intern", "since": "2018-01-01", "until": "2019-01-01"}],
    )  # fmt: skip
    saving.update(by, spec("company"), first.pk, {back: mia.pk, others: [first.pk, second.pk],
                                                  known: [{"id": second.pk, "label": "Supplier"}]})  # fmt: skip
    file_of(by, first.pk, paper)
    add_file(by, mia.pk, "contract.txt", [b"We agree."])
    saving.create(by, spec("note"), {"body": "Asked for a price", "about": [mia.pk]})
    saving.create(by, spec("call"), {"body": "Twice", "about": [first.pk], "duration": 60, "direction": "in",
                                     "happened_at": "2024-05-01T09:00:00Z"})  # fmt: skip
    steps = [{"id": 1, "text": "Look", "done": True}, {"id": 4, "text": "Write", "done": False}]
    saving.create(by, spec("task"), {"title": "Offer", "checklist": steps, "status": "done", "about": [mia.pk]})
    series = saving.create(by, spec("meeting"), {
        "title": "Weekly", "starts_at": "2030-01-07T09:00:00Z", "repeat": "FREQ=WEEKLY", "skipped": ["2030-01-14"],
        "attendees": [{"kind": "user", "id": by.user_id, "answer": "yes"}, {"kind": "person", "id": mia.pk}],
    })  # fmt: skip
    saving.create(by, spec("meeting"), {"title": "Moved", "starts_at": "2030-01-15T09:00:00Z", "series": series.pk,
                                        "series_on": "2030-01-14"})  # fmt: skip
    for kind in registry.every():  # as if it had been here for long
        when = clock.now() - datetime.timedelta(days=400)
        kind.model._default_manager.update(created_at=when)


def file_of(by: Actor, company: int, key: str) -> None:
    saving.update(by, spec("company"), company, {key: incoming.take_in(by, "logo.png", [b"a drawing"])})


def archive(by: Actor, path: Path, tables: str = "") -> Path:
    making.write(by, path, tables)
    return path


def lines(path: Path, member: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(path) as there:
        return [orjson.loads(line) for line in there.read(member).splitlines()]


def moved(monkeypatch: pytest.MonkeyPatch, by: Actor, *, empty: bool = True) -> None:
    """From now on it is another house; an empty one."""
    monkeypatch.setattr(layout, "house", lambda: "another")
    if not empty:
        return
    for kind in registry.every():
        saving.trash(by, kind, list(kind.model._default_manager.filter(live=True).values_list("pk", flat=True)))
    FieldDef.objects.all().delete()
    loading.renew()


def as_told(path: Path, house_of: str) -> dict[str, list[Any]]:
    """The records of an archive, with ids and moments of saving made comparable."""
    back = {
        pk: int(value)
        for pk, value in ExternalId.objects.filter(source=source_of(house_of)).values_list("record_id", "value")
    }

    def same(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            names = {name: same(one, name) for name, one in value.items() if name != "updated_at"}
            if "sha256" in names:
                names.pop("id")
            elif isinstance(value.get("id"), int) and "text" not in value and value.get("kind") != "user":
                names["id"] = back.get(value["id"], value["id"])
            return names
        if isinstance(value, list):
            return [same(one) for one in value]
        return back.get(value, value) if key in ("company", "series", "record") and isinstance(value, int) else value

    found = {}
    with Archive(path) as there:
        kinds = there.kinds()
    for kind in kinds:
        found[kind] = sorted((same(one) for one in lines(path, layout.records(kind))), key=lambda one: one["id"])
    return found


def test_it_works(ada: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_full_house(ada)
    out = archive(ada, tmp_path / "all.zip")
    there = as_told(out, "")
    first = layout.house()
    moved(monkeypatch, ada)
    run = bringing.bring(ada, out)
    assert run.report.get("problems", []) == [] and run.state == "done"
    assert run.counts == {
        "company": {"created": 2}, "person": {"created": 1}, "note": {"created": 1}, "call": {"created": 1},
        "task": {"created": 1}, "meeting": {"created": 2}, "file": {"created": 2},
    }  # fmt: skip
    again = archive(ada, tmp_path / "again.zip")
    assert as_told(again, first) == there
    assert {file["name"]: file["sha256"] for file in lines(again, "files.jsonl")} == {
        file["name"]: file["sha256"] for file in lines(out, "files.jsonl")
    }
    assert lines(again, "fields.jsonl") == lines(out, "fields.jsonl")
    before = Record.objects.count()
    repeated = bringing.bring(ada, out)
    assert Record.objects.count() == before, "a second time nothing is doubled"
    assert {name for counts in repeated.counts.values() for name in counts} == {"unchanged"}


def test_an_archive_of_this_house_finds_its_own_records(ada: Actor, tmp_path: Path) -> None:
    mia = house.a_person(ada, job_title="Head")
    gone = house.a_person(ada, "Tom")
    out = archive(ada, tmp_path / "all.zip")
    saving.update(ada, spec("person"), mia.pk, {"job_title": "Founder"})
    saving.trash(ada, spec("person"), [gone.pk])
    run = bringing.bring(ada, out)
    mia.refresh_from_db()
    assert mia.job_title == "Head" and run.counts == {"person": {"updated": 1, "created": 1}}


def test_tables_stand_beside_the_lines_with_formulas_neutralised(ada: Actor, tmp_path: Path) -> None:
    house.a_person(ada, job_title="=HYPERLINK(1)")
    with zipfile.ZipFile(archive(ada, tmp_path / "all.zip", "csv")) as there:
        assert "'=HYPERLINK(1)" in there.read("tables/people.csv").decode("utf-8-sig")
        told = orjson.loads(there.read("manifest.json"))
    people = next(member for member in told["members"] if member["path"] == "tables/people.csv")
    assert people["rows"] == 1 and told["records"] == 1
    assert "private views" in told["left_out"]
    with zipfile.ZipFile(archive(ada, tmp_path / "book.zip", "xlsx")) as there:
        assert there.read("tables/people.xlsx").startswith(b"PK")


def test_it_holds_what_its_maker_may_export_and_takes_a_right(world: Any, tmp_path: Path) -> None:
    ann, role = world.actor("ann"), world.roles["member"]
    theirs = house.a_person(world.actor("eve"), "Eva")
    mine = house.a_person(ann, "Mia", source="Fair")
    add_file(world.actor("eve"), theirs.pk, "hers.txt", [b"not yours"])
    with pytest.raises(NotAllowed):
        making.start(ann)
    with pytest.raises(NotAllowed):
        bringing.bring(ann, archive(world.actor("ada"), tmp_path / "all.zip"))
    role.levels = house.levels("all", export="own")
    role.rights, role.field_rules = ["everything"], {"person": {"source": "hidden"}}
    role.save()
    out = archive(world.actor("ann"), tmp_path / "mine.zip")
    (line,) = lines(out, "records/person.jsonl")
    assert line["id"] == mine.pk and "source" not in line and lines(out, "files.jsonl") == []


def test_owners_are_found_by_mail_and_unknown_ones_are_told(ada: Actor, tmp_path: Path, monkeypatch: Any) -> None:
    bob, eve = (house.actor(name, house.role(name)) for name in ("Bob", "Eve"))
    for owner in (bob, eve):
        house.a_person(ada, owner.name, owner=owner.user_id)
    out = archive(ada, tmp_path / "all.zip")
    moved(monkeypatch, ada)
    User.objects.filter(pk=eve.user_id).update(email="other@house.example")
    run = bringing.bring(ada, out)
    found = dict(spec("person").model._default_manager.filter(live=True).values_list("first_name", "owner_id"))
    assert found == {"Bob": bob.user_id, "Eve": ada.user_id} and run.report["without_owner"] == 1


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as there:
        for name, content in members.items():
            there.writestr(name.replace("__", "/"), content)
    return path


def changed(source: Path, target: Path, **others: bytes) -> Path:
    """The archive with other bytes in some members."""
    with zipfile.ZipFile(source) as there:
        members = {name: there.read(name) for name in there.namelist()}
    return packed(target, **(members | {name.replace("__", "/"): content for name, content in others.items()}))


def test_what_is_no_archive_or_not_whole_is_refused_before_anything_is_written(ada: Actor, tmp_path: Path) -> None:
    house.a_person(ada)
    out = archive(ada, tmp_path / "all.zip")
    with zipfile.ZipFile(out) as there:
        line, told = there.read("records/person.jsonl"), orjson.loads(there.read("manifest.json"))
    (tmp_path / "text.zip").write_bytes(b"PK, or so")
    evil = {
        "cannot be opened": tmp_path / "text.zip",
        "has no manifest": packed(tmp_path / "none.zip", **{"users.jsonl": b""}),
        "does not belong into": changed(out, tmp_path / "path.zip", **{"../../etc/passwd": b"x"}),
        "is not what the manifest says": changed(
            out, tmp_path / "sum.zip", **{"records/person.jsonl": line.replace(b"Mia", b"Eva")}
        ),
        "far larger than any export": changed(out, tmp_path / "bomb.zip", **{"files/7": bytes(40 * 1024 * 1024)}),
        "Update this one first": changed(
            out, tmp_path / "newer.zip", **{"manifest.json": orjson.dumps({**told, "rapport_archive": 2})}
        ),
    }
    before = Record.objects.count()
    for sentence, path in evil.items():
        with pytest.raises(Invalid, match=sentence):
            bringing.bring(ada, path)
    assert Record.objects.count() == before
    assert not list((tmp_path / "archives").glob("*")) or ArchiveRun.objects.filter(state="failed").count() == 1


def test_a_broken_export_goes_on_behind_its_last_whole_member(
    ada: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        add_file(ada, house.a_person(ada, f"P{number}").pk, f"{number}.txt", [b"x" * 50_000])
    monkeypatch.setattr(making, "SETTLE_SECONDS", 0.0)
    run, _job = making.start(ada)
    broke = len(lines(archive(ada, tmp_path / "all.zip"), "files.jsonl"))
    with monkeypatch.context() as patch:
        patch.setattr(making, "point", breaks_at("archive.step", 12 + broke))
        with pytest.raises(KeyboardInterrupt):
            making.work(ada, run.pk)
    run.refresh_from_db()
    assert run.byte_count > 0
    with storing.part_of(run).open("ab") as file:
        file.write(b"half a member")
    written: list[str] = []
    usual = zipping.Zip.member
    monkeypatch.setattr(
        zipping.Zip, "member", lambda self, path, **more: written.append(path) or usual(self, path, **more)
    )  # type: ignore[func-returns-value]
    done = making.work(ada, run.pk)
    assert done.state == "done" and "records/person.jsonl" not in written, "what was whole is not written again"
    with Archive(storing.path_of(done)) as there:
        there.check()
        assert there.manifest["files"] == {"count": 3, "size": 150_000, "missing": []}
    assert runs.get_run(ada, run.pk) and not storing.list_of(done).exists()


def breaks_at(name: str, times: int) -> Any:
    seen = [0]

    def point(here: str) -> None:
        seen[0] += here == name
        if seen[0] == times:
            raise KeyboardInterrupt

    return point


def test_a_broken_import_goes_on_and_brings_every_line_once(
    ada: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        mia = house.a_person(ada, f"P{number}", company=house.a_company(ada, f"C{number}").pk)
        saving.create(ada, spec("note"), {"body": f"N{number}", "about": [mia.pk]})
    out = archive(ada, tmp_path / "all.zip")
    moved(monkeypatch, ada)
    before = Record.objects.count()
    monkeypatch.setattr(bringing, "MOST_ROWS", 3)
    begun = bringing.start(ada, io.BytesIO(out.read_bytes()), "all.zip", out.stat().st_size)
    with monkeypatch.context() as patch:
        patch.setattr(bringing, "point", breaks_at("archive.written", 5))
        with pytest.raises(KeyboardInterrupt):
            bringing.work(ada, begun.pk)
    bringing.forget_archives([])  # somebody is erased meanwhile: what is still to go on needs its report
    assert 0 < Record.objects.count() - before < 24
    run = bringing.work(ada, ArchiveRun.objects.get().pk)
    assert Record.objects.count() - before == 24
    assert run.counts == {kind: {"created": 8} for kind in ("company", "person", "note")}


def test_a_job_writes_it_and_a_job_brings_it_in(ada: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house.a_person(ada)
    made, _job = making.start(ada)
    house.work()
    made.refresh_from_db()
    path = storing.path_of(runs.get_run(ada, made.pk))
    moved(monkeypatch, ada)
    run = bringing.start(ada, io.BytesIO(path.read_bytes()), "all.zip", made.size)
    house.work()
    run.refresh_from_db()
    assert run.state == "done" and run.counts == {"person": {"created": 1}} and not run.stored_name


def test_objects_of_ones_own_come_along_with_their_records(ada: Actor, tmp_path: Path, monkeypatch: Any) -> None:
    made = create_object(ada, ObjectData("Oven", "Ovens"))
    heat = create_field(ada, spec(made.key), FieldData("Heat", "integer")).key
    baker = create_field(ada, spec(made.key), FieldData("Baker", "link", settings={"to": "person"})).key
    saving.create(ada, spec(made.key), {"name": "Old stone", heat: 250, baker: house.a_person(ada).pk})
    out = archive(ada, tmp_path / "all.zip")
    told, first = as_told(out, ""), layout.house()
    moved(monkeypatch, ada)
    ObjectDef.objects.all().delete()
    loading.renew()
    connection.check_constraints()  # as at the end of a transaction: PostgreSQL makes no index while any waits
    run = bringing.bring(ada, out)
    assert run.report.get("problems", []) == [] and run.counts[made.key] == {"created": 1}
    assert as_told(archive(ada, tmp_path / "again.zip"), first) == told
