"""Coming meetings: on top of the timelines of those they are about, and today's on home."""

import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.activities.calendar.queries import meetings_between
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.objects import MEETING
from rapport.activities.meetings.occurrences import Occurrence, next_occurrence
from rapport.activities.meetings.time_words import place_words, span_words, time_words
from rapport.activities.models import ActivityLink
from rapport.core.access.discreet import as_read
from rapport.core.access.levels import Level, level_of, locale_of
from rapport.core.access.visible import asked_alike, seen_among
from rapport.core.objects.registry import Upcoming
from rapport.lib import clock
from rapport.lib.prepared import hole, moment

MOST = 40
_ONE_DAY = datetime.timedelta(days=1)


def coming_meetings(actor: Actor, record_id: int) -> list[Upcoming]:
    """The meetings about a record that the actor sees which have not ended; of a series the next one."""
    if level_of(actor, MEETING.key, "view") is Level.NONE:
        return []
    now, locale = clock.now(), locale_of(actor)
    rows = asked_alike(actor, "coming meetings of a record", lambda: _coming(actor))(record=record_id, now=moment(now))
    found = [one for row in rows if (one := next_occurrence(row, now))]
    return [_upcoming(actor, one, locale) for one in found]


def _coming(actor: Actor) -> QuerySet[Meeting]:
    about = ActivityLink.objects.filter(record_id=hole("record")).values("activity_id")
    there = Q(repeats=False, ends_at__gt=hole("now")) | Q(repeats=True, runs_until=None) | Q(runs_until__gt=hole("now"))
    rows = seen_among(actor, MEETING, about).filter(there).select_related("owner")
    return rows.order_by("starts_at", "pk")[:MOST]


def _upcoming(actor: Actor, one: Occurrence, locale: Any) -> Upcoming:
    meeting: Meeting = as_read(actor, MEETING, one.meeting)
    on = f"?on={one.on.isoformat()}" if one.on else ""
    when = span_words(one.starts_at, one.ends_at, locale, is_all_day=meeting.is_all_day)
    return Upcoming(
        at=one.starts_at,
        is_day=meeting.is_all_day,
        heading=_("Meeting"),
        text=meeting.title,
        url=f"/meetings/{meeting.pk}/peek{on}",
        icon="calendar",
        tone="violet",
        owner=meeting.owner.name if meeting.owner else "",
        detail=" · ".join(filter(None, (when, place_words(meeting.place)))),
        kind=MEETING.key,
    )


def meetings_today(_request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """The part of home: the actor's meetings of today that are not over. None if there are none."""
    if not actor.user_id or level_of(actor, MEETING.key, "view") is Level.NONE:
        return None
    locale, now = locale_of(actor), clock.now()
    zone = clock.zone_named(actor.time_zone)
    midnight = datetime.datetime.combine(clock.today(actor.time_zone), datetime.time(), zone)
    start, end = midnight.astimezone(datetime.UTC), (midnight + _ONE_DAY).astimezone(datetime.UTC)
    found = meetings_between(actor, start, end, (actor.user_id,)).occurrences
    today = clock.today(actor.time_zone)
    rows = [
        {
            "title": one.meeting.title,
            "url": f"/meetings/{one.meeting.pk}/peek" + (f"?on={one.on.isoformat()}" if one.on else ""),
            "time": _("All day") if one.meeting.is_all_day else time_words(one.starts_at.astimezone(zone)),
            "until": "" if one.meeting.is_all_day else time_words(one.ends_at.astimezone(zone)),
            "detail": place_words(as_read(actor, MEETING, one.meeting).place),
            "is_now": not one.meeting.is_all_day and one.starts_at <= now < one.ends_at,
            "when": span_words(one.starts_at, one.ends_at, locale, is_all_day=one.meeting.is_all_day),
        }
        for one in found
        if one.ends_at > now and (not one.meeting.is_all_day or one.starts_at.date() <= today < one.ends_at.date())
    ]
    return {"rows": rows} if rows else None
