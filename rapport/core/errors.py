"""The ways in which the engine says no. Each has an HTTP status and a sentence that a person can act on."""

from collections.abc import Mapping, Sequence
from typing import Any


class Refused(Exception):
    """Something was asked that cannot be done; nothing was written.

    ``message`` is shown to the person as it stands: what is wrong, where, and what to do about it.
    """

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadQuery(Refused):
    """A filter, sort or column name that does not exist, or a value it cannot take (400)."""


class NotAllowed(Refused):
    """The record may be seen but this may not be done with it (403)."""

    status = 403


class NotFound(Refused):
    """There is no such record, or the actor may not know that there is (404)."""

    status = 404


class Conflict(Refused):
    """Somebody else changed the record in the meantime (409).

    ``changes`` holds, oldest first, who changed which fields: ``{"by", "at", "fields": {key: [before, after]}}``.
    """

    status = 409

    def __init__(self, message: str, *, current_version: int = 0, changes: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(message)
        self.current_version = current_version
        self.changes = list(changes)


class Pointing(str):
    """A sentence that speaks of a record which the actor may see; ``url`` leads there, ``called`` is its name."""

    __slots__ = ("called", "url")
    url: str
    called: str

    def __new__(cls, sentence: str, url: str, called: str) -> "Pointing":
        """The sentence, with where it points."""
        made = super().__new__(cls, sentence)
        made.url, made.called = url, called
        return made


class Invalid(Refused):
    """Values that a field or rule does not accept (422): ``errors`` maps a field's key (or "") to sentences."""

    status = 422

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {key: list(sentences) for key, sentences in errors.items()}
        super().__init__(" ".join(sentence for sentences in self.errors.values() for sentence in sentences))


class TooMany(Refused):
    """Too many tries in too short a time (429); ``seconds`` tells when to try again."""

    status = 429

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds
