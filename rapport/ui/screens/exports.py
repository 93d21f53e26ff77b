"""Exports that a job writes or has written: one's own (for administrators all), to be fetched or cancelled."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import from_json
from rapport.core.access.levels import locale_of
from rapport.core.access.pages import COUNT_CAP
from rapport.core.access.special import may_right
from rapport.core.access.words import words
from rapport.core.errors import BadQuery, NotAllowed, Refused
from rapport.core.exporting import runs, storing
from rapport.core.exporting.models import ExportRun
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.date_words import format_moment
from rapport.lib.durations import format_duration
from rapport.ui import navigation
from rapport.ui.rendering import render
from rapport.ui.screens import jobs
from rapport.ui.screens.asking import actor_of, is_part


@require_safe
def list_screen(request: HttpRequest) -> HttpResponse:
    """GET the page; its block ``state`` alone for htmx, which asks again as long as a file is being written."""
    actor = actor_of(request)
    if not runs.exportable(actor):
        raise NotAllowed(_("Your role does not allow exporting."))
    rows = [_row(run, actor) for run in runs.own_runs(actor)]
    context = {
        "rows": rows,
        "all": actor.all_rights,
        "busy": any(row["busy"] for row in rows),
        "days": storing.KEPT_DAYS,
        "most": COUNT_CAP,
        "may_everything": may_right(actor, "everything"),
    }
    return render(request, "export/list.html", context, fragment="state" if is_part(request) else None)


@require_POST
def cancel_screen(request: HttpRequest, run_id: int) -> HttpResponse:
    """POST: asks the job that writes the file to end."""
    runs.cancel(actor_of(request), run_id)
    return HttpResponseRedirect("/exports", status=303)


def _row(run: ExportRun, actor: Actor) -> dict[str, Any]:
    spec, job = registry.find(run.kind), run.job  # none: everything
    label, tone = jobs.STATES.get(run.state, (run.state, "grey"))
    busy = run.state in runs.GOING
    done, total = (job.done_count, job.total_count) if job and busy else (run.row_count, 0)
    done = max(done, run.row_count)
    rate = jobs.rate_of(run.began_at, done - run.began_rows) if run.state == "running" else 0.0
    left = (total - done) / rate if rate and total else 0.0
    return {
        "run": run,
        "list": str(spec.plural) if spec else _("Everything"),
        "what": _what(run, spec, actor) if spec else "",
        "who": run.user.name if run.user else _("Rapport"),
        "at": format_moment(run.created_at, actor.time_zone, actor.language),
        "label": label,
        "tone": tone,
        "busy": busy,
        "share": jobs.share_of(job) if job and busy else None,
        "rows": done,
        "rate": round(rate),
        "left": format_duration(max(round(left), 1)) if left else "",
        "ending": bool(job and busy and job.cancel_asked),
        "can_cancel": bool(job and busy and not job.cancel_asked),
        **_file(run, actor),
        "why": job.error if job and run.state == "failed" else "",
    }


def _what(run: ExportRun, spec: ObjectSpec, actor: Actor) -> str:
    """What the file was asked to hold, in words; none where that is all there is."""
    question, said = run.question, []
    if question.get("trash"):
        said.append(_("Trash"))
    try:
        said.append(words(actor, spec, from_json(question["condition"]), locale_of(actor)))
    except BadQuery:
        said.append(_("with filters that you may not see"))
    if question.get("find"):
        said.append(_("Search: “%(text)s”") % {"text": question["find"]})
    return " · ".join(filter(None, said))


def _file(run: ExportRun, actor: Actor) -> dict[str, Any]:
    """``url`` of a finished file and ``until`` when it is kept, or ``gone``: why it cannot be fetched."""
    if run.state != "done":
        return {"url": "", "until": "", "gone": ""}
    own = run.user_id is not None and run.user_id == actor.user_id
    end = run.created_at + datetime.timedelta(days=storing.KEPT_DAYS)
    until = format_moment(end, actor.time_zone, actor.language) if run.stored_name else ""
    if not own:
        return {"url": "", "until": until, "gone": ""}
    try:
        runs.demand_file(actor, run)
    except Refused as refused:
        return {"url": "", "until": "", "gone": refused.message}
    return {"url": f"/exports/{run.pk}", "until": until, "gone": ""}


def _may_export(actor: Actor) -> bool:
    return bool(runs.exportable(actor))


def addresses() -> list[URLPattern]:
    """The page and what its buttons ask for."""
    return [
        path("exports", list_screen, name="exports"),
        path("exports/<int:run_id>/cancel", cancel_screen, name="export-cancel"),
    ]


navigation.add_settings(
    gettext_lazy("Data"), gettext_lazy("Exports"), "download", "/exports", order=52, right=_may_export
)
