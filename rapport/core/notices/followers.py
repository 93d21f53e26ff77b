"""Tells followers what happened to their records: a consumer of sealed events, for it may concern many."""

from collections import defaultdict
from collections.abc import Mapping

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.levels import readable_fields
from rapport.core.access.visible import seen_among
from rapport.core.events.consumers import Happening, on
from rapport.core.events.models import Change, Event, EventLink
from rapport.core.notices.following import followed_pairs
from rapport.core.notices.saved import LARGE, tells
from rapport.core.notices.telling import tell
from rapport.core.objects import registry
from rapport.core.timeline.reading import kind_of


@on("*", name="tell followers", but_not=LARGE)
def tell_followers(happening: Happening) -> None:
    """Tells all who follow a record that something happened to it, or to what is about it.

    Each event is told a user once, on the first of their records that it belongs to; who was named or made the owner
    in it has been told already. A second delivery tells nobody twice: ``once`` is the event.
    """
    act = happening.event.act
    events = [event for event in happening.events if event.subject_id is not None] if tells(act) else []
    if not events:
        return
    places: dict[int, list[int]] = defaultdict(list)
    links = EventLink.objects.filter(event_id__in=[event.pk for event in events]).order_by("pk")
    for event_id, record_id in links.values_list("event_id", "record_id"):
        places[event_id].append(record_id)
    by_record: dict[int, list[int]] = defaultdict(list)
    for record_id, user_id in followed_pairs({pk for found in places.values() for pk in found}, act.user_id):
        by_record[record_id].append(user_id)
    if not by_record:
        return
    for event in events:
        for record_id in places[event.pk]:
            if users := _concerned(event, record_id, by_record.get(record_id, [])):
                tell(
                    users, "change", record_id=record_id, by_id=event.user_id, event_id=event.pk,
                    once=f"event:{event.pk}",
                )  # fmt: skip


def _concerned(event: Event, record_id: int, user_ids: list[int]) -> list[int]:
    """Those of a record's followers who may see what happened to it."""
    kind, _spec = kind_of(event.kind)
    own = event.subject_id == record_id
    if not user_ids or kind.privacy == "none" or (own and event.kind.endswith(".created")):
        return []
    changed = _changed(event) if event.kind.endswith(".updated") else None
    users = User.objects.filter(pk__in=user_ids, is_active=True).select_related("role", "team")
    return [user.pk for user in users if _may_see(Actor.of(user), event, changed, own=own)]


def _may_see(actor: Actor, event: Event, changed: Mapping[str, object] | None, *, own: bool) -> bool:
    spec = registry.find(event.subject.kind) if event.subject else None
    if spec is None:
        return False
    if changed is not None and not changed.keys() & readable_fields(actor, spec).keys():
        return False
    return own or seen_among(actor, spec, [event.subject_id]).exists()  # the record itself is looked at by tell()


def _changed(event: Event) -> dict[str, object]:
    """The fields that an event changed on what it happened to."""
    found = Change.objects.filter(event_id=event.pk, record_id=event.subject_id or 0).values_list("fields", flat=True)
    return {key: pair for fields in found for key, pair in fields.items()}
