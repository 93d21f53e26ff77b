"""Telling: who learns of something, and that they learn of it once."""

import pytest
from django.utils import translation

from rapport.core.notices import kinds
from rapport.core.notices.choices import switch, switches_of
from rapport.core.notices.models import Notice
from rapport.core.notices.telling import tell
from rapport.core.objects import registry, saving
from tests.world import World

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("pk").values_list("user__name", "text"))


def test_it_works(world: World) -> None:
    lea = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Lea"})
    tell(
        [world.bob.pk, world.ann.pk],
        "reminder",
        record_id=lea.pk,
        by_id=world.ann.pk,
        text="Call at ten",
        once="call:1",
    )
    assert told() == [("Bob Baker", "Call at ten")], "nobody is told of what they did themselves"


def test_the_same_is_told_once(world: World) -> None:
    for _try in range(3):
        tell([world.bob.pk], "reminder", record_id=None, by_id=None, text="Again", once="again")
    tell([world.bob.pk, world.eve.pk], "reminder", record_id=None, by_id=None, text="Again", once="again")
    assert told() == [("Bob Baker", "Again"), ("Eve Ellis", "Again")]


def test_who_may_not_see_the_record_is_not_told(world: World) -> None:
    lea = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Lea"})
    everybody = [world.bob.pk, world.eve.pk, world.mia.pk]
    tell(everybody, "reminder", record_id=lea.pk, by_id=None, once="one")
    assert [name for name, _text in told()] == ["Bob Baker", "Mia Moss"], "Eve is of another team"
    saving.trash(world.actor("ann"), registry.get("person"), [lea.pk])
    tell(everybody, "reminder", record_id=lea.pk, by_id=None, once="two")
    assert len(told()) == 2


def test_who_cannot_sign_in_is_not_told(world: World) -> None:
    world.bob.is_active = False
    world.bob.save()
    tell([world.bob.pk], "reminder", record_id=None, by_id=None, once="one")
    assert not told()


def test_a_kind_that_was_switched_off_is_not_told(world: World) -> None:
    bob = world.actor("bob")
    switch(bob, {**switches_of(bob), "reminder": False})
    tell([world.bob.pk, world.eve.pk], "reminder", record_id=None, by_id=None, once="one")
    assert [name for name, _text in told()] == ["Eve Ellis"]


def test_an_unknown_kind_is_a_mistake(world: World) -> None:
    with pytest.raises(KeyError):
        tell([world.bob.pk], "no-such-kind", record_id=None, by_id=None, once="one")
    assert kinds.find("no-such-kind").key == "no-such-kind"
    with pytest.raises(ValueError, match="once"):
        tell([world.bob.pk], "reminder", record_id=None, by_id=None, once="")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.key)
def test_the_sentence_of_every_kind_can_be_said(kind: kinds.NoticeKind, language: str) -> None:
    with translation.override(language):
        assert str(kind.sentence or kind.label) % {"name": "Ann"} == kind.said("Ann")


def test_a_sentence_that_cannot_be_said_breaks_nothing() -> None:
    for sentence in ("%(name)s asks you to come to %(title)s", "100 %", "%d"):
        assert kinds.NoticeKind("odd", "Odd", "bell", sentence=sentence).said("Ann") == "Odd"
