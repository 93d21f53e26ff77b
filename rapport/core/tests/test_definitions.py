"""Fields made at run time: who may make them, what becomes of them, and that every thread and process knows at once."""

import threading
from typing import Any

import pytest
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.audit.verify import verify
from rapport.core.changes.undo import undo
from rapport.core.definitions import fields, loading
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Conflict, Invalid, NotAllowed
from rapport.core.events.models import Act, Event
from rapport.core.fields import Locale, snapshot
from rapport.core.objects import saving
from rapport.core.views import saved
from rapport.people.models import Company
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db
COMPANY = house.company()


def made(ada: Actor, label: str = "Shelf", **more: Any) -> FieldDef:
    return fields.create_field(ada, COMPANY, FieldData(label, **more))


def test_it_works(world: World) -> None:
    """A field is in form, list, filter, file, search and history at the next request."""
    ada, browser = world.actor("ada"), world.client("ann")
    row = made(ada, "Allergens", type="choices", options=[{"label": "Nuts"}, {"label": "Milk", "tone": "red"}])
    assert row.key == "c_allergens"
    assert 'name="c_allergens"' in browser.get("/companies/new").content.decode()
    answer = browser.post("/companies/new", {"name": "Bakery", "c_allergens": ["", "nuts", "milk"]})
    url = answer.headers["Location"]
    assert "Allergens" in browser.get(url).content.decode()
    listed = browser.get("/companies?columns=c_allergens&c_allergens.any=milk").content.decode()
    assert "Bakery" in listed and "Nuts" in listed and "Milk" in listed
    browser.post(f"{url}/fact/c_allergens", {"version": "1", "c_allergens": ["", "nuts"]})
    assert "Allergens" in browser.get(f"{url}/history").content.decode()
    assert "Allergens" in browser.get("/companies/columns?columns=name").content.decode()
    assert [event.kind for event in Event.objects.filter(kind__startswith="field.")] == ["field.created"]
    assert not verify().problems


def test_only_administrators_make_fields(world: World) -> None:
    row = made(world.actor("ada"))
    for name in ("ann", "mia", "ray"):
        actor = world.actor(name)
        with pytest.raises(NotAllowed):
            made(actor)
        for verb in (fields.archive_field, fields.bring_back_field, fields.get_field):
            with pytest.raises(NotAllowed):
                verb(actor, row.pk)
        with pytest.raises(NotAllowed):
            fields.change_field(actor, row.pk, FieldData("X"))
        with pytest.raises(NotAllowed):
            fields.reorder_fields(actor, COMPANY, [row.pk])
    assert Event.objects.filter(kind__startswith="field.").count() == 1


def test_a_key_stays_and_is_never_given_twice(ada: Actor) -> None:
    first = made(ada, "Größe")
    fields.change_field(ada, first.pk, FieldData("Size"))
    assert COMPANY.by_key[first.key].label == "Size"
    fields.archive_field(ada, first.pk)
    second, budget = made(ada, "Größe"), made(ada, "Budget", type="money")
    assert (first.key, second.key) == ("c_grosse", "c_grosse_2")
    assert made(ada, "Budget currency").key != f"{budget.key}_currency"
    assert made(ada, "???").key == "c_field"


def test_what_cannot_be_is_said_in_a_sentence(ada: Actor) -> None:
    made(ada)
    for part, data in {
        "label": FieldData("  "),
        "type": FieldData("X", type="nothing"),
        "options": FieldData("X", type="choice"),
        "to": FieldData("X", type="link"),
        "places": FieldData("X", type="decimal", settings={"places": "12"}),
    }.items():
        with pytest.raises(Invalid) as refused:
            fields.create_field(ada, COMPANY, data)
        assert list(refused.value.errors) == [part]
    with pytest.raises(Invalid, match="already"):
        made(ada, "shelf")
    double = [{"label": "A"}, {"label": "a"}]
    with pytest.raises(Invalid, match="Two options"):
        made(ada, "X", type="choice", options=double)


def test_an_archived_field_is_nowhere_and_comes_back_with_its_values(world: World) -> None:
    ada, browser = world.actor("ada"), world.client("ada")
    row = made(ada)
    bakery = saving.create(ada, COMPANY, {"name": "Bakery", row.key: "North wall"})
    saving.update(ada, COMPANY, bakery.pk, {row.key: "South wall"})
    act = Act.objects.latest("pk")
    fields.archive_field(ada, row.pk)
    assert row.key not in COMPANY.by_key and row.key in COMPANY.retired
    for page in (f"/companies/{bakery.pk}", f"/companies/{bakery.pk}/edit", "/companies/new", "/companies"):
        answer = browser.get(page)
        assert answer.status_code == 200 and "South wall" not in answer.content.decode(), page
    assert browser.get(f"/companies?{row.key}=x").status_code == 400
    assert "South wall" in browser.get("/settings/audit").content.decode(), "what was stays told"
    undo(ada, act.pk)
    assert not verify().problems
    fields.bring_back_field(ada, row.pk)
    assert COMPANY.by_key[row.key].get(Company.objects.get(pk=bakery.pk)) == "South wall"
    assert not verify().problems


def test_a_field_that_a_role_filters_by_is_not_archived(world: World) -> None:
    """Its holders would see nothing any more, and nobody would know why."""
    ada = world.actor("ada")
    row = made(ada)
    Role.objects.filter(key="member").update(
        filters={"company": {"field": row.key, "operator": "is", "value": "North"}}
    )
    with pytest.raises(Conflict, match="Member"):
        fields.archive_field(ada, row.pk)
    assert row.key in COMPANY.by_key
    assert world.client("ann").get("/companies").status_code == 200


def test_a_view_that_filters_by_an_archived_field_stays_closed(world: World) -> None:
    ada = world.actor("ada")
    row = made(ada)
    view = saved.save_view(ada, COMPANY, "North", saved.Shape(Term(row.key, "is", "North")))
    fields.archive_field(ada, row.pk)
    answer = world.client("ada").get(f"/companies?view={view.pk}")
    assert "filters by a field that you may not see" in answer.content.decode()


def test_options_are_archived_not_lost(ada: Actor) -> None:
    row = made(ada, "Size", type="choice", options=[{"label": "Small"}, {"label": "Large"}])
    one = saving.create(ada, COMPANY, {"name": "A", row.key: "large"})
    fields.change_field(ada, row.pk, FieldData("Size", options=[{"key": "small", "label": "Tiny"}]))
    field: Any = COMPANY.by_key[row.key]
    assert field.offered() == [("small", "Tiny")]
    assert field.offered("large") == [("small", "Tiny"), ("large", "Large")]
    assert field.cell(field.get(Company.objects.get(pk=one.pk)), Locale()).text == "Large"
    saving.update(ada, COMPANY, one.pk, {"name": "B", row.key: "large"})


def test_a_form_on_what_somebody_changed_is_refused(ada: Actor) -> None:
    row = made(ada)
    seen = fields.state(row)
    fields.change_field(ada, row.pk, FieldData("Rack"), seen=seen)
    with pytest.raises(Conflict):
        fields.change_field(ada, row.pk, FieldData("Board"), seen=seen)


def test_fields_stand_in_the_order_given(ada: Actor) -> None:
    rows = [made(ada, label) for label in "ABC"]
    fields.reorder_fields(ada, COMPANY, [rows[2].pk, rows[0].pk])
    assert [key for key in COMPANY.by_key if key.startswith("c_")] == ["c_c", "c_a", "c_b"]


def test_a_required_field_is_asked_for(ada: Actor) -> None:
    row = made(ada, is_required=True)
    with pytest.raises(Invalid) as refused:
        saving.create(ada, COMPANY, {"name": "A"})
    assert list(refused.value.errors) == [row.key]


def test_labels_speak_the_readers_language(world: World) -> None:
    made(world.actor("ada"), "Shelf", labels={"de": "Regal", "xx": "?"})
    world.ann.language = "de"
    world.ann.save()
    assert "Regal" in world.client("ann").get("/companies/new").content.decode()
    assert "Shelf" in world.client("bob").get("/companies/new").content.decode()


def test_a_filter_goes_through_a_link_made_at_run_time(ada: Actor) -> None:
    row = made(ada, "Supplier", type="link", settings={"to": "company"})
    mill = saving.create(ada, COMPANY, {"name": "Mill", "industry": "retail"})
    saving.create(ada, COMPANY, {"name": "Bakery", row.key: mill.pk})
    for term in (Term(f"{row.key}.industry", "any", "retail"), Term(f"{row.key}.name", "contains", "mil")):
        assert [one.title for one in list_page(ada, COMPANY, ListQuery(term), []).rows] == ["Bakery"]


def test_what_is_erased_leaves_links_made_at_run_time(ada: Actor) -> None:
    from rapport.core.audit.erase import erase  # noqa: PLC0415

    row = made(ada, "Supplier", type="link", settings={"to": "company"})
    mill = saving.create(ada, COMPANY, {"name": "Mill"})
    bakery = saving.create(ada, COMPANY, {"name": "Bakery", row.key: mill.pk})
    fields.archive_field(ada, row.pk)
    erase(ada, mill.pk)
    assert row.key not in Company.objects.get(pk=bakery.pk).custom
    fields.bring_back_field(ada, row.pk)
    assert not verify().problems


# ------------------------------------------------------------------ every thread and process
def test_a_pinned_snapshot_does_not_move(ada: Actor) -> None:
    with loading.pinned() as before:
        other = threading.Thread(target=lambda: snapshot.install(snapshot.Snapshot(7)))
        other.start()
        other.join()
        assert snapshot.current() is before
    assert snapshot.current().version == 7


def test_what_was_rolled_back_is_not_believed(world: World) -> None:
    from django.db import transaction  # noqa: PLC0415

    browser = world.client("ann")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        made(world.actor("ada"))
        raise ZeroDivisionError
    assert "c_shelf" not in browser.get("/companies/new").content.decode()


@pytest.mark.django_db(transaction=True)
def test_another_thread_uses_a_field_at_once(world: World) -> None:
    """A thread that never heard of the field pins the version it finds: as another process would."""
    made(world.actor("ada"))
    snapshot.forget()  # as a process that knows nothing
    found: list[bool] = []

    def look() -> None:
        with loading.pinned():
            found.append("c_shelf" in COMPANY.by_key)
        connection.close()

    other = threading.Thread(target=look)
    other.start()
    other.join()
    assert found == [True]
