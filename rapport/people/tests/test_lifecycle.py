"""Lifecycle: derived from what rooms know, unless somebody decided otherwise."""

from collections.abc import Collection, Iterator

import pytest

from rapport.accounts.actor import Actor
from rapport.core.changes.undo import undo
from rapport.core.events.models import Act
from rapport.core.objects import saving
from rapport.people import lifecycle
from rapport.people.models import Person
from tests import house

buyers: set[int] = set()
readers: set[int] = set()


@pytest.fixture(autouse=True)
def rooms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two rooms that know something: one of buyers, one of readers."""
    monkeypatch.setattr(lifecycle, "_evidence", {})

    def among(known: set[int]) -> lifecycle.Evidence:
        def holds(ids: Collection[int]) -> set[int]:
            return known & set(ids)

        return holds

    lifecycle.contribute("subscriber", among(readers))
    lifecycle.contribute("customer", among(buyers))
    yield
    buyers.clear()
    readers.clear()


def stage(record_id: int) -> str:
    return Person.objects.get(pk=record_id).lifecycle


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada)
    assert stage(mia.pk) == "contact"
    readers.add(mia.pk)
    lifecycle.refresh([mia.pk])
    assert stage(mia.pk) == "subscriber"
    buyers.add(mia.pk)
    lifecycle.refresh([mia.pk])
    assert stage(mia.pk) == "customer", "the first in the order wins"


def test_a_stage_set_by_hand_stays(ada: Actor) -> None:
    mia = house.a_person(ada, lifecycle="lead", lifecycle_reason="Met at the fair")
    buyers.add(mia.pk)
    lifecycle.refresh([mia.pk])
    assert stage(mia.pk) == "lead"


def test_without_a_stage_set_by_hand_the_derived_one_holds_again(ada: Actor) -> None:
    mia = house.a_person(ada, lifecycle="lead")
    buyers.add(mia.pk)
    saving.update(ada, house.person(), mia.pk, {"lifecycle": ""})
    assert stage(mia.pk) == "customer"


def test_a_form_that_sends_the_derived_stage_back_decides_nothing(ada: Actor) -> None:
    mia = house.a_person(ada)
    acts = Act.objects.count()
    saving.update(ada, house.person(), mia.pk, {"lifecycle": "contact"})
    saving.update(ada, house.person(), mia.pk, {"lifecycle": ""})
    assert Act.objects.count() == acts
    buyers.add(mia.pk)
    lifecycle.refresh([mia.pk])
    assert stage(mia.pk) == "customer"


def test_undo_goes_back_to_the_derived_stage(ada: Actor) -> None:
    mia = house.a_person(ada)
    saving.update(ada, house.person(), mia.pk, {"lifecycle": "lead"})
    act = Act.objects.latest("pk")
    buyers.add(mia.pk)
    assert undo(ada, act.pk).left == []
    assert stage(mia.pk) == "customer"
    assert Person.objects.get(pk=mia.pk).lifecycle_set == ""


def test_an_unknown_stage_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no stage"):
        lifecycle.contribute("friend", lambda ids: ids)
