"""The timeline on the page of any record: what is pinned, what is to come, then what happened, day by day."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from rapport.accounts.actor import Actor
from rapport.core.access.may import find_record
from rapport.core.files.models import File
from rapport.core.files.panel import is_inline
from rapport.core.objects import registry
from rapport.core.objects.registry import Upcoming
from rapport.core.objects.spec import ObjectSpec
from rapport.core.timeline.reading import Entry, pinned, timeline
from rapport.core.timeline.walking import FILE_KINDS, Wanted, newest
from rapport.lib import clock
from rapport.lib.date_words import long_day
from rapport.lib.dates import format_date
from rapport.lib.text import clean_line
from rapport.lib.wording import inside
from rapport.ui.chips import chips_in_text
from rapport.ui.marking import marked
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of

PAGE = 30
MOST_UPCOMING = 50
SHOWN_UPCOMING = 5
MOST_TYPED = 100
LONG_RUN = 4  # of one kind without words of their own
LONG_UPKEEP = 3
THUMBNAIL_BYTES = 2_000_000  # of a picture that is shown on the timeline


@dataclass(frozen=True)
class Family:
    """A chip of the filter: entries of these kinds of events; without kinds, all that belong to no other family."""

    key: str
    label: str
    kinds: frozenset[str] | None = None


@dataclass(frozen=True)
class Asked:
    """What an address asks of a timeline: families, words, the entry to go on behind, or the one to begin with."""

    only: tuple[str, ...] = ()
    typed: str = ""
    before: int | None = None
    since: int | None = None

    @property
    def is_plain(self) -> bool:
        """True for all of it from its beginning."""
        return not (self.only or self.typed or self.before or self.since)

    def query(self, **other: Any) -> str:
        """The query of an address that asks the same, except for ``other``."""
        given = {"only": ",".join(self.only), "find": self.typed, **other}
        return urlencode({name: value for name, value in given.items() if value})


def history_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET a part of the timeline: some families of it, what holds some words, or what is older."""
    actor = actor_of(request)
    instance = find_record(actor, spec, record_id)
    context = {"spec": spec, "record": instance, **history_values(request, actor, spec, instance)}
    fragment = "older" if context["asked"].before else "timeline"
    return render(request, "record/history.html", context, fragment=fragment)


def history_values(request: HttpRequest, actor: Actor, spec: ObjectSpec, instance: Any) -> dict[str, Any]:
    """What the templates of the timeline need."""
    families = families_of(spec)
    asked = _asked(request, families)
    entries = timeline(
        actor, spec, instance, before=asked.before, since=asked.since, wanted=_wanted(asked, families), size=PAGE
    )
    tops = pinned(actor, spec, instance) if asked.is_plain else []
    files = _files(instance.pk, [*tops, *entries])
    teller = Teller(actor, asked, {entry.id for entry in tops}, files)
    return {
        "upcoming": _upcoming(actor, spec, instance, asked),
        "pinned": [teller.shown(entry) for entry in tops],
        "days": teller.days(entries),
        "asked": asked,
        "chips": _chips(asked, families),
        "older": entries[-1].id if len(entries) == PAGE else None,
        "newest": _newest(instance.pk, asked, entries),
    }


def families_of(spec: ObjectSpec) -> list[Family]:
    """What the timeline of a kind can be narrowed to: each activity, files, and changes."""
    composers = (registry.find(composer.key) for composer in registry.contributions(spec.key).composers)
    activities = [
        Family(about.key, str(about.plural), frozenset(kind.key for kind in about.event_kinds.values() if kind.main))
        for about in composers
        if about is not None and about.main_event is not None
    ]
    return [*activities, Family("changes", _("Changes")), Family("files", _("Files"), frozenset(FILE_KINDS))]


