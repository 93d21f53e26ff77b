"""What rooms keep of records outside of rows that hang on them, and how it goes when a record is erased."""

from collections.abc import Callable, Collection

Wipe = Callable[[Collection[int]], None]
_wipes: list[Wipe] = []


def also(wipe: Wipe) -> Wipe:
    """Declares one: ``wipe(ids)`` is called in the transaction that erases these records."""
    _wipes.append(wipe)
    return wipe


def wipe_all(ids: Collection[int]) -> None:
    """Calls all of them."""
    for wipe in _wipes:
        wipe(ids)
