"""Following a record, and what its followers are told."""

from typing import Any

import pytest

from rapport.accounts.models import Role
from rapport.activities.actions import NoteInput, add_note
from rapport.core.changes.undo import undo
from rapport.core.events import consumers, pump
from rapport.core.events.models import Act, ConsumerCursor
from rapport.core.notices.choices import switch, switches_of
from rapport.core.notices.following import follow, followers
from rapport.core.notices.models import Follow, Notice
from rapport.core.notices.reading import Told, notices, unread_count
from rapport.core.notices.seeing import see, see_all, unsee
from rapport.core.objects import bulk, registry, saving
from tests.world import World

pytestmark = pytest.mark.django_db

PERSON = registry.get("person")


def a_person(world: World, who: str = "ann", **values: Any) -> Any:
    return saving.create(world.actor(who), PERSON, {"first_name": "Lea", "last_name": "Lind", **values})


def told(world: World, who: str) -> list[Told]:
    consumers.begin()
    pump.drain()
    return notices(world.actor(who)).lines


def begin(world: World, **values: Any) -> Any:
    """A person of Ann's whom Bob follows; what happened so far was told."""
    person = a_person(world, **values)
    follow(world.actor("bob"), person.pk, on=True)
    assert told(world, "bob") == []
    return person


def test_it_works(world: World) -> None:
    person = begin(world)
    saving.update(world.actor("ann"), PERSON, person.pk, {"lifecycle": "lead"})
    (line,) = told(world, "bob")
    assert (line.title, line.sentence, line.is_new) == ("Lea Lind", "Ann Archer changed", True)
    assert line.detail.startswith("Lifecycle: ") and line.detail.endswith("Lead")
    assert told(world, "ann") == [], "she did it herself, though she follows what she made"


def test_what_was_done_to_one_record_is_one_line(world: World) -> None:
    person = begin(world)
    for who in ("ann", "mia", "ada"):
        saving.update(world.actor(who), PERSON, person.pk, {"job_title": who})
    (line,) = told(world, "bob")
    assert line.sentence == "Ada Adler and 2 others changed"
    assert unread_count(world.actor("bob")) == 1
    assert Notice.objects.filter(user=world.bob).count() == 3


def test_a_note_is_told_to_who_may_read_it(world: World) -> None:
    person = begin(world)
    follow(world.actor("ray"), person.pk, on=True)
    levels = {"*": {"view": "team"}, "note": {"view": "none"}}
    Role.objects.filter(pk=world.roles["read_only"].pk).update(levels=levels)
    add_note(world.actor("ann"), NoteInput("Wants a quote", (person.pk,)))
    (line,) = told(world, "bob")
    assert (line.sentence, line.detail) == ("Ann Archer wrote a note", "Wants a quote")
    assert told(world, "ray") == []
    assert not Notice.objects.filter(user=world.ray).exists(), "not even kept"


def test_a_replay_tells_nobody_twice(world: World) -> None:
    person = begin(world)
    saving.update(world.actor("ann"), PERSON, person.pk, {"lifecycle": "lead"})
    assert len(told(world, "bob")) == 1
    for _again in range(2):
        ConsumerCursor.objects.filter(name="tell followers").update(seal_no=0, ahead={})
        pump.drain()
    assert Notice.objects.filter(user=world.bob).count() == 1


def test_large_acts_and_undo_tell_nobody(world: World) -> None:
    person = begin(world)
    ann = world.actor("ann")
    bulk.bulk(ann, PERSON, "tag", [person.pk], tag="VIP")
    saving.update(ann.through("import"), PERSON, person.pk, {"lifecycle": "lead"})
    saving.update(ann.through("command"), PERSON, person.pk, {"owner": world.bob.pk})
    undo(ann, Act.objects.latest("pk").pk)
    assert told(world, "bob") == []


def test_hidden_fields_are_not_told(world: World) -> None:
    person = begin(world)
    rules = {"person": {"lifecycle": "hidden", "lifecycle_reason": "hidden", "lifecycle_at": "hidden"}}
    Role.objects.filter(pk=world.roles["member"].pk).update(field_rules=rules)
    saving.update(world.actor("ada"), PERSON, person.pk, {"lifecycle": "lead"})
    assert told(world, "bob") == []
    saving.update(world.actor("ada"), PERSON, person.pk, {"lifecycle": "customer", "job_title": "CEO"})
    (line,) = told(world, "bob")
    assert line.detail == "Job title: CEO"
    Role.objects.filter(pk=world.roles["member"].pk).update(
        field_rules={"person": {**rules["person"], "job_title": "hidden"}}
    )
    assert told(world, "bob") == [], "rights are asked again when it is shown"


