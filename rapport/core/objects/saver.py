"""What saving means for one kind of object beyond its fields. Subclass it and name the class in the spec."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapport.accounts.actor import Actor
from rapport.core.fields.base import Locale

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


@dataclass
class Draft:
    """A record on its way to the table.

    ``values`` are the cleaned values to be stored, by field; ``before`` the stored ones of the same fields.
    A draft with ``errors`` (field → sentences) is not stored. ``given`` is room for a saver's own memory.
    """

    instance: Any
    values: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    is_new: bool = False
    given: set[int] = field(default_factory=set)

    def refuse(self, key: str, sentence: str) -> None:
        """Notes why this draft cannot be stored."""
        self.errors.setdefault(key, []).append(sentence)

    def now(self, key: str) -> Any:
        """The value the field will have: the new one, else the stored one."""
        return self.values[key] if key in self.values else self.before.get(key)


class Saver:
    """Hooks of the save path. Each gets whole batches, so that an import costs few queries."""

    def __init__(self, spec: "ObjectSpec", actor: Actor, locale: Locale) -> None:
        self.spec, self.actor, self.locale = spec, actor, locale

    def prepare(self, drafts: Sequence[Draft]) -> None:
        """Completes values before they are compared with the stored ones (shortcuts, defaults)."""

    def check(self, drafts: Sequence[Draft]) -> None:
        """Looks for reasons to refuse drafts: rules over several fields, uniqueness."""

    def title(self, draft: Draft) -> str:
        """What people will call the record."""
        return str(draft.instance.title)

    def derive(self, draft: Draft) -> tuple[str, ...]:
        """Sets columns that follow from the values; returns their names."""
        return ()

    def belongs_to(self, draft: Draft) -> tuple[int, ...]:
        """Ids of other records on whose timelines the event shall stand."""
        return ()

    def stored(self, drafts: Sequence[Draft]) -> None:
        """Called when the rows are in the table, inside the transaction."""

    def revive(self, instances: Sequence[Any]) -> dict[int, str]:
        """Before records leave the trash: ``{id: sentence}`` for those that may not."""
        return {}

    def living(self, instances: Sequence[Any], *, live: bool) -> None:
        """After records went to the trash or came back: frees or takes what is unique among live rows."""
