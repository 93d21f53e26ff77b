"""Taking an act back: what it made goes to the trash, what it changed is put back, what it trashed returns."""

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import not_found, visible_to
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from rapport.core.events.emit import acting
from rapport.core.events.models import Act, Change
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import clock

UNDO_DAYS = 30
_CHUNK = 200  # changes taken back in one transaction
_REST = "rest"  # in an undo's counts while it is at work: the newest change still to be taken back


@dataclass
class Undone:
    """What an undo did: how many records it trashed, changed back and restored, and what it left alone, and why."""

    act: Act
    trashed: int = 0
    changed: int = 0
    restored: int = 0
    left: list[str] = field(default_factory=list)


def undo(actor: Actor, act_id: int, *, progress: Callable[[int], None] | None = None) -> Undone:
    """Takes an act back, newest change first, in chunks; what was changed since stays and is listed.

    Only the one who did it, or an administrator, may; within 30 days; once. An undo that was cut off goes on where
    it stopped when it is asked for again. ``progress`` hears after each chunk how many changes it has seen.
    """
    act = undoable(actor, act_id)
    with transaction.atomic():  # a small act goes back as a whole or not at all
        done = Undone(_open(actor, act))
        chunk = _take_back_chunk(actor, act, done)
    seen = 0
    while chunk:
        seen += chunk
        if progress:
            progress(seen)
        chunk = _take_back_chunk(actor, act, done)
    return done


def undoable(actor: Actor, act_id: int) -> Act:
    """The act, if the actor may take it back; NotFound, NotAllowed or Conflict with the reason otherwise."""
    act = Act.objects.filter(pk=act_id).first()
    if act is None:
        raise NotFound(_("There is no act %(id)s.") % {"id": act_id})
    if not actor.all_rights and act.user_id != actor.user_id:
        raise NotAllowed(_("Only the one who did it, or an administrator, can undo this."))
    if act.at < clock.now() - datetime.timedelta(days=UNDO_DAYS):
        raise Conflict(_("This is more than %(days)s days old and can no longer be undone.") % {"days": UNDO_DAYS})
    if not Change.objects.filter(event__act=act).exists():  # settings, accounts, sharing: told, but without a before
        raise Conflict(_("This changed no record, so there is nothing to undo."))
    return act


def _open(actor: Actor, act: Act) -> Act:
    """The act of the undo: a new one, or one that was cut off."""
    with transaction.atomic():
        list(Act.objects.select_for_update().filter(pk=act.pk))  # a second press waits, then hears of it
        begun = Act.objects.filter(undoes=act).first()
        if begun is not None:
            if _REST in begun.counts:
                return begun
            raise Conflict(_("This has been undone already."))
        with acting(actor, "undo", label=act.label or act.kind, undoes=act) as new:
            newest = Change.objects.filter(event__act=act).order_by("-pk").values_list("pk", flat=True).first()
            if newest is not None:
                new.counts[_REST] = newest
    return new


def _take_back_chunk(actor: Actor, act: Act, done: Undone) -> int:
    """Takes some changes back in one transaction; how many it has seen, 0 when none are left."""
    with transaction.atomic():
        # Read afresh: whoever else is at the same undo has moved the mark.
        done.act.counts = Act.objects.select_for_update().values_list("counts", flat=True).get(pk=done.act.pk)
        rest = done.act.counts.pop(_REST, None)
        if rest is None:
            return 0
        rows = Change.objects.filter(event__act=act, pk__lte=rest).select_related("event", "record")
        changes = list(rows.order_by("-pk")[: _CHUNK + 1])
        for (spec, turn), neighbours in groupby(changes[:_CHUNK], key=_turn):
            run = list(neighbours)
            # Values differ from change to change; trash and return do not.
            for part in [[change] for change in run] if turn == "change" else [run]:
                if spec is not None:
                    _take_back_run(actor, spec, turn, part, done)
        if len(changes) > _CHUNK:
            done.act.counts[_REST] = changes[_CHUNK].pk
        Act.objects.filter(pk=done.act.pk).update(counts=done.act.counts)
    return len(changes[:_CHUNK])


