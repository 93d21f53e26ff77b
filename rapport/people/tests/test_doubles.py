"""Who may be there already, while somebody is being typed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.accounts.actor import Actor
from rapport.core.objects import saving
from rapport.people.queries import likely_doubles, trashed_twin
from tests import house


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@hexa.example")
    (double,) = likely_doubles(ada, house.person(), {"email": " MIA@hexa.example "})
    assert (double.id, double.title, double.reasons) == (mia.pk, "Mia Berg", ("same e-mail: mia@hexa.example",))


def test_the_surest_comes_first(ada: Actor) -> None:
    hexa = house.a_company(ada)
    name = house.a_person(ada)
    both = house.a_person(ada, company=hexa.pk)
    phone = house.a_person(ada, "Someone", "Else", phone="030 123456")
    mail = house.a_person(ada, "Any", "Body", emails=["first@x.example", "second@x.example"])
    typed = {
        "first_name": "MIA", "last_name": "bérg", "phone": "+49 (0)30 12 34 56", "email": "second@x.example",
        "company": str(hexa.pk),
    }  # fmt: skip
    assert [double.id for double in likely_doubles(ada, house.person(), typed)] == [mail.pk, both.pk, phone.pk, name.pk]
    assert len(likely_doubles(ada, house.person(), typed, limit=2)) == 2


def test_a_name_the_other_way_round_is_found(ada: Actor) -> None:
    mia = house.a_person(ada)
    assert [d.id for d in likely_doubles(ada, house.person(), {"first_name": "Berg", "last_name": "Mia"})] == [mia.pk]


def test_the_record_being_edited_is_not_its_own_double(ada: Actor) -> None:
    mia = house.a_person(ada)
    assert likely_doubles(ada, house.person(), {"first_name": "Mia", "last_name": "Berg"}, besides=mia.pk) == []


def test_a_first_name_alone_warns_of_nobody(ada: Actor) -> None:
    house.a_person(ada)
    assert likely_doubles(ada, house.person(), {"first_name": "Mia", "last_name": "", "phone": "12"}) == []


def test_nobody_learns_of_records_they_may_not_see(ada: Actor) -> None:
    house.a_person(ada, email="mia@hexa.example")
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    typed = {"email": "mia@hexa.example", "first_name": "Mia", "last_name": "Berg"}
    assert likely_doubles(rep, house.person(), typed) == []
    mine = house.a_person(rep)
    assert [d.id for d in likely_doubles(rep, house.person(), typed)] == [mine.pk]


def test_hidden_fields_are_not_compared(ada: Actor) -> None:
    house.a_person(ada, email="mia@hexa.example", phone="030 123456")
    hidden = {"person": dict.fromkeys(("emails", "phone"), "hidden")}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all"), field_rules=hidden))
    assert likely_doubles(rep, house.person(), {"email": "mia@hexa.example", "phone": "030 123456"}) == []
    assert trashed_twin(rep, house.person(), "mia@hexa.example") is None


def test_companies_are_compared_too(ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa GmbH", address={"city": "Bonn"})
    (double,) = likely_doubles(ada, house.company(), {"name": "HEXA  gmbh"})
    assert (double.id, double.detail, double.reasons) == (hexa.pk, "Bonn", ("same name",))


def test_one_in_the_trash_is_no_double_but_a_twin(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@hexa.example")
    saving.trash(ada, house.person(), [mia.pk])
    assert likely_doubles(ada, house.person(), {"email": "mia@hexa.example"}) == []
    twin = trashed_twin(ada, house.person(), "Mia@Hexa.example")
    assert twin is not None and (twin.id, twin.title, twin.may_restore) == (mia.pk, "Mia Berg", True)
    assert trashed_twin(ada, house.person(), "not an address") is None


def test_a_twin_out_of_sight_is_not_named_and_one_out_of_reach_not_offered(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@hexa.example")
    saving.trash(ada, house.person(), [mia.pk])
    blind = house.actor("Blind", house.role("Blind", levels=house.levels("own")))
    reader = house.actor("Reader", house.role("Reader", levels=house.levels("all", trash="none")))
    assert trashed_twin(blind, house.person(), "mia@hexa.example") is None
    twin = trashed_twin(reader, house.person(), "mia@hexa.example")
    assert twin is not None and not twin.may_restore


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_four_queries(ada: Actor, count: int) -> None:
    hexa = house.a_company(ada)
    for number in range(count):
        house.a_person(ada, email=f"mia{number}@hexa.example", phone="030 123456", company=hexa.pk)
    typed = {"first_name": "Mia", "last_name": "Berg", "email": "mia0@hexa.example", "phone": "030 123456"}
    with CaptureQueriesContext(connection) as queries:
        assert likely_doubles(ada, house.person(), typed)
    assert len(queries) <= 4
    with CaptureQueriesContext(connection) as queries:
        trashed_twin(ada, house.person(), "mia0@hexa.example")
    assert len(queries) <= 4
