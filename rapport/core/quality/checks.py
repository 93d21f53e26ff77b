"""The checks there are, by kind of record. Rooms add theirs when they are loaded; a room that learns of bounced mails
one day adds a check like any other.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.access.visible import unindexed
from rapport.core.fields import Field
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.quality.models import CheckSetting
from rapport.core.records.among import among
from rapport.lib import clock

MOST_MONTHS = 120
_REQUIRED = "required"


@dataclass(frozen=True)
class Asked:
    """What a check is asked: some records of a kind, today in the workspace, and its months if it has a setting."""

    spec: ObjectSpec
    ids: Sequence[int]
    today: datetime.date
    months: int

    @property
    def rows(self) -> "QuerySet[Any]":
        """Those of the records that are live."""
        return unindexed(self.spec).filter(among("pk", self.ids))

    def meeting(self, condition: Q) -> list[int]:
        """Ids of those that meet a condition."""
        return list(self.rows.filter(condition).values_list("pk", flat=True))


@dataclass(frozen=True)
class Found:
    """What is wrong with a record: see :class:`Finding`. It may be another one than was asked about."""

    record_id: int
    field: str = ""
    why: str = ""
    other_id: int | None = None


@dataclass(frozen=True)
class Check:
    """Something that can be wrong with the records of a kind.

    ``look`` finds those with which it is, in a few queries for hundreds of records. ``says`` gives by ``why`` the
    sentence that tells of one; it may name ``%(value)s`` (of the field) and ``%(other)s`` (the other record). Who may
    not see one of ``fields`` is not told. ``months`` is the default of its setting, 0 where it has none.
    """

    key: str
    label: Any
    icon: str
    look: Callable[[Asked], Iterable[Found]]
    says: dict[str, Any]
    fields: tuple[str, ...] = ()
    months: int = 0


@dataclass(frozen=True)
class Counted:
    """How many there are, as far as was counted; ``is_more``: there are more than that."""

    number: int
    is_more: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """A queue of its own in which something of a kind waits to be decided; ``count`` is None for who may not."""

    label: Any
    icon: str
    url: str
    count: Callable[[Actor], Counted | None]


_checks: dict[str, list[Check]] = {}
_elsewhere: dict[str, list[Elsewhere]] = {}


def add(kind: str, *checks: Check) -> None:
    """Adds checks to a kind of record. ValueError if one key is taken."""
    there = _checks.setdefault(kind, [])
    for check in checks:
        if check.key in {one.key for one in there} | {_REQUIRED}:
            raise ValueError(f"Two checks of “{kind}” are called “{check.key}”.")
        there.append(check)


def add_queue(kind: str, queue: Elsewhere) -> None:
    """Names a queue beside the checks of a kind."""
    _elsewhere.setdefault(kind, []).append(queue)


def queues(kind: str) -> Sequence[Elsewhere]:
    """The queues beside the checks of a kind."""
    return _elsewhere.get(kind, ())


def of(spec: ObjectSpec) -> dict[str, Check]:
    """The checks of a kind by key, in their order; that of required fields where one was made at run time."""
    found = list(_checks.get(spec.key, ()))
    if required := [field for field in spec.all_fields if _is_asked(field)]:
        found.append(_required(required))
    return {check.key: check for check in found}


def kinds() -> list[ObjectSpec]:
    """The kinds that have checks."""
    return [spec for spec in registry.every() if of(spec)]


def asked(spec: ObjectSpec, check: Check, ids: Sequence[int]) -> Asked:
    """What a check is asked of these records now."""
    return Asked(spec, ids, clock.today(workspace.current().time_zone), months_of(spec.key, check))


def months_of(kind: str, check: Check) -> int:
    """The setting of a check: after how many months."""
    if not check.months:
        return 0
    stored = CheckSetting.objects.filter(kind=kind, check_key=check.key).values_list("months", flat=True).first()
    return stored or check.months


# -------------------------------------------------------------------- what many kinds have
def without_owner() -> Check:
    """Nobody answers for it."""
    return Check(
        "owner", _("No owner"), "user-round-check", _owner, {"": _("Nobody answers for this record.")}, ("owner",)
    )


def _owner(asked: Asked) -> Iterable[Found]:
    return [Found(pk, "owner") for pk in asked.meeting(Q(owner=None))]


def _is_asked(field: Field) -> bool:
    """Whether every record must have it: what is asked under a condition may be empty."""
    return field.custom and field.required and not field.read_only and field.shown_if is None


def _required(fields: Sequence[Field]) -> Check:
    def look(asked: Asked) -> Iterable[Found]:
        found: dict[int, Found] = {}
        for field in fields:
            for pk in asked.meeting(field.is_missing()):
                found.setdefault(pk, Found(pk, field.key))
        return found.values()

    says = {"": _("“%(field)s” is required and empty.")}
    return Check(_REQUIRED, _("Required field empty"), "text-cursor-input", look, says)
