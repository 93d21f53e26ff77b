"""What saving means for a meeting: times that fit together, guests that may be asked, its place on timelines."""

import datetime
import math
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.models import User
from rapport.activities.meetings.calling_off import take_back, tell_called_off
from rapport.activities.meetings.inviting import tell_guests
from rapport.activities.meetings.occurrences import (
    DAY_MINUTES,
    at_clock,
    began_before,
    begins_after,
    end_of_series,
    local_day,
    remind_after,
)
from rapport.activities.saving import ActivitySaver
from rapport.core.access.visible import seen_among
from rapport.core.events.models import EventLink
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft
from rapport.lib import clock, recurrence
from rapport.lib.text import fold

USUAL_MINUTES = 30
TELLING_DOORS = ("screen", "api")  # what comes in by a file or a command tells nobody
_TIMES = frozenset({"starts_at", "minutes", "is_all_day", "zone", "repeat"})


class MeetingSaver(ActivitySaver):
    """A meeting may be about nobody. People who are asked to come are what it is about, too."""

    needs_subject = False

    def prepare(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if draft.is_new:
                draft.values.setdefault("about", [])
                draft.values["zone"] = draft.values.get("zone") or self.locale.time_zone
            if _TIMES & draft.values.keys():
                _settle_times(draft)
        self._take_in_guests(drafts)
        super().prepare(drafts)

    def _take_in_guests(self, drafts: Sequence[Draft]) -> None:
        asking = [draft for draft in drafts if "attendees" in draft.values]
        stored = self._stored_about([draft.instance.pk for draft in asking if not draft.is_new])
        for draft in asking:
            guests = {guest["id"] for guest in draft.values["attendees"] if guest["kind"] == "person"}
            about = set(draft.values.get("about", stored.get(draft.instance.pk, ())))
            if guests - about:
                draft.values["about"] = sorted(about | guests)

    def _stored_about(self, ids: Sequence[int]) -> dict[int, list[int]]:
        return self.spec.by_key["about"].load_many(ids) if ids else {}  # type: ignore[attr-defined,no-any-return]

    def check(self, drafts: Sequence[Draft]) -> None:
        super().check(drafts)
        asking = [draft for draft in drafts if draft.values.get("attendees")]
        if not asking:
            return
        asked = {(g["kind"], g["id"]) for draft in asking for g in draft.values["attendees"]}
        users = {pk for kind, pk in asked if kind == "user"}
        known = {("user", pk) for pk in User.objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True)}
        people = {pk for kind, pk in asked if kind == "person"}
        if people:
            seen = seen_among(self.actor, registry.get("person"), people)
            known |= {("person", pk) for pk in seen.values_list("pk", flat=True)}
        for draft in asking:
            before = {(g["kind"], g["id"]) for g in draft.before.get("attendees") or ()}
            if {(g["kind"], g["id"]) for g in draft.values["attendees"]} - before - known:
                draft.refuse("attendees", _("One of those you ask to come is not there, or you may not see them."))

    def derive(self, draft: Draft) -> tuple[str, ...]:
        meeting = draft.instance
        columns: tuple[str, ...] = ()
        if draft.is_new or _TIMES & draft.values.keys():
            meeting.ends_at = meeting.starts_at + datetime.timedelta(minutes=meeting.minutes)
            meeting.repeats = bool(meeting.repeat)
            meeting.runs_until = end_of_series(meeting)
            columns = ("ends_at", "repeats", "runs_until")
        if draft.is_new or (_TIMES | {"skipped"}) & draft.values.keys():
            now = clock.now()
            meeting.began_at, meeting.begins_next = began_before(meeting, now), begins_after(meeting, now)
            columns += ("began_at", "begins_next")
        if draft.is_new or (_TIMES | {"reminder", "skipped"}) & draft.values.keys():
            meeting.remind_next = remind_after(meeting, clock.now())
            columns += ("remind_next",)
        if "title" in draft.values:
            meeting.title_key = fold(meeting.title)[:300]
            columns += ("title_key", "title")
        return columns

    def title(self, draft: Draft) -> str:
        return str(draft.instance.title)

    def stands_at(self, draft: Draft) -> datetime.datetime | None:
        """On timelines a meeting stands where it begins."""
        return draft.instance.starts_at  # type: ignore[no-any-return]

    def stored(self, drafts: Sequence[Draft]) -> None:
        super().stored(drafts)
        if self.actor.via in TELLING_DOORS:
            for draft in drafts:
                tell_guests(self.actor, draft)
                if not draft.is_new and {"skipped", "repeat"} & draft.values.keys():
                    take_back(self.actor, draft.instance)
        for draft in drafts:
            if not draft.is_new and "starts_at" in draft.values:
                own = EventLink.objects.filter(record_id=draft.instance.pk, event__kind="meeting.created")
                events = list(own.values_list("event_id", flat=True))
                links = EventLink.objects.filter(event_id__in=events).exclude(record_id=draft.instance.pk)
                links.update(at=draft.instance.starts_at)

    def living(self, instances: Sequence[Any], *, live: bool) -> None:
        super().living(instances, live=live)
        if self.actor.via in TELLING_DOORS:
            for meeting in instances:
                (take_back if live else tell_called_off)(self.actor, meeting)


def _settle_times(draft: Draft) -> None:
    """Whole days begin at midnight in UTC and last whole days; a series begins on a day that fits its rule."""
    starts = _now(draft, "starts_at")
    if starts is None:
        return  # refused as missing
    if not clock.is_plannable(starts.year):
        draft.refuse("starts_at", _("Choose a day between 1900 and 2200."))
        return
    zone, minutes, is_all_day = _now(draft, "zone") or "UTC", _now(draft, "minutes"), bool(_now(draft, "is_all_day"))
    if minutes is None:
        minutes = USUAL_MINUTES
    if is_all_day:
        minutes = max(1, math.ceil(minutes / DAY_MINUTES)) * DAY_MINUTES
        is_midnight = starts.astimezone(datetime.UTC).time() == datetime.time()
        starts = _midnight(local_day(starts, zone, is_all_day=is_midnight))
    if repeat := _now(draft, "repeat"):
        day = local_day(starts, zone, is_all_day=is_all_day)
        rule = recurrence.from_text(repeat)
        fit = recurrence.first_fit(rule, day)
        if rule.until is not None and (rule.until < fit or not clock.is_plannable(rule.until.year)):
            draft.refuse("repeat", _("The series must end between its first day and the year 2200."))
            return
        if fit != day:
            time = starts.astimezone(clock.zone_named(zone)).time()
            starts = _midnight(fit) if is_all_day else at_clock(fit, time, zone)
    for key, value in (("starts_at", starts), ("minutes", minutes)):
        if _now(draft, key) != value:
            draft.values[key] = value


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def _now(draft: Draft, key: str) -> Any:
    """The value the field will have, also before what is stored was loaded."""
    return draft.values[key] if key in draft.values else getattr(draft.instance, key)
