"""What leads to a record by a link made at run time, on the page of that record."""

import pytest
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.core import fields
from rapport.core.errors import Conflict
from rapport.core.fields import Option
from rapport.core.objects import leading, registry, saving
from tests import house
from tests.fields import made_at_run_time
from tests.world import World

pytestmark = pytest.mark.django_db
LABELS = (Option("consultant", "Consultant"), Option("supplier", "Supplier"))


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    made_at_run_time(
        monkeypatch,
        person=(
            fields.Link("c_bakery", "Bakery", custom=True, to="company", reverse="Regulars"),
            fields.LabelledLinks(
                "c_works_with", "Works with", custom=True, to="company", options=LABELS, reverse="Works with people"
            ),
        ),
        task=(fields.Link("c_site", "Site", custom=True, to="company", reverse="Work to do there"),),
        company=(fields.Links("c_partners", "Partners", custom=True, to="company"),),
    )


def a_person(actor: Actor, name: str, **values: object) -> int:
    return int(saving.create(actor, registry.get("person"), {"last_name": name, **values}).pk)


def page(browser: Client, record_id: int) -> str:
    return browser.get(f"/companies/{record_id}").content.decode()


def panel(browser: Client, record_id: int, key: str) -> str:
    """The HTML of one panel, "" if it is not there."""
    _before, found, rest = page(browser, record_id).partition(f'id="panel-linked-{key}"')
    return rest.partition("</section>")[0] if found else ""


def test_it_works(world: World) -> None:
    ann, browser = world.actor("ann"), world.client("ann")
    hexa = house.a_company(ann, "Hexa")
    mia = a_person(ann, "Mia", c_bakery=hexa.pk)
    zoe = a_person(ann, "Zoë", c_works_with=[{"id": hexa.pk, "label": "consultant"}])
    regulars = panel(browser, hexa.pk, "person-c_bakery")
    assert "Regulars" in regulars and "Mia" in regulars and "Zoë" not in regulars
    assert f'href="/people/{mia}"' in regulars and f"/people/new?c_bakery={hexa.pk}" in regulars
    others = panel(browser, hexa.pk, "person-c_works_with")
    assert f'href="/people/{zoe}"' in others and "Consultant" in others
    assert "Companies · Partners" in panel(browser, hexa.pk, "company-c_partners"), "without a name of its own"


