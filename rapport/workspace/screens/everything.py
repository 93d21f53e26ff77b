"""Settings: everything in one archive, out and in. Asks again who sits here before it lets anything go."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.core.archives import bringing, making, runs
from rapport.core.archives.models import ArchiveRun
from rapport.core.errors import Invalid, Refused
from rapport.core.exporting.storing import KEPT_DAYS
from rapport.core.objects import registry
from rapport.lib.date_words import format_moment
from rapport.ui.rendering import flash, render
from rapport.ui.screens import jobs
from rapport.ui.screens.asking import is_part
from rapport.workspace.confirming import confirmed
from rapport.workspace.screens.frame import actor_of, with_right

PAGE = "/settings/everything"
MOST_BYTES = 100 * 1024 * 1024  # as the door takes; larger ones come in by the command
SHOWN_PROBLEMS = 20
_OUTCOMES = ("created", "updated", "unchanged", "failed")


@with_right("everything")
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Shows both forms and the archives that came in; their block alone for htmx, as long as one is at work."""
    return _state(request) if is_part(request) else _asked(request)


@confirmed(PAGE)
def _asked(request: HttpRequest) -> HttpResponse:
    return _page(request)


@with_right("everything")
@require_POST
@confirmed(PAGE)
def everything_out(request: HttpRequest) -> HttpResponse:
    """POST: asks for an archive."""
    try:
        making.start(actor_of(request), request.POST.get("tables", ""), with_files="files" in request.POST)
    except Refused as refused:
        return _page(request, refused.message, status=refused.status)
    flash(request, _("The archive is being written. You can go on working meanwhile."))
    return HttpResponseRedirect("/exports", status=303)


@csrf_exempt
@require_POST
def everything_in(request: HttpRequest) -> HttpResponse:
    """POST: brings an archive in; 413 if it is too large.

    Exempt, and protected again below: the size is looked at before the form, and with it the whole file, is read.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES + 64 * 1024:
        return _too_large(request)
    return _in_protected(request)


@with_right("everything")
def _too_large(request: HttpRequest) -> HttpResponse:
    sentence = _("This archive is larger than 100 MB. Bring it in at the server: rapport import --everything FILE.zip")
    return _page(request, import_problem=sentence, status=413)


@csrf_protect
@with_right("everything")
@confirmed(PAGE)
def _in_protected(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        return _page(request, import_problem=_("Choose a file."), status=422)
    try:
        bringing.start(actor_of(request), upload, upload.name or "archive.zip", upload.size or 0)
    except Invalid as invalid:
        return _page(request, import_problem=invalid.message, status=invalid.status)
    return HttpResponseRedirect(PAGE, status=303)


@with_right("everything")
@require_POST
def everything_cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """POST: ends an import; what it brought so far stays and can be undone."""
    runs.cancel(actor_of(request), run_id)
    return HttpResponseRedirect(PAGE, status=303)


def _state(request: HttpRequest) -> HttpResponse:
    return render(request, "settings/everything.html", _runs(actor_of(request)), fragment="state")


def _page(request: HttpRequest, problem: str = "", *, import_problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "errors": {"": [problem]} if problem else {},
        "import_problem": import_problem,
        "tables": [("", _("None: JSON Lines only")), ("csv", "CSV"), ("xlsx", "XLSX")],
        "chosen": request.POST.get("tables", ""),
        "days": KEPT_DAYS,
        **_runs(actor_of(request)),
    }
    return render(request, "settings/everything.html", context, status=status)


def _runs(actor: Actor) -> dict[str, Any]:
    found = ArchiveRun.objects.select_related("act", "job", "user").order_by("-pk")[:20]
    rows = [_row(run, actor) for run in found]
    return {"rows": rows, "busy": any(row["busy"] for row in rows)}


def _row(run: ArchiveRun, actor: Actor) -> dict[str, Any]:
    label, tone = jobs.STATES.get(run.state, (run.state, "grey"))
    busy = run.state in runs.GOING
    problems = run.report.get("problems", [])
    return {
        "run": run,
        "label": label,
        "tone": tone,
        "busy": busy,
        "share": jobs.share_of(run.job) if run.job and busy else None,
        "can_cancel": busy and not (run.job and run.job.cancel_asked),
        "who": run.user.name if run.user else _("Rapport"),
        "at": format_moment(run.created_at, actor.time_zone, actor.language),
        "counts": [(_plural(kind), [counts.get(name, 0) for name in _OUTCOMES]) for kind, counts in run.counts.items()],
        "without_owner": run.report.get("without_owner", 0),
        "without_team": run.report.get("without_team", 0),
        "problems": [(path, line, reason) for path, line, reason in problems[:SHOWN_PROBLEMS]],
        "more": max(len(problems) - SHOWN_PROBLEMS, 0),
        "undo_url": f"/acts/{run.act_id}/undo" if runs.undoable(run) else "",
    }


def _plural(kind: str) -> str:
    spec = registry.find(kind)
    return str(spec.plural) if spec else _("Files") if kind == bringing.FILES else kind