def test_what_went_out_of_sight_is_not_shown(world: World) -> None:
    person = begin(world)
    saving.update(world.actor("ann"), PERSON, person.pk, {"lifecycle": "lead"})
    assert len(told(world, "bob")) == 1
    saving.update(world.actor("ada"), PERSON, person.pk, {"owner": world.eve.pk, "team": world.beta.pk})
    assert told(world, "bob") == []
    assert told(world, "eve")[0].sentence == "Ada Adler made you the owner"


def test_who_became_the_owner_is_told_once(world: World) -> None:
    person = begin(world)
    saving.update(world.actor("ann"), PERSON, person.pk, {"owner": world.bob.pk})
    (line,) = told(world, "bob")
    assert (line.kind, line.sentence) == ("assignment", "Ann Archer made you the owner")
    assert Notice.objects.filter(user=world.bob).count() == 1, "and not of the change as well"


@pytest.mark.parametrize(("why", "who"), [("created", "ann"), ("owned", "bob"), ("mentioned", "ray"), ("wrote", "mia")])
def test_records_are_followed_by_themselves(world: World, why: str, who: str) -> None:
    def work() -> Any:
        person = a_person(world, owner=world.bob.pk)
        add_note(world.actor("mia"), NoteInput("@Ray Reed", (person.pk,)))
        return person

    assert followers(world.actor(who), work().pk).mine
    actor = world.actor(who)
    switch(actor, {**switches_of(actor), f"follow:{why}": False})
    assert not followers(actor, work().pk).mine


def test_a_company_is_not_followed_for_a_note_on_a_person(world: World) -> None:
    company = saving.create(world.actor("bob"), registry.get("company"), {"name": "Hexa"})
    person = a_person(world, "bob", company=company.pk)
    add_note(world.actor("ann"), NoteInput("Talked", (person.pk,)))
    assert list(Follow.objects.filter(user=world.ann).values_list("record_id", flat=True)) == [person.pk]


def test_what_one_stopped_following_stays_so(world: World) -> None:
    person = a_person(world)
    follow(world.actor("ann"), person.pk, on=False)
    add_note(world.actor("ann"), NoteInput("Again", (person.pk,)))
    assert not followers(world.actor("ann"), person.pk).mine


def test_who_else_follows_is_named(world: World) -> None:
    person = begin(world)
    found = followers(world.actor("bob"), person.pk)
    assert (found.mine, found.others) == (True, ("Ann Archer",))


def test_reading_and_taking_it_back(world: World) -> None:
    person = begin(world)
    saving.update(world.actor("ann"), PERSON, person.pk, {"lifecycle": "lead"})
    (line,) = told(world, "bob")
    bob = world.actor("bob")
    count, moment = see_all(bob)
    assert (count, unread_count(bob), notices(bob, unread=True).lines) == (1, 0, [])
    assert unsee(world.actor("ann"), moment) == 0, "another user’s notices stay as they are"
    assert (unsee(bob, moment), unread_count(bob)) == (1, 1)
    assert see(bob, line.id) == f"/r/{person.pk}"
    assert unread_count(bob) == 0


def test_the_bell_counts_what_can_be_read(world: World) -> None:
    person = begin(world)
    saving.update(world.actor("ann"), PERSON, person.pk, {"lifecycle": "lead"})
    assert len(told(world, "bob")) == unread_count(world.actor("bob")) == 1
    saving.trash(world.actor("ann"), PERSON, [person.pk])
    assert (unread_count(world.actor("bob")), told(world, "bob")) == (0, [])


def test_mentions_on_one_person_are_one_line_and_read_at_once(world: World) -> None:
    person = a_person(world)
    for number in range(3):
        add_note(world.actor("ann"), NoteInput(f"Ask @Bob Baker about part {number}", (person.pk,)))
    bob = world.actor("bob")
    (line,) = [line for line in told(world, "bob") if line.kind == "mention"]
    assert unread_count(bob) == 1
    assert see(bob, line.id) == f"/r/{person.pk}"
    assert unread_count(bob) == 0
    assert not any(line.is_new for line in notices(bob).lines)


def test_pages_go_on_behind_the_last_notice(world: World) -> None:
    Notice.objects.bulk_create(
        Notice(user=world.bob, kind="job", text=f"File {number}", at=world.bob.created_at, once=str(number))
        for number in range(120)
    )
    bob, seen, before = world.actor("bob"), [], None
    for _page in range(3):
        found = notices(bob, before=before)
        seen += [line.title for line in found.lines]
        before = found.next
    assert seen == [f"File {number}" for number in reversed(range(120))] and before is None
