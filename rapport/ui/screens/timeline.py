"""The timeline on the page of any record: what is to come, then what happened, day by day."""

import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.core.access.may import find_record
from rapport.core.objects import registry
from rapport.core.objects.registry import Upcoming
from rapport.core.objects.spec import ObjectSpec
from rapport.core.timeline.reading import Entry, timeline
from rapport.lib import clock
from rapport.lib.dates import format_date
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of

PAGE = 30
MOST_UPCOMING = 50
SHOWN_UPCOMING = 5


def history_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET a part of the timeline: of one kind, or the older entries behind ``before``."""
    actor = actor_of(request)
    instance = find_record(actor, spec, record_id)
    context = {"spec": spec, "record": instance, **history_values(request, actor, spec, instance)}
    fragment = "older" if context["before"] else "timeline"
    return render(request, "record/history.html", context, fragment=fragment)


def history_values(request: HttpRequest, actor: Actor, spec: ObjectSpec, instance: Any) -> dict[str, Any]:
    """What the templates of the timeline need."""
    only = request.GET.get("only", "")
    before = request.GET.get("before", "")
    cursor = int(before) if before.isdecimal() and len(before) <= 18 else None
    kinds = [f"{only}.created"] if only and registry.find(only) else None
    entries = timeline(actor, spec, instance, before=cursor, kinds=kinds, size=PAGE)
    return {
        "upcoming": _upcoming(actor, spec, instance, only) if cursor is None and instance.live else None,
        "days": _days(entries, actor),
        "only": only,
        "kinds": _kinds(registry.contributions(spec.key).composers),
        "before": cursor,
        "older": entries[-1].id if len(entries) == PAGE else None,
    }


def _upcoming(actor: Actor, spec: ObjectSpec, instance: Any, only: str) -> dict[str, Any] | None:
    """What is to come, the soonest first: the next few, and the rest folded away."""
    found = [one for ask in registry.contributions(spec.key).upcoming for one in ask(actor, instance.pk)]
    found = sorted((one for one in found if only in ("", one.kind)), key=lambda one: one.at)[:MOST_UPCOMING]
    if not found:
        return None
    shown = [_to_come(one, actor) for one in found]
    return {"first": shown[:SHOWN_UPCOMING], "rest": shown[SHOWN_UPCOMING:]}


def _to_come(item: Upcoming, actor: Actor) -> dict[str, Any]:
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


def _kinds(composers: Sequence[Any]) -> list[dict[str, Any]]:
    plurals = ((composer.key, registry.find(composer.key)) for composer in composers)
    return [{"key": key, "label": spec.plural} for key, spec in plurals if spec]


def _days(entries: Sequence[Entry], actor: Actor) -> list[dict[str, Any]]:
    """Entries by day of the reader, upkeep that follows upon upkeep folded into one."""
    zone = clock.zone_named(actor.time_zone)
    today = clock.today(actor.time_zone)
    days = []
    for day, of_day in groupby(entries, key=lambda entry: entry.at.astimezone(zone).date()):
        runs: list[dict[str, Any]] = []
        for is_main, run in groupby(of_day, key=lambda entry: entry.is_main):
            shown = [_shown(entry, zone, actor) for entry in run]
            if is_main or len(shown) < 3:
                runs += [{"entries": [item], "label": ""} for item in shown]
            else:
                label = ngettext("%(count)d change", "%(count)d changes", len(shown)) % {"count": len(shown)}
                runs.append({"entries": shown, "label": label})
        days.append({"label": _day_words(day, today, actor), "runs": runs})
    return days


def _shown(entry: Entry, zone: Any, actor: Actor) -> dict[str, Any]:
    at = entry.at.astimezone(zone)
    return {
        "entry": entry,
        "heading": entry.heading[:1].upper() + entry.heading[1:],
        "time": f"{at:%H:%M}",
        "iso": entry.at.isoformat(),
        "full": f"{format_date(at.date(), actor.language)}, {at:%H:%M}",
    }


def _day_words(day: datetime.date, today: datetime.date, actor: Actor) -> str:
    if day == today:
        return _("Today")
    if day == today - datetime.timedelta(days=1):
        return _("Yesterday")
    return format_date(day, actor.language)
