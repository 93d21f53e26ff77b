"""Taking an act back: what it made goes to the trash, what it changed gets its former values, what it trashed returns."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import visible_to
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from rapport.core.events.emit import acting
from rapport.core.events.models import Act, Change
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import clock

UNDO_DAYS = 30
_CHUNK = 200  # changes taken back in one transaction


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

    Only the one who did it, or an administrator, may; within 30 days; once.
    """
    act = Act.objects.filter(pk=act_id).first()
    if act is None:
        raise NotFound(_("There is no act %(id)s.") % {"id": act_id})
    if not actor.all_rights and act.user_id != actor.user_id:
        raise NotAllowed(_("Only the one who did it, or an administrator, can undo this."))
    if act.at < clock.now() - datetime.timedelta(days=UNDO_DAYS):
        raise Conflict(_("This is more than %(days)s days old and can no longer be undone.") % {"days": UNDO_DAYS})
    with transaction.atomic():
        if Act.objects.filter(undoes=act).exists():
            raise Conflict(_("This has been undone already."))
        with acting(actor, "undo", label=act.label or act.kind, undoes=act) as new:
            done = Undone(new)
    seen = 0
    for changes in _chunks(act):
        with transaction.atomic():
            for change in changes:
                _take_back(actor, change, done)
            Act.objects.filter(pk=new.pk).update(counts=new.counts)
        seen += len(changes)
        if progress:
            progress(seen)
    return done


def _chunks(act: Act) -> Iterator[list[Change]]:
    rows = Change.objects.filter(event__act=act).select_related("event", "record").order_by("-id").iterator(_CHUNK)
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _take_back(actor: Actor, change: Change, done: Undone) -> None:
    spec = registry.find(change.record.kind)
    if spec is None:
        return
    pk = change.record_id
    try:
        # A savepoint of its own: one record that cannot be taken back must not take the others with it.
        with transaction.atomic():
            if "live" in change.fields and len(change.fields) == 1:
                if change.fields["live"][1]:
                    done.trashed += len(saving.trash(actor, spec, [pk], act=done.act))
                else:
                    done.restored += len(saving.restore(actor, spec, [pk], act=done.act))
            elif change.event.kind == f"{spec.key}.created":
                _unmake(actor, spec, change, done)
            else:
                _change_back(actor, spec, change, done)
    except Refused as refused:
        done.left.append(f"{change.record.title or f'#{pk}'}: {refused.message}")


def _unmake(actor: Actor, spec: ObjectSpec, change: Change, done: Undone) -> None:
    later = (
        Change.objects.filter(record_id=change.record_id, pk__gt=change.pk)
        .exclude(event__act=change.event.act_id)
        .exclude(event__act=done.act.pk)
        .exists()
    )
    if later:
        done.left.append(_("%(title)s was changed since and stays.") % {"title": change.record.title})
        return
    done.trashed += len(saving.trash(actor, spec, [change.record_id], act=done.act))


def _change_back(actor: Actor, spec: ObjectSpec, change: Change, done: Undone) -> None:
    instance = visible_to(actor, spec, "edit").filter(pk=change.record_id).first()
    if instance is None:
        done.left.append(_("%(title)s is in the trash or not yours to change.") % {"title": change.record.title})
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
        (draft,) = saving.update_many(actor, spec, [(change.record_id, None, values)], act=done.act)
        if draft.errors:
            raise Invalid(draft.errors)
        done.changed += 1
