"""The configuration as files: out of one workspace, into another, and nothing left to change after that."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from rapport.accounts.models import Role
from rapport.cli import main, preparing
from rapport.core.access.conditions import AllOf, Term
from rapport.core.arranging.arrangement import Arrangement, Group
from rapport.core.arranging.keeping import Scope, arrange
from rapport.core.arranging.models import Layout
from rapport.core.definitions import conditions, loading
from rapport.core.definitions.fields import FieldData, archive_field, create_field, own_fields
from rapport.core.definitions.models import FieldDef, ObjectDef
from rapport.core.definitions.objects import ObjectData, create_object
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.events.models import Event
from rapport.core.money_rates.entering import set_rate
from rapport.core.money_rates.models import MoneyRate
from rapport.core.objects import registry
from rapport.core.views.models import RoleView, View
from rapport.core.views.saved import Shape, make_role_default, rename, save_view
from rapport.workspace.actions.roles import RoleData, create_role
from rapport.workspace.configuration import files, planning
from tests import house

pytestmark = pytest.mark.django_db


def furnished(world: Any) -> None:
    """Something of every part, each leaning on another."""
    ada, spec = world.actor("ada"), house.company()
    oven_kind = create_object(ada, ObjectData("Oven", "Ovens", labels={"de": ("Ofen", "Öfen")}))
    create_field(ada, registry.get(oven_kind.key), FieldData("Heat", "integer"))
    options = [{"label": "Nuts", "tone": "red"}, {"label": "Milk"}]
    create_field(ada, spec, FieldData("Allergens", "choices", options=options, labels={"de": "Allergene"}))
    price = create_field(
        ada, spec, FieldData("Price", "decimal", settings={"places": 2}, group="Baking", hint="A loaf")
    )
    settings = {"expression": f"{price.key} * 2", "form": "number", "places": 2}
    create_field(ada, spec, FieldData("Double", "formula", settings=settings))
    oven = create_field(ada, spec, FieldData("Oven", "link", settings={"to": "person"}, is_indexed=True))
    conditions.put(ada, oven.pk, {"required_if": {"all": [{"field": price.key, "operator": "filled", "value": ""}]}})
    mine = {"company": {"field": "owner", "operator": "any", "value": f"me,{world.bob.pk}"}}
    rights = {"*": {"view": "all", "create": "own"}}
    baker = create_role(ada, RoleData("Baker", rights, {"company": {oven.key: "read_only"}}, ["bulk"], mine))
    tree = AllOf((Term("team", "any", str(world.alpha.pk)), Term("c_price", "above", "3")))
    view = save_view(ada, spec, "Dear bread", Shape(tree, "-created_at", "rye", ("owner", oven.key)), shared="all")
    make_role_default(ada, spec, view, [baker.pk])
    save_view(world.actor("ann"), spec, "Alpha", Shape(show="board", details=(("by", "industry"),)), shared="team")
    save_view(ada, spec, "Mine alone", Shape())
    groups = (Group(("name", price.key), name="Bread"),)
    arrange(ada, spec, "facts", Scope(), Arrangement(("name",), frozenset({"size"}), groups))
    arrange(ada, spec, "columns", Scope(role_id=baker.pk), Arrangement(("owner", price.key)))
    set_rate(ada, "USD", "0.92", datetime.date(2026, 1, 31))


def emptied() -> None:
    """Another workspace, with the same people."""
    View.objects.all().delete()
    Layout.objects.all().delete()
    Role.objects.filter(key="baker").delete()
    MoneyRate.objects.all().delete()
    FieldDef.objects.all().delete()
    ObjectDef.objects.all().delete()
    loading.renew()


def texts(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.json")}


def edited(folder: Path, path_: str, **others: Any) -> None:
    path = folder / path_
    path.write_text(json.dumps(json.loads(path.read_text()) | others, indent=2))


@pytest.fixture
def folder(world: Any, tmp_path: Path) -> Path:
    furnished(world)
    planning.export(world.actor("ada"), tmp_path / "config")
    return tmp_path / "config"


def test_it_works(world: Any, folder: Path, tmp_path: Path) -> None:
    ada = world.actor("ada")
    assert planning.plan(ada, folder).is_empty()
    emptied()
    planned = planning.plan(ada, folder)
    assert "fields/company/c_allergens.json" in planned.added and not FieldDef.objects.exists()
    done = planning.apply(ada, folder)
    assert (done.added, done.changed, done.archived) == (planned.added, planned.changed, [])
    assert planning.plan(ada, folder).is_empty(), "nothing is left to change"
    planning.export(ada, tmp_path / "again")
    assert texts(tmp_path / "again") == texts(folder)
    event = Event.objects.filter(kind="config.applied").get()
    assert event.data == {"added": len(done.added), "changed": len(done.changed), "archived": 0}


def test_what_files_change_or_lack_is_changed_or_archived_and_no_data_is_lost(world: Any, folder: Path) -> None:
    ada = world.actor("ada")
    bread = house.a_company(ada, "Bread", c_price="3.50", c_oven=house.a_person(ada).pk)
    edited(folder, "fields/company/c_oven.json", label="Stove")
    edited(folder, "order/company.json", fields=["c_oven", "c_allergens", "c_price"])
    for name in ("fields/company/c_double.json", "fields/company/c_price.json", "layouts/company/facts.json",
                 "layouts/company/columns.baker.json"):  # fmt: skip
        (folder / name).unlink()
    view = next(folder.glob("views/company/dear_bread_*.json"))
    edited(folder, view.relative_to(folder).as_posix(), condition={"all": []}, name="All bread")
    edited(folder, "fields/company/c_oven.json", conditions={})
    done = planning.apply(ada, folder)
    assert "label" in done.changed["fields/company/c_oven.json"] and len(done.archived) == 4
    assert View.objects.get(key=view.stem).name == "All bread"
    assert "c_price" not in house.company().by_key
    bread.refresh_from_db()
    assert bread.custom["c_price"] == 3.5, "archived, with its values"
    assert planning.plan(ada, folder).is_empty()
    assert [one.key for one in own_fields(house.company())][:2] == ["c_oven", "c_allergens"]
    (folder / "roles/baker.json").unlink()
    assert planning.plan(ada, folder).left == ["roles/baker.json"] and Role.objects.filter(key="baker").exists()


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("fields/company/c_oven.json", {"colour": "red"}, r"c_oven.json:\d+: “colour” is not known here"),
        ("fields/company/c_oven.json", {"type": "text"}, r"c_oven.json:\d+: A field is converted"),
        ("fields/company/c_price.json", {"label": 7}, r"c_price.json:\d+: “label” has a value of another sort"),
        ("roles/baker.json", {"levels": {"oven": {}}}, r"baker.json:\d+: There is no object called “oven”"),
        ("roles/baker.json", {"filters": {"company": {"field": "owner", "operator": "any", "value": "x@y.example"}}},
         r"baker.json:\d+: There is no user “x@y.example”"),
        ("layouts/company/columns.baker.json", {"keys": ["c_gone"]}, r"There is no field called “c_gone”"),
        ("rapport.json", {"rapport_config": 2}, r"rapport.json:2: A newer Rapport"),
    ],
)  # fmt: skip
def test_what_cannot_be_applied_is_refused_by_file_and_line_and_nothing_is_done(
    world: Any, folder: Path, name: str, change: dict[str, Any], told: str
) -> None:
    edited(folder, name, **change)
    edited(folder, "fields/company/c_allergens.json", label="Other")
    before = Event.objects.count()
    for verb in (planning.plan, planning.apply):
        with pytest.raises(Invalid, match=told):
            verb(world.actor("ada"), folder)
    assert Event.objects.count() == before and FieldDef.objects.get(key="c_allergens").label == "Allergens"


def test_no_json_is_named_with_its_line(world: Any, folder: Path) -> None:
    (folder / "teams.json").write_text('{\n  "teams": {,}\n}')
    with pytest.raises(Invalid, match=r"teams.json:2: this is no JSON"):
        planning.plan(world.actor("ada"), folder)


def test_it_is_for_administrators_and_leaves_other_folders_alone(world: Any, tmp_path: Path) -> None:
    (tmp_path / "diary.json").write_text("{}")
    with pytest.raises(Invalid, match="holds something else"):
        planning.export(world.actor("ada"), tmp_path)
    with pytest.raises(NotAllowed):
        planning.export(world.actor("ann"), tmp_path / "config")


def test_an_export_removes_what_it_wrote_and_nothing_else(world: Any, folder: Path) -> None:
    others = [folder / name for name in ("package.json", ".vscode/settings.json", "views/a/b/c.json", "fields/x.txt")]
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    gone = folder / "fields/company/c_gone.json"
    gone.write_text("{}")
    planning.export(world.actor("ada"), folder)
    assert all(path.exists() for path in others) and not gone.exists()


def test_an_export_that_was_broken_off_cannot_be_applied(
    world: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = world.actor("ada")
    as_text = files.as_text

    def killed(data: Any) -> str:
        if data.get("key") == "c_oven":
            raise KeyboardInterrupt
        return as_text(data)

    for where in (folder, tmp_path / "fresh"):
        with monkeypatch.context() as patched:
            patched.setattr(files, "as_text", killed)
            with pytest.raises(KeyboardInterrupt):
                planning.export(ada, where)
        with pytest.raises(Invalid, match=r"rapport.json:2: An export into this folder was broken off"):
            planning.apply(ada, where)
        planning.export(ada, where)
        assert planning.plan(ada, where).is_empty()


def test_a_view_that_was_made_private_is_refused_by_its_file(world: Any, folder: Path) -> None:
    ann, view = world.actor("ann"), View.objects.get(name="Alpha")
    rename(ann, view, "Alpha", "")
    with pytest.raises(Invalid, match=rf"views/company/{view.key}.json:\d+: Somebody keeps a view of this key alone"):
        planning.plan(world.actor("ada"), folder)


def test_an_export_names_no_archived_fields_and_goes_in_elsewhere(world: Any, tmp_path: Path) -> None:
    ada, spec = world.actor("ada"), house.company()
    rye = create_field(ada, spec, FieldData("Rye", "integer"))
    details = (("sums", f"{rye.key}.sum"),)
    save_view(ada, spec, "Ryes", Shape(sort=rye.key, columns=("name", rye.key), details=details), shared="all")
    save_view(ada, spec, "Board", Shape(show="board", details=(("by", "industry"), ("sum", rye.key))), shared="all")
    arrange(ada, spec, "facts", Scope(), Arrangement(("name", rye.key), groups=(Group(("name", rye.key), name="B"),)))
    archive_field(ada, rye.pk)
    planning.export(ada, tmp_path / "config")
    assert not any(rye.key in text for text in texts(tmp_path / "config").values())
    assert planning.plan(ada, tmp_path / "config").is_empty()
    emptied()
    planning.apply(ada, tmp_path / "config")
    assert planning.plan(ada, tmp_path / "config").is_empty()


def test_a_view_that_not_all_have_any_more_opens_for_no_role(world: Any, folder: Path) -> None:
    ada, view = world.actor("ada"), View.objects.get(name="Dear bread")
    rename(ada, view, view.name, "team", team_id=world.alpha.pk)
    assert not RoleView.objects.exists()
    planning.export(ada, folder)
    emptied()
    planning.apply(ada, folder)
    assert planning.plan(ada, folder).is_empty()


def bare(folder: Path, path_: str, **others: Any) -> None:
    """A file of a company's field that says no more than it must."""
    path = folder / "fields/company" / f"{path_}.json"
    path.write_text(json.dumps({"kind": "company", "key": path_, **others}))


