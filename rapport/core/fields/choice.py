"""One of several options, and several of several options."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.core.fields import operators as op
from rapport.core.fields.base import Field, FormData, Locale, join_values, split_values
from rapport.core.fields.cell import Cell
from rapport.core.fields.operators import Operator
from rapport.lib.text import fold


@dataclass(frozen=True)
class Option:
    """One option: ``key`` is stored, ``label`` is read, ``tone`` colours its badge; ``aliases`` are other spellings.

    One that ``is_archived`` is offered no more; records that have it keep it.
    """

    key: str
    label: str | Promise
    tone: str = "grey"
    aliases: tuple[str, ...] = ()
    is_archived: bool = False


@dataclass(frozen=True, eq=False)
class Choice(Field):
    """Exactly one of ``options``, or nothing."""

    options: tuple[Option, ...] = ()

    type: ClassVar[str] = "choice"
    control: ClassVar[str] = "select"
    operators: ClassVar[tuple[Operator, ...]] = (op.ANY, op.NONE, op.EMPTY, op.FILLED)

    @cached_property
    def by_key(self) -> dict[str, Option]:
        """Options by what is stored."""
        return {option.key: option for option in self.options}

    def offered(self, value: Any = None) -> list[tuple[str, str | Promise]]:
        """What can be chosen, as key and label; of archived options those that ``value`` has."""
        held = value if isinstance(value, list) else [value]
        return [(one.key, one.label) for one in self.options if not one.is_archived or one.key in held]

    def find(self, text: str) -> str:
        """Key of the option written as key, label or alias in any case; ValueError names the known ones."""
        wanted = fold(text)
        for option in self.options:
            if wanted in (fold(option.key), fold(str(option.label)), *map(fold, option.aliases)):
                return option.key
        raise ValueError(
            _("“%(value)s” is not one of: %(known)s.")
            % {"value": text, "known": ", ".join(str(option.label) for option in self.options)}
        )

    def from_text(self, text: str, locale: Locale) -> Any:
        text = text.strip()
        return text if not text or text in self.by_key else self.find(text)

    def show(self, value: Any, locale: Locale) -> Cell:
        kept, key = self._cells, (value, get_language())
        if key not in kept and value not in self.by_key:
            return Cell(value, shape="badge", tone="grey")
        if key not in kept:
            option = self.by_key[value]
            kept[key] = Cell(str(option.label), shape="badge", tone=option.tone)
        return kept[key]

    @cached_property
    def _cells(self) -> dict[tuple[str, str | None], Cell]:
        """The badges drawn so far, by option and language: lists show the same few again and again."""
        return {}

    def to_operands(self, value: str) -> list[str]:
        """The keys in a filter's list of values."""
        parts = split_values(value)
        if not parts:
            raise ValueError(_("choose at least one value."))
        return [part if part in self.by_key else self.find(part) for part in parts]

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        found = self.lookup("in", self.to_operands(value))
        return found if operator is op.ANY else ~found | self.is_missing()

    def operand_words(self, operator: Operator, value: str, locale: Locale) -> str:
        labels = (self.by_key.get(part) for part in split_values(value))
        return ", ".join(str(option.label) if option else "?" for option in labels)


@dataclass(frozen=True, eq=False)
class Choices(Choice):
    """Any number of ``options``. Stored as text ``|a|b|`` in the order of the options, so that LIKE finds each."""

    type: ClassVar[str] = "choices"
    control: ClassVar[str] = "multiselect"
    operators: ClassVar[tuple[Operator, ...]] = (op.HAS_ANY, op.HAS_ALL, op.HAS_NONE, op.EMPTY, op.FILLED)
    empty: ClassVar[Any] = []

    def load(self, parts: Sequence[Any]) -> Any:
        return [key for key in (parts[0] or "").split("|") if key]

    def get(self, instance: Any) -> Any:
        stored = instance.custom.get(self.key, "") if self.custom else getattr(instance, self.path)
        return [key for key in stored.split("|") if key]

    def set(self, instance: Any, value: Any) -> tuple[str, ...]:
        stored = f"|{'|'.join(value)}|" if value else ""
        if not self.custom:
            setattr(instance, self.path, stored)
            return (self.path,)
        if stored:
            instance.custom[self.key] = stored
        else:
            instance.custom.pop(self.key, None)
        return ("custom",)

    def is_empty(self, value: Any) -> bool:
        return not value

    def is_missing(self) -> Q:
        return super().is_missing() if self.custom else self.lookup("exact", "")

    def clean(self, value: Any, locale: Locale) -> Any:
        if value is None:
            return []
        parts = split_values(value.replace(";", ",")) if isinstance(value, str) else [str(part) for part in value]
        chosen = {part if part in self.by_key else self.find(part) for part in parts if part}
        return [option.key for option in self.options if option.key in chosen]

    def from_text(self, text: str, locale: Locale) -> Any:
        return self.clean(text, locale)

    def to_text(self, value: Any) -> str:
        return join_values(value or [])

    def from_json(self, value: Any) -> Any:
        return list(value or [])

    def from_form(self, data: FormData) -> Any:
        return [part for part in data.getlist(self.key) if part]

    def form_value(self, value: Any, locale: Locale) -> Any:
        return list(value or [])

    def show(self, value: Any, locale: Locale) -> Cell:
        labels = tuple(str(self.by_key[key].label) if key in self.by_key else key for key in value)
        return Cell(", ".join(labels), shape="tags", items=labels)

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        has = [self.lookup("contains", f"|{key}|") for key in self.to_operands(value)]
        found = has[0]
        for condition in has[1:]:
            found = found & condition if operator is op.HAS_ALL else found | condition
        return ~found | self.is_missing() if operator is op.HAS_NONE else found
