"""Where a person works and worked: one main affiliation, with its beginning and its end."""

import datetime
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core.errors import Invalid
from rapport.core.objects import saving
from rapport.lib import clock
from tests import house

MONDAY = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


def affiliations(record: Any) -> list[dict[str, Any]]:
    value: list[dict[str, Any]] = house.person().by_key["affiliations"].get(record)
    return value


def change(by: Actor, record: Any, **values: Any) -> Any:
    return saving.update(by, house.person(), record.pk, values)


def test_it_works(ada: Actor) -> None:
    hexa = house.a_company(ada)
    mia = house.a_person(ada, company=hexa.pk, job_title="Head")
    assert affiliations(mia) == [{"company": hexa.pk, "role": "Head", "since": None, "until": None, "main": True}]


def test_a_change_of_company_ends_the_old_one(ada: Actor) -> None:
    one, other = house.a_company(ada, "One"), house.a_company(ada, "Other")
    mia = house.a_person(ada, company=one.pk, job_title="Head")
    with clock.frozen(MONDAY):
        mia = change(ada, mia, company=other.pk, job_title="Chief")
    assert affiliations(mia) == [
        {"company": one.pk, "role": "Head", "since": None, "until": "2026-03-02", "main": False},
        {"company": other.pk, "role": "Chief", "since": "2026-03-02", "until": None, "main": True},
    ]
    assert (mia.company_id, mia.job_title) == (other.pk, "Chief")


def test_a_new_job_title_is_the_role_at_the_company(ada: Actor) -> None:
    hexa = house.a_company(ada)
    mia = change(ada, house.a_person(ada, company=hexa.pk), job_title="Chief")
    assert [row["role"] for row in affiliations(mia)] == ["Chief"]


def test_who_leaves_has_no_company(ada: Actor) -> None:
    hexa = house.a_company(ada)
    with clock.frozen(MONDAY):
        mia = change(ada, house.a_person(ada, company=hexa.pk), company=None)
    assert mia.company_id is None
    assert [(row["until"], row["main"]) for row in affiliations(mia)] == [("2026-03-02", False)]


def test_a_list_of_affiliations_decides_company_and_title(ada: Actor) -> None:
    one, other = house.a_company(ada, "One"), house.a_company(ada, "Other")
    rows = [
        {"company": one.pk, "role": "Board", "since": "2020-01-01", "main": True},
        {"company": other.pk, "role": "Adviser", "main": True},
    ]
    mia = house.a_person(ada, affiliations=rows)
    assert (mia.company_id, mia.job_title) == (one.pk, "Board")
    assert [row["main"] for row in affiliations(mia)] == [True, False]


def test_an_affiliation_cannot_end_before_it_begins(ada: Actor) -> None:
    hexa = house.a_company(ada)
    with pytest.raises(Invalid, match="cannot end before it begins"):
        house.a_person(ada, affiliations=[{"company": hexa.pk, "since": "2026-02-01", "until": "2026-01-01"}])


def test_a_company_out_of_sight_cannot_be_linked(ada: Actor) -> None:
    secret = house.a_company(ada, "Secret")
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    for values in ({"company": secret.pk}, {"affiliations": [{"company": secret.pk, "main": False}]}, {"company": 999}):
        with pytest.raises(Invalid, match="There is no such company") as refused:
            house.a_person(rep, **values)
        assert list(refused.value.errors) == ["company"]


def test_a_person_keeps_a_company_that_the_editor_may_not_see(ada: Actor) -> None:
    secret = house.a_company(ada, "Secret")
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    mia = house.a_person(ada, company=secret.pk, owner=rep.user_id)
    mia = change(rep, mia, job_title="Chief", company=secret.pk)
    assert (mia.company_id, mia.job_title) == (secret.pk, "Chief")
