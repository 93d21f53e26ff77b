"""Settings: the audit. Who did what, and whether the sealed history is whole."""

import datetime
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.models import User
from rapport.core.audit import reading
from rapport.core.audit.notes import note
from rapport.core.audit.reading import Line, Question
from rapport.core.audit.rights import demand_audit
from rapport.core.events import consumers, doors, pump, sealer
from rapport.core.events.models import Parked
from rapport.core.jobs.queue import enqueue
from rapport.lib import clock
from rapport.lib.date_words import format_date, format_moment
from rapport.lib.wording import grouped
from rapport.ui.rendering import flash, render
from rapport.workspace.screens.frame import actor_of, number_or_none

_MOST_PARKED = 20  # shown


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """GET a page of it: ``user``, ``kind``, ``door``, ``record``, ``since``, ``until`` narrow it, ``after`` pages."""
    actor = actor_of(request)
    demand_audit(actor)
    question, problems = _question(request)
    after = request.GET.get("after", "")
    found = reading.lines(actor, question, after=after)
    asked = {key: value for key, value in request.GET.items() if value and key != "after"}
    people = list(User.objects.order_by("name").values_list("pk", "name")[:500])
    context = {
        "days": _days(request, found),
        "values": asked,
        "errors": problems,
        "people": [("0", _("nobody who is signed in")), *((str(pk), name) for pk, name in people)],
        "kinds": reading.kinds(),
        "doors": doors.all_named(),
        "query": urlencode(asked),
        "older": urlencode({**asked, "after": found[-1].place}) if len(found) == reading.PAGE else "",
        "newer": f"/settings/audit?{urlencode(asked)}" if after else "",
        "state": _state(request),
        "parked": list(Parked.objects.select_related("event").order_by("-pk")[:_MOST_PARKED]),
    }
    return render(request, "settings/audit.html", context)


@require_safe
def download(request: HttpRequest) -> HttpResponseBase:
    """GET the same as CSV (or ``format`` = jsonl), all of it. That somebody took it is itself an entry."""
    actor = actor_of(request)
    demand_audit(actor)
    question, _problems = _question(request)
    fmt = "jsonl" if request.GET.get("format") == "jsonl" else "csv"
    write, kind = {"csv": (reading.as_csv, "text/csv"), "jsonl": (reading.as_jsonl, "application/x-ndjson")}[fmt]
    note(actor, "audit.exported", {"format": fmt})
    response = StreamingHttpResponse(write(actor, question), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{clock.today(actor.time_zone)}.{fmt}"'
    return response


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Lets the worker check the whole history."""
    actor = actor_of(request)
    demand_audit(actor)
    job = enqueue("audit.verify", {}, actor)
    return HttpResponseRedirect(f"/jobs/{job.pk}", status=303)


@require_POST
def replay(request: HttpRequest) -> HttpResponse:
    """Lets the worker handle parked events again: the one with the number ``id``, or all."""
    demand_audit(actor_of(request))
    chosen = number_or_none(request.POST.get("id"))
    consumers.replay(None if chosen is None else [chosen])
    flash(request, _("They are being tried again."))
    return HttpResponseRedirect("/settings/audit", status=303)


def _question(request: HttpRequest) -> tuple[Question, dict[str, list[str]]]:
    """What is asked for, and what of it could not be read, by field."""
    problems: dict[str, list[str]] = {}
    record = request.GET.get("record", "").strip().lstrip("#")
    if record and not (record.isascii() and record.isdecimal() and len(record) < 19):
        problems["record"] = [_("Give the number of a record, as it stands in its address.")]
        record = ""
    days: dict[str, datetime.date | None] = {}
    for key in ("since", "until"):
        text = request.GET.get(key, "").strip()
        try:
            days[key] = datetime.date.fromisoformat(text) if text else None
        except ValueError:
            days[key] = None
            problems[key] = [_("Give a date.")]
    user = number_or_none(request.GET.get("user"))
    kind = request.GET.get("kind", "").replace("\x00", "")[:80]
    door = request.GET.get("door", "")
    door = door if door in dict(doors.all_named()) else ""
    return Question(user, kind, int(record) if record else None, days["since"], days["until"], door), problems


def _days(request: HttpRequest, found: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines under the days they were written on, as long as neighbours share one."""
    actor = actor_of(request)
    zone = clock.zone_named(actor.time_zone)
    days: list[dict[str, Any]] = []
    for line in found:
        local = line.event.at.astimezone(zone)
        label = format_date(local.date(), actor.language)
        if not days or days[-1]["label"] != label:
            days.append({"label": label, "rows": []})
        full = format_moment(line.event.at, actor.time_zone, actor.language)
        days[-1]["rows"].append(
            {"line": line, "time": f"{local:%H:%M}", "iso": line.event.at.isoformat(), "full": full}
        )
    return days


def _state(request: HttpRequest) -> dict[str, Any]:
    actor, now, seal = actor_of(request), pump.figures(), sealer.state()
    verified = seal.verified
    at = datetime.datetime.fromisoformat(verified["at"]) if verified else None
    return {
        "ok": verified.get("ok"),
        "problem": verified.get("problem", ""),
        "at": format_moment(at, actor.time_zone, actor.language) if at else "",
        "sealed": grouped(seal.head_no),
        "waiting": grouped(now.waiting),
        "lag": round(now.oldest_seconds),
        "behind": grouped(sum(lag.behind for lag in now.lags)),
        "parked": grouped(now.parked),
    }
