"""The trash: out of sight, out of the lists, and back whole."""

import pytest

from rapport.accounts.actor import Actor
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.access.visible import get_record, visible_to
from rapport.core.errors import NotAllowed, NotFound
from rapport.core.events.models import Change, Event
from rapport.core.objects import saving
from rapport.core.records.models import Record
from tests import house


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@x.example", tags="a", company=house.a_company(ada).pk)
    before = {field.key: field.to_json(field.get(mia)) for field in house.person().all_fields}
    assert saving.trash(ada, house.person(), [mia.pk]) == [mia.pk]
    assert Record.objects.get(pk=mia.pk).trashed_at is not None
    assert not visible_to(ada, house.person()).exists()
    assert saving.restore(ada, house.person(), [mia.pk]) == [mia.pk]
    mia = get_record(ada, house.person(), mia.pk)
    after = {field.key: field.to_json(field.get(mia)) for field in house.person().all_fields}
    assert {key for key in before if before[key] != after[key]} <= {"updated_at"}
    assert Record.objects.get(pk=mia.pk).trashed_at is None


def test_each_way_is_an_event_with_before_and_after(ada: Actor) -> None:
    mia = house.a_person(ada)
    saving.trash(ada, house.person(), [mia.pk])
    saving.restore(ada, house.person(), [mia.pk])
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["person.created", "person.trashed", "person.restored"]
    assert list(Change.objects.order_by("pk").values_list("fields", flat=True))[1:] == [
        {"live": [True, False]},
        {"live": [False, True]},
    ]


def test_what_is_there_already_is_left_alone(ada: Actor) -> None:
    mia = house.a_person(ada)
    saving.trash(ada, house.person(), [mia.pk])
    assert saving.trash(ada, house.person(), [mia.pk, 999_999]) == []
    saving.restore(ada, house.person(), [mia.pk])
    assert saving.restore(ada, house.person(), [mia.pk]) == []


def test_a_record_in_the_trash_cannot_be_changed(ada: Actor) -> None:
    mia = house.a_person(ada)
    saving.trash(ada, house.person(), [mia.pk])
    with pytest.raises(NotFound):
        saving.update(ada, house.person(), mia.pk, {"first_name": "x"})


def test_the_list_of_the_trash_holds_what_the_actor_sees_of_it(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    mine, other = house.a_person(rep), house.a_person(ada)
    saving.trash(ada, house.person(), [mine.pk, other.pk])

    def trash(actor: Actor) -> list[int]:
        return [row.id for row in list_page(actor, house.person(), ListQuery(trash=True, sort="title"), []).rows]

    assert trash(ada) == [mine.pk, other.pk]
    assert trash(rep) == [mine.pk]


def test_who_may_not_trash_may_not_restore_either(ada: Actor) -> None:
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all", trash="own")))
    reader = house.actor("Reader", house.role("Reader", levels=house.levels("all", trash="none")))
    mine, other = house.a_person(rep), house.a_person(ada)
    assert saving.trash(rep, house.person(), [mine.pk, other.pk]) == [mine.pk]
    saving.trash(ada, house.person(), [other.pk])
    assert saving.restore(rep, house.person(), [mine.pk, other.pk]) == [mine.pk]
    for verb in (saving.trash, saving.restore):
        with pytest.raises(NotAllowed):
            verb(reader, house.person(), [mine.pk])
