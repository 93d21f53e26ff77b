"""Mentions of somebody, as they read them."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.visible import seen_among
from rapport.core.errors import NotFound
from rapport.core.events.models import EventLink
from rapport.core.mentions.models import Mention
from rapport.core.objects import registry
from rapport.lib import clock

LATEST = 8
_LOOKED_AT = 50


@dataclass(frozen=True)
class Mentioned:
    """One mention: who named the reader, where, when (UTC), and whether it was opened."""

    id: int
    by: str
    title: str
    at: datetime.datetime
    is_new: bool


def mentions_of(actor: Actor, size: int = LATEST) -> list[Mentioned]:
    """The latest mentions of the actor on records that may still be seen."""
    rows = Mention.objects.filter(user_id=actor.user_id or 0).select_related("record", "by").order_by("-at", "-pk")
    latest = list(rows[:_LOOKED_AT])
    by_kind: dict[str, set[int]] = defaultdict(set)
    for row in latest:
        by_kind[row.record.kind].add(row.record_id)
    seen = {
        pk
        for kind, ids in by_kind.items()
        if (spec := registry.find(kind)) is not None
        for pk in seen_among(actor, spec, ids).values_list("pk", flat=True)
    }
    return [
        Mentioned(row.pk, row.by.name if row.by else "Rapport", row.record.title, row.at, row.seen_at is None)
        for row in latest
        if row.record_id in seen
    ][:size]


def see_mention(actor: Actor, mention_id: int) -> int:
    """Notes that the actor has opened a mention of theirs; returns the record to show.

    That is what an activity is about, where there is such a thing: a note is read among its like.
    """
    mention = Mention.objects.filter(pk=mention_id, user_id=actor.user_id or 0).select_related("record").first()
    if mention is None:
        raise NotFound(_("There is no such mention of you."))
    Mention.objects.filter(pk=mention.pk, seen_at=None).update(seen_at=clock.now())
    spec = registry.find(mention.record.kind)
    if spec is None or spec.telling is None:
        return mention.record_id
    links = EventLink.objects.filter(event__subject_id=mention.record_id).exclude(record_id=mention.record_id)
    for record_id, kind in links.order_by("pk").values_list("record_id", "record__kind")[:10]:
        about = registry.find(kind)
        if about is not None and seen_among(actor, about, [record_id]).exists():
            return int(record_id)
    return mention.record_id


def see_all(actor: Actor) -> int:
    """Notes that all mentions of the actor were seen; returns how many were new."""
    return Mention.objects.filter(user_id=actor.user_id or 0, seen_at=None).update(seen_at=clock.now())
