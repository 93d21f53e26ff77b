"""The actor: who does something, through which door and why. First argument of every verb and every read."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from rapport.accounts import workspace
from rapport.accounts.models import Role, Team, User


@dataclass(frozen=True, eq=False)
class Actor:
    """Somebody, or something, that reads and writes.

    ``via`` names the door (screen, api, command, import, system). ``role`` holds the rights; a role that is
    None has none at all. ``looks_on``: somebody else looks on as this user, with the user's rights but changing
    nothing. ``in_staff``: an administrator in a staff session. Reading :attr:`team_ids_below` costs one query the
    first time.
    """

    user_id: int | None
    name: str
    role: Role | None
    team_id: int | None = None
    team_path: str = ""
    via: str = "screen"
    language: str = "en"
    time_zone: str = "UTC"
    all_rights: bool = False
    looks_on: bool = False
    in_staff: bool = False

    @classmethod
    def of(cls, user: User, *, via: str = "screen", in_staff: bool = False) -> Self:
        """The actor for a signed-in user. A user switched off has no rights left; an administrator has those of a
        normal role where the workspace says so and no staff session is open (``in_staff``).
        """
        normal = None if in_staff or not user.role.is_admin else _works_as()
        return cls(
            user_id=user.pk,
            name=user.name,
            role=(normal or user.role) if user.is_active else None,
            team_id=user.team_id,
            team_path=user.team.path if user.team_id and user.team else "",
            via=via,
            language=user.language,
            time_zone=user.time_zone,
            all_rights=user.is_active and user.role.is_admin and normal is None,
            in_staff=in_staff and user.is_active and user.role.is_admin,
        )

    @classmethod
    def system(cls, *, via: str = "system") -> Self:
        """The house itself: sample data, jobs and commands run by whoever can read the database anyway."""
        return cls(user_id=None, name="Rapport", role=None, via=via, all_rights=True)

    @cached_property
    def team_ids_below(self) -> tuple[int, ...]:
        """Ids of the actor's team and of all teams under it."""
        if not self.team_path:
            return ()
        return tuple(Team.objects.filter(path__startswith=self.team_path).values_list("pk", flat=True))

    @cached_property
    def levels_text(self) -> str:
        """The levels of the role as one text: who has the same may do the same."""
        return json.dumps(self.role.levels, sort_keys=True) if self.role else ""

    def looked_on(self, *, by: Self) -> Self:
        """The same actor as ``by`` looks on: in their language and time zone."""
        return replace(self, looks_on=True, language=by.language, time_zone=by.time_zone)

    def through(self, via: str) -> Self:
        """The same actor at another door."""
        return replace(self, via=via)


def _works_as() -> Role | None:
    """The role with whose rights administrators work, where there is one."""
    role_id = workspace.current().works_as_id
    return None if role_id is None else Role.objects.filter(pk=role_id).first()