def test_plan_right_after_apply_finds_nothing_however_the_files_say_it(world: Any, folder: Path) -> None:
    ada = world.actor("ada")
    bare(folder, "c_bare", type="decimal", label="Bare")
    bare(folder, "c_whole", type="decimal", label="Whole", settings={"places": "0"}, labels={"de": "Whole"})
    only = {"field": "c_bare", "operator": "above", "value": "3"}
    bare(folder, "c_words", type="text", label=" Words ", conditions={"shown_if": only, "locked_if": {"all": []}})
    bare(folder, "c_long", type="long_text", label="Long", unique=True, indexed=True)
    bare(folder, "c_thrice", type="formula", label="Thrice", required=True,
         settings={"expression": "c_bare * 3", "form": "number"})  # fmt: skip
    mine = {"field": "owner", "operator": "any", "value": world.bob.email.upper()}
    edited(folder, "roles/baker.json", filters={"company": mine})
    view = next(folder.glob("views/company/dear_bread_*.json")).relative_to(folder).as_posix()
    edited(folder, view, condition=mine)
    planning.apply(ada, folder)
    assert planning.plan(ada, folder).changed == {}
    assert FieldDef.objects.get(key="c_whole").settings["places"] == 0
    bare(folder, "c_whole", type="decimal", label="Whole", settings={"places": 2})
    assert planning.plan(ada, folder).changed == {"fields/company/c_whole.json": ["settings"]}


