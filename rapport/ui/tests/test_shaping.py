"""What those who may shape the workspace see in lists and on records, and others do not."""

import pytest

from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.definitions.models import FieldDef
from rapport.core.objects import saving
from rapport.ui.screens import shaping
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db
HINT = "has no index"


def test_it_works(world: World) -> None:
    """A field is added from the page of a record and from the columns of a list."""
    record = house.a_company(world.actor("ada"))
    for url in (f"/companies/{record.pk}", "/companies/columns"):
        assert "/settings/fields/company/new?back=" in world.client("ada").get(url).content.decode()
        assert "/settings/fields/company/new" not in world.client("ann").get(url).content.decode()


def test_a_long_list_tells_which_field_deserves_an_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = world.actor("ada")
    row = create_field(ada, house.company(), FieldData("Shelf"))
    for number in range(4):
        saving.create(ada, house.company(), {"name": f"C{number}", row.key: "A"})
    filtered, sorted_by = f"/companies?{row.key}.is=A", f"/companies?sort={row.key}"
    assert HINT not in world.client("ada").get(filtered).content.decode(), "a short list needs none"
    monkeypatch.setattr(shaping, "COUNT_CAP", 3)
    for url in (filtered, sorted_by):
        assert f"/settings/fields/{row.pk}/edit" in world.client("ada").get(url).content.decode()
        assert HINT not in world.client("ann").get(url).content.decode()
    assert HINT not in world.client("ada").get("/companies").content.decode()
    FieldDef.objects.filter(pk=row.pk).update(is_indexed=True)
    assert HINT not in world.client("ada").get(filtered).content.decode(), "it is being built"
