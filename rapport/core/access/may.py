"""What an actor may do with a record that is at hand, decided without asking the database where that is possible."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import role_filter, visible_to

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


def allowed(actor: Actor, spec: "ObjectSpec", instance: Any, actions: Iterable[str]) -> set[str]:
    """Those of ``actions`` that the actor may do with this record, which is known to be visible to the actor.

    Agrees with :func:`visible_to`: owner and team are compared here; shares, parents and role filters cost one
    query for each action that nothing else allows.
    """
    return {action for action in actions if _may(actor, spec, instance, action)}


def _may(actor: Actor, spec: "ObjectSpec", instance: Any, action: str) -> bool:
    level = level_of(actor, spec.key, action)
    if level is Level.NONE:
        return False
    if spec.parents is None and not role_filter(actor, spec):
        if level is Level.ALL or (actor.user_id and instance.owner_id == actor.user_id):
            return True
        if level is Level.TEAM and actor.team_id and instance.team_id == actor.team_id:
            return True
        if level is Level.TEAM_BELOW and instance.team_id in actor.team_ids_below:
            return True
    return visible_to(actor, spec, action, live=instance.live).filter(pk=instance.pk).exists()
