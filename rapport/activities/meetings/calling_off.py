"""Telling those who were to come that a meeting is called off, and taking that back where it takes place after all.

A meeting that is called off lies in the trash, where nobody reads of it: what is told holds its own words.
"""

import datetime

from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.occurrences import Occurrence, day_of, next_occurrence, occurrence_on
from rapport.activities.meetings.reminding import who_comes
from rapport.activities.meetings.time_words import span_words
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.notices import kinds
from rapport.core.notices.kinds import NoticeKind
from rapport.core.notices.models import Notice
from rapport.core.notices.telling import tell
from rapport.core.objects import registry
from rapport.lib import clock

KIND, MEETING = "meeting_off", "meeting"
_WHOLE = "all"

kinds.register(
    NoticeKind(
        KIND,
        _("Meetings called off"),
        "calendar",
        sentence=_("%(name)s called off the meeting"),
        hint=_("Somebody calls off a meeting that you were asked to come to."),
    )
)


def tell_called_off(actor: Actor, meeting: Meeting, on: datetime.date | None = None) -> None:
    """Tells whoever was to come and did not decline that the meeting does not take place; of a series the one on the
    day ``on``, or (None) all that are to come. Of what is over nobody is told.
    """
    one = occurrence_on(meeting, on) if on else next_occurrence(meeting, clock.now())
    if one is None or one.ends_at <= clock.now():
        return
    for user in User.objects.filter(pk__in=list(who_comes(meeting)), is_active=True).select_related("role", "team"):
        theirs = Actor.of(user)
        if level_of(theirs, MEETING, "view") is Level.NONE:
            continue
        with translation.override(user.language):
            text = _text(theirs, one)
        url = f"/calendar?on={one.on or day_of(meeting)}"
        tell([user.pk], KIND, record_id=None, by_id=actor.user_id, text=text, url=url, once=_once(meeting, on))


def take_back(actor: Actor, meeting: Meeting) -> None:
    """Where a meeting takes place after all, nobody reads that it was called off; who had read it is asked again."""
    told = Notice.objects.filter(
        user_id__in=list(who_comes(meeting)), kind=KIND, once__startswith=_once(meeting, None).removesuffix(_WHOLE)
    )
    untrue = [notice for notice in told if _takes_place(meeting, notice.once.rpartition(" ")[2])]
    again = {notice.user_id for notice in untrue if notice.read_at is not None}
    Notice.objects.filter(pk__in=[notice.pk for notice in untrue]).delete()
    if again:
        once = f"meeting {meeting.pk} again {meeting.version}"
        tell(again, "meeting", record_id=meeting.pk, by_id=actor.user_id, once=once)


def _once(meeting: Meeting, on: datetime.date | None) -> str:
    return f"meeting {meeting.pk} off {on.isoformat() if on else _WHOLE}"


def _takes_place(meeting: Meeting, what: str) -> bool:
    return what == _WHOLE or occurrence_on(meeting, datetime.date.fromisoformat(what)) is not None


def _text(reader: Actor, one: Occurrence) -> str:
    """“Review, Tue 24 Nov, 10:00–10:45”, as far as the reader may read it."""
    meeting, spec = one.meeting, registry.get(MEETING)
    readable = readable_fields(reader, spec)
    title = meeting.title if "title" in readable else str(spec.label)
    if "starts_at" not in readable:
        return title
    when = span_words(one.starts_at, one.ends_at, locale_of(reader), is_all_day=meeting.is_all_day)
    return _now("%(title)s, %(when)s") % {"title": title, "when": when}
