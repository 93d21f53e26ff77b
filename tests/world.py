"""A small workspace for tests: six people, two teams under a third, and the four roles of a new installation.

============  ==============  ===================
Ann           member          Alpha
Bob           member          Alpha
Eve           member          Beta
Mia           manager         Team (Alpha + Beta)
Ray           read only       Alpha
Ada           administrator   Team
============  ==============  ===================

``world.ann`` … are the users, ``world.alpha``, ``world.beta`` and ``world.top`` the teams.
"""

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Team, User
from rapport.core.events import anchors
from rapport.lib import clock
from rapport.workspace.actions.teams import TeamData, create_team
from rapport.workspace.defaults import ensure_defaults
from rapport.workspace.signing_in import PROVEN_KEY

PASSWORD = "quiet harbour 41"


class World:
    """The people of the table above, the actors they are and the browsers they sit at."""

    password = PASSWORD

    def __init__(self) -> None:
        self.workspace = ensure_defaults()
        system = Actor.system()
        self.top = Team.objects.get(parent=None)
        self.alpha = create_team(system, TeamData("Alpha", self.top.pk))
        self.beta = create_team(system, TeamData("Beta", self.top.pk))
        self.roles = {role.key: role for role in Role.objects.all()}
        self._password = make_password(PASSWORD)
        self.ann = self.add("Ann Archer", "member", self.alpha)
        self.bob = self.add("Bob Baker", "member", self.alpha)
        self.eve = self.add("Eve Ellis", "member", self.beta)
        self.mia = self.add("Mia Moss", "manager", self.top)
        self.ray = self.add("Ray Reed", "read_only", self.alpha)
        self.ada = self.add("Ada Adler", "administrator", self.top)

    def add(self, name: str, role: str, team: Team | None) -> User:
        """One more user, called first name @example.com."""
        email = f"{name.split()[0].lower()}@example.com"
        return User.objects.create(
            email=email, name=name, role=self.roles[role], team=team, password=self._password, language="en"
        )

    def actor(self, name: str, *, via: str = "screen") -> Actor:
        """The actor of ``ann``, ``bob``, …, with the rights they have at this moment."""
        user: User = getattr(self, name)
        return Actor.of(User.objects.select_related("role", "team").get(pk=user.pk), via=via)

    def client(self, name: str, *, is_proven: bool = False) -> Client:
        """A browser in which ``ann``, ``bob``, … is signed in, and was asked “Is it you?” if ``is_proven``."""
        client = Client()
        client.force_login(getattr(self, name))
        if is_proven:
            session = client.session
            session[PROVEN_KEY] = clock.now().timestamp()
            session.save()
        return client


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The workspace, made anew for each test."""
    workspace.forget()
    anchors.path().unlink(missing_ok=True)
    yield World()
    workspace.forget()
