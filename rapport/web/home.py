"""Home: what to do now, in parts that the packages add (:mod:`rapport.ui.home`)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of
from rapport.core.objects import registry
from rapport.lib import clock
from rapport.lib.clock import zone_named
from rapport.lib.date_words import long_day
from rapport.ui import home as parts
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """GET ``/``: the day, and what to do on it."""
    actor = actor_of(request)
    shown = parts.shown(request, actor)
    context = {
        "greeting": _greeting(actor),
        "day": long_day(clock.today(actor.time_zone), actor.language),
        "may_import": any(level_of(actor, spec.key, "import") > Level.NONE for spec in registry.every()),
        "sample_coming": actor.all_rights and request.GET.get("sample") == "coming",
        "main": [one for one in shown if not one.part.is_beside],
        "beside": [one for one in shown if one.part.is_beside],
    }
    return render(request, "home.html", context)


def _greeting(actor: Actor) -> str:
    """A greeting that fits the hour where the actor is."""
    hour = clock.now().astimezone(zone_named(actor.time_zone)).hour
    first = actor.name.split()[0] if actor.name.split() else actor.name
    if hour < 11:
        return _("Good morning, %(name)s") % {"name": first}
    return (_("Good evening, %(name)s") if hour >= 18 else _("Good day, %(name)s")) % {"name": first}
