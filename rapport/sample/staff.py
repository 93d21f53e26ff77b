"""The colleagues in a sample: they own the customers, and rights can be seen at work through their eyes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Team, User
from rapport.core.events.emit import acting
from rapport.sample.plan import slug
from rapport.sample.trade import Words
from rapport.workspace.actions.teams import TeamData, create_team
from rapport.workspace.actions.users import UserData, create_user

ACT_KIND = "sample.staff"  # its counts hold the ids of users and teams that were made
DOMAIN = "rapport-sample.example"  # of their e-mail addresses; it belongs to nobody


@dataclass(frozen=True)
class Colleague:
    """Somebody who owns sample customers. :meth:`actor` writes in their name, with the rights to load a sample."""

    user_id: int
    name: str
    team_id: int | None

    def actor(self) -> Actor:
        """Writes history in the colleague's name."""
        return replace(Actor.system(via="command"), user_id=self.user_id, name=self.name, team_id=self.team_id)


def hire(words: Words) -> list[Colleague]:
    """Makes the sample's teams and users where they are missing; they can sign in by a link only."""
    system = Actor.system(via="command")
    with acting(system, ACT_KIND, label="Sample colleagues and teams") as act:
        made_teams, teams = _teams(system, words.teams)
        made_users, colleagues = [], []
        for name, role_key, team_number in words.staff:
            email = f"{slug(name).replace('-', '.')}@{DOMAIN}"
            user = User.objects.filter(email=email).first()
            if user is None:
                role = Role.objects.filter(key=role_key).first() or Role.objects.order_by("is_admin", "-pk").first()
                team = teams["" if team_number is None else words.teams[team_number]]
                user = create_user(system, UserData(name, email, role.pk if role else 0, team.pk if team else None))
                made_users.append(user.pk)
            colleagues.append(Colleague(user.pk, user.name, user.team_id))
        act.counts = {"users": made_users, "teams": made_teams}
    return colleagues


def _teams(system: Actor, names: Sequence[str]) -> tuple[list[int], dict[str, Team | None]]:
    """Ids of the teams that had to be made; all teams by name, the workspace's topmost under an empty one."""
    top = Team.objects.filter(parent=None).order_by("path").first()
    made: list[int] = []
    teams: dict[str, Team | None] = {"": top}
    for name in names:
        team = Team.objects.filter(name=name, parent=top).first()
        if team is None:
            team = create_team(system, TeamData(name, top.pk if top else None))
            made.append(team.pk)
        teams[name] = team
    return made, teams
