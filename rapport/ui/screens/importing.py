"""Import in three steps: the file, its columns, the result. Every step works without JavaScript."""

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand
from rapport.core.errors import BadQuery, Invalid, NotAllowed
from rapport.core.events.models import Act
from rapport.core.importing import preparing, runs, storing
from rapport.core.importing.failed import failed_file, reason_titles
from rapport.core.importing.models import ImportRun
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.dates import format_duration, format_moment
from rapport.ui import navigation
from rapport.ui.rendering import render
from rapport.ui.screens import exporting, exports, import_columns, jobs
from rapport.ui.screens.asking import actor_of


class Way(NamedTuple):
    """Another way to bring something in, beside the file."""

    label: Any
    url: str
    icon: str


ways: list[Way] = []  # packages add theirs when their screens are loaded
MOST_BYTES = 100 * 1024 * 1024
SHOWN_FAILED = 100


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def start_screen(request: HttpRequest) -> HttpResponse:
    """GET: choose kind and file. POST: keep the file and go on to its columns; 413 if it is too large.

    Exempt, and protected again below: the size is looked at before the form, and with it the whole file, is read.
    """
    if _length(request) > MOST_BYTES + 64 * 1024:
        return _start(request, _("This file is larger than 100 MB. Split it into several files."), status=413)
    return _start_protected(request)


