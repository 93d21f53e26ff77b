"""Arranging the form of a new record where it stands: which fields are asked first, and in which order."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.special import demand_right
from rapport.core.arranging import keeping
from rapport.core.arranging.arrangement import Arrangement
from rapport.core.arranging.layouts import QUICK, is_needed, quick_fields, shared
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.wording import inside
from rapport.ui.rendering import flash, render, toast
from rapport.ui.screens import scopes
from rapport.ui.screens.asking import actor_of, is_part
from rapport.ui.screens.form_values import form_fields
from rapport.ui.screens.forms import new_form

STEPS = {"up": -1, "down": 1}


def quick_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the fields of the form, to be chosen and put in order; POST moves one, or keeps them (``save``).

    ``in`` is the query of the form that is arranged, and that is shown again afterwards.
    """
    actor = actor_of(request)
    demand_right(actor, "shape")
    fields = form_fields(actor, spec)
    scope = scopes.scope_of(request, actor, QUICK)
    if request.method != "POST":
        found = shared(spec, QUICK, scope.role_id or 0) or shared(spec, QUICK)
        keys = list(found.keys) if found else quick_fields(actor, spec, fields)
        return _sheet(request, spec, fields, scope, [key for key in keys if key in fields])
    keys = [key for key in dict.fromkeys(request.POST.getlist("item")) if key in fields]
    chosen = [key for key in keys if key in request.POST.getlist("show") or is_needed(fields[key])]
    if "save" not in request.POST:
        return _sheet(request, spec, fields, scope, chosen, _moved(request.POST, keys))
    if request.POST["save"] == "reset":
        version = keeping.reset(actor, spec, QUICK, scope)
    else:
        version = keeping.arrange(actor, spec, QUICK, scope, Arrangement(tuple(chosen)))
    return _kept(request, spec, scopes.undo_url(spec, QUICK, scope, version))


def _moved(data: QueryDict, keys: list[str]) -> list[str]:
    for name, step in STEPS.items():
        if (key := data.get(name, "")) in keys:
            at = keys.index(key)
            keys.insert(max(0, at + step), keys.pop(at))
    return keys


def _kept(request: HttpRequest, spec: ObjectSpec, undo_url: str) -> HttpResponse:
    """The form again, as it is now."""
    back = request.POST.get("in", "")[:2000]
    if is_part(request):
        response = new_form(request, spec, QueryDict(back).dict())
        toast(response, _("Arranged."), undo_url=undo_url)
        return response
    flash(request, _("Arranged."), undo_url=undo_url)
    return HttpResponseRedirect(f"/{spec.path}/new" + (f"?{QueryDict(back).urlencode()}" if back else ""))


def _sheet(
    request: HttpRequest, spec: ObjectSpec, fields: dict[str, Field], scope: keeping.Scope,
    chosen: list[str], order: list[str] | None = None,
) -> HttpResponse:  # fmt: skip
    actor: Actor = actor_of(request)
    back = request.POST.get("in", "") or request.GET.get("in", "")
    url = f"/{spec.path}/arrange/{QUICK}"
    order = order or [*chosen, *(key for key in fields if key not in chosen)]
    lines: list[dict[str, Any]] = [
        {"key": key, "label": fields[key].label, "shown": key in chosen, "needed": is_needed(fields[key])}
        for key in order
    ]
    context = {
        "spec": spec,
        "title": _("Form for a new %(label)s") % {"label": inside(spec.label)},
        "action": url,
        "back": back,
        "back_url": f"/{spec.path}/new" + (f"?{back}" if back else ""),
        "scope": scopes.chooser(actor, spec, QUICK, scope, url, back),
        "can_reset": shared(spec, QUICK, scope.role_id or 0) is not None,
        "lines": lines,
    }
    return render(request, "record/arrange_quick.html", context, fragment="form" if is_part(request) else None)
