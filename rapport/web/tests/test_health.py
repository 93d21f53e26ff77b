"""What watches the house from outside gets a straight answer, without signing in."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from rapport.core import health
from rapport.core.health import Health
from rapport.core.jobs import heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_FOLDER = tmp_path
    return tmp_path


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


def test_a_house_without_a_worker_is_not(client: Client, folder: Path) -> None:
    assert client.get("/readyz").json()["problems"] == ["No worker has been seen yet."]
    heartbeat.beat()
    long_ago = time.time() - 60
    os.utime(folder / "worker.alive", (long_ago, long_ago))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == ["No worker has been seen for 60 seconds."]


def test_a_silent_database_is_named_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("password of the database")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == ["The database does not answer."]
