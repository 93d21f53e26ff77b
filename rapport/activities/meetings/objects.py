"""What meetings are to the engine."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.activities.about import About
from rapport.activities.meetings.fields import Attendees, Days, Repeat, SeriesDay, SeriesId, Zone
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.occurrences import MOST_MINUTES
from rapport.activities.meetings.saving import USUAL_MINUTES, MeetingSaver
from rapport.activities.meetings.sight import seen_meetings
from rapport.activities.meetings.time_words import place_words, when_words
from rapport.activities.sight import about_record
from rapport.core.events.kinds import EventKind
from rapport.core.fields import Choice, Integer, Locale, LongText, Moment, Option, Text, YesNo
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec, Telling

OUTCOMES = (
    Option("held", _("Took place"), "green", ("hat stattgefunden",)),
    Option("no_show", _("Nobody came"), "red", ("niemand gekommen",)),
    Option("called_off", _("Called off"), "amber", ("abgesagt",)),
)
REMINDERS = (
    Option("0", _("When it begins")),
    Option("5", _("5 minutes before")),
    Option("10", _("10 minutes before")),
    Option("15", _("15 minutes before")),
    Option("30", _("30 minutes before")),
    Option("60", _("1 hour before")),
    Option("1440", _("1 day before")),
)


def tell_meeting(meeting: Meeting, locale: Locale) -> Telling:
    """What a timeline says of a meeting."""
    outcome = next((str(option.label) for option in OUTCOMES if option.key == meeting.outcome), "")
    detail = " · ".join(filter(None, (when_words(meeting, locale), place_words(meeting.place), outcome)))
    return Telling(_("Meeting"), text=meeting.title, detail=detail, quote=meeting.body)


MEETING = registry.register(
    ObjectSpec(
        key="meeting", model=Meeting, label=_("Meeting"), plural=_("Meetings"), icon="calendar", path="meetings",
        fields=(
            Text("title", pgettext_lazy("of a meeting", "Title"), required=True, quick=True, search=1, limit=200,
                 privacy="personal"),
            Moment("starts_at", _("Begins"), required=True, quick=True, sortable=True),
            Integer("minutes", _("Minutes"), default=USUAL_MINUTES, minimum=0, maximum=MOST_MINUTES, quick=True),
            YesNo("is_all_day", _("All day")),
            Zone("zone", _("Time zone"), limit=60, privacy="none"),
            Text("place", _("Place"), limit=300, quick=True, search=3, privacy="personal"),
            Attendees("attendees", _("Who comes"), privacy="personal"),
            Choice("outcome", _("Outcome"), options=OUTCOMES),
            Choice("reminder", _("Reminder"), options=REMINDERS, privacy="none"),
            LongText("body", _("Agenda and notes"), search=3, privacy="personal", mentions=True),
            Repeat("repeat", _("Repeats"), limit=120, privacy="none"),
            Days("skipped", _("Left out"), privacy="none"),
            SeriesId("series", _("Series"), column="series_id", privacy="none"),
            SeriesDay("series_on", _("Day in the series"), privacy="none"),
            About("about", pgettext_lazy("note or call", "About"), privacy="none"),
        ),
        columns=("starts_at", "minutes", "place", "outcome", "owner"),
        phone_columns=("place", "starts_at"),
        default_sort="-starts_at",
        saver=MeetingSaver,
        parents=seen_meetings,
        beside=about_record,
        telling=tell_meeting,
        main_event=EventKind("meeting.created", _("planned a meeting"), icon="calendar", tone="violet", main=True),
        in_navigation=False,
        new_page="plan",
        edit_page="change",
    )
)  # fmt: skip
