"""The welcome at the very first sign-in, and the page of the sample company: what is there, clear it, take another."""

from functools import lru_cache
from typing import Any

from babel import Locale
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.accounts import workspace
from rapport.accounts.models import Workspace
from rapport.core.errors import Conflict, Invalid
from rapport.core.jobs.models import BUSY, Job
from rapport.core.jobs.queue import enqueue
from rapport.core.objects import registry
from rapport.lib import clock
from rapport.lib.money import CURRENCIES
from rapport.lib.regions import region_of
from rapport.sample import clearing, loading
from rapport.sample.blueprints import BLUEPRINTS, Choice, apply
from rapport.sample.trades import TRADES
from rapport.ui import navigation
from rapport.ui.rendering import flash, render
from rapport.workspace.actions.house import countries
from rapport.workspace.actions.users import (
    NewPassword,
    Profile,
    UserData,
    change_profile,
    change_user,
    get_user,
    set_password,
)
from rapport.workspace.confirming import is_without_proof, prove
from rapport.workspace.defaults import ADMINISTRATOR
from rapport.workspace.screens.frame import Errors, actor_of, for_administrators, problems

_JOBS = ("sample.clear", "sample.load")


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Asks for the trade, language, country and money, and whether to look at a sample company; sets all of it up."""
    if request.method != "POST":
        return _welcome(request)
    form, house = request.POST, workspace.current()
    choice = Choice(form.get("trade", ""), form.get("language", ""), form.get("country", ""), form.get("currency", ""))
    try:
        with transaction.atomic():
            _introduce(request)
            _set_up(request, choice)
    except Invalid as invalid:
        return _welcome(request, problems(invalid), status=invalid.status)
    wanted = choice.blueprint if form.get("sample") == "1" and choice.blueprint in TRADES else ""
    if wanted == house.sample:
        flash(request, _("Everything is set up. What to do next stands here."))
        return HttpResponseRedirect("/", status=303)
    _begin(request, wanted, choice.language)
    return HttpResponseRedirect("/?sample=coming", status=303)


def _introduce(request: HttpRequest) -> None:
    """Takes what the first administrator said of themselves: name, e-mail, password. Invalid with what is wrong."""
    actor, form = actor_of(request), request.POST
    user = get_user(actor.user_id or 0)
    if not is_without_proof(user):
        return
    name, email = form.get("name", "").strip() or user.name, form.get("email", "").strip() or user.email
    if (name, email) != (user.name, user.email):
        user = change_user(actor, user.pk, UserData(name, email, user.role_id, user.team_id))
    if form.get("password"):
        user = set_password(actor, user.pk, NewPassword(form["password"]))
        update_session_auth_hash(request, user)
        prove(request)


def _set_up(request: HttpRequest, choice: Choice) -> None:
    """Applies the choice, and lets the user speak its language. Invalid with what is wrong."""
    errors: Errors = {}
    if choice.blueprint not in BLUEPRINTS:
        errors["trade"] = [_("Choose what comes closest to your trade.")]
    if choice.language not in dict(settings.LANGUAGES):
        errors["language"] = [_("Choose a language from the list.")]
    if choice.country not in countries():
        errors["country"] = [_("Choose a country from the list.")]
    if choice.currency and choice.currency not in CURRENCIES:
        errors["currency"] = [_("Choose a currency from the list.")]
    if errors:
        raise Invalid(errors)
    actor = actor_of(request)
    apply(actor, choice)
    user = get_user(actor.user_id or 0)
    zone = region_of(choice.country).zone
    change_profile(actor, Profile(user.name, choice.language, zone, user.theme, user.has_keys))
    translation.activate(choice.language)


@for_administrators
@require_POST
def skip(request: HttpRequest) -> HttpResponse:
    """Leaves everything as it is."""
    Workspace.objects.update(welcomed_at=clock.now())
    workspace.forget()
    return HttpResponseRedirect("/", status=303)


@for_administrators
@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """Which sample company is here, what would go with it, and the others that could come."""
    house = Workspace.objects.order_by("pk").first() or Workspace()
    size = clearing.size() if house.sample else None
    context = {
        "present": BLUEPRINTS.get(house.sample),
        "size": size,
        "counts": [(registry.get(kind).plural, number) for kind, number in size.counts.items()] if size else (),
        "others": [one for one in BLUEPRINTS.values() if one.has_sample and one.key != house.sample],
        "job": _job_at_work(),
        "is_kept": house.is_sample_kept,
    }
    return render(request, "settings/sample.html", context)


@for_administrators
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Asks, with the number of what goes; sure of it, has the sample cleared by the worker."""
    if request.POST.get("sure") != "1":
        return _ask(request, "")
    return _begin(request, "", get_language() or "en")


