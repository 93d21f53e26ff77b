"""Fields under a condition: asked, required or locked by what else the record says, at every door, with a reason."""

from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Term
from rapport.core.changes.undo import undo
from rapport.core.definitions import conditions, fields
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Invalid
from rapport.core.events.models import Act
from rapport.core.objects import saving
from rapport.people.models import Company
from tests import house
from tests.world import World

pytestmark = pytest.mark.django_db
COMPANY = house.company()
FOOD = Term("industry", "any", "food")


def made(ada: Actor, label: str = "Hygiene", type: str = "text", **terms: Term) -> FieldDef:
    row = fields.create_field(ada, COMPANY, FieldData(label, type))
    for effect, term in terms.items():
        conditions.add_term(ada, row.pk, effect, term)
    return row


def change(ada: Actor, record: Any, **values: Any) -> Any:
    return saving.update(ada, COMPANY, record.pk, values)


def test_it_works(ada: Actor) -> None:
    made(ada, required_if=FOOD)
    with pytest.raises(Invalid, match=r"Hygiene is missing. Needed because Industry is any of Food."):
        house.a_company(ada, "Bakery", industry="food")
    bank = house.a_company(ada, "Bank", industry="finance")
    with pytest.raises(Invalid, match="Hygiene is missing"):
        change(ada, bank, industry="food")
    change(ada, bank, industry="food", c_hygiene="A")
    with pytest.raises(Invalid, match="Hygiene is missing"):
        change(ada, bank, c_hygiene="")
    change(ada, bank, industry="retail", c_hygiene="")


def test_an_old_record_is_not_held_up_by_a_new_condition(ada: Actor) -> None:
    bakery = house.a_company(ada, "Bakery", industry="food")
    made(ada, required_if=FOOD)
    change(ada, bakery, phone="+49 30 123456")


def test_what_is_not_asked_is_not_filled(ada: Actor) -> None:
    made(ada, shown_if=FOOD, required_if=Term("name", "contains", "a"))
    bank = house.a_company(ada, "Bank", industry="finance")  # not required where it is not asked
    with pytest.raises(Invalid, match=r"Hygiene is not asked here. Only asked where Industry is any of Food."):
        change(ada, bank, c_hygiene="A")
    change(ada, bank, industry="food", c_hygiene="A")
    change(ada, bank, industry="finance")  # what is there stays
    assert Company.objects.get(pk=bank.pk).custom["c_hygiene"] == "A"


def test_what_is_locked_stays_and_every_act_can_be_undone(ada: Actor) -> None:
    fields.create_field(ada, COMPANY, FieldData("Done", "yes_no"))
    row = made(ada, "Price", "integer")
    conditions.add_term(ada, row.pk, "locked_if", Term("c_done", "is", "yes"))
    hexa = house.a_company(ada, "Hexa", c_price=1)
    change(ada, hexa, c_price=2, c_done=True)  # the last change locks
    act = Act.objects.latest("pk")
    with pytest.raises(Invalid, match=r"Price is locked. Cannot be changed while Done is yes."):
        change(ada, hexa, c_price=3)
    undo(ada, act.pk)
    assert Company.objects.get(pk=hexa.pk).custom == {"c_price": 1}


def test_terms_are_joined_as_people_say(ada: Actor) -> None:
    row = made(ada, shown_if=FOOD)
    conditions.add_term(ada, row.pk, "shown_if", Term("size", "any", "1-10"))
    with pytest.raises(Invalid, match="and Employees"):
        house.a_company(ada, industry="food", c_hygiene="A")
    conditions.join_terms(ada, row.pk, "shown_if", "any")
    house.a_company(ada, industry="food", c_hygiene="A")
    conditions.remove_term(ada, row.pk, "shown_if", 0)
    with pytest.raises(Invalid):
        house.a_company(ada, industry="food", c_hygiene="A")
    conditions.remove_term(ada, row.pk, "shown_if", 0)
    house.a_company(ada, c_hygiene="A")