def test_conditions_of_a_field_that_nobody_types_are_refused(world: Any, folder: Path) -> None:
    only = {"shown_if": {"field": "c_price", "operator": "above", "value": "3"}}
    edited(folder, "fields/company/c_double.json", conditions=only)
    with pytest.raises(Invalid, match=r"c_double.json:\d+: This field cannot stand under a condition"):
        planning.plan(world.actor("ada"), folder)


def test_views_keep_their_span_and_their_sums(world: Any, tmp_path: Path) -> None:
    ada, spec = world.actor("ada"), house.company()
    calendar, table = (("by", "created_at"), ("span", "week")), (("sums", "size.sum"),)
    save_view(ada, spec, "Week", Shape(show="calendar", details=calendar), shared="all")
    save_view(ada, spec, "Feet", Shape(details=table), shared="all")
    planning.export(ada, tmp_path / "config")
    emptied()
    planning.apply(ada, tmp_path / "config")
    found = {view.name: view.details for view in View.objects.all()}
    assert found == {"Week": dict(calendar), "Feet": dict(table)}
    assert planning.plan(ada, tmp_path / "config").is_empty()


def test_the_command_tells_nothing_changes_and_refused_apart(
    world: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "prepare", lambda: None)
    assert main(["config", "plan", str(folder)]) == 0
    edited(folder, "fields/company/c_oven.json", label="Stove")
    assert main(["config", "plan", str(folder)]) == 2
    edited(folder, "fields/company/c_oven.json", label=7)
    assert main(["config", "plan", str(folder)]) == 1
    assert loading.field_of(FieldDef.objects.get(key="c_oven")).label == "Oven"  # type: ignore[union-attr]
