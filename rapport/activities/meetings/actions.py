"""Verbs of meetings: plan, change, move, call off, answer. Each is one act, and goes back with Undo."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.activities.meetings.calling_off import tell_called_off
from rapport.activities.meetings.fields import ANSWERS, Guest
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.objects import MEETING
from rapport.activities.meetings.occurrences import day_of, local_day, occurrence_on, rule_of, starts_on
from rapport.activities.meetings.saving import TELLING_DOORS
from rapport.core.access.visible import get_record
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.objects import saving
from rapport.core.records.locking import locked
from rapport.lib import clock, recurrence
from rapport.lib.recurrence import Rule

ONE, FOLLOWING, ALL = "one", "following", "all"
SCOPES = (ONE, FOLLOWING, ALL)
_ONE_DAY = datetime.timedelta(days=1)
# What a meeting that leaves its series takes along.
_TAKEN_ALONG = (
    "title",
    "minutes",
    "is_all_day",
    "zone",
    "place",
    "body",
    "reminder",
    "attendees",
    "about",
    "owner",
    "team",
)


@dataclass(frozen=True)
class MeetingInput:
    """A meeting. ``starts_at`` is UTC (of whole days the midnight in UTC), ``minutes`` its length, ``zone`` the IANA
    name of the zone where it is planned ("": the actor's), ``repeat`` the rule of a series.
    """

    title: str
    starts_at: datetime.datetime
    minutes: int = 30
    zone: str = ""
    is_all_day: bool = False
    place: str = ""
    body: str = ""
    reminder: str = ""
    repeat: str = ""
    about: tuple[int, ...] = ()
    attendees: tuple[Guest, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Which:
    """Which meetings of a series are meant: with ``on``, the day of one of them, this ``one``, this and the
    ``following`` ones, or ``all``. Without ``on`` the meeting or the series as a whole.
    """

    on: datetime.date | None = None
    scope: str = ALL


def plan_meeting(actor: Actor, meeting: MeetingInput, *, act: Act | None = None) -> Meeting:
    """Plans a meeting; it shows on every record that it is about. Emits ``meeting.created``."""
    values = {name: getattr(meeting, name) for name in MeetingInput.__dataclass_fields__}
    values |= {"about": list(meeting.about), "attendees": list(meeting.attendees)}
    made: Meeting = saving.create(actor, MEETING, values, act=act)
    return made


def change_meeting(
    actor: Actor, meeting_id: int, values: Mapping[str, Any], *, version: int | None = None, which: Which | None = None
) -> Meeting:
    """Changes a meeting, or those of a series that are meant; returns the one that was changed or made for it.

    A ``starts_at`` is the new time of the meeting at hand; the others move by as much. Conflict if ``version`` is not
    the present one. Emits ``meeting.updated``, and ``meeting.created`` where one leaves its series.
    """
    which = which or Which()
    meeting, scope = _meant(actor, meeting_id, which)
    if scope == ALL:
        changed: Meeting = saving.update(
            actor, MEETING, meeting_id, _for_all(meeting, values, which.on), version=version
        )
        return changed
    on = _day(which)
    with acting(actor, "meeting.update", label=meeting.title) as act:
        if scope == ONE:
            left_out = {"skipped": _with(meeting, on)}
            saving.update(_house(actor), MEETING, meeting_id, left_out, version=version, act=act)
            alone = {"series": meeting.pk, "series_on": on, "repeat": ""}
            return _part(actor, meeting, on, alone, {key: values[key] for key in values.keys() - alone.keys()}, act)
        saving.update(_house(actor), MEETING, meeting_id, _ended_before(meeting, on), version=version, act=act)
        return _part(actor, meeting, on, _rest_of(meeting, on, values), values, act)


def move_meeting(
    actor: Actor,
    meeting_id: int,
    starts_at: datetime.datetime,
    minutes: int,
    *,
    version: int | None = None,
    which: Which | None = None,
) -> Meeting:
    """Moves a meeting, or gives it another length. As :func:`change_meeting`."""
    values = {"starts_at": starts_at, "minutes": minutes}
    return change_meeting(actor, meeting_id, values, version=version, which=which)


def call_off_meeting(actor: Actor, meeting_id: int, *, version: int | None = None, which: Which | None = None) -> None:
    """Calls off a meeting: into the trash, or out of its series. Emits ``meeting.trashed`` or ``meeting.updated``."""
    which = which or Which()
    get_record(actor, MEETING, meeting_id, "trash")
    meeting, scope = _meant(actor, meeting_id, which, "trash")
    if version is not None and version != meeting.version:
        raise Conflict(_("This meeting was changed meanwhile. Look at it again."), current_version=meeting.version)
    if scope == ALL:
        saving.trash(actor, MEETING, [meeting_id])
        return
    on = _day(which)
    values = {"skipped": _with(meeting, on)} if scope == ONE else _ended_before(meeting, on)
    with transaction.atomic():
        if actor.via in TELLING_DOORS:
            tell_called_off(actor, meeting, on)
        saving.update(_house(actor), MEETING, meeting_id, values, version=version)


def answer(actor: Actor, meeting_id: int, reply: str) -> Meeting:
    """Says whether the actor comes: yes, no or maybe. Whoever may not change the meeting may still answer for
    themselves. Emits ``meeting.updated``.
    """
    if reply not in ANSWERS:
        raise Invalid({"answer": [_("Answer yes, no or maybe.")]})
    get_record(actor, MEETING, meeting_id)
    with transaction.atomic():
        # Who comes is read behind a lock: of two who answer at once both count.
        list(locked(Meeting.objects.filter(pk=meeting_id)))
        guests: list[Guest] = MEETING.field("attendees").load_many([meeting_id]).get(meeting_id, [])  # type: ignore[attr-defined]
        mine = [guest for guest in guests if guest["kind"] == "user" and guest["id"] == actor.user_id]
        if not mine:
            raise NotFound(_("You were not asked to come to this meeting."))
        answered = [{**guest, "answer": reply} if guest in mine else guest for guest in guests]
        # The answer is the actor's own, the meeting may be somebody else's: only the one field is written.
        changed: Meeting = saving.update(_house(actor), MEETING, meeting_id, {"attendees": answered})
    return changed


# -------------------------------------------------------------------- series
def _meant(actor: Actor, meeting_id: int, which: Which, action: str = "edit") -> tuple[Meeting, str]:
    """The meeting, and what is really meant: of a single meeting, and from the first of a series on, it is all."""
    meeting: Meeting = get_record(actor, MEETING, meeting_id, action)
    if which.scope not in SCOPES:
        raise Invalid({"": [_("Say whether you mean this meeting, this and the following ones, or all.")]})
    if not meeting.repeat or which.on is None:
        return meeting, ALL
    if occurrence_on(meeting, which.on) is None:
        raise NotFound(_("The series has no meeting on this day any more."))
    is_first = which.scope == FOLLOWING and which.on <= day_of(meeting)
    return meeting, ALL if is_first else which.scope


def _day(which: Which) -> datetime.date:
    assert which.on is not None  # noqa: S101 - _meant() says “all” where there is no day
    return which.on


def _with(meeting: Meeting, on: datetime.date) -> list[str]:
    return sorted({*meeting.skipped, on.isoformat()})


def _for_all(meeting: Meeting, values: Mapping[str, Any], on: datetime.date | None) -> dict[str, Any]:
    """The values for the whole series: where the one on the day ``on`` was moved, the series moves by as much."""
    rule = rule_of(meeting)
    if rule is None or on is None or values.get("starts_at") is None:
        return dict(values)
    shift, time = _shift(meeting, on, values)
    first = day_of(meeting) + datetime.timedelta(days=shift)
    moved: dict[str, Any] = {"starts_at": _on_clock(meeting, first, time, values)}
    if shift and "repeat" not in values:
        moved["repeat"] = recurrence.to_text(recurrence.moved(rule, shift))
    if shift:
        moved["skipped"] = [_moved_day(day, shift) for day in meeting.skipped]
    return {**values, **moved}


def _shift(meeting: Meeting, on: datetime.date, values: Mapping[str, Any]) -> tuple[int, datetime.time]:
    """By how many days the meeting on ``on`` moves, and its new time of day, on the clocks where it was planned."""
    zone = values.get("zone") or meeting.zone
    is_all_day = bool(values.get("is_all_day", meeting.is_all_day))
    day = local_day(values["starts_at"], zone, is_all_day=is_all_day)
    return (day - on).days, values["starts_at"].astimezone(clock.zone_named(zone)).time()


def _on_clock(
    meeting: Meeting, day: datetime.date, time: datetime.time, values: Mapping[str, Any]
) -> datetime.datetime:
    if values.get("is_all_day", meeting.is_all_day):
        return datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    zone = clock.zone_named(values.get("zone") or meeting.zone)
    return datetime.datetime.combine(day, time.replace(fold=0), zone).astimezone(datetime.UTC)


def _moved_day(day: str, by: int) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=by)).isoformat()


def _ended_before(meeting: Meeting, on: datetime.date) -> dict[str, Any]:
    rule = _rule(meeting)
    ended = replace(rule, times=None, until=on - _ONE_DAY)
    return {"repeat": recurrence.to_text(ended), "skipped": [day for day in meeting.skipped if day < on.isoformat()]}


def _rest_of(meeting: Meeting, on: datetime.date, values: Mapping[str, Any]) -> dict[str, Any]:
    """Rule and days left out of the series that begins on ``on``."""
    rule = _rule(meeting)
    shift = _shift(meeting, on, values)[0] if values.get("starts_at") is not None else 0
    if rule.times is not None:
        before = sum(1 for _day in recurrence.days(rule, day_of(meeting), day_of(meeting), on))
        rule = replace(rule, times=rule.times - before)
    skipped = [_moved_day(day, shift) for day in meeting.skipped if day >= on.isoformat()]
    return {"repeat": recurrence.to_text(recurrence.moved(rule, shift) if shift else rule), "skipped": skipped}


def _rule(meeting: Meeting) -> Rule:
    return recurrence.from_text(meeting.repeat)


def _part(
    actor: Actor, series: Meeting, on: datetime.date, alone: Mapping[str, Any], values: Mapping[str, Any], act: Act
) -> Meeting:
    """A meeting, or a series, of its own that was part of another one: as that was, but for ``alone``, which makes it
    one of its own, and for ``values``, which is what the actor changed.
    """
    taken_along = {key: MEETING.field(key).get(series) for key in _TAKEN_ALONG}
    kept = {**taken_along, "starts_at": starts_on(series, on), **alone}
    made: Meeting = saving.create(actor, MEETING, values, act=act, kept=kept)
    return made


def _house(actor: Actor) -> Actor:
    """In whose name is written what no role may or may not type: the days of a series, when one of it is moved or
    called off by somebody who may, and one's own answer.
    """
    return replace(actor, all_rights=True)
