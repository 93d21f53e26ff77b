"""PostgreSQL keeps the plans of what is asked again and again, and of nothing else."""

import pytest
from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor

from rapport.accounts.models import User
from rapport.lib.prepared import Prepared, hole
from tests.world import World

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db]


def kept() -> int:
    """How many questions about this have their plan kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%kept for a test%'")
        return int(cursor.fetchall()[0][0])


def test_it_works(world: World) -> None:
    asked = Prepared(lambda: User.objects.filter(pk=hole("user")).extra(where=["'kept for a test' <> ''"]))
    for _time in range(3):
        assert [user.name for user in asked(user=world.ann.pk)] == ["Ann Archer"]
    assert kept() == 0, "the first writes the SQL, two more are not worth it"
    assert [user.name for user in asked(user=world.bob.pk)] == ["Bob Baker"]
    assert kept() == 1
    assert [user.name for user in asked(user=world.ann.pk)] == ["Ann Archer"], "by another value"
    assert kept() == 1


def test_what_carries_its_values_is_planned_anew(world: World) -> None:
    for _time in range(5):
        User.objects.filter(name="kept for a test").exists()
    assert kept() == 0


def test_a_failure_ends_it(world: World) -> None:
    with pytest.raises(RuntimeError), connection.keeping_plans():  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            assert isinstance(cursor.cursor, ServerBindingCursor)
        raise RuntimeError
    with connection.cursor() as cursor:
        assert not isinstance(cursor.cursor, ServerBindingCursor)
