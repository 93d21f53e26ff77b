"""What an actor is told of findings: those of records that they may see and of fields that are not hidden from them.

Nothing here counts a million: for one who sees few records the question begins with these, for all others it ends
after some thousand findings.
"""

import datetime
from collections.abc import Sequence
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
    found = list(rows.values_list("record_id", "other_id")[: COUNTED + 1])
    ids = {pk for pair in found for pk in pair if pk}
    seen = {None, *seen_among(actor, spec, list(ids)).values_list("pk", flat=True)} if ids else {None}
    return Counted(sum(set(pair) <= seen for pair in found[:COUNTED]), len(found) > COUNTED)


def page(actor: Actor, spec: ObjectSpec, check: Check, *, after: int | None = None, left: bool = False) -> Page:
    """The newest findings of a check that wait, or with ``left`` those that stay as they are."""
    rows = _findings(actor, spec, check, _LEFT if left else OPEN)
    edge, read = after, 0
    found: list[Shown] = []
    while read < _MOST_READ:
        part = list((rows.filter(pk__lt=edge) if edge else rows)[:_PART])
        seen = {shown.finding.pk: shown for shown in _seen(actor, spec, part)}
        for one in part:
            if one.pk in seen:
                if len(found) == PAGE:
                    return Page(found, found[-1].finding.pk)
                found.append(seen[one.pk])
            edge = one.pk
        read += len(part)
        if len(part) < _PART:
            return Page(found, None)
    return Page(found, edge)


def of_record(actor: Actor, spec: ObjectSpec, check: Check, record_id: int) -> Finding | None:
    """What a check says of one record to the actor, if it still does."""
    rows = told_rows(actor, spec, check, Q(gone_at=None, record_id=record_id))
    return next((shown.finding for shown in _seen(actor, spec, list(rows))), None)


def told_rows(actor: Actor, spec: ObjectSpec, check: Check, state: Q) -> "QuerySet[Finding]":
    """Findings of fields that are not hidden from the actor, of whatever records."""
    return _told(actor, spec, Finding.objects.filter(state, kind=spec.key, check_key=check.key))


def days(spec: ObjectSpec, today: datetime.date) -> list[QualityDay]:
    """How good the data was, day by day."""
    first = today - datetime.timedelta(days=DAYS)
    return list(QualityDay.objects.filter(kind=spec.key, on__gte=first).order_by("on"))


def last_run(spec: ObjectSpec) -> QualityRun | None:
    """The newest check that came to its end."""
    return QualityRun.objects.filter(kind=spec.key, ended_at__isnull=False).order_by("-pk").first()


def _seen(actor: Actor, spec: ObjectSpec, findings: Sequence[Finding]) -> list[Shown]:
    """Those whose record the actor sees. So must they the other one that has to do with it: else whoever types a value
    would learn whether a hidden record has it.
    """
    ids = {one.record_id for one in findings} | {one.other_id for one in findings if one.other_id}
    rows = {row.pk: row for row in seen_among(actor, spec, list(ids))} if ids else {}
    return [
        Shown(one, rows[one.record_id])
        for one in findings
        if one.record_id in rows and (one.other_id is None or one.other_id in rows)
    ]


def _findings(actor: Actor, spec: ObjectSpec, check: Check, state: Q) -> "QuerySet[Finding]":
    few = few_visible(actor, spec)
    if few is None:
        return told_rows(actor, spec, check, state).order_by("-pk")
    # The records say the kind. Asked for it, the database would go through all findings of the check.
    mine = Finding.objects.filter(state, among("record_id", few), check_key=check.key)
    return _told(actor, spec, mine).order_by("-pk")


def _told(actor: Actor, spec: ObjectSpec, rows: "QuerySet[Finding]") -> "QuerySet[Finding]":
    readable = readable_fields(actor, spec)
    return rows if len(readable) == len(spec.by_key) else rows.filter(field__in=["", *readable])
