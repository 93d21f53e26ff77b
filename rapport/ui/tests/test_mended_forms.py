"""Forms tell the truth: what they say was saved was saved, and what is taken back is what was just done."""

import re
from typing import Any

from rapport.accounts.models import Role
from rapport.activities.models import Call, Note
from rapport.core.events.models import Act
from rapport.core.objects import registry, saving
from rapport.people.models import Company, Person

PERSON = registry.get("person")


def test_a_note_and_a_call_from_one_page_are_both_saved(world: Any) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë"})
    client = world.client("ann")
    page = client.get(f"/people/{person.pk}").content.decode()
    token = re.findall(r'name="form_token" value="([^"]+)"', page)[0]
    for key in ("note", "call", "call"):
        client.post(f"/activities/{person.pk}/{key}", {"body": "Hello", "form_token": token})
    assert (Note.objects.count(), Call.objects.count()) == (1, 1)


def test_a_company_that_was_only_named_is_not_made_when_the_person_is_refused(world: Any) -> None:
    client = world.client("ann")
    form = {"first_name": "Zoë", "email": "not an address", "company": "new", "company_text": "Hexa"}
    assert client.post("/people/new", form).status_code == 422
    assert not Company.objects.exists()
    assert client.post("/people/new", {**form, "email": "zoe@hexa.example"}).status_code == 302
    person = Person.objects.get()
    assert person.company is not None and person.company.title == "Hexa"
    assert Act.objects.filter(events__subject_id__in=[person.pk, person.company_id]).distinct().count() == 1


def test_saving_without_a_change_offers_no_undo(world: Any) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë"})
    client = world.client("ann")
    answer = client.post(
        f"/people/{person.pk}/fact/first_name", {"first_name": "Zoë", "version": "1"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200 and '"undo"' not in answer.headers["HX-Trigger"]


def test_a_refusal_keeps_its_status_for_programs(world: Any) -> None:
    client = world.client("ann")
    assert client.post("/acts/999999/undo", headers={"HX-Request": "true"}).status_code == 404
    assert client.post("/acts/999999/undo", headers={"Accept": "application/json"}).status_code == 404


def test_what_a_role_hides_is_hidden_at_home_and_leaves_the_list_in_order(world: Any) -> None:
    company = saving.create(world.actor("ann"), registry.get("company"), {"name": "Secret Corp"})
    saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë", "company": company.pk})
    rules = {"person": {"company": "hidden", "last_activity_at": "hidden"}}
    Role.objects.filter(pk=world.ann.role_id).update(field_rules=rules)
    client = world.client("ann")
    home = client.get("/").content.decode()
    assert "Zoë" in home and home.count("Secret Corp") == home.count(f"/companies/{company.pk}"), (
        "only as what it is itself"
    )
    assert client.get("/people").status_code == 200


def test_words_are_found_in_any_order(world: Any) -> None:
    saving.create(world.actor("ann"), PERSON, {"first_name": "Monika", "last_name": "D’Angelo"})
    client = world.client("ann")
    for words in ("Monika D'Angelo", "d'angelo, monika", "mon d'ang"):
        assert "Monika D’Angelo" in client.get("/people", {"q": words}).content.decode(), words
    assert "Monika D’Angelo" not in client.get("/people", {"q": "monika weber"}).content.decode()


def test_a_companys_timeline_names_the_person(world: Any) -> None:
    company = saving.create(world.actor("ann"), registry.get("company"), {"name": "Hexa"})
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë", "company": company.pk})
    client = world.client("ann")
    client.post(f"/activities/{person.pk}/note", {"body": "Hello"})
    history = client.get(f"/companies/{company.pk}/history", headers={"HX-Request": "true"}).content.decode()
    assert "Hello" in history and "Zoë" in history
