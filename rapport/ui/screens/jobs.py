"""Jobs: the list of one's own (for administrators of all), and the page of each: how far it is, what came of it."""

import re
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.changes.bulk_runs import act_of
from rapport.core.importing import runs
from rapport.core.jobs import queue, registry
from rapport.core.jobs.condition import Condition, condition
from rapport.core.jobs.heartbeat import LATE_SECONDS
from rapport.core.jobs.models import BUSY, LONG, QUICK, Job, Schedule
from rapport.lib import clock
from rapport.lib.date_words import ago, format_moment
from rapport.lib.durations import format_duration
from rapport.ui import navigation
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of

SHOWN = 50  # jobs on one page
STATES = {
    "queued": (gettext_lazy("Waiting"), "grey"),
    "running": (gettext_lazy("At work"), "blue"),
    "done": (gettext_lazy("Done"), "green"),
    "failed": (gettext_lazy("Failed"), "red"),
    "dead": (gettext_lazy("Gave up"), "red"),
    "cancelled": (gettext_lazy("Cancelled"), "grey"),
}


def share_of(job: Job) -> float | None:
    """How much is done, in percent; None where that is not known."""
    if job.state == "done":
        return 100.0
    return round(100 * job.done_count / job.total_count, 1) if job.total_count else None


def rate_of(began_at: datetime | None, count: int) -> float:
    """How many were done a second since a moment; 0.0 where it never came."""
    return max(count, 0) / max((clock.now() - began_at).total_seconds(), 0.1) if began_at else 0.0


def list_screen(request: HttpRequest) -> HttpResponse:
    """GET the page; its block ``state`` alone for htmx, which asks again as long as something is under way."""
    actor = actor_of(request)
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    found = queue.jobs_of(actor, state=state)
    if before.isascii() and before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    shown = list(found[: SHOWN + 1])
    rows = [_row(job, actor) for job in shown[:SHOWN]]
    query = f"state={state}&" if state else ""
    context: dict[str, Any] = {
        "rows": rows,
        "all": actor.all_rights,
        "busy": any(row["busy"] for row in rows),
        "here": f"/jobs?{query}" + (f"before={before}" if len(shown) and before.isdecimal() else ""),
        "older": f"/jobs?{query}before={rows[-1]['job'].pk}" if len(shown) > SHOWN else "",
        "tabs": _tabs(state),
        "condition": _condition(condition()) if actor.all_rights else (),
        "schedules": _schedules(actor) if actor.all_rights else (),
    }
    return render(request, "jobs/list.html", context, fragment=_fragment(request))


def job_screen(request: HttpRequest, job_id: int) -> HttpResponse:
    """GET the page; its block ``state`` alone for htmx, which asks again as long as the job is under way."""
    actor = actor_of(request)
    job = queue.get_job(actor, job_id)
    if job.result.get("refresh"):
        workspace.forget()  # another process changed it
    context: dict[str, Any] = {
        **_row(job, actor),
        "log": [{"at": _moment(at, actor), "attempt": attempt, "line": line} for at, attempt, line in job.log],
        "began": format_moment(job.created_at, actor.time_zone, actor.language),
        "ended": format_moment(job.ended_at, actor.time_zone, actor.language) if job.ended_at else "",
        "import_id": job.args.get("run") or runs.run_of_act(job.args.get("act")),
        "act_id": act_of(job.args.get("order")),
    }
    fragment = _fragment(request)
    answer = render(request, "jobs/job.html", context, fragment=fragment)
    if job.result.get("refresh") and not context["busy"] and fragment:
        answer.headers["HX-Refresh"] = "true"  # what stands around the job has changed with it
    return answer


def cancel_screen(request: HttpRequest, job_id: int) -> HttpResponse:
    """POST: asks the job to end."""
    queue.cancel(actor_of(request), job_id)
    return _back(request, job_id)


def retry_screen(request: HttpRequest, job_id: int) -> HttpResponse:
    """POST: puts a job that failed back into the queue."""
    job = queue.retry(actor_of(request), job_id)
    flash(request, _("“%(title)s” waits for its turn again.") % {"title": title_of(job)})
    return _back(request, job_id)


