"""Following records: by hand, or by itself when one works with them. What a user stopped following stays so."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapport.accounts.actor import Actor
from rapport.core.notices.choices import following
from rapport.core.notices.models import Follow
from rapport.lib import clock
from rapport.lib.prepared import Prepared, hole

NAMED = 20  # followers of one record who are shown by name


@dataclass(frozen=True)
class Followers:
    """Who follows a record: whether the actor does, and the names of the others, the first to follow first."""

    mine: bool
    others: tuple[str, ...]


def follow(actor: Actor, record_id: int, *, on: bool) -> None:
    """The actor follows a record that they may see, or stops to. Once more changes nothing."""
    if actor.user_id is None:
        return
    values = {"is_on": on, "at": clock.now()}
    Follow.objects.update_or_create(user_id=actor.user_id, record_id=record_id, defaults=values)


def follow_by_itself(pairs: Collection[tuple[int, int]], why: str) -> None:
    """Lets users follow records, given as ``(user, record)``, where they want that; ``why`` as in ``choices``."""
    wanted = following({user_id for user_id, _record_id in pairs}, why)
    now = clock.now()
    rows = [Follow(user_id=user_id, record_id=pk, at=now) for user_id, pk in sorted(set(pairs)) if user_id in wanted]
    if rows:
        Follow.objects.bulk_create(rows, ignore_conflicts=True)


def followers(actor: Actor, record_id: int) -> Followers:
    """Who follows a record that the actor may see. One query."""
    found = _FOLLOWERS(record=record_id)
    mine = any(user_id == actor.user_id for user_id, _name in found)
    if not mine and len(found) > NAMED:
        mine = Follow.objects.filter(record_id=record_id, is_on=True, user_id=actor.user_id or 0).exists()
    return Followers(mine, tuple(name for user_id, name in found if user_id != actor.user_id))


_FOLLOWERS = Prepared(
    lambda: (
        Follow.objects.filter(record_id=hole("record"), is_on=True, user__is_active=True)
        .order_by("user_id")
        .values_list("user_id", "user__name")[: NAMED + 1]
    )
)


def followed_pairs(record_ids: Collection[int], but: int | None) -> Sequence[tuple[int, int]]:
    """``(record, user)`` of all who follow some records, without one user. One query."""
    rows = Follow.objects.filter(record_id__in=record_ids, is_on=True).exclude(user_id=but or 0)
    return list(rows.order_by("record_id", "user_id").values_list("record_id", "user_id"))
