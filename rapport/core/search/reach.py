"""Whose a record is, written so that an index finds it together with words.

Owner and team are three signs each, which occur in no text: SQLite's full-text tables know every three letters, and
PostgreSQL's index takes them as they are. So the hits of a team that has a tenth of a million are found without
looking at the other nine. They only narrow: rights are tested afterwards, on the records themselves.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of
from rapport.core.access.models import Share, in_force
from rapport.core.access.visible import teams_within
from rapport.lib.prepared import Prepared, hole

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

_OWNER, _TEAM = "\ue000", "\ue001"  # signs of Unicode's private area, as are those of the numbers
_FIRST, _SIGNS = 0xE100, 2_048
_MOST_SHARED = 2_000  # records that are looked at one by one
_SHARED = Prepared(
    lambda: Share.objects.filter(in_force(), Q(user_id=hole("user")) | Q(team_id=hole("team"))).values_list(
        "record_id", flat=True
    )[: _MOST_SHARED + 1]
)
_MOST_TEAMS = 50  # that an index is asked for; one who sees more sees about all


@dataclass(frozen=True)
class Reach:
    """What an actor may see at most: what one of these signs marks, and some records that were shared."""

    signs: tuple[str, ...]
    shared: tuple[int, ...]


def marks(owner_id: int | None, team_id: int | None) -> str:
    """The signs of a record with this owner and team, as its entry has them."""
    return " ".join(_sign(kind, pk) for kind, pk in ((_OWNER, owner_id), (_TEAM, team_id)) if pk)


def reach_of(actor: Actor, spec: "ObjectSpec") -> Reach | None:
    """How far the actor sees; None where owner and team do not tell. One query at most."""
    level = level_of(actor, spec.key, "view")
    if level is Level.ALL or spec.parents is not None:
        return None
    teams = teams_within(actor, level)
    shared = tuple(_SHARED(user=actor.user_id or 0, team=actor.team_id or 0))
    if len(teams) > _MOST_TEAMS or len(shared) > _MOST_SHARED:
        return None
    return Reach((_sign(_OWNER, actor.user_id or 0), *(_sign(_TEAM, team) for team in teams)), shared)


def _sign(kind: str, pk: int) -> str:
    """Numbers beyond four millions share their signs with others, which the rights sort out."""
    return kind + chr(_FIRST + pk // _SIGNS % _SIGNS) + chr(_FIRST + pk % _SIGNS)
