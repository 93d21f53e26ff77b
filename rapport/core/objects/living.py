"""What rooms add to records that go to the trash and come back. The save path asks here, in its transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapport.core.events.models import Act

Ids = Sequence[int]


@dataclass(frozen=True)
class _Room:
    barred: Callable[[Act, Ids], dict[int, str]]
    back: Callable[[Act, Ids], None]
    gone: Callable[[Act, Ids], None]


_rooms: list[_Room] = []


def add(
    *,
    barred: Callable[[Act, Ids], dict[int, str]],
    back: Callable[[Act, Ids], None],
    gone: Callable[[Act, Ids], None],
) -> None:
    """``barred`` tells which may not leave the trash, ``{id: sentence}``; ``back`` and ``gone`` hear of those that left
    it or went there by an act.
    """
    _rooms.append(_Room(barred, back, gone))


def barred(act: Act, ids: Ids) -> dict[int, str]:
    """Those of some records that may not leave the trash by this act, each with a sentence."""
    return {pk: sentence for room in _rooms for pk, sentence in room.barred(act, ids).items()}


def settle(act: Act, ids: Ids, *, live: bool) -> None:
    """Tells all rooms that records left the trash, or went there."""
    for room in _rooms:
        (room.back if live else room.gone)(act, ids)
