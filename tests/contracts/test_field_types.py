"""What holds for every type of field, on every surface: the form, a fact in its place, the page, the list, filters,
bulk edit, the history, undo, files that go out and come back, and rights. New types of tests/fields.py are in it, too.
"""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.conditions import Term
from rapport.core.access.levels import locale_of
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.access.visible import get_record
from rapport.core.audit.verify import verify
from rapport.core.changes.undo import undo
from rapport.core.events.models import Act, Change
from rapport.core.exporting import files as exporting
from rapport.core.fields import Field, FileField, LabelledLinks, Link, Links, RichText
from rapport.core.files.incoming import take_in
from rapport.core.objects import bulk, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.tests.bringing import Files, counts
from rapport.core.tests.test_values import form_of
from rapport.core.timeline.reading import timeline
from rapport.people.models import Company
from tests import house
from tests.fields import BERLIN, CUSTOM, SAMPLES, on_companies
from tests.world import World

pytestmark = pytest.mark.django_db
BYTES = {"one.txt": b"one", "two.txt": b"two"}


@pytest.fixture
def spec(monkeypatch: pytest.MonkeyPatch) -> ObjectSpec:
    return on_companies(monkeypatch)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture(params=[field.key for field in CUSTOM])
def field(request: pytest.FixtureRequest, spec: ObjectSpec) -> Field:
    return spec.by_key[request.param]


def two_values(actor: Actor, field: Field) -> list[Any]:
    """Two values for one who may see what they lead to; files as their names."""
    if isinstance(field, Link | Links):
        ids = (
            list(User.objects.order_by("pk").values_list("pk", flat=True)[:2])
            if field.type == "user"
            else [house.a_company(actor, f"Target {number}").pk for number in range(2)]
        )
        if isinstance(field, LabelledLinks):
            return [[{"id": one, "label": label}] for one, label in zip(ids, ("a", ""), strict=True)]
        return [[one] for one in ids] if isinstance(field, Links) else ids
    if field.type == "moment":  # none of the hour that clocks have twice
        return SAMPLES["moment"][::2]
    return list(BYTES) if isinstance(field, FileField) else SAMPLES[field.type][:2]


def posted(field: Field, value: Any) -> dict[str, Any]:
    """What a browser sends for it."""
    if isinstance(field, FileField):
        return {field.key: SimpleUploadedFile(value, BYTES[value])}
    return dict(form_of(field, value).lists())


def given(actor: Actor, field: Field, value: Any) -> Any:
    """What code gives the save path."""
    return take_in(actor, value, [BYTES[value]]) if isinstance(field, FileField) else value


def stored(field: Field, record_id: int) -> Any:
    return field.get(Company.objects.get(pk=record_id))


def is_same(field: Field, value: Any, wanted: Any) -> bool:
    if isinstance(field, FileField):
        return bool(value) and value.name == wanted
    if field.type == "moment":  # a form shows minutes
        value, wanted = value.replace(second=0), wanted.replace(second=0)
    return bool(field.to_json(value) == field.to_json(wanted))


def shown(actor: Actor, spec: ObjectSpec, field: Field, record_id: int) -> str:
    """The value in words, as lists show it."""
    (row,) = list_page(actor, spec, ListQuery(Term("name", "is", "Record")), [field]).rows
    assert row.id == record_id
    return field.cell(row.values[field.key], locale_of(actor)).text


def test_it_works(world: World, spec: ObjectSpec, field: Field) -> None:
    """The form makes it, a fact changes it, page and list show it, the history tells it, undo takes it back."""
    world.ann.time_zone = BERLIN.time_zone
    world.ann.save()
    ann, browser = world.actor("ann"), world.client("ann")
    one, two = two_values(ann, field)
    made = browser.post("/companies/new", {"name": "Record", **posted(field, one)})
    assert made.status_code == 302, made.content.decode()[-3000:]
    url = made.headers["Location"]
    record_id = int(url.rpartition("/")[2])
    assert is_same(field, stored(field, record_id), one)
    first = shown(ann, spec, field, record_id)
    for page in (url, f"{url}/edit", f"/companies?columns={field.key}&name=Record"):
        answer = browser.get(page)
        assert answer.status_code == 200, page
        # A page shows the formatting of a text, what a link leads to by its name, and its label apart from that.
        if not page.endswith("/edit") and field.type not in ("rich_text", "link", "user", "team", "labelled_links"):
            assert escape(first) in answer.content.decode(), page
    assert browser.get(f"{url}/fact/{field.key}").status_code == 200
    changed = browser.post(f"{url}/fact/{field.key}", {"version": "1", **posted(field, two)})
    assert changed.status_code == 302, changed.content.decode()[-3000:]
    assert is_same(field, stored(field, record_id), two)
    second = shown(ann, spec, field, record_id)
    change = Change.objects.filter(record_id=record_id).latest("pk").fields
    assert [is_same(field, field.from_json(value), w) for value, w in zip(change[field.key], (one, two), strict=True)]
    entry = timeline(ann, spec, get_record(ann, spec, record_id))[0]
    (told,) = [line for line in entry.changes if line[0] == field.label]
    if field.type not in ("moment", "yes_no", "link", "user"):  # told at length, as nothing, by their names
        assert told == (field.label, first, second)
    assert browser.get(f"{url}/history").status_code == 200
    assert undo(ann, Act.objects.latest("pk").pk).left == []
    assert is_same(field, stored(field, record_id), one)
    assert not verify().problems, "each value is what the history says"


