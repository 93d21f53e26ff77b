"""What the tests of segments share."""

import pytest

from rapport.accounts.actor import Actor
from tests import house


@pytest.fixture(autouse=True)
def fresh_mind() -> None:
    """No test knows what another one remembered."""
    house.forget()


@pytest.fixture
def ada(db: None) -> Actor:
    """The administrator."""
    return house.admin()
