"""What names a field is told before the field is archived."""

import pytest

from rapport.accounts.models import Role
from rapport.core.access.conditions import Term
from rapport.core.arranging.arrangement import Arrangement
from rapport.core.arranging.keeping import Scope, arrange
from rapport.core.definitions.conditions import add_term
from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.definitions.uses import uses_of
from rapport.core.objects import registry
from rapport.core.views import saved
from tests.world import World

pytestmark = pytest.mark.django_db
COMPANY, PERSON = registry.get("company"), registry.get("person")


def test_it_works(world: World) -> None:
    ada, ann = world.actor("ada"), world.actor("ann")
    row = create_field(ada, COMPANY, FieldData("Ovens", "integer"))
    assert uses_of(ada, row).others == () and uses_of(ada, row).needed_by == ""
    saved.save_view(ada, COMPANY, "Large", saved.Shape(Term(row.key, "is", "5")))
    saved.save_view(ada, COMPANY, "All of them", saved.Shape(columns=(row.key,)))
    saved.save_view(ada, PERSON, "Bakers", saved.Shape(Term(f"company.{row.key}", "is", "5")))
    saved.save_view(ann, COMPANY, "Ann’s own", saved.Shape(sort=f"-{row.key}"))
    arrange(ada, COMPANY, "columns", Scope(role_id=world.roles["member"].pk), Arrangement((row.key,)))
    other = create_field(ada, COMPANY, FieldData("Fuel"))
    add_term(ada, other.pk, "shown_if", Term(row.key, "is", "5"))
    Role.objects.filter(key="read_only").update(field_rules={"company": {row.key: "hidden"}})
    told = "\n".join(uses_of(ada, row).others)
    assert "cannot be opened without it: “Bakers”, “Large”" in told and "sort by it: “All of them”" in told
    assert "keep for themselves: 1" in told and "Ann’s own" not in told
    assert "The condition of “Fuel” asks for it" in told
    assert "for: Member" in told and "rule about it: Read only" in told
    page = world.client("ada").get(f"/settings/fields/{row.pk}/archive").content.decode()
    assert "“Large”" in page and "What uses it now" in page


def test_what_keeps_it_is_told_before_anybody_tries(world: World) -> None:
    ada = world.actor("ada")
    row = create_field(ada, COMPANY, FieldData("Ovens", "integer"))
    create_field(ada, COMPANY, FieldData("Twice", "formula", settings={"expression": "{Ovens} * 2"}))
    assert uses_of(ada, row).needed_by == "Twice"
    page = world.client("ada").get(f"/settings/fields/{row.pk}/archive").content.decode()
    assert "“Twice” needs this field" in page and "disabled" in page
