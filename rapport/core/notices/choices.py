"""What users want to be told, and what they follow by itself: their switches."""

from collections.abc import Collection, Mapping

from rapport.accounts.actor import Actor
from rapport.core.notices import kinds
from rapport.core.notices.models import NoticeChoice

FOLLOWING = ("created", "owned", "mentioned", "wrote")  # for which of these a record is followed by itself
_PREFIX = "follow:"


def wanting(user_ids: Collection[int], kind: str) -> set[int]:
    """Those of some users who want to be told of this kind. One query, none without users."""
    return _with_switch(user_ids, kind, default=kinds.get(kind).default_on)


def following(user_ids: Collection[int], why: str) -> set[int]:
    """Those of some users for whom a record is followed by itself, ``why`` is one of :data:`FOLLOWING`."""
    return _with_switch(user_ids, _PREFIX + why, default=True)


def switches_of(actor: Actor) -> dict[str, bool]:
    """All switches of a user, by kind and ``follow:`` with why."""
    found = NoticeChoice.objects.filter(user_id=actor.user_id or 0).values_list("switches", flat=True).first() or {}
    known = {kind.key: kind.default_on for kind in kinds.every() if kind.is_listed}
    known |= {_PREFIX + why: True for why in FOLLOWING}
    return {key: bool(found.get(key, default)) for key, default in known.items()}


def switch(actor: Actor, wanted: Mapping[str, bool]) -> None:
    """Keeps the switches of a user; those not named go off, those not known are left out."""
    if actor.user_id is None:
        return
    kept = {key: bool(wanted.get(key, False)) for key in switches_of(actor)}
    NoticeChoice.objects.update_or_create(user_id=actor.user_id, defaults={"switches": kept})


def _with_switch(user_ids: Collection[int], key: str, *, default: bool) -> set[int]:
    if not user_ids:
        return set()
    said = dict(NoticeChoice.objects.filter(user_id__in=user_ids).values_list("user_id", "switches"))
    return {user_id for user_id in user_ids if said.get(user_id, {}).get(key, default)}
