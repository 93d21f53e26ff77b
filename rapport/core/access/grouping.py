"""By what a list can be parted into groups, and which groups that makes.

A group is the list narrowed by a condition, so whatever a list can do (rights, pages by key, export) holds for it.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import DateField, F
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team
from rapport.accounts.models import User as Account
from rapport.core.access.conditions import AllOf, Condition, Term
from rapport.core.access.levels import readable_fields
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.access.sums import kinds_of
from rapport.core.fields import Choice, Choices, Date, Field, Link, Moment, User
from rapport.lib import clock
from rapport.lib.date_words import month_words

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_GROUPS = 500  # users or teams
MOST_MONTHS = 60  # from the newest on; the others are found by a filter
NONE_KEY = ""  # of the group of records without a value


@dataclass(frozen=True)
class Group:
    """One group: ``key`` is its value as text (empty for none), ``condition`` finds what is in it."""

    key: str
    label: str | Promise
    tone: str
    condition: Condition


@dataclass(frozen=True)
class Grouping:
    """The field by which a list is parted: by options, users or teams, or by the months of ``zone`` (IANA)."""

    field: Field
    zone: str = "UTC"

    @property
    def expression(self) -> Any:
        """What tells the group of a record in SQL."""
        if isinstance(self.field, Moment):
            return TruncMonth(F(self.field.path), tzinfo=clock.zone_named(self.zone))
        if isinstance(self.field, Date):
            return TruncMonth(F(self.field.path), output_field=DateField())
        if isinstance(self.field, Link) and not self.field.custom:
            return F(self.field.id_path)
        source = self.field.source()
        return F(source) if isinstance(source, str) else source

    def key(self, value: Any) -> str:
        """The key of the group that SQL has told: of months as “2026-11”."""
        if value is None:
            return NONE_KEY
        return str(value)[:7] if isinstance(self.field, Date) else str(value)

    @property
    def is_indexed(self) -> bool:
        """Whether an index leads to the records of one group."""
        field = self.field
        return field.indexed or (isinstance(field, Date) and field.sortable) or field.key in ("owner", "team")


def boards_by(actor: Actor, spec: "ObjectSpec") -> dict[str, Choice]:
    """The fields by whose options a list can stand as a board."""
    fields = readable_fields(actor, spec)
    return {key: one for key, one in fields.items() if isinstance(one, Choice) and _is_single_choice(one)}


def groups_by(actor: Actor, spec: "ObjectSpec") -> dict[str, Field]:
    """The fields by which a list can be parted into groups."""
    return {key: one for key, one in readable_fields(actor, spec).items() if _is_single_choice(one) or _parts(one)}


def _is_single_choice(one: Field) -> bool:
    return isinstance(one, Choice) and not isinstance(one, Choices) and bool(one.options)


def _parts(one: Field) -> bool:
    return isinstance(one, User) or (isinstance(one, Date) and not one.custom and bool(one.operators))


def summable(actor: Actor, spec: "ObjectSpec") -> dict[str, Field]:
    """The fields that can be added up."""
    return {key: one for key, one in readable_fields(actor, spec).items() if "sum" in kinds_of(one)}


def within(query: ListQuery, group: Group) -> ListQuery:
    """The list of a group alone."""
    return replace(query, condition=AllOf((query.condition, group.condition)))


def columns_of(by: Choice) -> list[Group]:
    """A group for each option, and one for records that have none."""
    found = [Group(one.key, one.label, one.tone, Term(by.key, "any", one.key)) for one in by.options]
    return [*found, _none(by)]


def strays(by: Field, groups: Sequence[Group], keys: Iterable[str]) -> list[Group]:
    """Groups for values that are no option any more: what holds one must not vanish from the list."""
    known = {group.key for group in groups}
    lost = [key for key in keys if key not in known] if isinstance(by, Choice) else []
    return [Group(key, key, "grey", Term(by.key, "any", key)) for key in lost]


def _none(by: Field) -> Group:
    return Group(NONE_KEY, _("None"), "grey", Term(by.key, "empty", "1"))


def groups_of(actor: Actor, spec: "ObjectSpec", query: ListQuery, grouping: Grouping) -> list[Group]:
    """All groups in their order, that of records without a value last."""
    by = grouping.field
    if isinstance(by, Choice):
        return columns_of(by)
    if isinstance(by, User):
        found = [Group(str(pk), name, "grey", Term(by.key, "any", str(pk))) for pk, name in _names(by)]
    else:
        found = _months(actor, spec, query, grouping)
    return [*found, _none(by)]


def _names(by: User) -> list[tuple[int, str]]:
    table: Any = Team if by.table == "team" else Account
    return list(table.objects.order_by("name", "pk").values_list("pk", "name")[:MOST_GROUPS])


def _months(actor: Actor, spec: "ObjectSpec", query: ListQuery, grouping: Grouping) -> list[Group]:
    """The months between the latest and the earliest record, the latest first."""
    path = grouping.field.path
    rows = rows_matching(actor, spec, query).filter(**{f"{path}__isnull": False})
    edges: list[Any] = [rows.order_by(order).values_list(path, flat=True).first() for order in (f"-{path}", path)]
    if edges[0] is None:
        return []
    last, first = (_day(edge, grouping.zone).replace(day=1) for edge in edges)
    found: list[Group] = []
    while last >= first and len(found) < MOST_MONTHS:
        after = (last + datetime.timedelta(days=31)).replace(day=1)
        before = last - datetime.timedelta(days=1)
        ends = (("after", before), ("before", after))
        inside = AllOf(tuple(Term(grouping.field.key, operator, day.isoformat()) for operator, day in ends))
        found.append(Group(f"{last:%Y-%m}", month_words(last, actor.language), "grey", inside))
        last = before.replace(day=1)
    return found


def _day(value: datetime.date | datetime.datetime, zone: str) -> datetime.date:
    return value.astimezone(clock.zone_named(zone)).date() if isinstance(value, datetime.datetime) else value
