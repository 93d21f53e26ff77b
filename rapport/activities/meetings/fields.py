"""The values that only meetings have: a time zone, the rule of a series, the days it leaves out, who comes."""

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.models import User
from rapport.activities.meetings.models import Attendee
from rapport.activities.meetings.rule_words import rule_words
from rapport.core.fields import Cell, ChildField, Date, Field, Integer, Locale, Text
from rapport.core.fields.base import Carry, Titles
from rapport.core.fields.operators import Operator
from rapport.core.records import rows
from rapport.core.records.models import Record
from rapport.lib import clock, recurrence

ANSWERS = {
    "yes": gettext_lazy("Coming"),
    "maybe": gettext_lazy("Perhaps"),
    "no": gettext_lazy("Not coming"),
    "": gettext_lazy("No answer yet"),
}
_ATTENDEE = re.compile(r"(user|person):([0-9]{1,18})(?:=(yes|no|maybe))?")
Guest = dict[str, Any]  # {"kind": "user" or "person", "id": 7, "answer": "yes"}


@dataclass(frozen=True, eq=False)
class Zone(Text):
    """The IANA name of a time zone."""

    type: ClassVar[str] = "time_zone"

    def from_text(self, text: str, locale: Locale) -> str:
        name = text.strip()
        if name:
            clock.zone_named(name)
        return name


@dataclass(frozen=True, eq=False)
class Repeat(Text):
    """The rule of a series as text; "" for a meeting that comes once. People read it in words."""

    type: ClassVar[str] = "repeat"
    control: ClassVar[str] = "records"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def from_text(self, text: str, locale: Locale) -> str:
        return recurrence.to_text(recurrence.from_text(text)) if text.strip() else ""

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(rule_words(recurrence.from_text(value), locale.language))


@dataclass(frozen=True, eq=False)
class Days(Field):
    """Days, in order, as a list of ISO texts."""

    type: ClassVar[str] = "days"
    control: ClassVar[str] = "none"
    empty: ClassVar[Any] = []

    def clean(self, value: Any, locale: Locale) -> Any:
        parts = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value or []
        return sorted({datetime.date.fromisoformat(str(part).strip()).isoformat() for part in parts})

    def to_text(self, value: Any) -> str:
        return ",".join(value or [])


@dataclass(frozen=True, eq=False)
class SeriesId(Integer):
    """The series that a meeting was taken out of."""

    type: ClassVar[str] = "series"
    control: ClassVar[str] = "none"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def carried(self, value: Any, here: Carry) -> Any:
        return here("record", value) if value else None


@dataclass(frozen=True, eq=False)
class SeriesDay(Date):
    """The day on which a meeting would have been in its series."""

    type: ClassVar[str] = "series_day"
    control: ClassVar[str] = "none"
    operators: ClassVar[tuple[Operator, ...]] = ()


