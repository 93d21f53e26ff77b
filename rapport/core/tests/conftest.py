"""What the tests of the engine share."""

from pathlib import Path

import pytest

from rapport.accounts.actor import Actor
from rapport.core.tests.bringing import Files
from tests import house


@pytest.fixture(autouse=True)
def fresh_mind() -> None:
    """No test knows what another one remembered."""
    house.forget()


@pytest.fixture
def ada(db: None) -> Actor:
    """The administrator."""
    return house.admin()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Brings texts in as files."""
    return Files(tmp_path)
