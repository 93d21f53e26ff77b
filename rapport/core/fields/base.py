"""What every field type can do. A type overrides what is special about it and nothing else."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol

from django.db.models import Lookup, Q
from django.db.models.expressions import Expression
from django.db.models.lookups import (
    Contains,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IContains,
    IExact,
    In,
    IsNull,
    IStartsWith,
    LessThan,
    LessThanOrEqual,
)  # fmt: skip
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from rapport.core.errors import BadQuery
from rapport.core.fields import operators as op
from rapport.core.fields.cell import EMPTY, Cell
from rapport.core.fields.json_ahead import may_hold
from rapport.core.fields.json_key import JsonKey
from rapport.core.fields.operators import Operator
from rapport.lib.search_words import common_words

Text_ = str | Promise
Source = str | Expression
Carry = Callable[[str, int], int | None]  # from a table (record, user, team) and an id elsewhere to the id here
Titles = Mapping[tuple[str, int], str]  # what a record, user or team is called: {("user", 7): "Ann"}
LOOKUPS: dict[str, "type[Lookup[Any]]"] = {
    "exact": Exact, "in": In, "gt": GreaterThan, "gte": GreaterThanOrEqual, "lt": LessThan, "lte": LessThanOrEqual,
    "isnull": IsNull, "icontains": IContains, "istartswith": IStartsWith, "contains": Contains, "iexact": IExact,
}  # fmt: skip
_SPLIT = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class Locale:
    """How one person writes and reads values: language, IANA time zone, home country (ISO) and currency (ISO)."""

    language: str = "en"
    time_zone: str = "UTC"
    country: str = "DE"
    currency: str = "EUR"
    user_id: int | None = None
    team_id: int | None = None


class FormData(Protocol):
    """What a posted form looks like to a field (Django's QueryDict fits)."""

    def get(self, key: str, default: Any, /) -> Any: ...
    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True, eq=False)