def test_another_record_is_led_here_and_away(world: World) -> None:
    ann, browser = world.actor("ann"), world.client("ann")
    hexa, mia = house.a_company(ann, "Hexa"), a_person(ann, "Mia")
    here = f"/companies/{hexa.pk}/linked/person/c_works_with"
    assert "Supplier" in browser.get(here).content.decode()
    answer = browser.post(here, {"add": "", "add_text": "Mia", "label": "supplier"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/companies/{hexa.pk}?pane=related")
    field = registry.get("person").by_key["c_works_with"]
    row = house.person().model._default_manager.get(pk=mia)
    assert field.get(row) == [{"id": hexa.pk, "label": "supplier"}]
    browser.post(here, {"add": mia, "label": "consultant"})
    assert field.get(row) == [{"id": hexa.pk, "label": "consultant"}], "once, with the label given last"
    assert browser.post(here, {"remove": mia}).status_code == 303
    assert field.get(row) == []
    for wrong in ({"add": ""}, {"add_text": "Nobody"}, {"add": mia, "label": "boss"}):
        assert browser.post(here, wrong).status_code == 422, wrong
    single = f"/companies/{hexa.pk}/linked/person/c_bakery"
    browser.post(single, {"add": mia})
    row.refresh_from_db()
    assert row.custom["c_bakery"] == hexa.pk
    browser.post(single, {"remove": mia})
    row.refresh_from_db()
    assert "c_bakery" not in row.custom


def test_what_led_here_no_more_has_nothing_to_take_back(world: World) -> None:
    ann, browser = world.actor("ann"), world.client("ann")
    hexa, mia = house.a_company(ann, "Hexa"), a_person(ann, "Mia")
    saving.update(ann, house.person(), mia, {"last_name": "Maier"})
    answer = browser.post(
        f"/companies/{hexa.pk}/linked/person/c_works_with", {"remove": mia}, headers={"HX-Request": "true"}
    )
    assert (
        "Maier does not lead here any more." in answer.headers["HX-Trigger"]
        and "undo" not in answer.headers["HX-Trigger"]
    )


def test_what_is_linked_meanwhile_is_not_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = world.actor("ann")
    hexa, acme = house.a_company(ann, "Hexa").pk, house.a_company(ann, "Acme").pk
    mia = a_person(ann, "Mia")
    lead = leading.lead_of(ann, "company", "person", "c_works_with")
    assert lead is not None
    read = leading._items

    def slowly(field: fields.Links, record_id: int) -> list[object]:
        items = read(field, record_id)
        saving.update(ann, house.person(), mia, {"c_works_with": [{"id": acme, "label": "supplier"}]})
        return items

    monkeypatch.setattr(leading, "_items", slowly)
    with pytest.raises(Conflict):
        leading.link(ann, lead, mia, hexa, "consultant")


def test_the_form_of_a_new_one_leads_here(world: World) -> None:
    ann, browser = world.actor("ann"), world.client("ann")
    hexa = house.a_company(ann, "Hexa")
    for key in ("c_bakery", "c_works_with"):
        form = browser.get(f"/people/new?{key}={hexa.pk}").content.decode()
        assert f'value="{hexa.pk}"' in form and "Hexa" in form, key


def test_nobody_sees_more_than_from_the_front(world: World) -> None:
    ada, ann, browser = world.actor("ada"), world.actor("ann"), world.client("ann")
    hexa = house.a_company(ann, "Hexa")
    a_person(world.actor("eve"), "Hidden")
    hidden = house.person().model._default_manager.get(title="Hidden")
    saving.update(ada, house.person(), hidden.pk, {"c_bakery": hexa.pk})
    gone = a_person(ann, "Gone", c_bakery=hexa.pk)
    saving.trash(ann, house.person(), [gone])
    regulars = panel(browser, hexa.pk, "person-c_bakery")
    assert "Hidden" not in regulars and "Gone" not in regulars and "None yet" in regulars
    for key in ("c_bakery", "c_works_with"):
        answer = browser.post(f"/companies/{hexa.pk}/linked/person/{key}", {"remove": hidden.pk})
        assert answer.status_code == 404 and "Hidden" not in answer.content.decode(), key
    saving.restore(ann, house.person(), [gone])
    assert "Gone" in panel(browser, hexa.pk, "person-c_bakery")


@pytest.mark.parametrize("rule", ["hidden", "read_only"])
def test_rules_of_a_role_hold_on_this_side_too(world: World, rule: str) -> None:
    ann = world.actor("ann")
    hexa = house.a_company(ann, "Hexa")
    mia = a_person(ann, "Mia", c_bakery=hexa.pk)
    role = world.ann.role
    role.field_rules = {"person": {"c_bakery": rule}}
    role.save()
    house.forget()
    browser = world.client("ann")
    regulars = panel(browser, hexa.pk, "person-c_bakery")
    assert ("Mia" in regulars) == (rule == "read_only") and "remove" not in regulars and "new?" not in regulars
    here = f"/companies/{hexa.pk}/linked/person/c_bakery"
    refused = 404 if rule == "hidden" else 403
    assert browser.get(here).status_code == browser.post(here, {"remove": mia}).status_code == refused


def test_many_come_a_stretch_at_a_time(world: World) -> None:
    ann, browser = world.actor("ann"), world.client("ann")
    hexa = house.a_company(ann, "Hexa")
    made = [a_person(ann, f"P{number:02}", c_bakery=hexa.pk) for number in range(40)]
    first = panel(browser, hexa.pk, "person-c_bakery")
    assert "8+" in first and "P39" in first and "P32" in first and "P31" not in first
    here = f"/companies/{hexa.pk}/linked/person/c_bakery"
    then = browser.get(f"{here}?after={made[32]}", headers={"HX-Request": "true"}).content.decode()
    assert "P31" in then and "P07" in then and "P06" not in then and f"after={made[7]}" in then
    last = browser.get(f"{here}?after={made[7]}", headers={"HX-Request": "true"}).content.decode()
    assert "P00" in last and "after=" not in last


def test_a_record_in_the_trash_is_led_to_by_nobody_new(world: World) -> None:
    ann, browser = world.actor("ann"), world.client("ann")
    hexa = house.a_company(ann, "Hexa")
    mia = a_person(ann, "Mia", c_bakery=hexa.pk, c_works_with=[{"id": hexa.pk, "label": ""}])
    saving.trash(ann, house.company(), [hexa.pk])
    regulars = panel(browser, hexa.pk, "person-c_bakery")
    assert "Mia" in regulars and "new?" not in regulars and "Unlink" not in regulars
    assert browser.get(f"/people/{mia}").status_code == 200
    assert browser.get("/people?columns=email,c_bakery,c_works_with").status_code == 200
    saving.restore(ann, house.company(), [hexa.pk])
    assert "Hexa" in browser.get(f"/people/{mia}").content.decode()


def test_activities_lead_here_as_far_as_they_are_seen(world: World) -> None:
    ann, eve = world.actor("ann"), world.actor("eve")
    hexa, task = house.a_company(ann, "Hexa"), registry.get("task")
    for actor, title in ((ann, "Sweep the oven"), (eve, "Secret of Eve")):
        made = add_task(actor, TaskInput(title))
        saving.update(world.actor("ada"), task, made.pk, {"c_site": hexa.pk})
    there = panel(world.client("ann"), hexa.pk, "task-c_site")
    assert "Work to do there" in there and "Sweep the oven" in there and "Secret" not in there
