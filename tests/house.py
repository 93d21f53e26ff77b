"""A small house for tests of the engine: teams, roles and people with exactly the rights a test needs."""

import threading
from typing import Any

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Team, User
from rapport.core.access import visible
from rapport.core.access.levels import ACTIONS
from rapport.core.events import anchors
from rapport.core.jobs import worker
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec

FULL = dict.fromkeys(ACTIONS, "all")


def person() -> ObjectSpec:
    """What people are to the engine."""
    return registry.get("person")


def company() -> ObjectSpec:
    """What companies are to the engine."""
    return registry.get("company")


def forget() -> None:
    """Drops what processes remember, and files do of the seal: every test begins with a fresh mind."""
    workspace.forget()
    anchors.path().unlink(missing_ok=True)
    visible._many.clear()


def team(name: str, parent: Team | None = None) -> Team:
    """A team, below ``parent`` if there is one."""
    made = Team.objects.create(name=name, parent=parent)
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save()
    return made


def role(name: str, *, is_admin: bool = False, **more: Any) -> Role:
    """A role; ``levels``, ``field_rules``, ``filters`` and ``rights`` as the model has them."""
    more.setdefault("rights", ["bulk"])
    return Role.objects.create(name=name, key=name.lower().replace(" ", "-"), is_admin=is_admin, **more)


def levels(view: str = "all", **more: str) -> dict[str, dict[str, str]]:
    """The levels of a role for every object: ``view`` as told and all actions named; the others reach as far."""
    return {"*": {**dict.fromkeys(ACTIONS, view), **{key.removesuffix("_"): value for key, value in more.items()}}}


def actor(name: str, its_role: Role, its_team: Team | None = None) -> Actor:
    """A user of that role in that team, ready to act."""
    user = User.objects.create(
        name=name, email=f"{name.lower().replace(' ', '.')}@house.example", role=its_role, team=its_team
    )
    return Actor.of(user)


def admin(name: str = "Ada") -> Actor:
    """An administrator."""
    return actor(name, Role.objects.filter(is_admin=True).first() or role("Administrator", is_admin=True))


def a_person(by: Actor, first_name: str = "Mia", last_name: str = "Berg", **values: Any) -> Any:
    """Somebody, made through the save path."""
    return saving.create(by, person(), {"first_name": first_name, "last_name": last_name, **values})


def a_company(by: Actor, name: str = "Hexa", **values: Any) -> Any:
    """A company, made through the save path."""
    return saving.create(by, company(), {"name": name, **values})


def work() -> None:
    """Lets the worker do all that waits for it."""
    worker.work(threading.Event(), once=True)