def _turn(change: Change) -> tuple[ObjectSpec | None, str]:
    """The kind of object and what takes the change back: trash, restore, unmake or change."""
    spec = registry.find(change.record.kind)
    if set(change.fields) == {"live"}:
        return spec, "trash" if change.fields["live"][1] else "restore"
    return spec, "unmake" if change.event.kind == f"{change.record.kind}.created" else "change"


def _take_back_run(actor: Actor, spec: ObjectSpec, turn: str, run: list[Change], done: Undone) -> None:
    """Takes neighbours of one sort back in one go; one by one where that is refused, so that the others still come."""
    if turn == "unmake":
        run = _unchanged_since(actor, run, done)
    try:
        with saving.unless_taken(), transaction.atomic():
            _do(actor, spec, turn, run, done)
    except Refused as refused:
        if len(run) == 1:
            done.left.append(f"{_named(actor, run[0])}: {refused.message}")
            return
        for change in run:
            _take_back_run(actor, spec, "trash" if turn == "unmake" else turn, [change], done)


def _do(actor: Actor, spec: ObjectSpec, turn: str, run: list[Change], done: Undone) -> None:
    ids = [change.record_id for change in run]
    if turn == "restore":
        done.restored += len(saving.restore(actor, spec, ids, act=done.act))
    elif turn in ("trash", "unmake"):
        gone = set(saving.trash(actor, spec, ids, act=done.act)) if ids else set()
        done.trashed += len(gone)
        done.left += [
            _("%(title)s is in the trash or not yours to trash.") % {"title": _named(actor, change)}
            for change in run
            if change.record_id not in gone
        ]
    else:
        (change,) = run
        _change_back(actor, spec, change, done)


def _unchanged_since(actor: Actor, run: list[Change], done: Undone) -> list[Change]:
    """Those births after which nothing was done to the record that still stands; the others stay and are listed."""
    # What was undone does not count, and an undo only cancels: what matters are the acts that still stand.
    suspects = Change.objects.filter(
        record_id__in=[change.record_id for change in run], pk__gt=run[-1].pk, event__act__undoes=None
    ).exclude(event__act=run[0].event.act_id)
    acts: dict[int, set[int]] = defaultdict(set)
    for record_id, act_id in suspects.values_list("record_id", "event__act_id"):
        acts[record_id].add(act_id)
    kept = []
    for change in run:
        later = Act.objects.filter(pk__in=acts[change.record_id]) if change.record_id in acts else ()
        if any(_stands(act, change.record_id) for act in later):
            done.left.append(_("%(title)s was changed since and stays.") % {"title": _named(actor, change)})
        else:
            kept.append(change)
    return kept


def _stands(act: Act, record_id: int) -> bool:
    """Whether what ``act`` did to a record still holds: nobody undid it, or that undo was undone in turn."""
    undone = Act.objects.filter(undoes=act, events__changes__record_id=record_id).first()
    return undone is None or not _stands(undone, record_id)


def _change_back(actor: Actor, spec: ObjectSpec, change: Change, done: Undone) -> None:
    instance = visible_to(actor, spec, "edit").filter(pk=change.record_id).first()
    if instance is None:
        done.left.append(_("%(title)s is in the trash or not yours to change.") % {"title": _named(actor, change)})
        return
    values: dict[str, Any] = {}
    for key, (before, after) in change.fields.items():
        stored = spec.by_key.get(key)
        if stored is None or stored.read_only:
            continue
        if stored.to_json(stored.get(instance)) == after:
            values[key] = stored.from_json(before)
        else:
            done.left.append(
                _("%(title)s: %(field)s was changed since and stays.")
                % {"title": change.record.title, "field": stored.label}
            )
    if values:
        drafts = saving.update_many(actor, spec, [(change.record_id, None, values)], act=done.act)
        if not drafts:  # it went to the trash, or out of reach, in the moment before its row was locked
            raise not_found(spec)
        if drafts[0].errors:
            raise Invalid(drafts[0].errors)
        done.changed += 1


def _named(actor: Actor, change: Change) -> str:
    """What the record is called, for those who may still see it; its number for others."""
    spec, pk = registry.find(change.record.kind), change.record_id
    seen = spec is not None and any(visible_to(actor, spec, live=live).filter(pk=pk).exists() for live in (True, False))
    return change.record.title if seen and change.record.title else f"#{pk}"
