"""Who may read the audit, and who may erase: special rights of a role."""

from rapport.accounts.actor import Actor
from rapport.core.access.special import demand_right, may_right


def may_audit(actor: Actor) -> bool:
    """Whether the actor may read what everybody did."""
    return may_right(actor, "audit")


def demand_audit(actor: Actor) -> None:
    """NotAllowed unless the actor may read the audit."""
    demand_right(actor, "audit")


def demand_erase(actor: Actor) -> None:
    """NotAllowed unless the actor may erase for good."""
    demand_right(actor, "erase")
