"""The page that says who sees a record, and sharing it until a day."""

import datetime

import pytest

from rapport.core.access.models import Share
from rapport.core.objects import registry, saving
from rapport.lib import clock
from tests.world import World

pytestmark = pytest.mark.django_db
PERSON = registry.get("person")


def test_it_works(world: World) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë"})
    ann = world.client("ann")
    until = clock.today("UTC") + datetime.timedelta(days=3)
    sent = {"with": f"user:{world.eve.pk}", "edit": "1", "until": until.isoformat()}
    assert ann.post(f"/people/{person.pk}/share", sent).status_code == 302
    page = ann.get(f"/people/{person.pk}/seen-by").content.decode()
    for told in ("Eve Ellis", "shared by Ann Archer on", "until", "administrators may do everything", "owns it",
                 "it belongs to their team", "it belongs to a team below theirs"):  # fmt: skip
        assert told in page, told
    assert "Shared with Eve Ellis" in ann.get(f"/people/{person.pk}").content.decode()
    assert "shared by Ann Archer" in ann.get(f"/people/{person.pk}/share").content.decode()
    assert Share.objects.get().can_edit


def test_those_who_only_read_are_not_told(world: World) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë"})
    ray = world.client("ray")
    assert ray.get(f"/people/{person.pk}/seen-by").status_code == 403
    assert "seen-by" not in ray.get(f"/people/{person.pk}").content.decode()
    assert world.client("eve").get(f"/people/{person.pk}/seen-by").status_code == 404


@pytest.mark.parametrize(("until", "said"), [("yesterday", "Give a date."), ("2001-01-01", "This day is over.")])
def test_a_wrong_day_is_told_beside_it_and_keeps_what_was_chosen(world: World, until: str, said: str) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë"})
    target = f"user:{world.eve.pk}"
    answer = world.client("ann").post(f"/people/{person.pk}/share", {"with": target, "until": until})
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text and f'value="{target}" selected' in text
    assert not Share.objects.exists()


def test_the_audit_of_a_record_is_linked_for_those_who_may_read_it(world: World) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë"})
    link = f"/settings/audit?record={person.pk}"
    assert link in world.client("ada").get(f"/people/{person.pk}").content.decode()
    assert link not in world.client("ann").get(f"/people/{person.pk}").content.decode()
