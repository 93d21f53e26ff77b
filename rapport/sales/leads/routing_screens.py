"""Settings: by which rules leads are given out, who is away, whose leads wait for somebody, and a test."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.visible import visible_to
from rapport.core.errors import Invalid, Refused
from rapport.core.objects import registry
from rapport.lib.countries import country_code
from rapport.lib.dates import format_date, parse_date
from rapport.people.objects import SIZES
from rapport.sales.leads import routing, rules, setting, telling
from rapport.sales.leads.models import Absence, Lead, Route
from rapport.sales.leads.setting import RouteData
from rapport.ui.rendering import flash, render
from rapport.workspace.screens.frame import Errors, actor_of, for_administrators, number, number_or_none, problems

PAGE = "/settings/lead-routing"
_SIZE_LABELS = {option.key: option.label for option in SIZES}


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """GET the rules in their order, and with ``test`` whose a lead would be. POST ``do``: fallback, absence, back,
    up, down, reroute.
    """
    actor = actor_of(request)
    errors: Errors = {}
    if request.method == "POST":
        try:
            _do(request, actor)
            return HttpResponseRedirect(PAGE, status=303)
        except Refused as refused:
            errors = problems(refused)
    given = request.GET
    tried = visible_to(actor, registry.get("lead")).filter(pk=number(given.get("lead"))).first()
    fallback = rules.current().fallback
    context = {
        "routes": [_line(route) for route in Route.objects.prefetch_related("members__user")],
        "users": _users(),
        "fallback": fallback,
        "absences": [
            (one, format_date(one.first_day, actor.language), format_date(one.last_day, actor.language))
            for one in Absence.objects.select_related("user")
        ],
        "stranded": routing.stranded(),
        "sizes": [(option.key, option.label) for option in SIZES],
        "given": given,
        "tried": tried,
        "why": telling.why(routing.Desk(locks=False).decide(_facts(tried, given)).to_json())
        if "test" in given
        else None,
        "values": request.POST,
        "errors": errors,
    }
    return render(request, "leads/routes.html", context, status=422 if errors else 200)


def _facts(tried: Lead | None, given: Mapping[str, str]) -> routing.Facts:
    """Those of a lead that is there, else what was typed."""
    if tried is not None:
        return routing.facts_of([tried.pk])[tried.pk]
    return routing.Facts(
        country_code(given.get("country", "")), given.get("postcode", "")[:20], given.get("size", "")[:20],
        given.get("source", "")[:120], given.get("product", "")[:120],
    )  # fmt: skip


def _do(request: HttpRequest, actor: Actor) -> None:
    given, which = request.POST, number(request.POST.get("number"))
    do = given.get("do", "")
    if do == "fallback":
        setting.keep_fallback(actor, number_or_none(given.get("user")))
        flash(request, _("Saved."))
    elif do == "absence":
        setting.add_absence(actor, number(given.get("user")), _day(given.get("first", "")), _day(given.get("last", "")))
    elif do == "back":
        setting.remove_absence(actor, which)
    elif do in ("up", "down"):
        setting.move_route(actor, get_object_or_404(Route, pk=which), -1 if do == "up" else 1)
    elif do == "reroute":
        count = routing.reroute(actor, which)
        text = ngettext("%(num)s lead was given out anew.", "%(num)s leads were given out anew.", count)
        flash(request, text % {"num": count})


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit_route(request: HttpRequest, route_id: int | None = None) -> HttpResponse:
    """GET the form of a rule; POST keeps it, with ``do=remove`` it is taken away."""
    actor = actor_of(request)
    route = get_object_or_404(Route, pk=route_id) if route_id else None
    errors: Errors = {}
    if request.method == "POST":
        if route and request.POST.get("do") == "remove":
            setting.remove_route(actor, route)
            flash(request, _("The rule was removed."))
            return HttpResponseRedirect(PAGE, status=303)
        try:
            setting.keep_route(actor, route, _data(request))
        except Invalid as refused:
            errors = problems(refused)
        else:
            flash(request, _("Saved. It holds for leads that come from now on."))
            return HttpResponseRedirect(PAGE, status=303)
    members = {member.user_id: member for member in route.members.all()} if route else {}
    users = [
        {
            "id": user.pk,
            "name": user.name,
            "takes": f"user.{user.pk}" in request.POST if errors else user.pk in members,
            "capacity": request.POST.get(f"capacity.{user.pk}", "") if errors
            else (members[user.pk].capacity if user.pk in members else None),
        }
        for user in User.objects.filter(is_active=True)
    ]  # fmt: skip
    context = {
        "route": route,
        "values": request.POST if errors else _values(route),
        "chosen": request.POST.getlist("sizes") if errors else (route.sizes if route else []),
        "sizes": [(option.key, option.label) for option in SIZES],
        "users": users,
        "errors": errors,
    }
    return render(request, "leads/route.html", context, status=422 if errors else 200)


def _data(request: HttpRequest) -> RouteData:
    given = request.POST
    members = {
        user: min(number(given.get(f"capacity.{user}")), 30_000) or None
        for user in User.objects.filter(is_active=True).values_list("pk", flat=True)
        if f"user.{user}" in given
    }
    return RouteData(
        given.get("name", ""), given.get("countries", ""), given.get("postcodes", ""), given.getlist("sizes"),
        given.get("sources", ""), given.get("products", ""), members,
    )  # fmt: skip


def _values(route: Route | None) -> dict[str, Any]:
    if route is None:
        return {}
    return {
        "name": route.name,
        "countries": ", ".join(route.countries),
        "postcodes": ", ".join(_range(pair) for pair in route.postcodes),
        "sources": ", ".join(route.sources),
        "products": ", ".join(route.products),
    }


def _range(pair: list[str]) -> str:
    return pair[0] if pair[0] == pair[1] else f"{pair[0]}–{pair[1]}"


def _line(route: Route) -> dict[str, Any]:
    parts = [
        ", ".join(route.countries),
        ", ".join(_range(pair) for pair in route.postcodes),
        ", ".join(str(_SIZE_LABELS.get(size, size)) for size in route.sizes),
        ", ".join(route.sources),
        ", ".join(route.products),
    ]
    return {
        "route": route,
        "words": " · ".join(filter(None, parts)) or _("every lead"),
        "people": ", ".join(member.user.name for member in route.members.all()),
    }


def _users() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in User.objects.filter(is_active=True).values_list("pk", "name")]


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None
