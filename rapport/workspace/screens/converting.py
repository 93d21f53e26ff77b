"""Settings: a field becomes one of another type, after a look at what would become of its values."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.core.definitions import converting, fields
from rapport.core.definitions.field_types import field_type
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Conflict, Invalid
from rapport.core.objects import registry
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import is_part
from rapport.workspace.screens.fields import done, for_shapers, read_form
from rapport.workspace.screens.frame import Errors, actor_of, problems


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def convert_field(request: HttpRequest, field_id: int) -> HttpResponse:
    """GET the types it can become, or with ``type`` what would become of the values; POST begins, or looks again."""
    actor = actor_of(request)
    row = fields.get_field(actor, field_id)
    known = field_type(request.POST.get("type", "") or request.GET.get("type", ""))
    if known is None:
        context = {"row": row, "spec": registry.get(row.kind), "types": converting.targets(row)}
        return _drawn(request, "settings/field_convert_types.html", context)
    data = replace(read_form(request.POST, known), label=row.label)
    if request.method != "POST":
        return _preview(request, row, replace(data, options=_proposed(request, row, data)))
    if "look" in request.POST:
        return _preview(request, row, data)
    try:
        job = converting.convert_field(actor, field_id, data)
    except (Invalid, Conflict) as refused:
        return _preview(request, row, data, problems(refused), status=refused.status)
    flash(request, _("The field “%(name)s” is being converted.") % {"name": row.label})
    url = f"/jobs/{job.pk}"
    if is_part(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url, status=303)


@for_shapers
@require_POST
def take_back(request: HttpRequest, field_id: int) -> HttpResponse:
    """The field of before comes back, with its values."""
    actor = actor_of(request)
    row = converting.take_back(actor, field_id)
    flash(request, _("The field “%(name)s” is back, with its values.") % {"name": row.label})
    return done(request, registry.get(row.kind))


def _proposed(request: HttpRequest, row: FieldDef, data: FieldData) -> list[dict[str, str]]:
    """For a choice: the different values there are, as options."""
    known = field_type(data.type)
    if known is None or not known.has_options:
        return []
    words = converting.preview(actor_of(request), row.pk, replace(data, options=[{"label": "–"}])).words
    return [{"label": word} for word in sorted(words)]


def _preview(
    request: HttpRequest, row: FieldDef, data: FieldData, errors: Errors | None = None, *, status: int = 200
) -> HttpResponse:
    told, known = None, field_type(data.type)
    try:
        nothing_to_choose = request.method != "POST" and not data.options and known is not None and known.has_options
        told = None if errors or nothing_to_choose else converting.preview(actor_of(request), row.pk, data)
    except Invalid as refused:
        errors, status = problems(refused), refused.status
    context = {
        "row": row,
        "spec": registry.get(row.kind),
        "type": known,
        "was": field_type(row.type),
        "values": data,
        "preview": told,
        "errors": errors or {},
        "more": "\n".join(str(one["label"]) for one in data.options),
        "places": [(str(digits), str(digits)) for digits in fields.PLACES],
    }
    return _drawn(request, "settings/field_convert.html", context, status=status)


def _drawn(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    return render(request, template, context, fragment="form" if is_part(request) else None, status=status)
