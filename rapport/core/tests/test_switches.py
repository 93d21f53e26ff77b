"""Indexed and unique: switched on by an administrator, brought about by a job, held to at every door."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from rapport.accounts.actor import Actor
from rapport.core.changes.undo import undo
from rapport.core.definitions import fields
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Invalid, Refused
from rapport.core.events.models import Act
from rapport.core.fields.json_index import has_index
from rapport.core.objects import bulk, saving
from rapport.core.tests.bringing import Files, counts
from rapport.people.models import Company
from tests import house

pytestmark = pytest.mark.django_db
COMPANY = house.company()
KEY = "c_number"


def number(ada: Actor, **more: Any) -> FieldDef:
    """A field for customer numbers."""
    row = fields.create_field(ada, COMPANY, FieldData("Number", **more))
    connection.check_constraints()  # PostgreSQL makes no index while keys wait to be checked
    house.work()
    row.refresh_from_db()
    return row


def switch(ada: Actor, row: FieldDef, **more: Any) -> FieldDef:
    fields.change_field(ada, row.pk, FieldData("Number", **more))
    connection.check_constraints()
    house.work()
    row.refresh_from_db()
    return row


def test_it_works(ada: Actor) -> None:
    """Until the index is there nothing counts on it; afterwards lists do."""
    row = fields.create_field(ada, COMPANY, FieldData("Number", is_indexed=True))
    assert row.index_state == "building" and not COMPANY.by_key[KEY].sortable
    connection.check_constraints()
    house.work()
    row.refresh_from_db()
    assert row.index_state == "ready" and COMPANY.by_key[KEY].sortable and COMPANY.by_key[KEY].indexed
    assert has_index(COMPANY, COMPANY.by_key[KEY])
    switch(ada, row, is_indexed=False)
    assert row.index_state == "" and not has_index(COMPANY, COMPANY.by_key[KEY])


def test_a_switch_that_is_not_named_stays(ada: Actor) -> None:
    row = number(ada, is_unique=True, is_indexed=True)
    switch(ada, row)
    assert row.is_unique and row.is_indexed and COMPANY.by_key[KEY].unique


def test_doubles_are_named_and_nothing_is_switched_on(ada: Actor) -> None:
    row = number(ada)
    for name, value in (("A", "7"), ("B", "7"), ("C", "8"), ("D", "")):
        saving.create(ada, COMPANY, {"name": name, KEY: value})
    with pytest.raises(Invalid) as refused:
        switch(ada, row, is_unique=True)
    assert refused.value.errors["is_unique"][1:] == ["“7”, 2 times"]
    row.refresh_from_db()
    assert not row.is_unique


def test_every_door_holds_to_it(ada: Actor, files: Files) -> None:
    number(ada, is_unique=True)
    one = saving.create(ada, COMPANY, {"name": "One", KEY: "7"})
    two = saving.create(ada, COMPANY, {"name": "Two", KEY: "8"})
    with pytest.raises(Invalid, match="taken by One"):  # the form
        saving.create(ada, COMPANY, {"name": "Three", KEY: "7"})
    with pytest.raises(Invalid):  # in its place
        saving.update(ada, COMPANY, two.pk, {KEY: "7"})
    done = bulk.carry_out(ada, COMPANY, bulk.Order("edit", KEY, "9"), [one.pk, two.pk])  # many at once
    assert Company.objects.filter(custom__c_number="9").count() <= 1, done
    assert counts(files.bring(ada, "Name;Number\nFour;5\nFive;5\nSix;8\n", "company"))[0] <= 2  # a file
    numbers = [row.custom[KEY] for row in Company.objects.filter(live=True) if KEY in row.custom]
    assert len(numbers) == len(set(numbers))
    saving.update(ada, COMPANY, one.pk, {KEY: "70"})
    act = Act.objects.latest("pk").pk
    saving.create(ada, COMPANY, {"name": "Seven", KEY: "7"}) if "7" not in numbers else None
    undo(ada, act)
    numbers = [row.custom[KEY] for row in Company.objects.filter(live=True) if KEY in row.custom]
    assert len(numbers) == len(set(numbers)), "undo"


def test_the_trash_frees_a_value_and_gives_it_back_only_if_it_is_free(ada: Actor) -> None:
    number(ada, is_unique=True)
    one = saving.create(ada, COMPANY, {"name": "One", KEY: "7"})
    saving.trash(ada, COMPANY, [one.pk])
    two = saving.create(ada, COMPANY, {"name": "Two", KEY: "7"})
    with pytest.raises(Invalid, match="taken by Two"):
        saving.restore(ada, COMPANY, [one.pk])
    saving.trash(ada, COMPANY, [two.pk])
    saving.restore(ada, COMPANY, [one.pk])


def test_the_database_holds_to_it_where_nobody_looked(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who save the same at the same moment have both looked before the other wrote."""
    number(ada, is_unique=True)
    saving.create(ada, COMPANY, {"name": "One", KEY: "7"})
    monkeypatch.setattr(saving, "check_unique", lambda *_arguments: None)
    with pytest.raises(Invalid, match="just saved the same"), transaction.atomic():
        saving.create(ada, COMPANY, {"name": "Two", KEY: "7"})
    assert Company.objects.count() == 1


def test_doubles_that_came_meanwhile_switch_it_off_again(ada: Actor) -> None:
    row = number(ada)
    fields.change_field(ada, row.pk, FieldData("Number", is_unique=True))
    saving.create(ada, COMPANY, {"name": "One", KEY: "7"})
    two = saving.create(ada, COMPANY, {"name": "Two", KEY: "8"})
    Company.objects.filter(pk=two.pk).update(custom={KEY: "7"})  # by one who had begun before
    connection.check_constraints()
    house.work()
    row.refresh_from_db()
    assert (row.is_unique, row.index_state) == (False, "")


@pytest.mark.postgres_only  # SQLite in memory knows no two who write at once; its file lets them take turns
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_the_value() -> None:
    ada = house.admin()
    number(ada, is_unique=True)
    outcomes: list[bool] = []

    def save() -> None:
        try:
            saving.create(ada, COMPANY, {"name": "One", KEY: "7"})
            outcomes.append(True)
        except Refused:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=save) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert Company.objects.count() == 1