def _asked(request: HttpRequest, families: Sequence[Family]) -> Asked:
    given = request.GET
    wanted = given.get("only", "").split(",")
    return Asked(
        tuple(family.key for family in families if family.key in wanted),
        clean_line(given.get("find", "")[:MOST_TYPED], MOST_TYPED),
        _number(given.get("before", "")),
        _number(given.get("entry", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _wanted(asked: Asked, families: Sequence[Family]) -> Wanted:
    if not asked.only:
        return Wanted(text=asked.typed)
    chosen = [family for family in families if family.key in asked.only]
    kinds = frozenset(kind for family in chosen for kind in family.kinds or ())
    named = frozenset(kind for family in families for kind in family.kinds or ())
    return Wanted(kinds, named if any(family.kinds is None for family in chosen) else None, asked.typed)


def _chips(asked: Asked, families: Sequence[Family]) -> list[dict[str, Any]]:
    """All, and each family, which a press takes in or leaves out."""
    chips = [{"label": _("All"), "query": asked.query(only=""), "on": not asked.only}]
    for family in families:
        on = family.key in asked.only
        kept = [key for key in asked.only if key != family.key] + ([] if on else [family.key])
        chips.append({"label": family.label, "query": asked.query(only=",".join(kept)), "on": on})
    return chips


def _newest(record_id: int, asked: Asked, entries: Sequence[Entry]) -> int:
    """Behind which event there is news for a page that shows this."""
    if asked.before:
        return 0
    return max(entry.id for entry in entries) if asked.is_plain and entries else newest(record_id)


def _files(record_id: int, entries: Sequence[Entry]) -> dict[int, File]:
    """The files that entries tell of, as far as they are still there. One query where there are any."""
    ids = [entry.file_id for entry in entries if entry.file_id]
    there = File.objects.filter(pk__in=ids, record_id=record_id, field_key="", trashed_at=None)
    return {file.pk: file for file in there} if ids else {}


def _upcoming(actor: Actor, spec: ObjectSpec, instance: Any, asked: Asked) -> dict[str, Any] | None:
    """What is to come, the soonest first: the next few, and the rest folded away."""
    if asked.before or asked.since or asked.typed or not instance.live:
        return None
    found = [one for ask in registry.contributions(spec.key).upcoming for one in ask(actor, instance.pk)]
    found = sorted((one for one in found if not asked.only or one.kind in asked.only), key=_soonest)[:MOST_UPCOMING]
    if not found:
        return None
    shown = [_to_come(one, actor) for one in found]
    return {"first": shown[:SHOWN_UPCOMING], "rest": shown[SHOWN_UPCOMING:]}


def _soonest(item: Upcoming) -> datetime.datetime:
    """To sort by: what has no date stands last."""
    return item.at or datetime.datetime.max.replace(tzinfo=datetime.UTC)


def _to_come(item: Upcoming, actor: Actor) -> dict[str, Any]:
    if item.at is None:
        return {"item": item, "when": "", "is_late": False, "iso": "", "full": ""}
    zone = datetime.UTC if item.is_day else clock.zone_named(actor.time_zone)
    at = item.at.astimezone(zone)
    days = (at.date() - clock.today(actor.time_zone)).days
    late = days < 0 if item.is_day else item.at < clock.now()
    day = format_date(at.date(), actor.language)
    return {
        "item": item,
        "when": _days_away(days) if days or item.is_day else f"{at:%H:%M}",
        "is_late": late,
        "iso": at.date().isoformat() if item.is_day else item.at.isoformat(),
        "full": day if item.is_day else f"{day}, {at:%H:%M}",
    }


def _days_away(days: int) -> str:
    """“today”, “tomorrow”, “in 3 days”, “2 days late”."""
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days > 0:
        return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}
    return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}


class Teller:
    """Draws entries for one reader: by the reader's days, with what was looked for marked."""

    def __init__(self, actor: Actor, asked: Asked, pins: set[int], files: Mapping[int, File]) -> None:
        self._actor = actor
        self._asked = asked
        self._pins = pins
        self._files = files
        self._zone = clock.zone_named(actor.time_zone)
        self._today = clock.today(actor.time_zone)

    def days(self, entries: Sequence[Entry]) -> list[dict[str, Any]]:
        """Entries by day; what follows upon its like and has no words of its own is folded into one line."""
        return [
            {"label": _day_words(day, self._today, self._actor), "runs": self._runs(list(of_day))}
            for day, of_day in groupby(entries, key=lambda entry: entry.at.astimezone(self._zone).date())
        ]

    def _runs(self, entries: Sequence[Entry]) -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = []
        for alike, group in groupby(entries, key=_alike):
            run = [self.shown(entry) for entry in group]
            label = _run_label(alike, len(run)) if not (self._asked.only or self._asked.typed) else ""
            runs += [{"entries": run, "label": label}] if label else [{"entries": [item], "label": ""} for item in run]
        return runs

    def shown(self, entry: Entry, *, day: bool = False) -> dict[str, Any]:
        """What the template needs to draw an entry; with ``day`` its time says the day, too."""
        at = entry.at.astimezone(self._zone)
        date = format_date(at.date(), self._actor.language)
        return {
            "entry": entry,
            "heading": entry.heading[:1].upper() + entry.heading[1:],
            "text": self._mark(escape(entry.text)),
            "quote": self._mark(chips_in_text(entry.quote, entry.names)),
            "time": date if day or entry.id in self._pins else f"{at:%H:%M}",
            "iso": entry.at.isoformat(),
            "full": f"{date}, {at:%H:%M}",
            "file": self._file(entry),
            "is_pinned": entry.id in self._pins,
        }

    def _mark(self, html: Markup) -> Markup:
        return marked(html, self._asked.typed) if self._asked.typed else html

    def _file(self, entry: Entry) -> dict[str, str] | None:
        file = self._files.get(entry.file_id)
        if file is None or entry.kind == "file.removed":
            return None
        image = f"/files/{file.pk}/image" if is_inline(file) else ""
        return {
            "name": file.name,
            "url": image or f"/files/{file.pk}",
            "thumbnail": image if file.size <= THUMBNAIL_BYTES else "",
        }


def _alike(entry: Entry) -> str:
    """What entries must share to be folded into one: upkeep of any kind; activities of one kind without words."""
    if not entry.is_main:
        return "" if not entry.file_id else f"file {entry.id}"
    return f"word {entry.id}" if entry.quote else entry.kind


def _run_label(alike: str, count: int) -> str:
    if alike == "":
        if count < LONG_UPKEEP:
            return ""
        return ngettext("%(count)d change", "%(count)d changes", count) % {"count": count}
    about = registry.find(alike.partition(".")[0])
    if about is None or count < LONG_RUN:
        return ""
    return _("%(count)s %(plural)s") % {"count": count, "plural": inside(about.plural)}


def _day_words(day: datetime.date, today: datetime.date, actor: Actor) -> str:
    if day == today:
        return _("Today")
    if day == today - datetime.timedelta(days=1):
        return _("Yesterday")
    language = actor.language
    return long_day(day, language) if day.year == today.year else format_date(day, language)
