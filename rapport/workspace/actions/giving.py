"""Nobody gives a right that they do not have themselves: roles, and accounts, within one's own rights."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Team, User
from rapport.core.access.levels import ACTION_WORDS, ACTIONS, Level, level_in, level_of
from rapport.core.access.special import RIGHTS, demand_right, may_right
from rapport.core.errors import NotAllowed
from rapport.core.objects import registry
from rapport.lib.wording import inside

EVERY_OBJECT = "*"
_MOST_TOLD = 3


def beyond(actor: Actor, role: Role) -> list[str]:
    """What a role gives that the actor does not have, in words; empty where there is nothing."""
    if actor.all_rights:
        return []
    if role.is_admin or actor.role is None:
        return [_("everything")]
    told = [str(RIGHTS[key].label) for key in role.rights if not may_right(actor, key)]
    kinds: dict[str, Any] = {EVERY_OBJECT: _("Every object"), **{spec.key: spec.plural for spec in registry.every()}}
    for kind, label in kinds.items():
        actions = [action for action in ACTIONS if level_in(role.levels, kind, action) > level_of(actor, kind, action)]
        told += [f"{label}: {inside(ACTION_WORDS[action])}" for action in actions]
        if _tells_more(actor.role, role, kind):
            told.append(f"{label}: {_('fields or records that are hidden from you')}")
    return told


def _tells_more(own: Role, given: Role, kind: str) -> bool:
    """Whether a rule on fields, or a condition on records, holds for one's own role and not for the other."""
    rules: Mapping[str, str] = given.field_rules.get(kind, {})
    looser = any(rules.get(key) not in (rule, "hidden") for key, rule in own.field_rules.get(kind, {}).items())
    return looser or bool(own.filters.get(kind) and own.filters[kind] != given.filters.get(kind))


def demand_role(actor: Actor, role: Role) -> None:
    """NotAllowed unless the actor manages users and has every right that this role gives."""
    demand_right(actor, "users")
    if told := beyond(actor, role):
        more = ", …" if len(told) > _MOST_TOLD else ""
        raise NotAllowed(
            _("“%(role)s” holds rights that you do not have yourself: %(rights)s.")
            % {"role": role.shown, "rights": ", ".join(told[:_MOST_TOLD]) + more}
        )


def demand_account(actor: Actor, user: User) -> None:
    """NotAllowed unless the actor may manage this account: it has no rights beyond their own."""
    demand_role(actor, user.role)
    demand_team(actor, user.team)


def demand_team(actor: Actor, team: Team | None) -> None:
    """NotAllowed if being in this team would show records that the actor does not see."""
    if actor.all_rights or team is None or team.pk in actor.team_ids_below:
        return
    kinds = (EVERY_OBJECT, *(spec.key for spec in registry.every()))
    if any(level_of(actor, kind, "view") is not Level.ALL for kind in kinds):
        raise NotAllowed(_("The team “%(team)s” is not below yours.") % {"team": team.name})