class Field:
    """One field of an object.

    ``key`` is its name everywhere: URL, API, import, audit. ``column`` is the database column where it differs.
    ``group`` is the heading under which the facts of a record show it; ``headers`` are the titles under which
    imported files carry it, besides its label. ``sortable`` promises an index that begins with ``live``.
    ``quick`` puts it on the short create form. ``privacy`` is personal, business or none. A ``custom`` field
    lives in the JSON column under its key. ``search`` makes it one that search looks into: 1 for what a record is
    called, 2 for its addresses and numbers, 3 for all else. ``repeats`` lists fields that say the same shorter:
    where one of them changed, too, a history tells only that. ``mentions``: users named in it with “@” are told.
    ``indexed`` promises an index of ``live`` and the column, for filters. ``unique``: no two live records have the same
    value; the database holds to it. ``kept_in`` is the column of what was set, where lists show what follows from it.
    ``shown_if``, ``required_if`` and ``locked_if`` are conditions of the query language on the same record
    (``core/objects/conditional``).
    """

    key: str
    label: Text_
    _: KW_ONLY
    required: bool = False
    hint: Text_ = ""
    group: Text_ = ""
    column: str = ""
    headers: tuple[str, ...] = ()
    read_only: bool = False
    sortable: bool = False
    indexed: bool = False
    quick: bool = False
    privacy: str = "business"
    custom: bool = False
    default: Any = None
    placeholder: Text_ = ""
    search: int = 0
    repeats: tuple[str, ...] = ()
    mentions: bool = False
    unique: bool = False
    kept_in: str = ""
    shown_if: Any = None
    required_if: Any = None
    locked_if: Any = None

    type: ClassVar[str] = ""
    control: ClassVar[str] = "text"
    operators: ClassVar[tuple[Operator, ...]] = ()
    json_kind: ClassVar[str] = "text"
    empty: ClassVar[Any] = ""
    nullable: ClassVar[bool] = False
    numeric: ClassVar[bool] = False

    # ---------------------------------------------------------------- where it lives
    @cached_property
    def path(self) -> str:
        """Name of the column in Django's terms."""
        return self.column or self.key

    def source(self) -> Source:
        """What to select, and to sort by, for this field."""
        return JsonKey(self.key, self.json_kind) if self.custom else self.path

    def select(self) -> tuple[Source, ...]:
        """Everything a list fetches to show the value."""
        return (self.source(),)

    def load(self, parts: Sequence[Any]) -> Any:
        """The value made of what :meth:`select` fetched."""
        value = parts[0]
        if self.custom:
            return self.empty if value is None else self.from_json(value)
        return value

    def load_column(self, parts: Sequence[Sequence[Any]]) -> list[Any]:
        """:meth:`load` for many records: ``parts`` holds a column for each source."""
        if len(parts) > 1 or type(self).load is not Field.load:
            return [self.load(each) for each in zip(*parts, strict=True)]
        if not self.custom:
            return list(parts[0])
        return [self.empty if value is None else self.from_json(value) for value in parts[0]]

    def load_brief(self, parts: Sequence[Any]) -> Any:
        """As :meth:`load`, but no more of it than :meth:`brief` shows: a list loads fifty at once."""
        return self.load(parts)

    def get(self, instance: Any) -> Any:
        """The value on an instance of the object's model."""
        if self.custom:
            return self.from_json(instance.custom[self.key]) if self.key in instance.custom else self.empty
        return getattr(instance, self.path)

    def set(self, instance: Any, value: Any) -> tuple[str, ...]:
        """Puts a cleaned value on the instance; returns the names of the columns to save."""
        if self.custom:
            if value == self.empty or value is None:
                instance.custom.pop(self.key, None)
            else:
                instance.custom[self.key] = self.to_json(value)
            return ("custom",)
        setattr(instance, self.path, value)
        return (self.path,)

    @property
    def has_rows(self) -> bool:
        """Whether rows beside the record's own belong to the value: the save path writes them (:meth:`write_many`)."""
        return False

    def nothing(self) -> Any:
        """The value of a record that has none."""
        return self.empty

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        """Writes the rows of many records: ``(instance, before, after)`` each."""
        raise NotImplementedError

    # ---------------------------------------------------------------- values
    def clean(self, value: Any, locale: Locale) -> Any:
        """The value as it is stored, or ValueError with a sentence. Takes text as people and files write it, too."""
        if isinstance(value, str):
            return self.from_text(value, locale)
        return self.empty if value is None else self.accept(value, locale)

    def accept(self, value: Any, locale: Locale) -> Any:
        """Checks a value that is not text. Default: only text is understood."""
        raise ValueError(_("“%(value)s” is not a value for %(label)s.") % {"value": value, "label": self.label})

    def from_text(self, text: str, locale: Locale) -> Any:
        """The value written as ``text``; empty text is no value."""
        raise NotImplementedError

    def to_text(self, value: Any) -> str:
        """The value as text that :meth:`from_text` reads back, for files and for the address."""
        return "" if value is None else str(value)

    def to_json(self, value: Any) -> Any:
        """The canonical JSON form: audit, API, custom column."""
        return value

    def from_json(self, value: Any) -> Any:
        """Inverse of :meth:`to_json`."""
        return self.empty if value is None else value

    def is_empty(self, value: Any) -> bool:
        """True for no value."""
        return value is None or value == self.empty

    def from_form(self, data: FormData) -> Any:
        """The raw value in a posted form, to be given to :meth:`clean`."""
        return data.get(self.key, "")

    def in_form(self, data: Mapping[str, Any]) -> bool:
        """True if the form carried this field at all."""
        return self.key in data

    def form_value(self, value: Any, locale: Locale) -> Any:
        """What the input shows."""
        return self.to_text(value)

    # ---------------------------------------------------------------- search
    @property
    def weight(self) -> int:
        """How the field counts in search: 0 not at all, else as ``search`` says."""
        return self.search

    def search_words(self, value: Any) -> Sequence[str]:
        """The words under which a value that is there is found."""
        return common_words(self.to_text(value))

    # ---------------------------------------------------------------- looks
    def cell(self, value: Any, locale: Locale) -> Cell:
        """The value as shown in lists and facts."""
        return EMPTY if self.is_empty(value) else self.show(value, locale)

    def brief(self, value: Any, locale: Locale) -> Cell:
        """The cell of a list, for a value as :meth:`load_brief` gives it."""
        return self.cell(value, locale)

    def show(self, value: Any, locale: Locale) -> Cell:
        """The cell of a value that is there."""
        return Cell(self.to_text(value))

    def targets(self, value: Any) -> Sequence[tuple[str, int]]:
        """What the value points to: ``("record", id)``, ``("user", id)`` or ``("team", id)`` each."""
        return ()

    def leading_to(self, kind: str, ids: Sequence[int]) -> Q | None:
        """The condition that the value names one of these records of ``kind``; None where it never does."""
        return None

    def redirected(self, value: Any, moves: Mapping[int, int]) -> Any:
        """The value with some records in the place of others: ``{old id: new id}``."""
        return value

    def carried(self, value: Any, here: Carry) -> Any:
        """What a file of another workspace says (JSON, with titles beside ids), with the ids of this one, as
        :meth:`clean` takes it. What is not here is left out.
        """
        return value

    def cell_with(self, value: Any, titles: Titles, locale: Locale) -> Cell:
        """As :meth:`cell`, with the titles of :meth:`targets` at hand, so that many cells cost one query."""
        return self.cell(value, locale)

    # ---------------------------------------------------------------- filters
    def operator(self, key: str) -> Operator:
        """The operator called ``key``; without a key the type's first. BadQuery if there is none."""
        for operator in self.operators:
            if key in ("", operator.key):
                return operator
        raise BadQuery(
            _("“%(label)s” has no operator “%(operator)s”. It knows: %(known)s.")
            % {"label": self.label, "operator": key, "known": ", ".join(o.key for o in self.operators)}
        )

    def lookup(self, name: str, value: Any) -> Q:
        """A comparison of this field with a value, on its column or inside ``custom``."""
        if not self.custom:
            return Q(**{f"{self.path}__{name}": value})
        found = Q(LOOKUPS[name](JsonKey(self.key, self.json_kind), value))
        has_index = self.indexed or self.sortable or self.unique
        return found if has_index else may_hold(name, value) & found

    def is_missing(self) -> Q:
        """The condition of having no value."""
        if self.custom or self.nullable:
            return self.lookup("isnull", True)
        return self.lookup("exact", self.empty)

    def where(self, operator: Operator, value: str, locale: Locale) -> Q:
        """The condition ``operator value``, the value as text from the address. BadQuery where it makes no sense."""
        if operator is op.EMPTY:
            return self.is_missing()
        if operator is op.FILLED:
            return ~self.is_missing()
        try:
            return self.compare(operator, value, locale)
        except (ValueError, OverflowError) as error:
            raise BadQuery(_("%(label)s: %(problem)s") % {"label": self.label, "problem": error}) from error

    def named(self, operator: Operator, value: str, locale: Locale, most: int) -> list[int] | None:
        """Ids among which are all records that meet the condition, where it names them and they are at most ``most``;
        None where they are not known.
        """
        return None

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        """The operators that take a value. ValueError with a sentence for a value that cannot be read."""
        operand = self.to_operand(value, locale)
        match operator.key:
            case "is":
                return self.lookup("exact", operand)
            case "not":
                return ~self.lookup("exact", operand) | self.is_missing()
            case "above" | "after":
                return self.lookup("gt", operand)
            case "below" | "before":
                return self.lookup("lt", operand)
            case "from":
                return self.lookup("gte", operand)
            case "to":
                return self.lookup("lte", operand)
        raise ValueError(_("“%(operator)s” is not understood here.") % {"operator": operator.key})

    def to_operand(self, value: str, locale: Locale) -> Any:
        """The stored form of a filter's value."""
        if not value.strip():
            raise ValueError(_("give a value to compare with."))
        cleaned = self.clean(value, locale)
        return self.to_json(cleaned) if self.custom else cleaned

    def operand_words(self, operator: Operator, value: str, locale: Locale) -> str:
        """A filter's value as people read it."""
        return value.replace("\\,", ",") if operator.takes != "values" else ", ".join(split_values(value))


def split_values(value: str) -> list[str]:
    """The parts of a list in an address: separated by commas, a comma inside a part is written ``\\,``."""
    return [part.replace("\\,", ",").strip() for part in _SPLIT.split(value) if part.strip()]


def join_values(values: Sequence[str]) -> str:
    """Inverse of :func:`split_values`."""
    return ",".join(value.replace(",", "\\,") for value in values)
