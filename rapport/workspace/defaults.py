"""What a new workspace starts with: its own row, four roles, one team, and its first administrator."""

from typing import Any

from django.db import transaction

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Team, Workspace
from rapport.workspace.actions.teams import TeamData, create_team

FIRST_TEAM = "Team"

# key: (name, administrator, levels for every object)
ROLES: dict[str, tuple[str, bool, dict[str, str]]] = {
    "administrator": (
        "Administrator",
        True,
        {"view": "all", "create": "all", "edit": "all", "trash": "all", "export": "all", "import": "all"},
    ),
    "manager": (
        "Manager",
        False,
        {
            "view": "team_below", "create": "all", "edit": "team_below",
            "trash": "team_below", "export": "team_below", "import": "all",
        },
    ),
    "member": (
        "Member",
        False,
        {"view": "team", "create": "all", "edit": "team", "trash": "own", "export": "own", "import": "own"},
    ),
    "read_only": (
        "Read only",
        False,
        {"view": "team", "create": "none", "edit": "none", "trash": "none", "export": "none", "import": "none"},
    ),
}  # fmt: skip


def ensure_defaults() -> Workspace:
    """Makes what is missing and changes nothing that is there; safe to call at every start."""
    with transaction.atomic():
        house = Workspace.objects.order_by("pk").first() or Workspace.objects.create()
        if not Role.objects.exists():
            for key, (name, is_admin, levels) in ROLES.items():
                Role.objects.create(key=key, name=name, is_admin=is_admin, levels={"*": levels})
        if not Team.objects.exists():
            create_team(Actor.system(), TeamData(FIRST_TEAM))
    workspace.forget()
    return house


def role_named(key: str) -> Any:
    """The role with this key; Role.DoesNotExist if somebody removed it."""
    return Role.objects.get(key=key)
