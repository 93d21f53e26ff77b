"""Questions whose SQL is written once: the same answers, whoever asks and in whatever thread."""

import threading

import pytest
from django.db import connection
from django.db.models import F, Value

from rapport.accounts.actor import Actor
from rapport.core.access.visible import asked_alike, rules_of, seen_among, sees_all
from rapport.core.objects import saving
from rapport.core.records.known import as_value, listed_later
from rapport.core.records.models import Record
from rapport.lib.prepared import Prepared, hole
from rapport.people.models import Person
from tests import house


def test_it_works(ada: Actor) -> None:
    mia, bo = house.a_person(ada, "Mia", "Berg"), house.a_person(ada, "Bo", "Stein")
    titles = Prepared(lambda: Record.objects.filter(pk__in=listed_later("ids"), kind=hole("kind")).values_list("title"))
    assert titles(ids=as_value([mia.pk]), kind="person") == [("Mia Berg",)]
    assert titles(ids=as_value([bo.pk, 0]), kind="person") == [("Bo Stein",)]
    assert titles(ids=as_value([]), kind="person") == titles(ids=as_value([bo.pk]), kind="company") == []


def test_records_come_whole(ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa")
    mia = house.a_person(ada, "Mia", company=hexa.pk)
    found = Prepared(
        lambda: Person.objects.select_related("company").annotate(more=F("pk") + Value(1)).filter(pk=hole("id"))
    )
    (one,) = found(id=mia.pk)
    assert (one.company.title, one.custom, one.more, one.created_at) == ("Hexa", {}, mia.pk + 1, mia.created_at)


def test_what_has_no_answer_is_not_asked(ada: Actor) -> None:
    assert Prepared(lambda: Record.objects.filter(pk__in=[], kind=hole("kind")))(kind="person") == []


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_its_own_connection() -> None:
    mia = house.a_person(house.admin(), "Mia", "Berg")
    title = Prepared(lambda: Record.objects.filter(pk=hole("id")).values_list("title", flat=True))
    assert title(id=mia.pk) == ["Mia Berg"]
    found: list[str] = []

    def ask() -> None:
        found.extend(title(id=mia.pk))
        connection.close()

    other = threading.Thread(target=ask)
    other.start()
    other.join()
    assert found == ["Mia Berg"]


def test_who_has_the_same_rules_asks_the_same_and_nobody_else(ada: Actor) -> None:
    alpha = house.team("Alpha")
    member = house.actor("Member", house.role("Member", levels=house.levels("team")), alpha)
    picky = house.actor("Picky", house.role("Picky", levels=house.levels("all")))
    assert picky.role is not None
    everybody = [house.a_person(ada, name) for name in ("Mia", "Bo", "Li")]
    saving.update(ada, house.person(), everybody[0].pk, {"team": alpha.pk})
    ids = as_value([person.pk for person in everybody])

    def seen(actor: Actor) -> int:
        return len(asked_alike(actor, "seen", lambda: seen_among(actor, house.person(), listed_later("ids")))(ids=ids))

    assert [seen(ada), seen(member), seen(picky), seen(ada)] == [3, 1, 3, 3]
    saving.update(ada, house.person(), everybody[1].pk, {"owner": member.user_id})
    assert seen(member) == 2
    picky.role.filters = {"person": {"field": "first_name", "operator": "is", "value": "Bo"}}
    assert rules_of(picky) is None and not sees_all(picky, house.person()) and sees_all(ada, house.person())
    assert seen(picky) == 1


def test_who_sees_everything_asks_what_all_others_of_the_role_ask(ada: Actor) -> None:
    everything, blind = house.levels("all"), {**house.levels("all"), "person": {"view": "none"}}
    for levels, is_shared in ((everything, True), (blind, False), (house.levels("team"), False)):
        role = house.role(f"Role {is_shared} {len(levels)} {levels['*']['view']}", levels=levels)
        one, other = house.actor(f"One {role.name}", role), house.actor(f"Other {role.name}", role)
        assert (rules_of(one) == rules_of(other)) is is_shared, levels
