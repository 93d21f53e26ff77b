"""Export: what a list shows, as a file. Short lists are sent at once; a job writes the file of a long one."""

from tempfile import TemporaryFile
from typing import IO

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand, locale_of
from rapport.core.access.pages import COUNT_CAP, ListQuery, count_capped
from rapport.core.errors import BadQuery
from rapport.core.exporting import files, runs, storing
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import clock
from rapport.ui.addressing import kinds, of
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of, ask, pairs_of, without

_TYPES = {**files.FORMATS, "zip": "application/zip"}


def export_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponseBase:
    """GET with the query of the list, ``format`` (csv, xlsx or jsonl) and perhaps ``columns``: the file, or the offer
    to have it written if more than 10,000 records match. POST accepts that offer.
    """
    actor = actor_of(request)
    demand(actor, spec, "export")
    pairs = pairs_of(request)
    given = dict(pairs)
    fmt, chosen = given.get("format", "csv"), tuple(filter(None, given.get("columns", "").split(",")))
    if fmt not in files.FORMATS:
        raise BadQuery(_("“format” is one of: %(known)s.") % {"known": ", ".join(files.FORMATS)})
    query = ask(actor, spec, without(pairs, "format", "columns", "after", "before"))
    if count_capped(actor, spec, query) <= COUNT_CAP:
        return _at_once(actor, spec, query, fmt, chosen)
    if request.method == "POST":
        _run, job = runs.start(actor, spec, query, fmt, chosen)
        return HttpResponseRedirect(f"/jobs/{job.pk}")
    files.plan(actor, spec, query, fmt, chosen)
    context = {"spec": spec, "title": _("Export"), "most": COUNT_CAP, "format": fmt, "days": storing.KEPT_DAYS}
    return render(request, "export/large.html", context)


def _at_once(actor: Actor, spec: ObjectSpec, query: ListQuery, fmt: str, chosen: tuple[str, ...]) -> HttpResponseBase:
    name = f"{spec.path}-{clock.today(locale_of(actor).time_zone).isoformat()}.{fmt}"
    if fmt == "xlsx":
        # A workbook is a zip file: it can be sent only when it is complete.
        out: IO[bytes] = TemporaryFile()  # noqa: SIM115 - FileResponse closes it
        files.export(actor, spec, query, fmt, out, chosen)
        out.seek(0)
        return FileResponse(out, as_attachment=True, filename=name, content_type=files.FORMATS[fmt])
    parts = files.pieces(files.plan(actor, spec, query, fmt, chosen))
    response = StreamingHttpResponse((piece for piece, _done in parts), content_type=files.FORMATS[fmt])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def download_screen(request: HttpRequest, run_id: int) -> FileResponse:
    """GET the file that a job wrote, for whoever asked for it; the rights are looked at again."""
    run = runs.get_run(actor_of(request), run_id)
    file = storing.path_of(run).open("rb")
    return FileResponse(file, as_attachment=True, filename=run.file_name, content_type=_TYPES[run.format])


@require_safe
def manifest_screen(request: HttpRequest, run_id: int) -> JsonResponse:
    """GET what the file holds, and by which it is known again; for whoever may fetch it."""
    run = runs.get_run(actor_of(request), run_id)
    told = {"file": run.file_name, "kind": run.kind, "format": run.format, "columns": run.question.get("columns"),
            "records": run.row_count, "bytes": run.size, "sha256": run.sha256,
            "at": run.ended_at.isoformat() if run.ended_at else None}  # fmt: skip
    response = JsonResponse(told, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="{run.file_name}.manifest.json"'
    return response


def addresses() -> list[URLPattern]:
    """An address for every object, and that of finished files."""
    methods = require_http_methods(["GET", "HEAD", "POST"])
    every = [
        path(f"{kind.path}/export", methods(of(kind, export_screen)), name=f"{kind.key}-export") for kind in kinds()
    ]
    files_of = [
        path("exports/<int:run_id>", download_screen, name="export-file"),
        path("exports/<int:run_id>/manifest", manifest_screen, name="export-manifest"),
    ]
    return [*every, *files_of]
