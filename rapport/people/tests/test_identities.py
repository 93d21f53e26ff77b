"""E-mails and phones: many for one, the first stands for all, an e-mail belongs to one live record."""

from typing import Any

import pytest
from django.test import Client

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import User, Workspace
from rapport.core.access.conditions import Term
from rapport.core.access.finding import finding
from rapport.core.access.visible import compile_condition
from rapport.core.errors import Invalid
from rapport.core.events.models import Act
from rapport.core.objects import saving
from rapport.people.models import Identity, Person
from rapport.people.panels import people_of_company
from rapport.workspace.actions.house import WorkspaceData, change_workspace
from tests import house


def emails(record: Any) -> list[str]:
    return [item["value"] for item in house.person().by_key["emails"].get(record)]


def change(by: Actor, record: Any, **values: Any) -> Any:
    return saving.update(by, house.person(), record.pk, values)


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@hexa.example", phone="030 123456")
    assert emails(mia) == ["mia@hexa.example"]
    assert Identity.objects.get(kind="phone").norm == "+4930123456"


def test_the_first_of_many_is_the_main_one(ada: Actor) -> None:
    mia = house.a_person(ada, emails="b@x.example; a@x.example\nB@x.example")
    assert emails(mia) == ["b@x.example", "a@x.example"] and mia.email == "b@x.example"


def test_a_new_main_one_takes_the_place_of_the_old(ada: Actor) -> None:
    mia = house.a_person(ada, emails=["a@x.example", "b@x.example", "c@x.example"])
    assert emails(change(ada, mia, email="new@x.example")) == ["new@x.example", "b@x.example", "c@x.example"]


def test_another_one_can_be_made_the_main_one(ada: Actor) -> None:
    mia = house.a_person(ada, emails=["a@x.example", "b@x.example"])
    assert emails(change(ada, mia, email="b@x.example")) == ["b@x.example", "a@x.example"]


def test_without_a_main_one_the_next_steps_forward(ada: Actor) -> None:
    mia = house.a_person(ada, emails=["a@x.example", "b@x.example"])
    mia = change(ada, mia, email="")
    assert emails(mia) == ["b@x.example"] and mia.email == "b@x.example"


def test_a_form_that_carries_both_means_the_one_that_was_changed(ada: Actor) -> None:
    mia = house.a_person(ada, emails=["a@x.example", "b@x.example"])
    mia = change(ada, mia, email="new@x.example", emails="a@x.example\nb@x.example")
    assert emails(mia) == ["new@x.example", "b@x.example"]
    mia = change(ada, mia, email="new@x.example", emails="c@x.example\nb@x.example")
    assert emails(mia) == ["c@x.example", "b@x.example"] and mia.email == "c@x.example"
    mia = change(ada, mia, email="d@x.example", emails="e@x.example")
    assert emails(mia) == ["d@x.example", "e@x.example"]


def test_labels_outlive_a_form_that_does_not_know_them(ada: Actor) -> None:
    labelled = [{"value": "a@x.example", "label": "work"}, {"value": "b@x.example", "label": "home"}]
    mia = house.a_person(ada, emails=labelled)
    acts = Act.objects.count()
    change(ada, mia, email="a@x.example", emails="a@x.example\nb@x.example")
    assert Act.objects.count() == acts
    assert house.person().by_key["emails"].get(mia) == labelled
    change(ada, mia, email="c@x.example")
    assert house.person().by_key["emails"].get(mia)[0] == {"value": "c@x.example", "label": "work"}


def test_an_email_belongs_to_one_live_person(ada: Actor) -> None:
    house.a_person(ada, email="mia@hexa.example")
    with pytest.raises(Invalid, match="belongs to Mia Berg already") as refused:
        house.a_person(ada, "Other", email="MIA@Hexa.example")
    assert list(refused.value.errors) == ["email"]
    house.a_company(ada, email="mia@hexa.example")  # a company is another matter


def test_who_holds_it_is_not_told_to_one_who_may_not_see_them(ada: Actor) -> None:
    house.a_person(ada, "Secret", "Person", email="mia@hexa.example")
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    with pytest.raises(Invalid) as refused:
        house.a_person(rep, email="mia@hexa.example")
    assert "Secret" not in refused.value.message and "may not see" in refused.value.message


def test_a_phone_may_be_shared(ada: Actor) -> None:
    house.a_person(ada, phone="030 123456")
    house.a_person(ada, "Other", phone="030 123456")


def test_two_rows_of_one_batch_cannot_share_an_email(ada: Actor) -> None:
    act = Act.objects.create(kind="import", via="import", at=house.a_person(ada).created_at)
    rows = [{"first_name": name, "email": "same@x.example"} for name in ("One", "Two")]
    one, two = saving.create_many(ada, house.person(), rows, act=act)
    assert not one.errors and "occurs twice" in two.errors["email"][0]