@pytest.mark.parametrize(
    "term",
    [Term("nothing", "is", "x"), Term("industry", "any", "nonsense"), Term("c_hygiene", "is", "A"),
     Term("company.name", "is", "x"), Term("last_activity_at", "within", "soon"), Term("name", "is", "")],
)  # fmt: skip
def test_a_condition_that_cannot_be_asked_is_refused(ada: Actor, term: Term) -> None:
    row = made(ada)
    with pytest.raises(Invalid):
        conditions.add_term(ada, row.pk, "shown_if", term)


def test_a_condition_that_has_lost_its_field_does_not_apply(ada: Actor) -> None:
    other = made(ada, "Kind")
    made(ada, required_if=Term("c_kind", "is", "x"), shown_if=Term("c_kind", "is", "x"))
    fields.archive_field(ada, other.pk)
    house.a_company(ada, c_hygiene="A")
    house.a_company(ada, "Bolt")


def test_a_reason_names_no_hidden_field(ada: Actor) -> None:
    made(ada, required_if=FOOD)
    hidden = {"company": {"industry": "hidden"}}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all"), field_rules=hidden))
    bakery = house.a_company(ada, industry="food", c_hygiene="A")
    with pytest.raises(Invalid) as refused:
        saving.update(rep, COMPANY, bakery.pk, {"c_hygiene": ""})
    assert refused.value.errors == {"c_hygiene": ["Hygiene is missing."]}


def test_forms_show_what_is_asked_and_say_why(world: World) -> None:
    ada, browser = world.actor("ada"), world.client("ada")
    made(ada, shown_if=FOOD, required_if=FOOD)
    page = browser.get("/companies/new").content.decode()
    assert 'data-under="c_hygiene" hidden disabled' in page and 'data-conditions="/companies/conditions"' in page
    told = browser.post("/companies/conditions", {"industry": "food"}).json()
    assert told["c_hygiene"] == {"shown": True, "locked": False, "why": "Needed because Industry is any of Food."}
    assert browser.post("/companies/conditions", {"industry": "retail"}).json()["c_hygiene"]["shown"] is False
    answer = browser.post("/companies/new", {"name": "Bakery", "industry": "food"})
    assert answer.status_code == 422
    again = answer.content.decode()
    assert 'data-under="c_hygiene">' in again and "Hygiene is missing" in again
    bakery = house.a_company(ada, "Bakery", industry="food", c_hygiene="A")
    url = f"/companies/conditions?record={bakery.pk}"
    assert browser.post(url, {}).json()["c_hygiene"]["shown"] is True
    assert world.client("ray").post(url, {}).status_code in (403, 404)


def test_conditions_are_made_and_removed_on_screen(world: World) -> None:
    row, browser = made(world.actor("ada")), world.client("ada")
    url = f"/settings/fields/{row.pk}/conditions"
    assert "Always asked" in browser.get(url).content.decode()
    built = browser.post(url, {"effect": "shown_if", "f": "industry", "next": "1"}).content.decode()
    assert "is any of" in built and "Food" in built
    assert browser.post(url, {"effect": "shown_if", "f": "industry", "o": "any"}).status_code == 422
    term = {"effect": "shown_if", "f": "industry", "o": "any", "v": ["food", "retail"]}
    assert browser.post(url, term).status_code == 303
    assert "Industry is any of Food, Retail" in browser.get(url).content.decode()
    browser.post(url, {"effect": "shown_if", "remove": "1"})
    assert "Always asked" in browser.get(url).content.decode()
    assert world.client("ann").get(url).status_code == 403


def test_the_page_tells_of_what_is_not_asked_only_where_there_is_a_value(world: World) -> None:
    ada = world.actor("ada")
    row = made(ada, shown_if=FOOD)
    bakery = house.a_company(ada, "Bakery", industry="food", c_hygiene="A")
    bank = house.a_company(ada, "Bank", industry="finance")

    def page(record: Any) -> str:
        return world.client("ada").get(f"/companies/{record.pk}").content.decode()

    assert f'id="fact-{row.key}"' in page(bakery) and "Not asked any more" not in page(bakery)
    assert f'id="fact-{row.key}"' not in page(bank)
    change(ada, bakery, industry="finance")
    assert f'id="fact-{row.key}"' in page(bakery) and "Not asked any more" in page(bakery)
