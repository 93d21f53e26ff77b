"""Deciding that something stays as it is, and that it does not after all; and what administrators set."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import seen_among
from rapport.core.errors import Invalid, NotAllowed, NotFound
from rapport.core.objects.spec import ObjectSpec
from rapport.core.onlookers import demand_writing
from rapport.core.quality.checks import MOST_MONTHS, Check
from rapport.core.quality.models import CheckSetting, Finding
from rapport.core.quality.reading import told_rows
from rapport.lib import clock


def leave(actor: Actor, spec: ObjectSpec, check: Check, ids: Sequence[int]) -> int:
    """These records stay as they are: the check no longer asks about them, until it finds something new. NotFound if
    there is none of them that the actor may edit; returns how many there were.
    """
    values = {"left_at": clock.now(), "left_by_id": actor.user_id}
    return _decided(_editable(actor, spec, check, ids).filter(left_at=None).update(**values))


def ask_again(actor: Actor, spec: ObjectSpec, check: Check, ids: Sequence[int]) -> int:
    """Takes :func:`leave` back."""
    values = {"left_at": None, "left_by_id": None}
    return _decided(_editable(actor, spec, check, ids).exclude(left_at=None).update(**values))


def set_months(actor: Actor, spec: ObjectSpec, check: Check, text: str) -> None:
    """After how many months a record counts as stale. Holds from the next check on."""
    demand_writing(actor)
    if not actor.all_rights:
        raise NotAllowed(_("Only administrators may change what a check looks for."))
    months = int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0
    if not check.months or not 1 <= months <= MOST_MONTHS:
        raise Invalid({"months": [_("Give a number of months from 1 to %(most)s.") % {"most": MOST_MONTHS}]})
    CheckSetting.objects.update_or_create(kind=spec.key, check_key=check.key, defaults={"months": months})


def _editable(actor: Actor, spec: ObjectSpec, check: Check, ids: Sequence[int]) -> "QuerySet[Finding]":
    demand_writing(actor)
    mine = list(seen_among(actor, spec, list(ids), "edit").values_list("pk", flat=True))
    return told_rows(actor, spec, check, Q(gone_at=None, record_id__in=mine))


def _decided(count: int) -> int:
    if not count:
        raise NotFound(_("There is no such finding any more, or you may not change the record."))
    return count
