"""What is set up around every piece of work that no request brings: a job, a pass of the pump.

Rooms above add to it, so that those who do the work need not know them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

_around: list[Callable[[], AbstractContextManager[Any]]] = []


def add(make: Callable[[], AbstractContextManager[Any]]) -> None:
    """Adds one: ``make()`` is entered before each piece of work, and left after it."""
    _around.append(make)


@contextmanager
def work() -> Iterator[None]:
    """One piece of work."""
    with ExitStack() as entered:
        for make in _around:
            entered.enter_context(make())
        yield
