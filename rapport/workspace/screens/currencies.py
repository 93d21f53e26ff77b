"""Settings: what other currencies are worth, so that amounts of several can be added up."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.accounts import workspace
from rapport.core.access.levels import locale_of
from rapport.core.errors import Invalid
from rapport.core.money_rates.adding import all_rates
from rapport.core.money_rates.entering import remove_rate, set_rate
from rapport.lib import clock
from rapport.lib.dates import parse_date
from rapport.ui.rendering import flash, render
from rapport.workspace.screens.frame import Errors, actor_of, for_administrators, problems
from rapport.workspace.screens.general import currency_options

PAGE = "/settings/currencies"


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def currencies(request: HttpRequest) -> HttpResponse:
    """Shows the rates; POST enters one, or with ``remove`` takes one away."""
    actor = actor_of(request)
    if request.method != "POST":
        return _page(request)
    form = request.POST
    if code := form.get("remove"):
        remove_rate(actor, code)
        flash(request, _("The rate was removed."))
        return HttpResponseRedirect(PAGE, status=303)
    try:
        rate = set_rate(actor, form.get("currency", ""), form.get("rate", ""), _day(form.get("on", "")))
    except Invalid as refused:
        return _page(request, problems(refused), status=refused.status)
    flash(request, rate.words(locale_of(actor)))
    return HttpResponseRedirect(PAGE, status=303)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _page(request: HttpRequest, errors: Errors | None = None, *, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    locale, base = locale_of(actor), workspace.current().currency
    context = {
        "base": base,
        "rates": [(rate.currency, rate.words(locale)) for rate in all_rates().values()],
        "options": [option for option in currency_options(actor.language) if option[0] != base],
        "values": {name: request.POST.get(name, "") for name in ("currency", "rate", "on")}
        if errors
        else {"currency": "", "rate": "", "on": clock.today(actor.time_zone).isoformat()},
        "errors": errors or {},
    }
    return render(request, "settings/currencies.html", context, status=status)
