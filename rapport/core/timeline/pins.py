"""Verbs of pinned entries: who may edit a record says what stands on top of its timeline."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.visible import get_record
from rapport.core.errors import Invalid, NotFound
from rapport.core.events import kinds
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.events.kinds import EventKind
from rapport.core.events.models import EventLink
from rapport.core.objects.spec import ObjectSpec
from rapport.core.timeline.models import Pin
from rapport.lib import clock

MOST = 10  # of a record: more would push down what is new

kinds.declare(
    EventKind("entry.pinned", gettext_lazy("pinned an entry"), icon="pin", privacy="none", told=False),
    EventKind("entry.unpinned", gettext_lazy("unpinned an entry"), icon="pin-off", privacy="none", told=False),
)


def pin(actor: Actor, spec: ObjectSpec, record_id: int, event_id: int) -> bool:
    """Puts an entry on top of the timeline; False if it is there already. Emits ``entry.pinned``.

    Invalid if there are :data:`MOST` already, NotFound if the record has no such entry.
    """
    with acting(actor, "entry.pin") as act:
        get_record(actor, spec, record_id, "edit")
        if not EventLink.objects.filter(record_id=record_id, event_id=event_id).exists():
            raise NotFound(_("There is no such entry, or you may not see it."))
        there = set(Pin.objects.filter(record_id=record_id).values_list("event_id", flat=True))
        if event_id in there:
            act.delete()
            return False
        if len(there) >= MOST:
            raise Invalid({"": [_("At most %(most)s entries can be pinned. Unpin one first.") % {"most": MOST}]})
        Pin.objects.create(record_id=record_id, event_id=event_id, user_id=actor.user_id, at=clock.now())
        emit(actor, act, [Fact("entry.pinned", record_id, data={"event": event_id})])
    return True


def unpin(actor: Actor, spec: ObjectSpec, record_id: int, event_id: int) -> bool:
    """Lets an entry stand where it happened again; False if it was not pinned. Emits ``entry.unpinned``."""
    with acting(actor, "entry.unpin") as act:
        get_record(actor, spec, record_id, "edit")
        gone, _rows = Pin.objects.filter(record_id=record_id, event_id=event_id).delete()
        if not gone:
            act.delete()
            return False
        emit(actor, act, [Fact("entry.unpinned", record_id, data={"event": event_id})])
    return True
