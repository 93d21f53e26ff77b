"""What a new workspace starts with: its own row, four roles, one team, and its first administrator."""

from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Team, User, Workspace
from rapport.lib.emails import normalise_email
from rapport.workspace.actions.links import FIRST_RUN_LASTS, make_sign_in_link
from rapport.workspace.actions.teams import TeamData, create_team
from rapport.workspace.actions.users import UserData, create_user

FIRST_TEAM = "Team"


class FirstUser(NamedTuple):
    """Who the first administrator is until they say who they are."""

    email: str
    name: str


ADMINISTRATOR = FirstUser("admin@example.com", "Administrator")

# key: (name, administrator, levels for every object, special rights)
ROLES: dict[str, tuple[str, bool, dict[str, str], list[str]]] = {
    "administrator": (
        "Administrator",
        True,
        {"view": "all", "create": "all", "edit": "all", "trash": "all", "export": "all", "import": "all"},
        [],
    ),
    "manager": (
        "Manager",
        False,
        {
            "view": "team_below", "create": "all", "edit": "team_below",
            "trash": "team_below", "export": "team_below", "import": "all",
        },
        ["bulk", "merge", "discounts"],
    ),
    "member": (
        "Member",
        False,
        {"view": "team", "create": "all", "edit": "team", "trash": "own", "export": "own", "import": "own"},
        ["bulk"],
    ),
    "read_only": (
        "Read only",
        False,
        {"view": "team", "create": "none", "edit": "none", "trash": "none", "export": "none", "import": "none"},
        [],
    ),
}  # fmt: skip


_starters: list[Callable[[], None]] = []


def add(starter: Callable[[], None]) -> None:
    """Adds what a room needs to begin with. It is called at every start, and changes nothing that is there."""
    _starters.append(starter)


def ensure_defaults() -> Workspace:
    """Makes what is missing and changes nothing that is there; safe to call at every start."""
    with transaction.atomic():
        house = Workspace.objects.order_by("pk").first() or Workspace.objects.create()
        if not Role.objects.exists():
            for key, (name, is_admin, levels, rights) in ROLES.items():
                Role.objects.create(key=key, name=name, is_admin=is_admin, levels={"*": levels}, rights=rights)
        if not Team.objects.exists():
            create_team(Actor.system(), TeamData(FIRST_TEAM))
        for starter in _starters:
            starter()
    workspace.forget()
    return house


def first_administrator(email: str, name: str) -> tuple[User, str]:
    """The administrator of a new workspace, without a password, and a one-time sign-in link that lasts a day.

    Where there is an active administrator already, no second one is made: the link is theirs.
    """
    ensure_defaults()
    system = Actor.system(via="command")
    with transaction.atomic():
        active = User.objects.filter(role__is_admin=True, is_active=True).order_by("pk")
        user = active.filter(email=normalise_email(email)).first() or active.first()
        if user is None:
            role = Role.objects.filter(is_admin=True).earliest("pk")
            team = Team.objects.order_by("path").first()
            user = create_user(system, UserData(name, email, role.pk, team.pk if team else None))
        return user, make_sign_in_link(system, user, lasts=FIRST_RUN_LASTS).address
