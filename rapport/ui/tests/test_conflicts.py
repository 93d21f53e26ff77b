"""Two people save one record: what only one changed is merged, the rest is asked side by side."""

from typing import Any

import pytest

from rapport.core.objects import registry, saving
from tests.world import World

HTMX = {"HX-Request": "true"}


@pytest.fixture
def lea(world: World) -> Any:
    """Somebody of Ann's, whom Bob has just given another last name and a phone number."""
    people = registry.get("person")
    made = saving.create(world.actor("ann"), people, {"first_name": "Lea", "last_name": "Lind", "job_title": "Cook"})
    saving.update(world.actor("bob"), people, made.pk, {"last_name": "Bobson", "phone": "+49 30 123456"})
    made.refresh_from_db()
    return made


def edit(world: World, lea: Any, more: str = "edit", headers: dict[str, str] | None = None, **values: str) -> Any:
    return world.client("ann").post(f"/people/{lea.pk}/{more}", {"version": "1", **values}, headers=headers)


def test_it_works(world: World, lea: Any) -> None:
    answer = edit(world, lea, first_name="Leah", last_name="Annson", job_title="Cook")
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Bobson" in shown and "Annson" in shown and "Bob Baker" in shown
    assert shown.count("<fieldset") == 1 and "1 other change of yours" in shown


def test_what_only_one_of_both_changed_is_merged(world: World, lea: Any) -> None:
    answer = edit(world, lea, first_name="Leah", last_name="Lind", phone="", job_title="Chef")
    assert answer.status_code == 302
    lea.refresh_from_db()
    assert (lea.first_name, lea.last_name, lea.phone, lea.job_title) == ("Leah", "Bobson", "+49 30 123456", "Chef")


@pytest.mark.parametrize(("keep", "last"), [("mine", "Annson"), ("theirs", "Bobson")])
def test_the_answer_is_saved(world: World, lea: Any, keep: str, last: str) -> None:
    values = {"first_name": "Leah", "last_name": "Annson", "only": "first_name,last_name", "keep.last_name": keep}
    assert edit(world, lea, **values | {"version": str(lea.version)}).status_code == 302
    lea.refresh_from_db()
    assert (lea.first_name, lea.last_name, lea.phone) == ("Leah", last, "+49 30 123456")


def test_a_fact_asks_only_about_itself(world: World, lea: Any) -> None:
    assert edit(world, lea, "fact/job_title", HTMX, job_title="Chef").status_code == 200
    answer = edit(world, lea, "fact/last_name", {**HTMX, "HX-Target": "fact-last_name"}, last_name="Annson")
    assert answer.status_code == 409 and answer.headers["HX-Retarget"] == "#drawer"
    assert 'name="place" value="fact-last_name"' in answer.content.decode()
    lea.refresh_from_db()
    settled = edit(
        world, lea, "fact/last_name", {**HTMX, "HX-Target": "drawer"}, last_name="Annson", only="last_name",
        place="fact-last_name", version=str(lea.version), **{"keep.last_name": "mine"},
    )  # fmt: skip
    assert settled.headers["HX-Retarget"] == "#fact-last_name" and "drawer:close" in settled.headers["HX-Trigger"]
    lea.refresh_from_db()
    assert (lea.last_name, lea.job_title) == ("Annson", "Chef")


def test_both_typing_the_same_is_no_question(world: World, lea: Any) -> None:
    assert edit(world, lea, last_name="Bobson").status_code == 302


def test_a_link_and_tags_are_told_by_name(world: World, lea: Any) -> None:
    people, bob = registry.get("person"), world.actor("bob")
    hexa, kranz = (saving.create(bob, registry.get("company"), {"name": name}) for name in ("Hexa", "Kranz"))
    saving.update(bob, people, lea.pk, {"company": hexa.pk, "tags": ["VIP"]})
    answer = edit(world, lea, company=str(kranz.pk), tags="Fair", version="2")
    shown = answer.content.decode()
    assert answer.status_code == 409
    for name in ("Hexa", "Kranz", "VIP", "Fair"):
        assert f'class="val">{name}<' in shown
