"""Settings: the objects that were made here, and those that came with Rapport."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.core.definitions import fields, objects
from rapport.core.definitions.models import ObjectDef
from rapport.core.definitions.object_icons import ICONS
from rapport.core.definitions.objects import ObjectData
from rapport.core.errors import Conflict, Invalid
from rapport.core.objects import registry
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import is_part
from rapport.workspace.screens.fields import for_shapers
from rapport.workspace.screens.frame import Errors, actor_of, problems

PLACE = "/settings/objects"


@for_shapers
@require_safe
def object_list(request: HttpRequest) -> HttpResponse:
    """All objects: those made here, archived ones, and those that came with Rapport."""
    lines = [_line(row) for row in objects.every(actor_of(request))]
    context = {
        "rows": [line for line in lines if line["row"].archived_at is None],
        "archived": [line for line in lines if line["row"].archived_at is not None],
        "built_in": registry.declared(),
    }
    return render(request, "settings/objects.html", context)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def new_object(request: HttpRequest) -> HttpResponse:
    """GET the form; POST makes the object and leads to its fields."""
    if request.method != "POST":
        return _form(request, None, ObjectData("", ""))
    data = _read(request.POST)
    try:
        made = objects.create_object(actor_of(request), data)
    except Invalid as refused:
        return _form(request, None, data, problems(refused), status=refused.status)
    flash(request, _("“%(name)s” is there. Now give it the fields that you want to note.") % {"name": made.plural})
    return _done(request, f"/settings/fields/{made.key}")


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def edit_object(request: HttpRequest, object_id: int) -> HttpResponse:
    """What an object is called, and its icon."""
    row = objects.get_object(actor_of(request), object_id)
    if request.method != "POST":
        return _form(request, row, ObjectData(row.label, row.plural, row.icon, row.labels))
    data = _read(request.POST)
    try:
        objects.change_object(actor_of(request), object_id, data, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict) as refused:
        return _form(request, row, data, problems(refused), status=refused.status)
    flash(request, _("The object “%(name)s” was saved.") % {"name": data.plural})
    return _done(request)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def archive_object(request: HttpRequest, object_id: int) -> HttpResponse:
    """GET what it means; POST takes the object with its records out of sight."""
    row = objects.get_object(actor_of(request), object_id)
    if request.method != "POST":
        fragment = "form" if is_part(request) else None
        return render(request, "settings/object_archive.html", {"row": row}, fragment=fragment)
    try:
        objects.archive_object(actor_of(request), object_id)
    except Conflict as refused:
        flash(request, refused.message, tone="red")
        return _done(request)
    flash(request, _("“%(name)s” is archived. Its records are kept.") % {"name": row.plural})
    return _done(request)


@for_shapers
@require_POST
def bring_back_object(request: HttpRequest, object_id: int) -> HttpResponse:
    """Brings an archived object back."""
    row = objects.get_object(actor_of(request), object_id)
    try:
        objects.bring_back_object(actor_of(request), object_id)
    except Invalid as refused:
        flash(request, refused.message, tone="red")
    else:
        flash(request, _("“%(name)s” is back, with its records.") % {"name": row.plural})
    return _done(request)


# -------------------------------------------------------------------- pieces
def _line(row: ObjectDef) -> dict[str, Any]:
    spec = registry.get(row.key)
    return {"row": row, "spec": spec, "fields": [one.label for one in fields.own_fields(spec) if not one.archived_at]}


def _form(
    request: HttpRequest, row: ObjectDef | None, data: ObjectData, errors: Errors | None = None, *, status: int = 200
) -> HttpResponse:
    context = {
        "row": row,
        "values": data,
        "errors": errors or {},
        "seen": request.POST.get("seen", "") or (objects.state(row) if row else ""),
        "icons": list(ICONS.items()),
        "languages": settings.LANGUAGES,
    }
    fragment = "form" if is_part(request) else None
    return render(request, "settings/object.html", context, fragment=fragment, status=status)


def _read(form: QueryDict) -> ObjectData:
    languages = [code for code, _name in settings.LANGUAGES]
    labels = {code: (form.get(f"label.{code}", ""), form.get(f"plural.{code}", "")) for code in languages}
    return ObjectData(
        form.get("label", ""),
        form.get("plural", ""),
        form.get("icon", ""),
        {code: names for code, names in labels.items() if any(names)},
    )


def _done(request: HttpRequest, url: str = PLACE) -> HttpResponse:
    if is_part(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url, status=303)
