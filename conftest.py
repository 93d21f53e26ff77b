"""What all tests share, those beside the packages and those in ``tests/``."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection

from rapport.core.access import anchors, pages, visible
from rapport.core.access.plans import Many
from rapport.core.fields import snapshot
from rapport.core.importing import ahead
from rapport.workspace.actions import factors
from tests import network

pytest_plugins = ("tests.world",)

# The same examples every time: a run that fails today would have failed yesterday.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")

_ROOT = Path(__file__).parent


def pytest_configure() -> None:
    """Hash passwords the quick way; the real hasher has a test of its own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark browser tests by their folder, and skip what the database at hand cannot show."""
    for item in items:
        if item.path.is_relative_to(_ROOT / "tests" / "e2e"):
            item.add_marker(pytest.mark.browser)
        if not _asks_a_database(item):  # once is enough
            item.add_marker(pytest.mark.sqlite_only)
        for name in ("sqlite", "postgres"):
            other = connection.vendor != {"sqlite": "sqlite", "postgres": "postgresql"}[name]
            if other and item.get_closest_marker(f"{name}_only"):
                item.add_marker(pytest.mark.skip(reason=f"runs on {name} only"))

    items.sort(key=lambda item: item.get_closest_marker("slow") is None)  # long ones first: none is alone at the end


def pytest_collection_finish() -> None:
    """What was collected stays until the end: nobody looks through it for what can go."""
    gc.collect()
    gc.freeze()


def _asks_a_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return "db" in fixtures or "transactional_db" in fixtures or item.get_closest_marker("django_db") is not None


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own would read files with the settings' database, not with that of the test."""
    monkeypatch.setattr(ahead, "WORTH_IT_FROM", sys.maxsize)


@pytest.fixture(autouse=True)
def no_fields_made() -> Iterator[None]:
    """Each test begins with the fields that objects declare, whatever the last one made, and knows of no question how
    many answer it.
    """
    snapshot.forget()
    visible._many.clear()
    for module in (anchors, pages):
        module._many = Many()
    yield
    snapshot.forget()


@pytest.fixture(scope="session", autouse=True)
def quick_codes() -> Iterator[None]:
    """Recovery codes are hashed the quick way too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factors, "HASH_COST", 2)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_disk() -> Iterator[None]:
    """No test of this process survives a power cut: what is written need not reach the disk before it goes on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_traffic_outside() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    with pytest.MonkeyPatch.context() as patch:
        network.block(patch)
        yield
