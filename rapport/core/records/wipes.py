"""What rooms keep of records outside of rows that hang on them, and how it goes when a record is erased."""

from collections.abc import Callable, Collection

Wipe = Callable[[Collection[int]], None]
_wipes: list[Wipe] = []
_of_people: list[Wipe] = []


def also(wipe: Wipe) -> Wipe:
    """Declares one: ``wipe(ids)`` is called in the transaction that erases these records."""
    _wipes.append(wipe)
    return wipe


def of_people(wipe: Wipe) -> Wipe:
    """Declares one that is called where real people are erased, not for made-up ones."""
    _of_people.append(wipe)
    return wipe


def wipe_all(ids: Collection[int], *, people: bool = True) -> None:
    """Calls all of them. Not ``people``: the records are made up."""
    for wipe in (*_wipes, *(_of_people if people else ())):
        wipe(ids)
