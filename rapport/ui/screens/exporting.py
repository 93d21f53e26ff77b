"""Export: what a list shows, as a file. A GET that only reads."""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.core.access.levels import demand, locale_of
from rapport.core.errors import BadQuery
from rapport.core.exporting import files
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import clock
from rapport.ui.screens.asking import actor_of, ask, pairs_of, without


def export_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponseBase:
    """GET with the query of the list and ``format`` (csv, xlsx or jsonl)."""
    actor = actor_of(request)
    demand(actor, spec, "export")
    pairs = pairs_of(request)
    fmt = dict(pairs).get("format", "csv")
    if fmt not in files.FORMATS:
        raise BadQuery(_("“format” is one of: %(known)s.") % {"known": ", ".join(files.FORMATS)})
    query = ask(actor, spec, without(pairs, "format", "after", "before"))
    name = f"{spec.path}-{clock.today(locale_of(actor).time_zone).isoformat()}.{fmt}"
    if fmt == "xlsx":
        return FileResponse(_workbook(lambda out: files.export(actor, spec, query, fmt, out)), as_attachment=True,
                            filename=name, content_type=files.FORMATS[fmt])  # fmt: skip
    parts: Iterator[bytes] = files.pieces(actor, spec, query, fmt)
    response = StreamingHttpResponse(parts, content_type=files.FORMATS[fmt])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _workbook(write: Callable[[IO[bytes]], int]) -> IO[bytes]:
    """A workbook is a zip file: it can be sent only when it is complete."""
    out: IO[bytes] = TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    write(out)
    out.seek(0)
    return out


def addresses() -> list[URLPattern]:
    """An address for every object."""
    return [
        path(f"{spec.path}/export", require_safe(_bound(spec)), name=f"{spec.key}-export") for spec in registry.every()
    ]


def _bound(spec: ObjectSpec) -> Callable[[HttpRequest], HttpResponseBase]:
    def bound(request: HttpRequest) -> HttpResponseBase:
        return export_screen(request, spec)

    bound.__name__ = bound.__qualname__ = f"{spec.key}_export_screen"
    return bound
