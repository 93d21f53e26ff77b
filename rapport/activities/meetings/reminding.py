"""What meetings say when they remind, and to whom: who planned them, and the users asked who did not decline."""

import datetime
from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.activities import reminders
from rapport.activities.meetings.models import Attendee, Meeting
from rapport.activities.meetings.occurrences import remind_after, reminded_of
from rapport.activities.meetings.time_words import span_words
from rapport.core.fields import Locale
from rapport.lib import clock

_ONE_DAY = datetime.timedelta(days=1)


def who_comes(meeting: Meeting) -> Iterable[int]:
    """Who planned it, and the users who are asked to come and did not decline."""
    asked = Attendee.objects.filter(meeting_id=meeting.pk, user_id__isnull=False).values_list("user_id", "answer")
    answers = {user_id: answer for user_id, answer in asked if user_id}
    if meeting.owner_id:
        answers.setdefault(meeting.owner_id, "")
    return [user_id for user_id, answer in answers.items() if answer != "no"]


def _text(meeting: Meeting, zone: str) -> str:
    """“Review, Tue 24 Nov, 10:00–10:45”."""
    one = reminded_of(meeting, meeting.remind_next) if meeting.remind_next else None
    if one is None:
        return meeting.title
    locale = Locale(language=get_language() or "en", time_zone=zone)
    when = span_words(one.starts_at, one.ends_at, locale, is_all_day=meeting.is_all_day)
    return _("%(title)s, %(when)s") % {"title": meeting.title, "when": when}


def _following(meeting: Meeting) -> datetime.datetime | None:
    """The reminder of the next meeting of a series, none of a single one.

    Where nobody told anything for a long time, those of the last day are told, and not each of years.
    """
    if not meeting.repeat or not meeting.remind_next:
        return None
    return remind_after(meeting, max(meeting.remind_next, clock.now() - _ONE_DAY))


REMINDING = reminders.Reminding("meeting", Meeting, who_comes, _text, _following)
