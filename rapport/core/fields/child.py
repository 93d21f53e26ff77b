"""Fields whose values are rows of a table of their own: tags, e-mail addresses, affiliations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rapport.core.fields.base import Field, Source


@dataclass(frozen=True, eq=False)
class ChildField(Field):
    """A value that the save path reads and writes as a whole, for many records in few queries.

    That makes child rows part of the record: one version, one before and after, one undo.
    """

    empty: ClassVar[Any] = []

    @property
    def has_rows(self) -> bool:
        return True

    def select(self) -> tuple[Source, ...]:
        return ()

    def nothing(self) -> Any:
        """The value of a record without rows, made afresh."""
        return []

    def load(self, parts: Sequence[Any]) -> Any:
        return self.nothing()

    def is_empty(self, value: Any) -> bool:
        return not value

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        """The values of many records; a record without rows is absent. One query."""
        raise NotImplementedError

    def settle_many(self, values: Sequence[Any]) -> Sequence[Any]:
        """The cleaned values as they will be stored, where that depends on what is stored already."""
        return values

    def get(self, instance: Any) -> Any:
        return self.load_many([instance.pk]).get(instance.pk, self.nothing())

    def set(self, instance: Any, value: Any) -> tuple[str, ...]:
        return ()

    def from_json(self, value: Any) -> Any:
        return list(value or [])

    def to_json(self, value: Any) -> Any:
        return [dict(item) if isinstance(item, dict | Mapping) else item for item in value or []]
