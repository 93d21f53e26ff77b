"""Objects made at run time: who may make them, that they are as good as declared ones, and that they stay apart."""

from typing import Any

import pytest
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.access.visible import visible_to
from rapport.core.audit.erase import erase
from rapport.core.audit.verify import verify
from rapport.core.definitions import fields, objects
from rapport.core.definitions.custom_records import CustomRecord
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import ObjectDef
from rapport.core.definitions.objects import ObjectData
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.fields.json_index import has_index
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.search.searching import search
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db


def made(ada: Actor, plural: str = "Ovens", label: str = "Oven", **more: Any) -> ObjectSpec:
    return registry.get(objects.create_object(ada, ObjectData(label, plural, **more)).key)


def names(actor: Actor, spec: ObjectSpec, query: ListQuery | None = None) -> list[str]:
    return [row.title for row in list_page(actor, spec, query or ListQuery(sort="title"), ()).rows]


def test_it_works(world: World) -> None:
    ada = world.actor("ada")
    oven, van = made(ada), made(ada, "Vans", "Van")
    assert (oven.key, oven.path) == ("c_ovens", "ovens")
    fields.create_field(ada, oven, FieldData("State", type="choice", options=[{"label": "Hot"}, {"label": "Cold"}]))
    oven = registry.get("c_ovens")
    deck = saving.create(ada, oven, {"name": "Deck oven", "c_state": "hot"})
    saving.create(ada, oven, {"name": "Stone oven", "c_state": "cold"})
    saving.create(ada, van, {"name": "Deck van"})
    assert names(ada, oven) == ["Deck oven", "Stone oven"]
    assert names(ada, oven, ListQuery(Term("c_state", "", "hot"))) == ["Deck oven"]
    assert names(ada, oven, ListQuery(find="deck")) == ["Deck oven"]
    assert [hit.title for hit in search(ada, van, "deck", 5)] == ["Deck van"]
    saving.update(ada, oven, deck.pk, {"c_state": "cold"}, version=deck.version)
    assert not verify().problems


def test_keys_and_addresses_are_given_once(ada: Actor) -> None:
    assert made(ada, "Öfen", "Ofen").path == "ofen"
    assert made(ada, "Settings", "Setting").path == "settings-2"
    assert made(ada, "店", "一").path == "objects"
    assert made(ada, "3D prints", "3D print").path == "objects-3d-prints"
    first = ObjectDef.objects.get(key="c_ofen")
    objects.archive_object(ada, first.pk)
    again = made(ada, "Öfen", "Ofen")
    assert (again.key, again.path) == ("c_ofen_2", "ofen-2")
    with pytest.raises(Invalid):
        objects.bring_back_object(ada, first.pk)


def test_what_cannot_be_is_said_in_a_sentence(ada: Actor) -> None:
    for wrong in (
        ObjectData("", ""), ObjectData("Oven", "companies"), ObjectData("Person", "Ovens"),
        ObjectData("Oven", "Ovens", icon="nothing"), ObjectData("O" * 61, "Ovens"),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            objects.create_object(ada, wrong)
    assert not ObjectDef.objects.exists()


def test_only_those_who_may_shape_the_workspace_make_objects(world: World) -> None:
    row = objects.create_object(world.actor("ada"), ObjectData("Oven", "Ovens"))
    for name in ("ann", "mia", "ray"):
        actor = world.actor(name)
        with pytest.raises(NotAllowed):
            objects.create_object(actor, ObjectData("Van", "Vans"))
        with pytest.raises(NotAllowed):
            objects.change_object(actor, row.pk, ObjectData("Van", "Vans"))
        for verb in (objects.get_object, objects.archive_object, objects.bring_back_object):
            with pytest.raises(NotAllowed):
                verb(actor, row.pk)


def test_fields_of_one_object_are_indexed_and_unique_for_it_alone(ada: Actor) -> None:
    oven, van = made(ada), made(ada, "Vans", "Van")
    for spec in (oven, van):
        fields.create_field(ada, spec, FieldData("Number", is_indexed=True, is_unique=True))
    house.work()
    saving.create(ada, registry.get(oven.key), {"name": "Deck", "c_number": "1"})
    saving.create(ada, registry.get(van.key), {"name": "Truck", "c_number": "1"})
    with pytest.raises(Invalid):
        saving.create(ada, registry.get(oven.key), {"name": "Other", "c_number": "1"})
    field = registry.get(oven.key).by_key["c_number"]
    assert field.indexed and has_index(registry.get(oven.key), field)


@pytest.mark.sqlite_only
def test_lists_are_read_along_the_indexes_of_their_kind(ada: Actor) -> None:
    oven = made(ada)
    rows = visible_to(ada, oven).order_by("title_key", "pk")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {rows.query}")
        plan = " ".join(line[3] for line in cursor.fetchall())
    assert "core_customrecord_c_ovens_title" in plan and "TEMP B-TREE" not in plan


def test_what_is_erased_is_gone_also_while_its_object_is_archived(ada: Actor) -> None:
    oven = made(ada)
    pk = saving.create(ada, oven, {"name": "Secret"}).pk
    objects.archive_object(ada, ObjectDef.objects.get().pk)
    erase(ada, pk)
    assert not CustomRecord.objects.filter(pk=pk).exists() and not verify().problems
