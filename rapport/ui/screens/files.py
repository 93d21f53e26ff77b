"""Files of records: upload, download, images in their place, trash and back."""

from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.may import allowed, find_record
from rapport.core.errors import Invalid, NotFound
from rapport.core.files import actions, storing
from rapport.core.files.models import File
from rapport.core.files.panel import FILES, file_rows, is_inline
from rapport.core.objects.once import once
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.file_kinds import UNKNOWN
from rapport.lib.file_names import disposition
from rapport.lib.tokens import new_token
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens.asking import actor_of

MOST_AT_ONCE = 20
# Nothing of a file may run, load or be sent anywhere, even where a browser should show what it is told to keep.
POLICY = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HARMLESS = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "application/zip")


@require_POST
def upload(request: HttpRequest, record_id: int) -> HttpResponse:
    """POST ``files``: puts them on the record, each whole or not at all; those that cannot be are named."""
    actor = actor_of(request)
    spec = actions.find_place(actor, record_id, "edit")
    given = request.FILES.getlist("files")[:MOST_AT_ONCE]
    token, added, problems = request.POST.get("form_token", ""), [], []
    for number, file in enumerate(given):
        try:
            once(actor, token and f"file {number} {token}", lambda file=file: _add(actor, record_id, file))  # type: ignore[misc]
            added.append(file)
        except Invalid as invalid:
            problems.append(invalid.message)
    if not given:
        problems.append(_("Choose a file first."))
    text = ngettext("%(count)d file was added.", "%(count)d files were added.", len(added)) % {"count": len(added)}
    return _answer(request, actor, spec, record_id, text if added else "", " ".join(problems))


def _add(actor: Actor, record_id: int, file: "object") -> int:
    name, size = str(getattr(file, "name", "")), int(getattr(file, "size", 0) or 0)
    return actions.add_file(actor, record_id, name, _chunks(file), size=size).record_id


def _chunks(file: "object") -> Iterator[bytes]:
    yield from file.chunks()  # type: ignore[attr-defined]


@require_POST
def remove(request: HttpRequest, file_id: int) -> HttpResponse:
    """POST: takes a file off its record, with Undo."""
    actor = actor_of(request)
    file = actions.trash_file(actor, file_id)
    text = _("“%(name)s” was removed.") % {"name": file.name}
    spec = actions.spec_of(file.record_id)
    return _answer(request, actor, spec, file.record_id, text, "", undo_url=f"/files/{file.pk}/restore")


@require_POST
def restore(request: HttpRequest, file_id: int) -> HttpResponse:
    """POST: brings a file back."""
    actor = actor_of(request)
    file = actions.restore_file(actor, file_id)
    text = _("“%(name)s” is back.") % {"name": file.name}
    return _answer(request, actor, actions.spec_of(file.record_id), file.record_id, text, "")


@require_safe
def download(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """GET a file, always as an attachment."""
    file = actions.find_file(actor_of(request), file_id)
    return _sent(file, file.kind if file.kind in _HARMLESS else UNKNOWN, inline=False)


@require_safe
def image(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """GET an image to be shown in its place: only kinds that hold nothing but pixels, and only of a sensible size."""
    file = actions.find_file(actor_of(request), file_id)
    if not is_inline(file):
        raise NotFound(_("This file is no image that can be shown here. Download it instead."))
    return _sent(file, file.kind, inline=True)


def _sent(file: File, kind: str, *, inline: bool) -> HttpResponseBase:
    try:
        content = storing.path_of(file.stored_name).open("rb")
    except FileNotFoundError:
        raise NotFound(_("The content of this file is missing on the server. Tell your administrator.")) from None
    response = FileResponse(content, content_type=f"{kind}; charset=utf-8" if kind == "text/plain" else kind)
    response.headers["Content-Disposition"] = disposition(file.name, inline=inline)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _answer(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, record_id: int, text: str, problem: str, *, undo_url: str = ""
) -> HttpResponse:
    """The panel with what is there now, and what happened in words."""
    if not getattr(request, "htmx", None):
        for words, tone in ((text, "green"), (problem, "red")):
            if words:
                flash(request, words, tone=tone, undo_url=undo_url or None)
        return HttpResponseRedirect(f"/{spec.path}/{record_id}?pane=related")
    instance = find_record(actor, spec, record_id)
    rows = file_rows(actor, record_id)
    context = {
        "spec": spec,
        "record": instance,
        "panel": {"key": FILES.key, "title": FILES.title, "rows": rows, "count": len(rows)},
        "may": {"edit": "edit" in allowed(actor, spec, instance, ("edit",))},
        "form_token": new_token(),
    }
    response = render(request, "record/files.html", context, status=422 if problem and not text else 200)
    toast(response, problem or text, tone="red" if problem else "green", undo_url=undo_url or None)
    if text:
        trigger(response, "record:changed", {"id": record_id})
    return response


urlpatterns = [
    path("files/on/<int:record_id>", upload, name="files-upload"),
    path("files/<int:file_id>", download, name="file"),
    path("files/<int:file_id>/image", image, name="file-image"),
    path("files/<int:file_id>/remove", remove, name="file-remove"),
    path("files/<int:file_id>/restore", restore, name="file-restore"),
]
