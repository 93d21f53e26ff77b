"""What an actor is told of findings: those of records that they may see and of fields that are not hidden from them.

Nothing here counts a million: for one who sees few records the question begins with these, for all others it ends
after some thousand findings.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.access.visible import few_visible, seen_among, sees_all
from rapport.core.objects.spec import ObjectSpec
from rapport.core.quality import checks
from rapport.core.quality.checks import Check, Counted
from rapport.core.quality.models import OPEN, Finding, QualityDay, QualityRun
from rapport.core.records.among import among

PAGE = 25
COUNTED = 1_000
DAYS = 90
_PART = 200
_MOST_READ = 2_000  # findings looked through for one page, where the actor may see few of the records
_LEFT = Q(gone_at=None, left_at__isnull=False)


@dataclass(frozen=True)
class Shown:
    """A finding and its record as the actor sees it."""

    finding: Finding
    record: Any


@dataclass(frozen=True)
class Page:
    """A page of findings; ``after`` is the finding to go on behind, None at the end."""

    rows: list[Shown]
    after: int | None


def told(actor: Actor, spec: ObjectSpec) -> dict[str, Check]:
    """The checks whose fields the actor may see, by key."""
    readable = readable_fields(actor, spec)
    return {key: check for key, check in checks.of(spec).items() if readable.keys() >= {*check.fields}}


def count(actor: Actor, spec: ObjectSpec, check: Check) -> Counted:
    """How many open findings the actor is told of, up to a thousand."""
    rows = _findings(actor, spec, check, OPEN)
    if sees_all(actor, spec):
        number = len(rows.values_list("pk")[: COUNTED + 1])
        return Counted(min(number, COUNTED), number > COUNTED)
    ids = list(rows.values_list("record_id", flat=True)[: COUNTED + 1])
    return Counted(seen_among(actor, spec, ids[:COUNTED]).count(), len(ids) > COUNTED)


def page(actor: Actor, spec: ObjectSpec, check: Check, *, after: int | None = None, left: bool = False) -> Page:
    """The newest findings of a check that wait, or with ``left`` those that stay as they are."""
    rows = _findings(actor, spec, check, _LEFT if left else OPEN)
    edge, read = after, 0
    found: list[Shown] = []
    while read < _MOST_READ:
        part = list((rows.filter(pk__lt=edge) if edge else rows)[:_PART])
        seen = {row.pk: row for row in seen_among(actor, spec, [one.record_id for one in part])} if part else {}
        for one in part:
            if one.record_id in seen:
                if len(found) == PAGE:
                    return Page(found, found[-1].finding.pk)
                found.append(Shown(one, seen[one.record_id]))
            edge = one.pk
        read += len(part)
        if len(part) < _PART:
            return Page(found, None)
    return Page(found, edge)


def of_record(spec: ObjectSpec, check: Check, record_id: int) -> Finding | None:
    """What a check says of one record, if it still does."""
    return Finding.objects.filter(record_id=record_id, kind=spec.key, check_key=check.key, gone_at=None).first()


def days(spec: ObjectSpec, today: datetime.date) -> list[QualityDay]:
    """How good the data was, day by day."""
    first = today - datetime.timedelta(days=DAYS)
    return list(QualityDay.objects.filter(kind=spec.key, on__gte=first).order_by("on"))


def last_run(spec: ObjectSpec) -> QualityRun | None:
    """The newest check that came to its end."""
    return QualityRun.objects.filter(kind=spec.key, ended_at__isnull=False).order_by("-pk").first()


def _findings(actor: Actor, spec: ObjectSpec, check: Check, state: Q) -> "QuerySet[Finding]":
    rows = Finding.objects.filter(state, kind=spec.key, check_key=check.key).order_by("-pk")
    readable = readable_fields(actor, spec)
    if len(readable) < len(spec.by_key):
        rows = rows.filter(field__in=["", *readable])
    few = few_visible(actor, spec)
    return rows if few is None else rows.filter(among("record_id", few))