@csrf_protect
def _start_protected(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not runs.importable(actor):
        raise NotAllowed(_("Your role does not allow importing files."))
    if request.method != "POST":
        return _start(request, "")
    upload = request.FILES.get("file")
    spec = registry.find(request.POST.get("kind", ""))
    if spec is None or spec.parents is not None:
        raise BadQuery(_("Choose what the file holds."))
    demand(actor, spec, "import")
    again = request.POST.get("again", "")
    parent = runs.get_run(actor, int(again)) if again.isdecimal() and len(again) <= 18 else None
    if not isinstance(upload, UploadedFile):
        if parent is not None and parent.state not in ("draft", "reading"):
            values = {**_result(parent), "problem": _("Choose the mended file.")}
            return render(request, "import/run.html", values, status=422)
        return _start(request, _("Choose a file."), status=422)
    if (upload.size or 0) > MOST_BYTES:
        return _start(request, _("This file is larger than 100 MB. Split it into several files."), status=413)
    try:
        run = _prepare(actor, spec, upload, parent)
    except Invalid as invalid:
        return _start(request, invalid.message, status=422)
    return HttpResponseRedirect(f"/import/{run.pk}")


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() and len(text) <= 18 else 0


def _prepare(actor: Actor, spec: ObjectSpec, upload: UploadedFile, parent: ImportRun | None) -> ImportRun:
    name = upload.name or _("file")
    if isinstance(upload, TemporaryUploadedFile):
        return preparing.prepare_later(actor, spec, Path(upload.temporary_file_path()), name, parent=parent)
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        return preparing.prepare_later(actor, spec, Path(copy.name), name, parent=parent)


def _start(request: HttpRequest, problem: str, *, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    # A form that is too large was not read, so the kind is not known then.
    kind = (request.GET if status == 413 or request.method != "POST" else request.POST).get("kind", "")
    kinds = [(spec.key, str(spec.plural)) for spec in runs.importable(actor)]
    return render(
        request, "import/start.html", {"kinds": kinds, "kind": kind, "problem": problem, "ways": ways}, status=status
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def run_screen(request: HttpRequest, run_id: int) -> HttpResponse:
    """GET: the columns of a draft, or how far the import is, or its result. POST (draft): try, start, read again."""
    actor = actor_of(request)
    if request.method == "POST":
        return import_columns.change(request, actor, runs.get_draft(actor, run_id))
    run = runs.get_run(actor, run_id)
    fragment = "state" if getattr(request, "htmx", None) and not request.htmx.boosted else None  # type: ignore[attr-defined]
    if run.state == "draft" and fragment and request.headers.get("HX-Target") == "import-reading":
        # It has just been read: what comes now is another page.
        return HttpResponse(headers={"HX-Redirect": f"/import/{run.pk}"})
    if run.state == "draft":
        return import_columns.show(request, actor, run, fragment)
    if run.state == "reading":
        values = {"run": run, "share": jobs.share_of(run.job) if run.job else None}
        return render(request, "import/reading.html", values, fragment=fragment)
    return render(request, "import/run.html", _result(run), fragment=fragment)


def _result(run: ImportRun) -> dict[str, Any]:
    busy = run.state in ("queued", "running")
    counts = {**runs.no_counts(), **run.counts}
    share = jobs.share_of(run.job) if run.job and busy else None
    rate = _rate(run, counts["rows"])
    left = counts["rows"] * (100 - share) / share / rate if share and rate else 0
    return {
        "run": run,
        "spec": runs.spec_of(run),
        "busy": busy,
        "counts": counts,
        "share": share if share is not None or run.state != "paused" else 0,
        "rate": round(rate),
        "left": format_duration(max(round(left), 1)) if left else "",
        "taken_back": _taken_back(run),
        "problem": "",
        "ignored": _ignored(run),
        "failed": [] if busy else runs.failed_rows(run, SHOWN_FAILED),
        "noted": [] if busy else runs.noted_rows(run, SHOWN_FAILED),
        "skipped": [] if busy else runs.skipped_rows(run, SHOWN_FAILED),
        "along": 0 if busy else _along(run, counts["created"]),
        "kept": storing.is_kept(run),
        "can_go_on": runs.can_go_on(run),
        "undo_url": _undo_url(run),
    }


def _rate(run: ImportRun, rows: int) -> float:
    """Rows a second, since the import began or went on last."""
    return jobs.rate_of(run.began_at, rows - run.began_rows) if run.state == "running" else 0.0


def _ignored(run: ImportRun) -> list[str]:
    """The columns that went nowhere; those that we added ourselves to the rows that failed need no word."""
    names, ours = runs.ignored(run), set(reason_titles())
    return [name for name in names if name not in ours] if ours <= set(names) else names


def _along(run: ImportRun, created: int) -> int:
    """How many records came into being beside those of the rows, as the companies of people do."""
    total = run.act.counts.get("created", 0) if run.act and run.state != "undone" else 0
    return max(int(total) - created, 0)


def _taken_back(run: ImportRun) -> dict[str, int] | None:
    """What the undo of the import did; None before there was one."""
    undoing = Act.objects.filter(undoes_id=run.act_id).first() if run.act_id and run.state == "undone" else None
    return {key: undoing.counts.get(key, 0) for key in ("trashed", "updated", "restored", "left")} if undoing else None


def _undo_url(run: ImportRun) -> str:
    return f"/acts/{run.act_id}/undo" if run.act_id and run.state in ("done", "failed", "cancelled", "paused") else ""


@require_POST
def cancel_screen(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ends an import that waits, runs or stands still."""
    runs.cancel(actor_of(request), run_id)
    return HttpResponseRedirect(f"/import/{run_id}")


@require_POST
def pause_screen(request: HttpRequest, run_id: int) -> HttpResponse:
    """Lets an import stand still."""
    runs.pause(actor_of(request), run_id)
    return HttpResponseRedirect(f"/import/{run_id}")


@require_POST
def go_on_screen(request: HttpRequest, run_id: int) -> HttpResponse:
    """Lets an import go on that stands still."""
    runs.go_on(actor_of(request), run_id)
    return HttpResponseRedirect(f"/import/{run_id}")


@require_safe
def failed_screen(request: HttpRequest, run_id: int) -> HttpResponse | StreamingHttpResponse:
    """The rows that failed, as they stood in the file, with the reason: to be mended and imported again."""
    run = runs.get_run(actor_of(request), run_id)
    if not storing.is_kept(run):
        raise BadQuery(_("The file is no longer kept."))
    file = failed_file(run)
    response = StreamingHttpResponse(file.pieces, content_type=file.type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@require_safe
def history_screen(request: HttpRequest) -> HttpResponse:
    """The imports there were: one's own, or all for an administrator."""
    actor = actor_of(request)
    if not runs.importable(actor):
        raise NotAllowed(_("Your role does not allow importing files."))
    found = [
        {
            "run": run,
            "spec": runs.spec_of(run),
            "counts": {**runs.no_counts(), **run.counts},
            "at": format_moment(run.created_at, actor.time_zone, actor.language),
            "undo_url": _undo_url(run),
            "kept": bool(run.stored_name),
        }
        for run in runs.own_runs(actor)
    ]
    return render(request, "import/history.html", {"runs": found})


def _may_import(actor: Actor) -> bool:
    return bool(runs.importable(actor))


navigation.add_settings(gettext_lazy("Data"), gettext_lazy("Import"), "upload", "/import", right=_may_import)
navigation.add_settings(
    gettext_lazy("Data"), gettext_lazy("Imports so far"), "history", "/imports", order=51, right=_may_import
)

urlpatterns: list[URLPattern] = [
    path("import", start_screen, name="import"),
    path("import/<int:run_id>", run_screen, name="import-run"),
    path("import/<int:run_id>/cancel", cancel_screen, name="import-cancel"),
    path("import/<int:run_id>/pause", pause_screen, name="import-pause"),
    path("import/<int:run_id>/go-on", go_on_screen, name="import-go-on"),
    path("import/<int:run_id>/failed", failed_screen, name="import-failed"),
    path("imports", history_screen, name="imports"),
    *exporting.addresses(),
    *exports.addresses(),
]
