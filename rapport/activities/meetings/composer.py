"""The composer of meetings on the pages of what they may be about, and what its form offers."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.activities.meetings import guests, reading
from rapport.activities.meetings.objects import REMINDERS
from rapport.core.access.levels import locale_of
from rapport.core.objects.registry import Composer
from rapport.core.records.models import Record
from rapport.lib.date_words import weekday_name
from rapport.lib.prepared import Prepared, hole

TEMPLATE = "meetings/composer.html"


def composer_values(actor: Actor, record_id: int) -> Mapping[str, Any]:
    """What the tab “Meeting” shows before anything was typed."""
    # Whoever sees the page sees what it is called.
    kind, title = next(iter(_NAMED(record=record_id)), ("", ""))
    with_her = [guests.shown_person(record_id, title)] if kind == "person" else []
    return {"blank": reading.blank(locale_of(actor), {}), "guests": with_her, **form_values(actor)}


_NAMED = Prepared(lambda: Record.objects.filter(pk=hole("record")).values_list("kind", "title"))


def form_values(actor: Actor) -> dict[str, Any]:
    """What every form of a meeting offers: reminders, ways to repeat, days of the week."""
    return {
        "reminders": [(option.key, option.label) for option in REMINDERS],
        "weekdays": [(str(day), weekday_name(day, actor.language)) for day in range(7)],
        "repeats": [
            ("day", _now("Day")),
            ("workdays", _now("Every weekday")),
            ("week", _now("Week")),
            ("month", _now("Month, on the same day")),
            ("nth", _now("Month, on the same weekday")),
            ("year", _now("Year")),
        ],
    }


COMPOSER = Composer(
    "meeting", _("Meeting"), "calendar", TEMPLATE, lambda pk: f"/activities/{pk}/meeting", "m", 40, composer_values
)