@for_administrators
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Has the sample of ``trade`` loaded by the worker, in place of the one that is there."""
    trade = request.POST.get("trade", "")
    if trade not in TRADES:
        raise Conflict(_("There is no sample company of this trade."))
    if workspace.current().sample and request.POST.get("sure") != "1":
        return _ask(request, trade)
    return _begin(request, trade, get_language() or "en")


def _ask(request: HttpRequest, trade: str) -> HttpResponse:
    """The question before a sample goes, alone or for the one of ``trade``."""
    context = {"trade": trade, "total": clearing.size().total, "next": BLUEPRINTS[trade] if trade else None}
    return render(request, "settings/sample_ask.html", context)


@for_administrators
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """GET how far the loading is, for home; has the page drawn anew when it has ended."""
    work = _job_at_work()
    if work is None:
        workspace.forget()  # the worker wrote it, in another process
        answer = HttpResponse(status=204)
        answer.headers["HX-Redirect"] = "/"
        return answer
    share = round(100 * work.done_count / work.total_count) if work.total_count else None
    return render(request, "sample_progress.html", {"work": work, "share": share})


@for_administrators
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Nobody is reminded of the sample any more."""
    loading.keep()
    flash(request, _("The sample company stays. Under Settings → Sample company you can clear it at any time."))
    return HttpResponseRedirect("/", status=303)


def _begin(request: HttpRequest, trade: str, language: str) -> HttpResponse:
    """Has the sample of a trade loaded, or (without a trade) the one that is there cleared; to the job's page."""
    at_work = _job_at_work()
    if at_work is None:
        actor = actor_of(request)
        if trade:
            at_work = enqueue("sample.load", {"trade": trade, "language": language}, actor, unique_key="sample")
        else:
            at_work = enqueue("sample.clear", {}, actor, unique_key="sample")
    return HttpResponseRedirect(f"/jobs/{at_work.pk}", status=303)


def _job_at_work() -> Job | None:
    return Job.objects.filter(kind__in=_JOBS, state__in=BUSY).order_by("-pk").first()


def _welcome(request: HttpRequest, errors: Errors | None = None, *, status: int = 200) -> HttpResponse:
    house, form = workspace.current(), request.POST
    user = get_user(actor_of(request).user_id or 0)
    is_made_up = user.email == ADMINISTRATOR.email
    language = get_language() or "en"
    currencies, lands = _choices(language)
    context = {
        "blueprints": BLUEPRINTS.values(),
        "values": {
            "trade": form.get("trade", house.trade or house.sample or loading.USUAL),
            "language": form.get("language", user.language),
            "country": form.get("country", house.country),
            "currency": form.get("currency", ""),
            "name": form.get("name", "" if is_made_up else user.name),
            "email": form.get("email", "" if is_made_up else user.email),
            "sample": form.get("sample", "1") == "1" if form else bool(house.sample),
        },
        "languages": settings.LANGUAGES,
        "currencies": currencies,
        "countries": lands,
        "is_first": is_without_proof(user),
        "errors": errors or {},
    }
    return render(request, "welcome.html", context, status=status)


@lru_cache(maxsize=8)
def _choices(language: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Currencies and countries as options, by name."""
    names: Any = Locale.parse(language, sep="-").currencies
    currencies = sorted((code, f"{code} – {names.get(code, code)}") for code in CURRENCIES)
    return currencies, sorted(countries(language).items(), key=lambda item: item[1])


navigation.add_settings(
    gettext_lazy("Data"), gettext_lazy("Sample company"), "shapes", "/settings/sample",
    order=80, right=navigation.administrators,
)  # fmt: skip
