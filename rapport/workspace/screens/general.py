"""Settings that hold for the whole workspace: name, colour, money, country, unique e-mails."""

from functools import lru_cache

from babel import Locale
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.accounts.models import Workspace
from rapport.core.errors import Conflict, Invalid
from rapport.lib.money import CURRENCIES
from rapport.ui import navigation
from rapport.ui.rendering import flash, render
from rapport.workspace.actions.house import WorkspaceData, change_workspace, countries, workspace_state
from rapport.workspace.screens.frame import Errors, actor_of, for_administrators, number, problems
from rapport.workspace.screens.profile import page as profile_page

HUES = (
    (264, gettext_lazy("Cobalt")),
    (290, gettext_lazy("Iris")),
    (330, gettext_lazy("Plum")),
    (30, gettext_lazy("Ember")),
    (160, gettext_lazy("Pine")),
    (205, gettext_lazy("Lagoon")),
)


@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """The entrance: on a phone the list of all settings, on a desk that list with the general ones, or one's own."""
    return _page(request, is_index=True) if actor_of(request).all_rights else profile_page(request, is_index=True)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def general(request: HttpRequest) -> HttpResponse:
    """Shows and saves the general settings."""
    if request.method != "POST":
        return _page(request)
    data = WorkspaceData(
        name=request.POST.get("name", ""),
        hue=number(request.POST.get("hue"), default=-1),
        currency=request.POST.get("currency", ""),
        country=request.POST.get("country", ""),
        unique_identities=request.POST.get("unique_identities") == "1",
    )
    try:
        change_workspace(actor_of(request), data, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict) as refused:
        return _page(request, data, problems(refused), status=refused.status)
    flash(request, _("The settings were saved."))
    return HttpResponseRedirect("/settings/general", status=303)


def _page(
    request: HttpRequest,
    data: WorkspaceData | None = None,
    errors: Errors | None = None,
    *,
    is_index: bool = False,
    status: int = 200,
) -> HttpResponse:
    house = Workspace.objects.order_by("pk").first() or Workspace()
    currencies, lands = _choices(get_language() or "en")
    hues = HUES if any(house.hue == hue for hue, _name in HUES) else ((house.hue, _("Own colour")), *HUES)
    context = {
        "values": data or house,
        "seen": request.POST.get("seen") or workspace_state(house),
        "errors": errors or {},
        "hues": hues,
        "currencies": currencies,
        "countries": lands,
        "is_index": is_index,
        "settings_groups": navigation.settings_menu(actor_of(request), "/settings/general"),
    }
    return render(request, "settings/general.html", context, status=status)


@lru_cache(maxsize=8)
def _choices(language: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Currencies and countries as options, by name."""
    names = Locale.parse(language, sep="-").currencies
    currencies = sorted((code, f"{code} – {names.get(code, code)}") for code in CURRENCIES)
    return currencies, sorted(countries(language).items(), key=lambda item: item[1])