def test_filters_tell_what_is_filled_from_what_is_not(world: World, spec: ObjectSpec, field: Field) -> None:
    ann = world.actor("ann")
    value = two_values(ann, field)[0]
    saving.create(ann, spec, {"name": "Filled", field.key: given(ann, field, value)})
    saving.create(ann, spec, {"name": "Bare"})

    def found(operator: str, operand: str = "") -> set[str]:
        rows = list_page(ann, spec, ListQuery(Term(field.key, operator, operand)), []).rows
        return {row.title for row in rows} & {"Filled", "Bare"}

    if field.type == "yes_no":
        assert (found("is", "yes"), found("is", "no")) == ({"Filled"}, {"Bare"})
        return
    assert (found("filled"), found("empty")) == ({"Filled"}, {"Bare"})
    answer = world.client("ann").get(f"/companies/filter?f={field.key}")
    assert answer.status_code == 200 and str(field.label) in answer.content.decode()


def test_an_export_comes_back(world: World, spec: ObjectSpec, field: Field, files: Files) -> None:
    ann = world.actor("ann")
    value = two_values(ann, field)[0]
    made = saving.create(ann, spec, {"name": "Record", field.key: given(ann, field, value)})
    if field.sortable:
        assert world.client("ann").get(f"/companies?sort={field.key}").status_code == 200
    out, lines = io.BytesIO(), io.BytesIO()
    query = ListQuery(Term("name", "is", "Record"))
    exporting.export(ann, spec, query, "csv", out)
    exporting.export(ann, spec, query, "jsonl", lines)
    assert str(field.label) in out.getvalue().decode("utf-8-sig").splitlines()[0]
    assert json.loads(lines.getvalue())[field.key] is not None
    ada = world.actor("ada")
    assert counts(files.bring(ada, out.getvalue(), "company", match="title")) == (0, 0, 1, 0, 0), (
        "what is there already"
    )
    saving.update(ann, spec, made.pk, {field.key: None if isinstance(field, FileField) else field.empty})
    back = counts(files.bring(ada, out.getvalue(), "company", match="title"))
    if isinstance(field, FileField):
        assert back == (0, 0, 1, 0, 0) and stored(field, made.pk) is None, "a table carries its name alone"
    else:
        assert back == (0, 1, 0, 0, 0) and field.to_json(stored(field, made.pk)) == field.to_json(value)


def test_many_records_are_given_one_value(world: World, spec: ObjectSpec, field: Field) -> None:
    ann = world.actor("ann")
    offered = field.key in bulk.editable_fields(ann, spec)
    assert offered != isinstance(field, FileField)
    if offered:
        value = two_values(ann, field)[0]
        ids = [house.a_company(ann, name).pk for name in "AB"]
        order = bulk.Order("edit", field.key, field.to_text(value) if not isinstance(field, RichText) else value)
        bulk.carry_out(ann, spec, order, ids)
        assert all(is_same(field, stored(field, one), value) for one in ids)
        undo(ann, Act.objects.latest("pk").pk)
        assert all(field.is_empty(stored(field, one)) for one in ids)


def test_a_hidden_field_is_not_there(world: World, spec: ObjectSpec, field: Field) -> None:
    ann = world.actor("ann")
    made = saving.create(ann, spec, {"name": "Record", field.key: given(ann, field, two_values(ann, field)[0])})
    role = world.ann.role
    role.field_rules = {"company": {field.key: "hidden"}}
    role.save()
    house.forget()
    browser = world.client("ann")
    url = f"/companies/{made.pk}"
    assert browser.get(f"{url}/fact/{field.key}").status_code == 404
    assert browser.get(f"/companies?{field.key}=x").status_code == 400
    for page in (url, f"{url}/edit", f"{url}/history", f"/companies?columns=name,{field.key}"):
        assert not re.search(rf"-{field.key}\b", browser.get(page).content.decode()), page
    browser.post(f"{url}/edit", {"version": "1", **posted(field, two_values(ann, field)[1])})
    out = io.BytesIO()
    exporting.export(world.actor("ann"), spec, ListQuery(), "jsonl", out)
    assert field.key not in json.loads(out.getvalue().splitlines()[0])
    assert Company.objects.get(pk=made.pk).version == 1
