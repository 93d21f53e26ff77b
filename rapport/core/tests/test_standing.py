"""What may be done with a record at hand is what the one door for reads says, whoever asks and whatever was shared."""

from itertools import product
from typing import Any

import pytest

from rapport.accounts.models import Role
from rapport.activities.actions import NoteInput, add_note
from rapport.core.access.levels import ACTIONS, Level
from rapport.core.access.may import Standing, find_record
from rapport.core.access.models import Share
from rapport.core.access.visible import visible_to
from rapport.core.errors import NotFound
from rapport.core.objects import registry, saving
from rapport.people.models import Person

PERSON = registry.get("person")
SHARES = ("nobody", "ann sees", "ann edits", "alpha sees")


def share(world: Any, record_id: int, how: str) -> None:
    if how == "nobody":
        return
    target = {"team": world.alpha} if "alpha" in how else {"user": world.ann}
    Share.objects.create(record_id=record_id, can_edit="edits" in how, **target)


@pytest.mark.parametrize("shared", SHARES)
@pytest.mark.parametrize("owner", ["ann", "bob", "eve"])
def test_it_agrees_with_the_one_door(world: Any, owner: str, shared: str) -> None:
    person = saving.create(world.actor(owner), PERSON, {"first_name": "Zoë"})
    share(world, person.pk, shared)
    for view, act in product(Level, Level):
        levels = {action: (view if action == "view" else act).name.lower() for action in ACTIONS}
        Role.objects.filter(pk=world.ann.role_id).update(levels={"*": levels})
        world.ann.refresh_from_db()
        actor = world.actor("ann")
        for action in ("view", "edit", "trash"):
            wanted = visible_to(actor, PERSON, action).filter(pk=person.pk).exists()
            assert Standing(actor, PERSON, Person.objects.get(pk=person.pk)).may(action) == wanted, (view, act, action)


def test_a_filter_of_the_role_counts(world: Any) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë", "source": "Fair"})
    Role.objects.filter(pk=world.ann.role_id).update(
        filters={"person": {"field": "source", "operator": "is", "value": "Web"}}
    )
    world.ann.refresh_from_db()
    with pytest.raises(NotFound):
        find_record(world.actor("ann"), PERSON, person.pk)


def test_a_note_is_found_by_who_sees_what_it_is_about(world: Any) -> None:
    person = saving.create(world.actor("ann"), PERSON, {"first_name": "Zoë"})
    note = add_note(world.actor("ann"), NoteInput("Hello", (person.pk,)))
    assert find_record(world.actor("bob"), registry.get("note"), note.pk).pk == note.pk
    with pytest.raises(NotFound):
        find_record(world.actor("eve"), registry.get("note"), note.pk)
