"""Settings: the fields of each object, those of the house and those made here."""

from dataclasses import replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.core.arranging.layouts import usual_columns
from rapport.core.definitions import field_types, fields, options
from rapport.core.definitions.converting import FROM, targets
from rapport.core.definitions.field_types import FieldType, field_type
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef
from rapport.core.definitions.uses import uses_of
from rapport.core.errors import Conflict, Invalid, NotFound
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import is_part
from rapport.ui.screens.going import is_own_path
from rapport.workspace.screens import formulas
from rapport.workspace.screens.frame import Errors, View, actor_of, number, problems

TONE_WORDS = {
    "grey": gettext_lazy("Grey"), "blue": gettext_lazy("Blue"), "green": gettext_lazy("Green"),
    "amber": gettext_lazy("Amber"), "red": gettext_lazy("Red"), "violet": gettext_lazy("Violet"),
    "teal": gettext_lazy("Teal"), "pink": gettext_lazy("Pink"),
}  # fmt: skip
ACCEPTS_WORDS = (("", gettext_lazy("any file")), ("image", gettext_lazy("pictures only")))
STEPS = {"up": -1, "down": 1}


def for_shapers(view: View) -> View:
    """Lets only those through who may give objects fields; others get 403, whatever the method."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
        fields.demand_shape(actor_of(request))
        return view(request, **parts)

    return guarded


@for_shapers
@require_safe
def field_list(request: HttpRequest, kind: str = "") -> HttpResponse:
    """The fields of one object: those made here, those it came with, and archived ones."""
    spec = spec_of(kind or registry.every()[0].key)
    own = fields.own_fields(spec)
    made_here = {row.key for row in own}
    context = {
        "spec": spec,
        "tabs": [
            {
                "label": other.plural,
                "url": f"/settings/fields/{other.key}",
                "current": other is spec,
                "icon": other.icon,
            }
            for other in registry.every()
        ],
        "columns": usual_columns(actor_of(request), spec),
        "rows": [_line(row) for row in own if row.archived_at is None],
        "archived": [_line(row) for row in own if row.archived_at is not None],
        "built_in": [
            {"label": field.label, "type": _type_words(field.type), "required": field.required}
            for field in spec.all_fields
            if field.key not in made_here and field.control != "none"
        ],
    }
    return render(request, "settings/fields.html", context)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def new_field(request: HttpRequest, kind: str) -> HttpResponse:
    """GET the types to choose from, or with ``type`` the form; POST makes the field and leads to ``back``."""
    actor, spec = actor_of(request), spec_of(kind)
    known = field_type(request.POST.get("type", "") or request.GET.get("type", ""))
    if known is None:
        return _choose(request, spec)
    if request.method != "POST":
        return _form(request, spec, known, None, FieldData("", known.key))
    data = read_form(request.POST, known)
    try:
        made = fields.create_field(actor, spec, data)
    except Invalid as refused:
        return _form(request, spec, known, None, data, problems(refused), status=refused.status)
    flash(request, _("The field “%(name)s” is there, for everybody who may see it.") % {"name": made.label})
    return done(request, spec)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def edit_field(request: HttpRequest, field_id: int) -> HttpResponse:
    """What a field is called, where it stands, and its options."""
    row = fields.get_field(actor_of(request), field_id)
    spec, known = registry.get(row.kind), field_type(row.type)
    if known is None:
        raise NotFound(_("There is no such field."))
    if request.method != "POST":
        return _form(request, spec, known, row, _data_of(row))
    data = read_form(request.POST, known)
    if again := _moved(request.POST, data):
        return _form(request, spec, known, row, again)
    try:
        fields.change_field(actor_of(request), field_id, data, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict) as refused:
        return _form(request, spec, known, row, data, problems(refused), status=refused.status)
    flash(request, _("The field “%(name)s” was saved.") % {"name": data.label})
    return done(request, spec)


@for_shapers
@require_POST
def order_fields(request: HttpRequest, kind: str) -> HttpResponse:
    """Keeps the order of the fields, or moves one (``up``, ``down``) past its neighbour."""
    spec = spec_of(kind)
    ids = [number(text) for text in request.POST.getlist("key")]
    for name, step in STEPS.items():
        moved = number(request.POST.get(name))
        if moved in ids:
            place = ids.index(moved)
            ids.insert(min(max(0, place + step), len(ids)), ids.pop(place))
    fields.reorder_fields(actor_of(request), spec, ids)
    return done(request, spec)


@for_shapers
@require_http_methods(["GET", "HEAD", "POST"])
def archive_field(request: HttpRequest, field_id: int) -> HttpResponse:
    """GET what it means; POST takes the field out of sight."""
    actor = actor_of(request)
    row = fields.get_field(actor, field_id)
    spec = registry.get(row.kind)
    if request.method != "POST":
        context = {"row": row, "spec": spec, "label": row.label, "uses": uses_of(actor, row)}
        return render(request, "settings/field_archive.html", context, fragment="form" if is_part(request) else None)
    try:
        fields.archive_field(actor, field_id)
    except Conflict as refused:
        flash(request, refused.message, tone="red")
        return done(request, spec)
    flash(request, _("The field “%(name)s” is archived. Its values are kept.") % {"name": row.label})
    return done(request, spec)


@for_shapers
@require_POST
def bring_back_field(request: HttpRequest, field_id: int) -> HttpResponse:
    """Brings an archived field back."""
    row = fields.get_field(actor_of(request), field_id)
    try:
        fields.bring_back_field(actor_of(request), field_id)
    except Invalid as refused:
        flash(request, refused.message, tone="red")
    else:
        flash(request, _("The field “%(name)s” is back, with its values.") % {"name": row.label})
    return done(request, registry.get(row.kind))


# -------------------------------------------------------------------- pieces
def spec_of(kind: str) -> ObjectSpec:
    spec = registry.find(kind)
    if spec is None:
        raise NotFound(_("There is no such kind of record."))
    return spec


def _type_words(key: str) -> Any:
    known = field_type(key)
    return known.label if known else ""


def _line(row: FieldDef) -> dict[str, Any]:
    known = field_type(row.type)
    was = FieldDef.objects.filter(pk=row.settings[FROM]).first() if FROM in row.settings else None
    return {
        "row": row,
        "type": known.label if known else row.type,
        "icon": known.icon if known else "circle",
        "can_convert": bool(targets(row)),
        "from_type": _type_words(was.type) if was is not None and was.archived_at is not None else "",
    }


def _choose(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    context = {"spec": spec, "types": field_types.every(), "back": _back(request)}
    return render(request, "settings/field_types.html", context, fragment="form" if is_part(request) else None)


def _form(
    request: HttpRequest, spec: ObjectSpec, known: FieldType, row: FieldDef | None, data: FieldData,
    errors: Errors | None = None, *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "spec": spec,
        "type": known,
        "row": row,
        "values": data,
        "options": [{"tone": "grey", "is_archived": False, **one} for one in data.options if one.get("key")],
        "errors": errors or {},
        "seen": request.POST.get("seen", "") or (fields.state(row) if row else ""),
        "more": request.POST.get("more", ""),
        "groups": list(dict.fromkeys(str(field.group) for field in spec.all_fields if field.group)),
        "tones": list(TONE_WORDS.items()),
        "languages": settings.LANGUAGES,
        "kinds": [(other.key, other.plural) for other in registry.every()],
        "accepts": ACCEPTS_WORDS,
        "places": [(str(digits), str(digits)) for digits in fields.PLACES],
        "back": _back(request),
        "formula": formulas.editing(actor_of(request), spec, data, row) if known.key == formulas.TYPE else None,
    }
    fragment = "form" if is_part(request) else None
    return render(request, "settings/field.html", context, fragment=fragment, status=status)


def _data_of(row: FieldDef) -> FieldData:
    return FieldData(
        row.label, row.type, row.labels, row.group, row.hint, row.options, row.settings,
        is_required=row.is_required, is_indexed=row.is_indexed, is_unique=row.is_unique,
    )  # fmt: skip


def read_form(form: QueryDict, known: FieldType) -> FieldData:
    labels = {code: form.get(f"label.{code}", "") for code, _name in settings.LANGUAGES}
    return FieldData(
        label=form.get("label", ""),
        type=known.key,
        labels={code: text for code, text in labels.items() if text},
        group=form.get("group", ""),
        hint=form.get("hint", ""),
        options=_options(form) if known.has_options else (),
        settings={name: _asked(form, name) for name in known.asks},
        is_required=form.get("is_required") == "1",
        is_indexed=form.get("is_indexed") == "1" if "switches" in form else None,
        is_unique=form.get("is_unique") == "1" if "switches" in form else None,
    )


def _asked(form: QueryDict, name: str) -> Any:
    if name == "reverse_labels":
        return {code: form.get(f"reverse.{code}", "") for code, _language in settings.LANGUAGES}
    return form.get(name, "")


def _options(form: QueryDict) -> list[dict[str, Any]]:
    """The rows of the editor, in their order, then one for each line of ``more``, in colours that take turns."""
    rows = zip(form.getlist("option_key"), form.getlist("option_label"), form.getlist("option_tone"), strict=False)
    offered = set(form.getlist("offered"))
    found: list[dict[str, Any]] = [
        {"key": key, "label": label, "tone": tone, "is_archived": key not in offered} for key, label, tone in rows
    ]
    tones = [tone for tone in options.TONES if tone != "grey"]
    for line in form.get("more", "").splitlines():
        if line.strip():
            found.append({"label": line.strip(), "tone": tones[len(found) % len(tones)]})
    return found


def _moved(form: QueryDict, data: FieldData) -> FieldData | None:
    """The form with one option moved past its neighbour, where that is what was asked for."""
    there = list(data.options)
    for name, step in STEPS.items():
        place = next((n for n, one in enumerate(there) if one.get("key") == form.get(name, "")), None)
        if form.get(name) and place is not None:
            there.insert(min(max(0, place + step), len(there)), there.pop(place))
            return replace(data, options=[one for one in there if one.get("key")])
    return None


def _back(request: HttpRequest) -> str:
    back = request.POST.get("back", "") or request.GET.get("back", "")
    return back if is_own_path(back) else ""


def done(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """Back to where the field was asked for, else to the fields of the object."""
    url = _back(request) or f"/settings/fields/{spec.key}"
    if is_part(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url, status=303)