def title_of(job: Job) -> str:
    """The kind of a job in words."""
    known = registry.handler(job.kind)
    return str(known.title) if known and known.title else job.kind


def _back(request: HttpRequest, job_id: int) -> HttpResponse:
    """To the list for who came from there, else to the job's page."""
    return HttpResponseRedirect("/jobs" if request.POST.get("to") == "list" else f"/jobs/{job_id}", status=303)


def _fragment(request: HttpRequest) -> str | None:
    htmx = getattr(request, "htmx", None)
    return "state" if htmx and not htmx.boosted else None


def _row(job: Job, actor: Actor) -> dict[str, Any]:
    words, tone = STATES.get(job.state, (job.state, "grey"))
    waits = job.state == "queued" and job.run_at > clock.now()
    return {
        "job": job,
        "title": title_of(job),
        "words": words,
        "tone": tone,
        "busy": job.state in BUSY,
        "share": share_of(job),
        "who": job.user.name if job.user else _("Rapport"),
        "tries": _("%(count)s of %(most)s") % {"count": job.attempts, "most": queue.MOST_ATTEMPTS},
        "next": format_moment(job.run_at, actor.time_zone, actor.language) if waits else "",
        "when": ago(job.ended_at or job.started_at or job.created_at, clock.now(), actor.language),
        "again": queue.can_retry(job),
    }


def _tabs(current: str) -> list[dict[str, Any]]:
    shown = [("", _("All")), *((state, STATES[state][0]) for state in ("running", "queued", "done", "failed", "dead"))]
    return [
        {"label": label, "url": f"/jobs?state={state}" if state else "/jobs", "current": state == current}
        for state, label in shown
    ]


def _condition(now: Condition) -> list[dict[str, Any]]:
    """Figures for administrators: [{label, text, bad}]."""
    oldest = _("Oldest job waiting"), _("Oldest long job waiting")
    return [
        {
            "label": _("Worker last seen"),
            "text": _age(now.worker_ago) or _("never"),
            "bad": now.worker_ago is None or now.worker_ago > LATE_SECONDS,
        },
        {"label": _("Last asked for work"), "text": _age(now.fetch_ago) or _("never"), "bad": now.is_fetch_late},
        *(
            {"label": label, "text": _age(now.oldest_due[lane]) or _("none"), "bad": lane in now.late_lanes}
            for label, lane in zip(oldest, (QUICK, LONG), strict=True)
        ),
        {"label": _("Gave up"), "text": str(now.dead), "bad": now.dead > 0},
    ]


def _age(seconds: float | None) -> str:
    return "" if seconds is None else format_duration(round(seconds)) if seconds >= 1 else "< 1 s"


def _schedules(actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "title": str(getattr(registry.handler(row.kind), "title", "") or row.kind),
            "cron": row.cron,
            "rhythm": _rhythm(row.cron),
            "zone": row.time_zone if re.match(r"\d+ \d", row.cron) else "",
            "next": format_moment(row.next_run_at, actor.time_zone, actor.language) if row.is_enabled else "",
            "last": format_moment(row.last_run_at, actor.time_zone, actor.language) if row.last_run_at else "",
        }
        for row in Schedule.objects.order_by("next_run_at", "pk")
    ]


def _rhythm(cron: str) -> str:
    """A common schedule in words; empty for one that only its five fields tell."""
    if cron.startswith("every ") and (seconds := cron.removeprefix("every ")).isdecimal():
        return _("every %(time)s") % {"time": format_duration(int(seconds))}
    if match := re.fullmatch(r"\*/(\d+) \* \* \* \*", cron):
        return _("every %(time)s") % {"time": format_duration(60 * int(match[1]))}
    if match := re.fullmatch(r"(\d+) \* \* \* \*", cron):
        return _("hourly, at minute %(minute)s") % {"minute": match[1]}
    if match := re.fullmatch(r"(\d+) (\d+) \* \* \*", cron):
        return _("daily at %(time)s") % {"time": f"{int(match[2]):02}:{int(match[1]):02}"}
    return ""


def _moment(text: str, actor: Actor) -> str:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return format_moment(moment, actor.time_zone, actor.language)


navigation.add_settings(gettext_lazy("Data"), gettext_lazy("Jobs"), "activity", "/jobs", order=60)
