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
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Team, User, Workspace
from rapport.core.events import anchors
from rapport.core.fields import snapshot
from rapport.core.fields.snapshot import Snapshot
from rapport.lib import clock
from rapport.workspace.actions.teams import TeamData, create_team
from rapport.workspace.defaults import FIRST_TEAM, ensure_defaults
from rapport.workspace.signing_in import PROVEN_KEY

PASSWORD = "quiet harbour 41"


class World:
    """The people of the table above, the actors they are and the browsers they sit at."""

    password = PASSWORD
    ann: User
    bob: User
    eve: User
    mia: User
    ray: User
    ada: User

    def __init__(self) -> None:
        """The world as it stands in the database."""
        self.workspace = Workspace.objects.get()
        teams = {team.name: team for team in Team.objects.all()}
        self.top, self.alpha, self.beta = (teams[name] for name in (FIRST_TEAM, "Alpha", "Beta"))
        self.roles = {role.key: role for role in Role.objects.all()}
        for user in User.objects.select_related("role", "team"):
            setattr(self, user.name.split()[0].lower(), user)

    @classmethod
    def create(cls) -> "World":
        """The world, made by the verbs that make a real one."""
        ensure_defaults()
        for role in Role.objects.all():  # what levels mean is told by those that hold for every object
            role.levels = {"*": role.levels["*"]}
            role.save(update_fields=["levels"])
        system = Actor.system()
        top = Team.objects.get(parent=None)
        alpha = create_team(system, TeamData("Alpha", top.pk))
        beta = create_team(system, TeamData("Beta", top.pk))
        world = cls()
        world.ann = world.add("Ann Archer", "member", alpha)
        world.bob = world.add("Bob Baker", "member", alpha)
        world.eve = world.add("Eve Ellis", "member", beta)
        world.mia = world.add("Mia Moss", "manager", top)
        world.ray = world.add("Ray Reed", "read_only", alpha)
        world.ada = world.add("Ada Adler", "administrator", top)
        return world

    def add(self, name: str, role: str, team: Team | None) -> User:
        """One more user, called first name @example.com."""
        email = f"{name.split()[0].lower()}@example.com"
        return User.objects.create(
            email=email, name=name, role=self.roles[role], team=team, password=_hashed(), language="en"
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


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


@pytest.fixture(scope="session")
def world_rows(django_db_setup: None, django_db_blocker: Any) -> tuple[Rows, Snapshot]:
    """What the world is made of, by table: its columns and rows; and the definitions that are among them."""
    with django_db_blocker.unblock(), transaction.atomic():
        empty = _rows()
        World.create()
        made, definitions = _rows(), snapshot.latest()
        transaction.set_rollback(True)
    workspace.forget()
    new = {name: [row for row in rows if row not in empty[name][1]] for name, (_columns, rows) in made.items()}
    return {name: (made[name][0], rows) for name, rows in new.items() if rows}, definitions


def _rows() -> Rows:
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                found[model._meta.db_table] = [column[0] for column in cursor.description or ()], cursor.fetchall()
    return found


@contextmanager
def around_tests(blocker: Any, made: tuple[Rows, Snapshot]) -> Iterator[None]:
    """The world's rows and definitions, and what is made inside, for all tests of a fixture of a wider scope.

    Afterwards all is gone. Each test runs in a savepoint within, so none sees what another one changed.
    """
    rows, definitions = made
    around = transaction.atomic()
    with blocker.unblock():
        around.__enter__()
        _put_back(rows)
        snapshot.install(definitions)
    yield
    with blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


def _put_back(tables: Rows) -> None:
    with connection.cursor() as cursor:
        for name, (columns, rows) in tables.items():
            one = f"({', '.join(['%s'] * len(columns))})"
            into = ", ".join(f'"{column}"' for column in columns)
            values = [value for row in rows for value in row]
            cursor.execute(f'INSERT INTO "{name}" ({into}) VALUES {", ".join([one] * len(rows))}', values)


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None, world_rows: tuple[Rows, Snapshot]) -> Iterator[World]:
    """The workspace, new for each test.

    Its rows are copied, a tenth of the work of making them, except for tests with transactions of their own: these
    empty the tables behind them, of the rows of the migrations too.
    """
    workspace.forget()
    anchors.path().unlink(missing_ok=True)
    if "transactional_db" in request.fixturenames or _has_own_transactions(request):
        yield World.create()
    else:
        rows, definitions = world_rows
        _put_back(rows)
        there = snapshot.latest()  # a test may have made fields at run time before
        made = replace(definitions, fields=there.fields, objects=there.objects)
        snapshot.install(definitions if there is snapshot.NOTHING else made)
        yield World()
    workspace.forget()


def _has_own_transactions(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))
