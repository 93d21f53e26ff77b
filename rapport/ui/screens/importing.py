"""Import in three steps: the file, its columns, the result. Every step works without JavaScript."""

import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

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
from rapport.core.importing import mapping, runs, storing
from rapport.core.importing.models import ImportRun
from rapport.core.importing.targets import targets
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import clock
from rapport.lib.csv_safe import neutral
from rapport.lib.dates import format_moment
from rapport.lib.table_encoding import BadTable
from rapport.lib.table_file import rows
from rapport.ui import navigation
from rapport.ui.rendering import render
from rapport.ui.screens import exporting, jobs
from rapport.ui.screens.asking import actor_of
from rapport.ui.screens.csv_lines import csv_line

MOST_BYTES = 100 * 1024 * 1024
SAMPLE_ROWS = 5
SHOWN_FAILED = 100
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso8859-15", "cp850", "mac-roman")
DELIMITERS = ((",", gettext_lazy("Comma")), (";", gettext_lazy("Semicolon")), ("\t", gettext_lazy("Tab")), ("|", "|"))


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
    if not isinstance(upload, UploadedFile):
        return _start(request, _("Choose a file."), status=422)
    if (upload.size or 0) > MOST_BYTES:
        return _start(request, _("This file is larger than 100 MB. Split it into several files."), status=413)
    try:
        run = _prepare(actor, spec, upload)
    except Invalid as invalid:
        return _start(request, invalid.message, status=422)
    return HttpResponseRedirect(f"/import/{run.pk}")


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def _prepare(actor: Actor, spec: ObjectSpec, upload: UploadedFile) -> ImportRun:
    name = upload.name or _("file")
    if isinstance(upload, TemporaryUploadedFile):
        return runs.prepare(actor, spec, Path(upload.temporary_file_path()), name)
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        return runs.prepare(actor, spec, Path(copy.name), name)


