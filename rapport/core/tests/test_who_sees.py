"""Who sees a record: what is told agrees with the one door for reads, in worlds made at random."""

import datetime
import random
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, User
from rapport.activities.actions import NoteInput, add_note
from rapport.core.access.levels import ACTIONS, Level
from rapport.core.access.may import RULES, Standing
from rapport.core.access.models import Share
from rapport.core.access.sharing import Offer, share, shared_with
from rapport.core.access.visible import few_visible, seen_among, visible_to
from rapport.core.access.who_sees import may_explain, who_sees
from rapport.core.errors import Invalid
from rapport.core.objects import registry
from rapport.core.search.reach import reach_of
from rapport.lib import clock
from tests import house

pytestmark = pytest.mark.django_db
HIDING = {"person": {"field": "source", "operator": "is", "value": "Web"}}
OVER = datetime.timedelta(days=-1)


def test_it_works() -> None:
    ada, bo = house.admin(), house.actor("Bo", house.role("Own", levels=house.levels("own")))
    person = house.a_person(ada)
    share(ada, house.person(), person.pk, Offer(f"user:{bo.user_id}", until=clock.today("UTC")))
    told = {sight.user.name: sight for sight in who_sees(house.person(), person)}
    assert (told["Ada"].view, told["Ada"].edit) == ("administrator", "administrator")
    assert (told["Bo"].view, told["Bo"].edit) == ("shared", "")
    assert told["Bo"].share is not None and told["Bo"].share.by_id == ada.user_id
    assert shared_with(person.pk) == ["Bo"]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_told_agrees_with_what_is_seen(seed: int) -> None:
    chance = random.Random(seed)
    top = house.team("Top")
    teams = [top, house.team("Left", top), house.team("Right", top), house.team("Apart")]
    actors = [_somebody(chance, number, teams) for number in range(6)]
    users = [User.objects.select_related("role", "team").get(pk=actor.user_id) for actor in actors]
    system = Actor.system()
    records = []
    for _number in range(4):
        owner, team = chance.choice(users), chance.choice(teams)
        person = house.a_person(system, owner=owner.pk, team=team.pk, source=chance.choice(("Web", "Fair")))
        note = add_note(system, NoteInput("Hello", (person.pk,)))
        records += [(house.person(), person), (registry.get("note"), note)]
        _share(chance, person.pk, users, teams)
    for spec, record in records:
        row = spec.model._default_manager.get(pk=record.pk)
        told = {sight.user.pk: sight for sight in who_sees(spec, row)}
        for user in users:
            actor = Actor.of(user)
            for action in ("view", "edit", "trash"):
                wanted = visible_to(actor, spec, action).filter(pk=row.pk).exists()
                rule = Standing(actor, spec, row).rule(action)
                assert bool(rule) == wanted and (not rule or rule in RULES), (seed, user.name, action, rule)
                assert seen_among(actor, spec, [row.pk], action).exists() == wanted
            sight = told[user.pk]
            assert bool(sight.view) == visible_to(actor, spec).filter(pk=row.pk).exists()
            assert bool(sight.edit) == visible_to(actor, spec, "edit").filter(pk=row.pk).exists()


def _somebody(chance: random.Random, number: int, teams: list[Any]) -> Actor:
    levels = {action: chance.choice(list(Level)).name.lower() for action in ACTIONS}
    filters = HIDING if chance.random() < 0.25 else {}
    role = house.role(f"Role {number}", levels={"*": levels}, filters=filters, is_admin=chance.random() < 0.1)
    return house.actor(f"User {number}", role, chance.choice([*teams, None]))


def _share(chance: random.Random, record_id: int, users: list[User], teams: list[Any]) -> None:
    until = chance.choice((None, clock.now() + OVER, clock.now() - OVER))
    target = {"user": chance.choice(users)} if chance.random() < 0.5 else {"team": chance.choice(teams)}
    Share.objects.create(record_id=record_id, can_edit=chance.random() < 0.5, until=until, **target)


@pytest.mark.parametrize("role_filter", [{}, HIDING])
def test_a_share_that_has_ended_opens_nothing(role_filter: dict[str, Any]) -> None:
    bo = house.actor("Bo", house.role("Own", levels=house.levels("own"), filters=role_filter))
    person = house.a_person(house.admin(), source="Web")
    made = Share.objects.create(record_id=person.pk, user_id=bo.user_id, until=clock.now() - OVER)
    assert few_visible(bo, house.person()) == [person.pk]
    Share.objects.filter(pk=made.pk).update(until=clock.now() + OVER)
    reached = reach_of(bo, house.person())
    assert few_visible(bo, house.person()) == [] and reached is not None and reached.shared == ()
    assert not Standing(bo, house.person(), person).may("view")
    assert not visible_to(bo, house.person()).exists() and shared_with(person.pk) == []


def test_a_day_that_is_over_is_refused() -> None:
    ada = house.admin()
    person = house.a_person(ada)
    offer = Offer(f"user:{ada.user_id}", until=clock.today("UTC") + OVER)
    with pytest.raises(Invalid, match="over"):
        share(ada, house.person(), person.pk, offer)


def test_fields_hidden_by_the_role_are_told() -> None:
    rules = {"person": {"job_title": "hidden", "about": "read_only"}}
    house.actor("Bo", house.role("All", levels=house.levels("all"), field_rules=rules))
    person = house.a_person(house.admin())
    told = {sight.user.name: sight.hidden for sight in who_sees(house.person(), person)}
    assert told["Bo"] == ("Job title",) and told["Ada"] == ()


def test_pages_go_by_name_and_leave_out_who_is_gone() -> None:
    role = house.role("All", levels=house.levels("all"))
    names = ["Bo", "Bo ", "Cy", "Di"]
    made = [house.actor(f"{name}{number}", role) for number, name in enumerate(names)]
    User.objects.filter(pk=made[2].user_id).update(is_active=False)
    person = house.a_person(made[0])
    first = who_sees(house.person(), person, size=2)
    rest = who_sees(house.person(), person, after=first[-1].user.pk, size=2)
    assert sorted(one.user.name for one in [*first, *rest]) == sorted(["Bo0", "Bo 1", "Di3"])


def test_who_may_share_or_manages_users_may_know() -> None:
    ann = house.actor("Ann", house.role("Own", levels=house.levels("all", edit="own")))
    bo = house.actor("Bo", Role.objects.get(name="Own"))
    di = house.actor("Di", house.role("Desk", levels=house.levels("all", edit="none"), rights=["users"]))
    person = house.a_person(ann)
    assert [may_explain(actor, house.person(), person) for actor in (ann, bo, di)] == [True, False, True]
