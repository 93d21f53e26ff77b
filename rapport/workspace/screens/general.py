"""Settings that hold for the whole workspace: name, logo, colour, region, working hours, unique e-mails."""

from functools import lru_cache

from babel import Locale
from babel.dates import get_day_names, get_month_names
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.accounts.models import Workspace
from rapport.core.errors import Conflict, Invalid
from rapport.lib.money import CURRENCIES
from rapport.ui import navigation
from rapport.ui.rendering import flash, render
from rapport.workspace.actions.house import KEYS, WorkspaceData, change_workspace, countries, workspace_state
from rapport.workspace.actions.logos import MOST_BYTES
from rapport.workspace.screens import hours
from rapport.workspace.screens.frame import Errors, actor_of, for_administrators, number, problems
from rapport.workspace.screens.profile import page as profile_page
from rapport.workspace.screens.zones import zones

HUES = (
    (264, gettext_lazy("Cobalt")),
    (290, gettext_lazy("Iris")),
    (330, gettext_lazy("Plum")),
    (30, gettext_lazy("Ember")),
    (160, gettext_lazy("Pine")),
    (205, gettext_lazy("Lagoon")),
)
OWN_HUE = "own"  # the colour is the number in the field beside


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
    data = _data(request)
    try:
        change_workspace(actor_of(request), data, seen=request.POST.get("seen", ""))
    except (Invalid, Conflict) as refused:
        return _page(request, data, problems(refused), status=refused.status)
    flash(request, _("The settings were saved."))
    return HttpResponseRedirect("/settings/general", status=303)


def _data(request: HttpRequest) -> WorkspaceData:
    """What the form says. A part of it that was not sent stays as it is."""
    form = request.POST
    optional = {key: number(form[key], default=-1) for key in ("first_weekday", "fiscal_month") if key in form}
    return WorkspaceData(
        name=form.get("name", ""),
        hue=number(form.get("own_hue") if form.get("hue") == OWN_HUE else form.get("hue"), default=-1),
        currency=form.get("currency", ""),
        country=form.get("country", ""),
        unique_identities=form.get("unique_identities") == "1",
        time_zone=form.get("time_zone"),
        first_weekday=optional.get("first_weekday"),
        fiscal_month=optional.get("fiscal_month"),
        hours=hours.hours_of(form),
        holidays=hours.holidays_of(form),
        logo=_logo(request),
    )


def _logo(request: HttpRequest) -> bytes | None:
    """The bytes of a new logo, none to take it away, None to leave it; of a file that is too large the beginning."""
    file = request.FILES.get("logo")
    if file is not None:
        return bytes(file.read(MOST_BYTES + 1))
    return b"" if request.POST.get("logo_remove") == "1" else None


def _page(
    request: HttpRequest,
    data: WorkspaceData | None = None,
    errors: Errors | None = None,
    *,
    is_index: bool = False,
    status: int = 200,
) -> HttpResponse:
    house = Workspace.objects.order_by("pk").first() or Workspace()
    sent = {key: getattr(data, key) for key in KEYS if getattr(data, key) is not None} if data else {}
    values = {key: getattr(house, key) for key in KEYS} | sent
    language = get_language() or "en"
    currencies, lands = _choices(language)
    context = {
        "values": values,
        "seen": request.POST.get("seen") or workspace_state(house),
        "errors": errors or {},
        "hues": HUES,
        "own_hue": OWN_HUE,
        "has_own_hue": all(values["hue"] != hue for hue, _name in HUES),
        "logo": house.logo,
        "currencies": currencies,
        "countries": lands,
        "zones": zones(),
        "weekdays": sorted(get_day_names("wide", context="stand-alone", locale=language).items()),
        "months": sorted(get_month_names("wide", context="stand-alone", locale=language).items()),
        "days": hours.day_rows(values["hours"], language, house.first_weekday),
        "holidays": hours.holiday_rows(values["holidays"]),
        "is_index": is_index,
        "settings_groups": navigation.settings_menu(actor_of(request), "/settings/general"),
    }
    return render(request, "settings/general.html", context, status=status)


def currency_options(language: str) -> list[tuple[str, str]]:
    """All currencies with their names, for a select."""
    return _choices(language)[0]


@lru_cache(maxsize=8)
def _choices(language: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Currencies and countries as options, by name."""
    names = Locale.parse(language, sep="-").currencies
    currencies = sorted((code, f"{code} – {names.get(code, code)}") for code in CURRENCIES)
    return currencies, sorted(countries(language).items(), key=lambda item: item[1])
