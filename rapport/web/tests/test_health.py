"""What watches the house from outside gets a straight answer, without signing in."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from rapport.accounts.actor import Actor
from rapport.core import health
from rapport.core.health import Health
from rapport.core.jobs import heartbeat, queue
from rapport.core.jobs.models import Job
from rapport.lib import clock

pytestmark = pytest.mark.django_db


def test_a_living_process_says_so(client: Client) -> None:
    assert client.get("/healthz").json() == {"alive": True}


def test_a_house_with_a_worker_is_ready(client: Client) -> None:
    heartbeat.beat()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["ready"] is True and response.json()["problems"] == []


def test_every_room_says_how_it_is(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Health:
        raise RuntimeError("secret")

    checks = {"well": lambda: Health({"lag": 2.0}), "slow": lambda: Health(warning="Slow."), "broken": broken}
    monkeypatch.setattr(health, "_checks", checks)
    heartbeat.beat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"] == {"broken": {}, "slow": {}, "well": {"lag": 2.0}}
    assert answer.json()["warnings"] == ["The check of broken failed.", "Slow."]
    monkeypatch.setattr(health, "_checks", {"stuck": lambda: Health(problem="Stuck.")})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["Stuck."])


def test_a_house_without_a_worker_is_not(client: Client) -> None:
    assert client.get("/readyz").json()["problems"] == ["No worker has been seen yet."]
    with clock.frozen(clock.now()) as stopped:
        heartbeat.beat()
        stopped.advance(seconds=60)
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == ["No worker has been seen for 60 seconds."]


def test_late_and_dead_jobs_are_told_while_the_work_goes_on(client: Client) -> None:
    with clock.frozen(clock.now()) as stopped:
        queue.enqueue("t.x", {}, Actor.system())
        Job.objects.filter(pk=queue.enqueue("t.y", {}, Actor.system()).pk).update(state="dead")
        stopped.advance(seconds=61)
        heartbeat.beat("w", fetched_ago=2.0)
        answer = client.get("/readyz").json()
    assert answer["ready"] is True and answer["warnings"] == ["Jobs have been due for too long."]
    assert answer["checks"]["jobs"] == {"oldest_due_seconds": 61.0, "oldest_due_long_seconds": None, "dead": 1}
    assert answer["checks"]["worker"] == {"seen_seconds_ago": 0.0, "fetched_seconds_ago": 2.0}


def test_a_silent_database_is_named_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("password of the database")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == ["The database does not answer."]
