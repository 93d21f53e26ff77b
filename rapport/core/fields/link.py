"""Links: to another record, to a user, to a team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.fields import link_rows
from rapport.core.fields import operators as op
from rapport.core.fields.base import Carry, Field, Locale, Text_, Titles, split_values
from rapport.core.fields.cell import Cell
from rapport.core.fields.operators import Operator
from rapport.core.records.aliases import currents


class Target(NamedTuple):
    """What a link points to: its id and what people call it; ``label`` is what is said of the link itself."""

    id: int
    title: str
    label: str = ""


@dataclass(frozen=True, eq=False)
class Link(Field):
    """A link to one record of the kind ``to``, by a foreign key of the same name as the field's column.

    Its value is the id of the other record, or a :class:`Target` where the title is at hand. Text is the id:
    whoever reads titles (the import, a combobox) finds the record first. ``mark`` is the shape of its cell: link, or
    person or company where an avatar stands before the title.

    A link made at run time is a number in ``custom``, where no index reaches. Rows say the same (``link_rows``): what
    leads to a record, and what leads to records of some sort, is found by them. ``reverse`` is what the link is called
    on the page of the record that it leads to.
    """

    to: str = ""
    reverse: Text_ = ""
    title_path: str = "title"
    mark: str = "link"

    type: ClassVar[str] = "link"
    control: ClassVar[str] = "combobox"
    operators: ClassVar[tuple[Operator, ...]] = (op.ANY, op.NONE, op.EMPTY, op.FILLED)
    json_kind: ClassVar[str] = "integer"
    empty: ClassVar[Any] = None
    nullable: ClassVar[bool] = True

    @property
    def choose_url(self) -> str:
        """Where a combobox finds what can be linked; empty where nothing can be chosen from."""
        return f"/choose/{self.to}" if self.to else ""

    @property
    def id_path(self) -> str:
        """Column of the other record's id."""
        return f"{self.path}_id"

    def source(self) -> Any:
        return super().source() if self.custom else f"{self.path}__{self.title_path}"

    def select(self) -> tuple[Any, ...]:
        return super().select() if self.custom else (self.id_path, f"{self.path}__{self.title_path}")

    def load(self, parts: Sequence[Any]) -> Any:
        return None if parts[0] is None else Target(parts[0], parts[1] if len(parts) > 1 else "")

    def load_column(self, parts: Sequence[Sequence[Any]]) -> list[Any]:
        titles = parts[1] if len(parts) > 1 else ("",) * len(parts[0])
        return [None if pk is None else Target(pk, title) for pk, title in zip(parts[0], titles, strict=True)]

    def get(self, instance: Any) -> Any:
        return instance.custom.get(self.key) if self.custom else getattr(instance, self.id_path)

    def set(self, instance: Any, value: Any) -> tuple[str, ...]:
        if self.custom:
            return super().set(instance, value)
        setattr(instance, self.id_path, value)
        return (self.id_path,)

    def from_text(self, text: str, locale: Locale) -> Any:
        text = text.strip()
        if not text:
            return None
        if not text.isdecimal() or len(text) > 18:
            raise ValueError(_("“%(value)s” is not the number of a record.") % {"value": text})
        return int(text)

    def accept(self, value: Any, locale: Locale) -> Any:
        if isinstance(value, Target):
            return value.id
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return super().accept(value, locale)

    def to_text(self, value: Any) -> str:
        return "" if value is None else str(value.id if isinstance(value, Target) else value)

    def to_json(self, value: Any) -> Any:
        return value.id if isinstance(value, Target) else value

    def form_value(self, value: Any, locale: Locale) -> Any:
        return {"id": self.to_text(value), "title": value.title if isinstance(value, Target) else ""}

    def show(self, value: Any, locale: Locale) -> Cell:
        if not isinstance(value, Target):
            return Cell(f"#{value}", shape="link", href=f"/r/{value}")
        return Cell(value.title or f"#{value.id}", shape=self.mark, href=f"/r/{value.id}")

    @property
    def has_rows(self) -> bool:
        return self.custom and self.table == "record"

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        link_rows.write(
            self.key, [(one.pk, before, () if after is None else ((after, ""),)) for one, before, after in pairs]
        )

    def targets(self, value: Any) -> Sequence[tuple[str, int]]:
        return () if value is None else [(self.table, self.to_json(value))]

    def leading_to(self, kind: str, ids: Sequence[int]) -> Q | None:
        return self.in_ids(ids) if self.to == kind and self.table == "record" else None

    def redirected(self, value: Any, moves: Mapping[int, int]) -> Any:
        number = self.to_json(value)
        return moves.get(number, number) if self.table == "record" else number

    def carried(self, value: Any, here: Carry) -> Any:
        return here(self.table, value["id"]) if value else None

    def cell_with(self, value: Any, titles: Titles, locale: Locale) -> Cell:
        number = self.to_json(value)
        return self.cell(None if number is None else Target(number, titles.get((self.table, number), "")), locale)

    @property
    def table(self) -> str:
        """Where the target stands: record, user or team."""
        return "record"

    def resolve_words(self, word: str, locale: Locale) -> list[int] | None:
        """Ids meant by a word such as “me”; None if it is not such a word."""
        return None

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        ids = self._meant(value, locale)
        if self.has_rows:
            found = link_rows.leads(self.key, to_record_id__in=ids)
            return found if operator is op.ANY else ~found
        found = self.in_ids(ids)
        return found if operator is op.ANY else ~found | self.is_missing()

    def named(self, operator: Operator, value: str, locale: Locale, most: int) -> list[int] | None:
        if not self.has_rows or operator is not op.ANY:
            return None
        try:
            ids = self._meant(value, locale)
        except ValueError:
            return None  # said when the condition is compiled
        return link_rows.few(self.key, ids, most)

    def _meant(self, value: str, locale: Locale) -> list[int]:
        """The ids that a filter names."""
        ids: list[int] = []
        for part in split_values(value):
            meant = self.resolve_words(part, locale)
            ids += [self.from_text(part, locale)] if meant is None else meant
        if ids and self.table == "record":  # a filter that was kept still finds what belonged to one merged away
            moved = currents(ids)
            ids = [moved.get(number, number) for number in ids]
        return ids

    def in_ids(self, ids: Any) -> Q:
        """The condition of leading to one of these."""
        if self.has_rows:
            return Q(pk__in=link_rows.leading(self.key, ids))
        return self.lookup("in", ids) if self.custom else Q(**{f"{self.id_path}__in": ids})

    def is_missing(self) -> Q:
        if self.has_rows:
            return ~link_rows.leads(self.key)
        return super().is_missing() if self.custom else Q(**{f"{self.id_path}__isnull": True})


@dataclass(frozen=True, eq=False)
class User(Link):
    """A user of the workspace. A filter may say “me”."""

    title_path: str = "name"

    type: ClassVar[str] = "user"
    control: ClassVar[str] = "user"

    @property
    def table(self) -> str:
        return "user"

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell((value.title or f"#{value.id}") if isinstance(value, Target) else f"#{value}", shape="user")

    def resolve_words(self, word: str, locale: Locale) -> list[int] | None:
        if word == "me":
            return [locale.user_id] if locale.user_id else []
        return None


@dataclass(frozen=True, eq=False)
class TeamLink(User):
    """A team. A filter may say “mine”."""

    type: ClassVar[str] = "team"

    @property
    def table(self) -> str:
        return "team"

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell((value.title or f"#{value.id}") if isinstance(value, Target) else f"#{value}")

    def resolve_words(self, word: str, locale: Locale) -> list[int] | None:
        if word == "mine":
            return [locale.team_id] if locale.team_id else []
        return None
