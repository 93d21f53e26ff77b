"""Choosing the columns of a list, their order, and how high its rows are."""

from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import from_address
from rapport.core.access.levels import demand, readable_fields
from rapport.core.access.special import demand_right, may_right
from rapport.core.arranging import keeping
from rapport.core.arranging.arrangement import Arrangement
from rapport.core.arranging.keeping import Scope
from rapport.core.arranging.layouts import COLUMNS, standing, usual_columns
from rapport.core.errors import BadQuery
from rapport.core.objects.spec import ObjectSpec
from rapport.core.views import saved
from rapport.core.views.settings import DENSITIES, keep_density
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import PLACE, actor_of, address, pairs_of, to_list, without
from rapport.ui.screens.scopes import chooser, scope_of, undo_url
from rapport.ui.screens.shaping import add_field_url
from rapport.ui.screens.views import columns_of

DENSITY_WORDS = {
    "compact": gettext_lazy("Compact"),
    "": gettext_lazy("Normal"),
    "relaxed": gettext_lazy("Relaxed"),
}


def columns_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the columns of the list ``in``, to be chosen and put in order; ``apply`` leads to the list with them."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    pairs = parse_qsl(request.GET.get("in", ""))
    given = pairs_of(request)
    fields = {key: one for key, one in readable_fields(actor, spec).items() if saved.showable(one)}
    chosen = [value for name, value in given if name == "columns" and value in fields]
    if not any(name == "columns" for name, _value in given) and "chosen" not in request.GET:
        chosen = [one.key for one in columns_of(actor, spec, pairs)]
    for name, step in (("up", -1), ("down", 1)):
        if (key := request.GET.get(name, "")) in chosen:
            place = chosen.index(key)
            chosen.insert(max(0, place + step), chosen.pop(place))
    if request.GET.get("usual"):
        chosen = list(usual_columns(actor, spec))
    if request.GET.get("apply") or request.GET.get("usual"):
        columns = "" if chosen == list(usual_columns(actor, spec)) else ",".join(chosen)
        rest = without(pairs, "columns", *PLACE)
        from_address(actor, spec, rest)
        return to_list(request, address(spec, [*rest, ("columns", columns)]))
    others = sorted((key for key in fields if key not in chosen), key=lambda key: str(fields[key].label).lower())
    context = {"spec": spec, "inside": urlencode(pairs), "chosen": [fields[key] for key in chosen],
               "others": [fields[key] for key in others],
               "scopes": _scopes(actor, spec), "layout": standing(actor, spec, COLUMNS).whose,
               "add_field_url": add_field_url(actor, spec, address(spec, without(pairs, *PLACE)))}  # fmt: skip
    fragment = "chooser" if getattr(request, "htmx", None) else None
    return render(request, "list/columns.html", context, fragment=fragment)


def usual_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """POST ``columns``: the usual ones from now on, ``for`` everybody or for those of a role. With ``reset`` in place
    of them: those of everybody again, or those that the object came with. Back to the list ``in``, which shows them.
    """
    actor = actor_of(request)
    demand_right(actor, "shape")
    fields = readable_fields(actor, spec)
    chosen = [key for key in request.POST.getlist("columns") if key in fields and saved.showable(fields[key])]
    scope = scope_of(request, actor, COLUMNS)
    if "reset" in request.POST:
        version = keeping.reset(actor, spec, COLUMNS, scope)
    elif chosen:
        version = keeping.arrange(actor, spec, COLUMNS, scope, Arrangement(tuple(chosen)))
    else:
        raise BadQuery(_("A list needs a column."))
    flash(request, _("The usual columns are changed."), undo_url=undo_url(spec, COLUMNS, scope, version))
    url = address(spec, without(parse_qsl(request.POST.get("in", "")), "columns", *PLACE))
    if not getattr(request, "htmx", None):
        return HttpResponseRedirect(url)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = url
    return response


def _scopes(actor: Actor, spec: ObjectSpec) -> list[tuple[str, str]]:
    """For whom the actor may say which columns are the usual ones."""
    if not may_right(actor, "shape"):
        return []
    given = chooser(actor, spec, COLUMNS, Scope(), "", "")
    return [(one["key"], one["label"]) for one in given["scopes"]]


def density_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """POST ``density``: how high the rows of all lists are for this user. Back to the list ``in``."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    density = request.POST.get("density", "")
    if density not in DENSITIES:
        raise BadQuery(_("Rows are compact, normal or relaxed."))
    keep_density(actor, density)
    return to_list(request, address(spec, parse_qsl(request.POST.get("in", ""))))