def _start(request: HttpRequest, problem: str, *, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    # A form that is too large was not read, so the kind is not known then.
    kind = (request.GET if status == 413 or request.method != "POST" else request.POST).get("kind", "")
    kinds = [(spec.key, str(spec.plural)) for spec in runs.importable(actor)]
    return render(
        request, "import/start.html", {"kinds": kinds, "kind": kind, "problem": problem}, status=status
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def run_screen(request: HttpRequest, run_id: int) -> HttpResponse:
    """GET: the columns of a draft, or how far the import is, or its result. POST (draft): try, start, read again."""
    actor = actor_of(request)
    if request.method == "POST":
        return _change(request, actor, run_id)
    run = runs.get_run(actor, run_id)
    fragment = "state" if getattr(request, "htmx", None) and not request.htmx.boosted else None  # type: ignore[attr-defined]
    if run.state == "draft":
        return render(request, "import/columns.html", _columns(actor, run), fragment=fragment)
    return render(request, "import/run.html", _result(run), fragment=fragment)


def _change(request: HttpRequest, actor: Actor, run_id: int) -> HttpResponse:
    here = HttpResponseRedirect(f"/import/{run_id}")
    do = request.POST.get("do", "")
    columns: mapping.Columns = {}
    try:
        run = runs.get_draft(actor, run_id)
        if do == "reread":
            runs.reread(actor, run_id, encoding=_known_encoding(request), delimiter=_known_delimiter(request))
            return here
        columns = _chosen(request, len(run.format["header"]))
        runs.choose(actor, run_id, columns, request.POST.get("match", ""))
        if do == "start":
            runs.start(actor, run_id)
        elif do == "check":
            runs.start_check(actor, run_id)
    except Invalid as invalid:
        context = _columns(actor, runs.get_draft(actor, run_id), columns or None, request.POST.get("match"))
        return render(request, "import/columns.html", {**context, "problem": invalid.message}, status=422)
    return here


def _chosen(request: HttpRequest, width: int) -> mapping.Columns:
    chosen = {number: request.POST.get(f"column.{number}", "") for number in range(width)}
    return {number: key for number, key in chosen.items() if key}


def _known_encoding(request: HttpRequest) -> str:
    given = request.POST.get("encoding", "")
    return given if given in ENCODINGS else ""


def _known_delimiter(request: HttpRequest) -> str:
    given = request.POST.get("delimiter", "")
    return given if any(given == sign for sign, _name in DELIMITERS) else ""


def _columns(
    actor: Actor, run: ImportRun, wanted: mapping.Columns | None = None, match: str | None = None
) -> dict[str, Any]:
    """What the second step shows. ``wanted`` and ``match`` are what was just posted, if that was refused."""
    spec = runs.spec_of(run)
    chosen = runs.columns_of(run) if wanted is None else wanted
    sample = _sample(run)
    heads = run.format["header"]
    return {
        "run": run,
        "spec": spec,
        "problem": "",
        "columns": [
            {
                "number": number,
                "header": header or _("Column %(number)s") % {"number": number + 1},
                "samples": [row[number][:80] for row in sample if number < len(row) and row[number].strip()][:3],
                "target": chosen.get(number, ""),
            }
            for number, header in enumerate(heads)
        ],
        "targets": [(target.key, target.label) for target in targets(actor, spec).values()],
        "matches": list(mapping.matchable(actor, spec).items()),
        "match": run.match if match is None else match,
        "encodings": [(name, name.upper()) for name in ENCODINGS],
        "encoding": run.format["encoding"],
        "delimiters": DELIMITERS,
        "delimiter": run.format["delimiter"],
        "header": heads,
        "sample": [(row + [""] * len(heads))[: len(heads)] for row in sample],
        "job": run.job,
        "busy": bool(run.job and run.job.state in ("queued", "running")),
        "share": jobs.share_of(run.job) if run.job else None,
        "report": run.job.result if run.job and run.job.kind == "import.check" and run.job.state == "done" else None,
    }


def _sample(run: ImportRun) -> list[list[str]]:
    try:
        reading = rows(storing.path_of(run), storing.format_of(run))
        return [[cell[:200] for cell in row.cells] for row in islice(reading, SAMPLE_ROWS)]
    except (BadTable, OSError):
        return []


def _result(run: ImportRun) -> dict[str, Any]:
    busy = run.state in ("queued", "running")
    counts = {**runs.no_counts(), **run.counts}
    seconds = max((clock.now() - run.job.created_at).total_seconds(), 0.1) if run.job and busy else 0
    return {
        "run": run,
        "spec": runs.spec_of(run),
        "busy": busy,
        "counts": counts,
        "share": jobs.share_of(run.job) if run.job else None,
        "rate": round(counts["rows"] / seconds) if seconds else 0,
        "ignored": runs.ignored(run),
        "failed": [] if busy else runs.failed_rows(run, SHOWN_FAILED),
        "kept": bool(run.stored_name) and storing.path_of(run).exists(),
        "undo_url": f"/acts/{run.act_id}/undo" if run.act_id and run.state in ("done", "failed", "cancelled") else "",
    }


@require_POST
def cancel_screen(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ends an import that waits or runs."""
    runs.cancel(actor_of(request), run_id)
    return HttpResponseRedirect(f"/import/{run_id}")


@require_safe
def failed_screen(request: HttpRequest, run_id: int) -> HttpResponse | StreamingHttpResponse:
    """The rows that failed, as they stood in the file, with the reason: to be mended and imported again."""
    run = runs.get_run(actor_of(request), run_id)
    if not run.stored_name or not storing.path_of(run).exists():
        raise BadQuery(_("The file is no longer kept."))
    response = StreamingHttpResponse(_failed_lines(run), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="failed-rows-{run.pk}.csv"'
    return response


def _failed_lines(run: ImportRun) -> Iterator[str]:
    reasons = dict(runs.failed_rows(run))
    width = len(run.format["header"])
    yield "\ufeff" + csv_line([*map(neutral, run.format["header"]), _("Line"), _("Why it failed")])
    try:
        for row in rows(storing.path_of(run), storing.format_of(run)):
            if row.line in reasons:
                cells = (row.cells + [""] * width)[:width]
                yield csv_line([*map(neutral, cells), str(row.line), neutral(reasons[row.line])])
    except BadTable:
        return


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
    path("import/<int:run_id>/failed.csv", failed_screen, name="import-failed"),
    path("imports", history_screen, name="imports"),
    path("jobs/<int:job_id>", jobs.job_screen, name="job"),
    path("jobs/<int:job_id>/cancel", jobs.cancel_screen, name="job-cancel"),
    *exporting.addresses(),
]
