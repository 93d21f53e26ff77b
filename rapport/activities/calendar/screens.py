"""The page of the calendar."""

from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rapport.accounts.actor import Actor
from rapport.activities.calendar.page import Asked, asked, page_values
from rapport.activities.meetings.objects import MEETING
from rapport.core.access.levels import Level, demand, level_of
from rapport.lib import day_ranges as ranges
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of, is_part

COOKIE = "calendar"
A_YEAR = 365 * 24 * 3600


@require_safe
def calendar_screen(request: HttpRequest) -> HttpResponse:
    """GET ``/calendar``: the view that the address or the last visit asks for."""
    actor = actor_of(request)
    demand(actor, MEETING, "view")
    wanted = asked(actor, request.GET, request.COOKIES.get(COOKIE, ""))
    response = draw_calendar(request, actor, wanted, part=is_part(request))
    if request.GET.get("view") in ranges.VIEWS:
        response.set_cookie(COOKIE, wanted.view, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return response


def draw_calendar(
    request: HttpRequest, actor: Actor, wanted: Asked, *, part: bool = False, status: int = 200
) -> HttpResponse:
    """The page, or only the calendar in it."""
    values = {
        **page_values(actor, wanted),
        "may_create": level_of(actor, MEETING.key, "create") is not Level.NONE,
    }
    return render(request, "calendar/calendar.html", values, fragment="calendar" if part else None, status=status)


def asked_back(request: HttpRequest, actor: Actor) -> Asked | None:
    """The calendar that a form was opened from (its hidden ``back``), None if it was opened elsewhere."""
    back = urlsplit(request.POST.get("back", "") or request.GET.get("back", ""))
    if back.path != "/calendar" or back.netloc or back.scheme:
        return None
    return asked(actor, dict(parse_qsl(back.query)), request.COOKIES.get(COOKIE, ""))
