"""A merge comes apart as a whole: what every table with values holds afterwards is what it held before."""

import datetime
from typing import Any

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st

from rapport.accounts.actor import Actor
from rapport.activities.actions import NoteInput, add_note
from rapport.activities.models import ActivityLink, Attendee
from rapport.core.access.models import Share
from rapport.core.access.sharing import Offer, share
from rapport.core.audit.row_check import check_rows
from rapport.core.changes.undo import undo
from rapport.core.files.models import File
from rapport.core.importing.models import ExternalId
from rapport.core.merging.merge import merge
from rapport.core.notices.models import Follow
from rapport.core.objects import registry, saving
from rapport.core.records.aliases import current
from rapport.core.records.models import Alias, RecordLink
from rapport.core.tags.models import TagLink
from rapport.core.timeline.models import Pin
from rapport.lib import clock
from rapport.people.models import Affiliation, Identity
from tests import house

_TABLES: tuple[Any, ...] = (
    Identity, Affiliation, TagLink, RecordLink, ActivityLink, Attendee, Share, Follow, Pin, File, ExternalId, Alias,
)  # fmt: skip
_KEYS = {"id", "updated_at", "version"}


def everything() -> dict[str, Any]:
    """All values of the workspace; numbers of rows, versions and the moment of the last save left out."""
    models = [spec.model for spec in registry.every()]
    found: dict[str, Any] = {}
    for model in (*models, *_TABLES):
        rows = [{key: value for key, value in row.items() if key not in _KEYS} for row in model.objects.values()]
        found[model.__name__] = sorted(map(repr, rows))
    return found


def sound() -> bool:
    """Whether every record is what its history says."""
    return not list(check_rows(lambda *_: None))


def test_it_works(ada: Actor) -> None:
    stays, goes = house.a_person(ada, email="mia@x.example"), house.a_person(ada, "Maria", email="m@x.example")
    before = everything()
    done = merge(ada, house.person(), stays.pk, [goes.pk], {"first_name": goes.pk, "email": goes.pk})
    assert sound()
    undo(ada, done.act.pk)
    assert everything() == before
    assert sound()


_GIVEN = {
    "first_name": ["Mia", "Maria", "Mimi", ""],
    "last_name": ["Berg", "Burg"],
    "job_title": ["", "Head", "Chief"],
    "tags": [[], ["a"], ["b", "c"]],
    "company": [None, 0, 1],
    "email": ["", "one", "two"],
    "phone": ["", "+49 30 1234567", "+49 30 7654321"],
    "lifecycle": ["", "lead", "customer"],
    "birthday": ["", "1980-02-29"],
}
PEOPLE = st.lists(
    st.fixed_dictionaries({key: st.sampled_from(values) for key, values in _GIVEN.items()}), min_size=2, max_size=4
)
PICKED = st.lists(st.sampled_from(["first_name", "company", "job_title", "email", "birthday"]), unique=True)


@hypothesis.settings(max_examples=25)
@hypothesis.given(people=PEOPLE, winner=st.integers(0, 3), data=st.data())
@pytest.mark.django_db
def test_merge_then_undo_is_nothing(people: list[dict[str, Any]], winner: int, data: st.DataObject) -> None:
    with transaction.atomic():
        house.forget()
        ada = house.admin()
        companies = [house.a_company(ada, name).pk for name in ("Hexa", "Octa")]
        ids = []
        for number, given in enumerate(people):
            email = f"{given['email']}{number}@x.example" if given["email"] else ""
            company = None if given["company"] is None else companies[given["company"]]
            ids.append(saving.create(ada, house.person(), {**given, "email": email, "company": company}).pk)
            add_note(ada, NoteInput(f"Note {number}", (ids[-1],)))
        stays = ids.pop(winner % len(ids))
        picks = {key: data.draw(st.sampled_from([stays, *ids])) for key in data.draw(PICKED)}
        before = everything()
        done = merge(ada, house.person(), stays, ids, picks)
        after = everything()
        assert sound()
        undone = undo(ada, done.act.pk)
        assert undone.left == []
        assert everything() == before
        again = undo(ada, undone.act.pk)
        assert everything() == after
        assert sound()
        undo(ada, again.act.pk)
        assert everything() == before
        transaction.set_rollback(True)


def test_companies_get_their_people_and_notes_back(ada: Actor) -> None:
    stays, goes = house.a_company(ada, "Hexa"), house.a_company(ada, "Hexa Ltd", website="hexa.example")
    bob = house.actor("Bob", house.role("Reader", rights=["merge"], levels=house.levels("own")))
    for number in range(3):
        house.a_person(ada, f"Mia {number}", company=goes.pk, job_title="Head")
    add_note(ada, NoteInput("A note", (goes.pk,)))
    share(ada, house.company(), goes.pk, Offer(f"user:{bob.user_id}"))
    ExternalId.objects.create(record_id=goes.pk, kind="company", source="old", value="77")
    before = everything()
    done = merge(ada, house.company(), stays.pk, [goes.pk])
    assert everything() != before
    undo(ada, done.act.pk)
    assert everything() == before


def test_a_week_later_what_was_changed_since_stays_and_is_told(ada: Actor) -> None:
    stays, goes = house.a_person(ada), house.a_person(ada, "Maria", job_title="Head", phone="+49 30 1234567")
    done = merge(ada, house.person(), stays.pk, [goes.pk])
    with clock.frozen(clock.now() + datetime.timedelta(days=7)):
        saving.update(ada, house.person(), stays.pk, {"job_title": "Chief"})
        undone = undo(ada, done.act.pk)
    row = house.person().model.objects.get(pk=stays.pk)
    assert (row.job_title, row.phone) == ("Chief", "")
    assert undone.left == ["Mia Berg: Job title was changed since and stays."]
    assert house.person().model.objects.get(pk=goes.pk).live
    assert current(goes.pk) == goes.pk


def test_a_chain_comes_apart_from_its_end(ada: Actor) -> None:
    one, other, third = (house.a_person(ada, name) for name in ("One", "Other", "Third"))
    first = merge(ada, house.person(), other.pk, [one.pk])
    second = merge(ada, house.person(), third.pk, [other.pk])
    undo(ada, second.act.pk)
    assert current(one.pk) == other.pk
    undo(ada, first.act.pk)
    assert current(one.pk) == one.pk


def test_one_who_sees_half_of_it_takes_all_of_it_back(ada: Actor) -> None:
    stays, goes = house.a_company(ada, "Hexa"), house.a_company(ada, "Hexa Ltd")
    house.a_person(ada, company=goes.pk)
    levels = {**house.levels(), "person": dict.fromkeys(house.FULL, "own")}
    bly = house.actor("Bly", house.role("Companies", rights=["merge"], levels=levels))
    before = everything()
    done = merge(bly, house.company(), stays.pk, [goes.pk])
    undo(bly, done.act.pk)
    assert everything() == before
