"""Who may read the audit, and who may erase. Rights of their own; today both come with administrators alone."""

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.errors import NotAllowed


def may_audit(actor: Actor) -> bool:
    """Whether the actor may read what everybody did."""
    return actor.all_rights


def demand_audit(actor: Actor) -> None:
    """NotAllowed unless the actor may read the audit."""
    if not may_audit(actor):
        raise NotAllowed(_("Only administrators may read the audit."))


def demand_erase(actor: Actor) -> None:
    """NotAllowed unless the actor may erase for good."""
    if not actor.all_rights:
        raise NotAllowed(_("Only administrators may erase for good."))
