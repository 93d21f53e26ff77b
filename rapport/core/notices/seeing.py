"""Reading and leaving unread: what a user has seen of what they were told."""

import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import seen_among
from rapport.core.errors import NotFound
from rapport.core.notices.models import Notice
from rapport.core.notices.places import places_of
from rapport.core.notices.reading import MOST_COUNTED
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.lib import clock

_BEGAN = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


def see(actor: Actor, notice_id: int) -> str:
    """Notes that the actor has opened what they were told of; returns the address that shows it.

    All that the line told is seen with it: what is about the same record, and mentions that stand on the same one. An
    activity is read among its like, on what it is about.
    """
    notice = Notice.objects.filter(pk=notice_id, user_id=actor.user_id or 0).select_related("record").first()
    if notice is None:
        raise NotFound(_("There is no such notice, or it is not yours."))
    mine = Notice.objects.filter(user_id=notice.user_id, read_at=None)
    same = Q(pk=notice.pk) if notice.record_id is None else Q(record_id=notice.record_id)
    if notice.kind == "mention" and notice.record is not None:
        same |= Q(kind="mention", record_id__in=_beside(actor, notice.record, mine.filter(kind="mention")))
    mine.filter(same).update(read_at=clock.now())
    if notice.url or notice.record is None:
        return notice.url or "/notifications"
    return f"/r/{_shown_on(actor, notice.record)}"


def see_all(actor: Actor) -> tuple[int, int]:
    """Notes that all of it was seen; returns how many notices were new, and what :func:`unsee` takes back."""
    now = clock.now()
    count = Notice.objects.filter(user_id=actor.user_id or 0, read_at=None).update(read_at=now)
    return count, (now - _BEGAN) // _MICROSECOND


def unsee(actor: Actor, moment: int) -> int:
    """Makes unread again what :func:`see_all` marked at this moment (microseconds since 1970); how many."""
    try:
        at = _BEGAN + moment * _MICROSECOND
    except OverflowError:
        return 0
    return Notice.objects.filter(user_id=actor.user_id or 0, read_at=at).update(read_at=None)


def _beside(actor: Actor, record: Record, mentions: "QuerySet[Notice]") -> list[int]:
    """The activities in which the user is mentioned that stand on what this one stands on."""
    place = _shown_on(actor, record)
    rows = mentions.filter(record__isnull=False).select_related("record").order_by("-pk")[:MOST_COUNTED]
    stand_on = places_of(row.record for row in rows if row.record is not None)
    return [pk for pk, there in stand_on.items() if there.pk == place]


def _shown_on(actor: Actor, record: Record) -> int:
    place = places_of([record]).get(record.pk)
    about = registry.find(place.kind) if place else None
    if place is None or about is None or not seen_among(actor, about, [place.pk]).exists():
        return record.pk
    return place.pk
