"""In which order a list stands: by one key that has an index, or by up to four keys where the records are few.

Few because the order of several keys is made anew: all that match are fetched by id and sorted. A million are walked
along an index of one key instead (docs/decisions/0026).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, IntegerField, Value, When
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import hides_title, readable_fields
from rapport.core.access.visible import is_missing
from rapport.core.errors import BadQuery
from rapport.core.fields import Choice, Choices, Field, Link, Money

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_KEYS = 4
_ORDERED = frozenset({
    "text", "email", "phone", "url", "choice", "link", "user", "team", "date", "moment", "integer", "decimal",
    "percent", "money", "yes_no", "address",
})  # fmt: skip


@dataclass(frozen=True)
class SortKey:
    """One key of an order: a field, or None for the title; ``downwards`` from the highest."""

    name: str
    field: Field | None
    downwards: bool

    @property
    def is_indexed(self) -> bool:
        """Whether a million can be walked in this order."""
        return self.field is None or self.field.sortable


def sort_keys(actor: Actor, spec: "ObjectSpec", sort: str) -> list[SortKey]:
    """What ``-created_at,title`` means to the actor; without it the usual order. BadQuery for an unknown key."""
    names = [name.strip() for name in sort.split(",") if name.strip()] if sort else []
    if sort and not names:
        names = [sort]
    keys: dict[str, SortKey] = {}
    for name in names or [spec.default_sort]:
        key = _key(actor, spec, name, is_usual=not names)
        keys.setdefault(key.name, key)
    if len(keys) > MOST_KEYS:
        raise BadQuery(_("A list is sorted by at most %(most)s fields.") % {"most": MOST_KEYS})
    return list(keys.values())


def written(keys: Sequence[SortKey]) -> str:
    """The order as an address has it."""
    return ",".join(f"{'-' if key.downwards else ''}{key.name}" for key in keys)


def orderable(field: Field) -> bool:
    """Whether a list can stand in the order of this field, at least where its records are few."""
    return field.sortable or (field.type in _ORDERED and field.path != "title" and not (field.custom and _far(field)))


def order_of(actor: Actor, keys: Sequence[SortKey]) -> list[Any]:
    """The keys as SQL's ORDER BY; records without a value stand last, the newest record first among equals that go
    downwards.
    """
    order: list[Any] = []
    for key in keys:
        for value in _values(actor, key.field):
            order.append(value.desc(nulls_last=True) if key.downwards else value.asc(nulls_last=True))
    return [*order, "-pk" if keys[0].downwards else "pk"]


def _key(actor: Actor, spec: "ObjectSpec", name: str, *, is_usual: bool) -> SortKey:
    key, downwards = name.removeprefix("-"), name.startswith("-")
    if key == "title" and hides_title(actor, spec):
        key = "created_at"  # the order would tell of the words that are hidden
    if key == "title":
        return SortKey(key, None, downwards)
    found = readable_fields(actor, spec).get(key)
    if found is None and is_usual:
        return SortKey("title", None, downwards=False)  # the usual sort is hidden from the actor
    if found is None or not orderable(found):
        known = [key for key, known in readable_fields(actor, spec).items() if orderable(known)]
        raise BadQuery(
            _("The list cannot be sorted by “%(name)s”. Known: %(known)s.")
            % {"name": key, "known": ", ".join(["title", *sorted(known)])}
        )
    return SortKey(key, found, downwards)


def _far(field: Field) -> bool:
    """Whether the column holds no more than the number of another record, or parts."""
    return field.type in ("link", "user", "team", "address")


def _values(actor: Actor, field: Field | None) -> list[Any]:
    """What is compared: options in their own order, money by currency first, texts that are empty as no value."""
    if field is None:
        return [F("title_key")]
    source = field.source()
    value: Any = F(source) if isinstance(source, str) else source
    if isinstance(field, Choice) and not isinstance(field, Choices):
        places = [When(field.lookup("exact", option.key), then=Value(n)) for n, option in enumerate(field.options)]
        return [Case(*places, default=Value(None), output_field=IntegerField())]
    if isinstance(field, Money):
        currency = field.select()[1]
        return [F(currency) if isinstance(currency, str) else currency, value]
    if not isinstance(field, Link) and (field.nullable or field.custom or not isinstance(source, str)):
        return [value]
    # The order would tell what a link leads to that the actor does not see.
    return [Case(When(is_missing(actor, field), then=Value(None)), default=value)]
