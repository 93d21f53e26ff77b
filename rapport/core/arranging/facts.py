"""Arranging facts: everybody for themselves, who shapes the workspace for the house."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.special import may_right
from rapport.core.arranging.models import FactOrder
from rapport.core.errors import NotAllowed
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.prepared import Prepared, hole

T = TypeVar("T")


@dataclass(frozen=True)
class Arrangement:
    """``keys`` in order and those ``left_out``. ``is_own``: the user's, not the house's."""

    keys: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    is_own: bool = False

    def ordered(self, facts: Mapping[str, T]) -> dict[str, T]:
        """The facts in this order; those that it does not know (new fields) come last, as they were declared."""
        place = {key: number for number, key in enumerate(self.keys)}
        last = len(place)
        return dict(sorted(facts.items(), key=lambda pair: place.get(pair[0], last)))


NONE = Arrangement()


def arrangement(actor: Actor, spec: ObjectSpec) -> Arrangement:
    """How the facts of a kind stand for the actor: as the actor arranged them, else as the house did. One query."""
    found = {user: (keys, left) for user, keys, left in _ORDERS(user=actor.user_id or 0, kind=spec.key)}
    own = actor.user_id if actor.user_id in found else None
    if own not in found:
        return NONE
    keys, left_out = found[own]
    return Arrangement(tuple(keys), frozenset(left_out), is_own=own is not None)


_ORDERS = Prepared(
    lambda: FactOrder.objects.filter(Q(user=hole("user")) | Q(user=None), kind=hole("kind")).values_list(
        "user_id", "keys", "left_out"
    )
)


def arrange(
    actor: Actor, spec: ObjectSpec, keys: Sequence[str], left_out: Collection[str], *, for_all: bool = False
) -> None:
    """Keeps an order. What is no field of the object is passed over; ``for_all`` takes the right to shape."""
    if for_all and not may_right(actor, "shape"):
        raise NotAllowed(_("Your role does not let you arrange the facts for everybody."))
    known = [key for key in dict.fromkeys(keys) if key in spec.by_key]
    hidden = sorted({key for key in left_out if key in spec.by_key})
    with transaction.atomic():
        user_id = None if for_all else actor.user_id
        FactOrder.objects.filter(kind=spec.key, user=user_id).delete()
        FactOrder.objects.create(kind=spec.key, user_id=user_id, keys=known, left_out=hidden)


def reset(actor: Actor, spec: ObjectSpec, *, for_all: bool = False) -> None:
    """Forgets the actor's order, so that the house's holds again; or the house's."""
    if for_all and not may_right(actor, "shape"):
        raise NotAllowed(_("Your role does not let you arrange the facts for everybody."))
    FactOrder.objects.filter(kind=spec.key, user=None if for_all else actor.user_id).delete()