@dataclass(frozen=True, eq=False)
class Attendees(ChildField):
    """Who was asked to come: ``{"kind": "user" | "person", "id", "answer"}`` each, users first."""

    type: ClassVar[str] = "attendees"
    control: ClassVar[str] = "records"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def clean(self, value: Any, locale: Locale) -> Any:
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value or []
        guests: dict[tuple[str, int], Guest] = {}
        for part in filter(None, parts):
            guest = _guest(part)
            guests[guest["kind"], guest["id"]] = guest
        return [guests[key] for key in sorted(guests, key=lambda key: (key[0] != "user", key[1]))]

    def from_text(self, text: str, locale: Locale) -> Any:
        return self.clean(text, locale)

    def to_text(self, value: Any) -> str:
        return ",".join(guest_key(guest) + (f"={guest['answer']}" if guest["answer"] else "") for guest in value or [])

    def show(self, value: Any, locale: Locale) -> Cell:
        users = [guest["id"] for guest in value if guest["kind"] == "user"]
        people = [guest["id"] for guest in value if guest["kind"] == "person"]
        titles: dict[tuple[str, int], str] = {}
        if users:
            titles |= {("user", pk): name for pk, name in User.objects.filter(pk__in=users).values_list("pk", "name")}
        if people:
            found = Record.objects.filter(pk__in=people).values_list("pk", "title")
            titles |= {("record", pk): title for pk, title in found}
        return self.cell_with(value, titles, locale)

    def targets(self, value: Any) -> Sequence[tuple[str, int]]:
        return [_target(guest) for guest in value or []]

    def leading_to(self, kind: str, ids: Sequence[int]) -> Q | None:
        guests = Attendee.objects.filter(person_id__in=ids)
        return Q(pk__in=guests.values("meeting_id")) if kind == "person" else None

    def redirected(self, value: Any, moves: Mapping[int, int]) -> Any:
        guests: dict[tuple[str, int], Guest] = {}
        for guest in value:
            number = moves.get(guest["id"], guest["id"]) if guest["kind"] == "person" else guest["id"]
            answer = guests.get((guest["kind"], number), guest)["answer"] or guest["answer"]
            guests[guest["kind"], number] = {**guest, "id": number, "answer": answer}
        return [guests[key] for key in sorted(guests, key=lambda key: (key[0] != "user", key[1]))]

    def carried(self, value: Any, here: Carry) -> Any:
        tables = {"user": "user", "person": "record"}
        found = [{**guest, "id": here(tables[guest["kind"]], guest["id"])} for guest in value or []]
        return [guest for guest in found if guest["id"] is not None]

    def cell_with(self, value: Any, titles: Titles, locale: Locale) -> Cell:
        names = tuple(titles.get(_target(guest), f"#{guest['id']}") + _sign(guest) for guest in value or [])
        return Cell(", ".join(names), shape="tags", items=names)

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, list[Guest]] = defaultdict(list)
        stored = Attendee.objects.filter(meeting_id__in=record_ids).order_by("user_id", "person_id")
        for meeting_id, user_id, person_id, answer in stored.values_list(
            "meeting_id", "user_id", "person_id", "answer"
        ):
            kind = "user" if user_id else "person"
            found[meeting_id].append({"kind": kind, "id": user_id or person_id, "answer": answer})
        for guests in found.values():
            guests.sort(key=lambda guest: (guest["kind"] != "user", guest["id"]))
        return found

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        changed = [instance.pk for instance, before, _after in pairs if before]
        if changed:
            Attendee.objects.filter(meeting_id__in=changed).delete()
        made = [
            (
                instance.pk,
                guest["id"] if guest["kind"] == "person" else None,
                guest["id"] if guest["kind"] == "user" else None,
                guest["answer"],
            )
            for instance, _before, guests in pairs
            for guest in guests
        ]
        rows.insert(Attendee, ("meeting_id", "person_id", "user_id", "answer"), made)

    def is_missing(self) -> Q:
        return ~Q(pk__in=Attendee.objects.values("meeting_id"))


def guest_key(guest: Guest) -> str:
    """How forms and files name a guest: ``user:3`` or ``person:12``."""
    return f"{guest['kind']}:{guest['id']}"


def _guest(part: Any) -> Guest:
    if isinstance(part, Mapping):
        kind, number, answer = part.get("kind"), part.get("id"), part.get("answer") or ""
        if kind in ("user", "person") and isinstance(number, int) and answer in ANSWERS:
            return {"kind": kind, "id": number, "answer": answer}
    elif isinstance(part, str) and (match := _ATTENDEE.fullmatch(part)):
        return {"kind": match[1], "id": int(match[2]), "answer": match[3] or ""}
    raise ValueError(_("“%(value)s” is nobody who can be asked to come.") % {"value": str(part)[:60]})


def _target(guest: Guest) -> tuple[str, int]:
    return ("user" if guest["kind"] == "user" else "record"), guest["id"]


def _sign(guest: Guest) -> str:
    return {"yes": " ✓", "no": " ✗", "maybe": " ?"}.get(guest["answer"], "")
