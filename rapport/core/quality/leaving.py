"""Deciding that something stays as it is, and that it does not after all; and what administrators set.

Each decision is in the history with who, when and why, and can be taken back like any other act.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.visible import seen_among
from rapport.core.changes import undoers
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.events import kinds
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.events.kinds import EventKind
from rapport.core.events.models import Act
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.onlookers import demand_writing
from rapport.core.quality import checks
from rapport.core.quality.checks import MOST_MONTHS, Check
from rapport.core.quality.models import MOST_WHY, CheckSetting, Finding
from rapport.core.quality.reading import told_rows
from rapport.lib.numbers import number_in
from rapport.lib.text import clean_line

LEAVE, AGAIN, EXPLAIN = "finding.leave", "finding.ask_again", "finding.explain"
_LEFT, _ASKED, _EXPLAINED = "finding.left_alone", "finding.asked_again", "finding.explained"


@dataclass(frozen=True)
class Decision(EventKind):
    """What somebody decided about a finding. Names the check, and why if that was said."""

    def said(self, data: Mapping[str, Any]) -> str:
        """The sentence with the label of the check."""
        spec = registry.find(str(data.get("kind", "")), archived=True)
        check = checks.of(spec).get(str(data.get("check", ""))) if spec else None
        said = str(self.sentence) % {"check": check.label if check else data.get("check", "…")}
        return f"{said}: {data['why']}" if data.get("why") else said


# For the audit alone: whoever reads a timeline may not see the field that a check is about.
kinds.declare(
    Decision(_LEFT, gettext_lazy("left “%(check)s” as it is"), icon="check", told=False),
    Decision(_ASKED, gettext_lazy("asked about “%(check)s” again"), icon="undo-2", told=False),
    Decision(_EXPLAINED, gettext_lazy("said why “%(check)s” stays as it is"), icon="pencil", told=False),
)


def leave(actor: Actor, spec: ObjectSpec, check: Check, ids: Sequence[int], why: str = "") -> Act:
    """These records stay as they are: the check no longer asks about them, until it finds something new; ``why``
    is the reason, if there is one to tell. NotFound if there is none of them that the actor may edit.

    Emits ``finding.left_alone`` for each.
    """
    said = _reason(why)
    with acting(actor, LEAVE) as act:
        # The moment of the act, by which its undo knows what nobody has decided anew since.
        values = {"left_at": act.at, "left_by_id": actor.user_id, "left_why": said}
        _decide(actor, act, _LEFT, _editable(actor, spec, check, ids).filter(left_at=None), values, said)
    return act


def ask_again(actor: Actor, spec: ObjectSpec, check: Check, ids: Sequence[int]) -> Act:
    """Takes :func:`leave` back. Emits ``finding.asked_again`` for each."""
    with acting(actor, AGAIN) as act:
        _decide(actor, act, _ASKED, _editable(actor, spec, check, ids).exclude(left_at=None), _OPEN)
    return act


def explain(actor: Actor, spec: ObjectSpec, check: Check, reasons: Mapping[int, str]) -> int:
    """Says why records stay as they are that were left before; how many reasons are new. Emits ``finding.explained``
    for each of these.
    """
    said = {pk: _reason(why) for pk, why in reasons.items()}
    with acting(actor, EXPLAIN) as act:
        left = _editable(actor, spec, check, list(said)).exclude(left_at=None)
        rows = [row for row in left.order_by("record_id") if row.left_why != said[row.record_id]]
        if not rows:
            act.delete()
            return 0
        for row in rows:
            row.left_why = said[row.record_id]
        Finding.objects.bulk_update(rows, ["left_why"])
        emit(actor, act, [fact for row in rows for fact in _facts(_EXPLAINED, [row], row.left_why)])
    return len(rows)


def set_months(actor: Actor, spec: ObjectSpec, check: Check, text: str) -> None:
    """After how many months a record counts as stale. Holds from the next check on."""
    demand_writing(actor)
    if not actor.all_rights:
        raise NotAllowed(_("Only administrators may change what a check looks for."))
    months = number_in(text, digits=4)
    if not check.months or not 1 <= months <= MOST_MONTHS:
        raise Invalid({"months": [_("Give a number of months from 1 to %(most)s.") % {"most": MOST_MONTHS}]})
    CheckSetting.objects.update_or_create(kind=spec.key, check_key=check.key, defaults={"months": months})


# -------------------------------------------------------------------- pieces
_OPEN: Mapping[str, Any] = {"left_at": None, "left_by_id": None, "left_why": ""}


def _reason(text: str) -> str:
    try:
        return clean_line(text, MOST_WHY)
    except ValueError as error:
        raise Invalid({"why": [str(error)]}) from error


def _editable(actor: Actor, spec: ObjectSpec, check: Check, ids: Sequence[int]) -> "QuerySet[Finding]":
    mine = list(seen_among(actor, spec, list(ids), "edit").values_list("pk", flat=True))
    return told_rows(actor, spec, check, Q(gone_at=None, record_id__in=mine))


def _decide(
    actor: Actor, act: Act, event: str, found: "QuerySet[Finding]", values: Mapping[str, Any], why: str = ""
) -> None:
    rows = list(found.order_by("record_id"))
    if not rows:
        raise NotFound(_("There is no such finding any more, or you may not change the record."))
    Finding.objects.filter(pk__in=[row.pk for row in rows]).update(**values)
    emit(actor, act, _facts(event, rows, why))


def _facts(event: str, rows: Iterable[Finding], why: str) -> list[Fact]:
    reason = {"why": why} if why else {}
    return [Fact(event, row.record_id, data={"kind": row.kind, "check": row.check_key, **reason}) for row in rows]


def _waiting_again(actor: Actor, act: Act, undoing: Act | None) -> int:
    """Takes an act of leaving back, as far as nobody has decided anew: all of it in ``undoing``, or only counted."""
    told = act.events.filter(kind=_LEFT).values_list("subject_id", "data")
    keys = {(pk, str(data["check"])): str(data["kind"]) for pk, data in told if data}
    rows = Finding.objects.filter(record_id__in=[pk for pk, _key in keys], gone_at=None, left_at=act.at)
    found = [row for row in rows.order_by("record_id") if (row.record_id, row.check_key) in keys]
    mine: set[int] = set()
    for kind in {row.kind for row in found}:
        if (spec := registry.find(kind)) is not None:
            ids = [row.record_id for row in found if row.kind == kind]
            mine.update(seen_among(actor, spec, ids, "edit").values_list("pk", flat=True))
    found = [row for row in found if row.record_id in mine]
    if undoing is not None:
        Finding.objects.filter(pk__in=[row.pk for row in found]).update(**_OPEN)
        emit(actor, undoing, _facts(_ASKED, found, ""))
    return len(found)


undoers.add(LEAVE, _waiting_again)