def test_the_rule_can_be_switched_off(ada: Actor) -> None:
    Workspace.objects.create(unique_identities=False)
    workspace.forget()
    house.a_person(ada, email="mia@hexa.example")
    house.a_person(ada, "Other", email="mia@hexa.example")
    assert Person.objects.filter(email="mia@hexa.example").count() == 2


def test_switched_on_again_the_rule_holds_for_what_is_there(ada: Actor) -> None:
    Workspace.objects.create(name="House", unique_identities=False)
    workspace.forget()
    first = house.a_person(ada, email="mia@hexa.example")
    second = house.a_person(ada, "Other", email="mia@hexa.example")
    on = WorkspaceData("House", 264, "EUR", "DE", unique_identities=True)
    with pytest.raises(Invalid, match="1 e-mail address occurs twice"):
        change_workspace(ada, on)
    assert not Workspace.objects.get().unique_identities
    saving.trash(ada, house.person(), [second.pk])
    change_workspace(ada, on)
    assert Identity.objects.get(record_id=first.pk).unique_key == "person:mia@hexa.example"
    with pytest.raises(Invalid, match="belongs to Mia Berg already"):
        house.a_person(ada, "Third", email="mia@hexa.example")


def test_the_trash_frees_an_email_and_restoring_takes_it_again(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@hexa.example")
    saving.trash(ada, house.person(), [mia.pk])
    other = house.a_person(ada, "Other", "Holder", email="mia@hexa.example")
    with pytest.raises(Invalid, match="belongs to Other Holder already"):
        saving.restore(ada, house.person(), [mia.pk])
    change(ada, other, email="other@hexa.example")
    assert saving.restore(ada, house.person(), [mia.pk]) == [mia.pk]
    with pytest.raises(Invalid):
        change(ada, other, email="mia@hexa.example")


def test_of_two_with_one_email_only_one_returns(ada: Actor) -> None:
    first = house.a_person(ada, email="mia@hexa.example")
    saving.trash(ada, house.person(), [first.pk])
    second = house.a_person(ada, "Second", email="mia@hexa.example")
    saving.trash(ada, house.person(), [second.pk])
    with pytest.raises(Invalid, match="occurs twice"):
        saving.restore(ada, house.person(), [first.pk, second.pk])
    assert Person.objects.filter(live=True).count() == 0


@pytest.mark.parametrize("bad", ["not an address", "a@b", "a b@c.de", "ä@@x.de"])
def test_what_is_no_address_is_refused_by_name(ada: Actor, bad: str) -> None:
    with pytest.raises(Invalid) as refused:
        house.a_person(ada, email=bad)
    assert list(refused.value.errors) == ["email"]


def test_people_are_found_by_any_address_and_number(ada: Actor) -> None:
    mia = house.a_person(ada, emails=["a@x.example", "Second@x.example"], phones=["030 123456", "0171 9876543"])
    house.a_person(ada, "Other", "Person", email="o@y.example")
    for text in ("second@", "+49171", "0171 98", "mia b", "BERG"):
        assert list(Person.objects.filter(finding(ada, house.person(), text)).values_list("pk", flat=True)) == [mia.pk]
    for path, operator, value in (
        ("emails", "is", "SECOND@x.example"),
        ("phones", "contains", "9876"),
        ("emails", "starts", "sec"),
    ):
        found = Person.objects.filter(compile_condition(ada, house.person(), Term(path, operator, value)))
        assert [person.pk for person in found] == [mia.pk]


def test_the_sentence_about_a_taken_email_leads_to_who_has_it(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@hexa.example")
    browser = Client()
    browser.force_login(User.objects.get(pk=ada.user_id))
    page = browser.post("/people/new", {"last_name": "Other", "email": "mia@hexa.example"}).content.decode()
    assert f'href="/people/{mia.pk}" target="_blank"' in page and "Open Mia Berg in a new tab" in page
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    browser.force_login(User.objects.get(pk=rep.user_id))
    page = browser.post("/people/new", {"last_name": "Other", "email": "mia@hexa.example"}).content.decode()
    assert f"/people/{mia.pk}" not in page


def test_people_of_one_name_are_told_apart_by_their_addresses(ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa").pk
    for number in (1, 2):
        house.a_person(ada, job_title="Buyer", email=f"mia{number}@hexa.example", company=hexa)
    house.a_person(ada, "Tim", job_title="Buyer", email="tim@hexa.example", company=hexa)
    told = [row.detail for row in people_of_company(ada, hexa)]
    assert sorted(told) == ["Buyer", "Buyer · mia1@hexa.example", "Buyer · mia2@hexa.example"]
    rules = {"person": {"email": "hidden"}}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all"), field_rules=rules))
    assert {row.detail for row in people_of_company(rep, hexa)} == {"Buyer"}
