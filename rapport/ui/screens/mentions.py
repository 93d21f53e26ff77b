"""Mentions: the users to choose from while one types “@”."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.may import Standing, find_record
from rapport.core.files.actions import find_place
from rapport.lib.text import fold, hue, initials
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of

MOST_LINES = 8
_MOST_ASKED = 40  # users whose sight is checked for one list


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """GET the active users a word of whose name begins with ``q``; with ``record`` those who may see it."""
    actor, wanted = actor_of(request), fold(request.GET.get("q", "")[:100])
    rows = User.objects.filter(is_active=True).select_related("role", "team").order_by("name", "pk")
    fitting = [user for user in rows if _fits(user, wanted)][:_MOST_ASKED]
    number = request.GET.get("record", "")
    if number.isdecimal() and len(number) <= 18 and int(number):
        spec = find_place(actor, int(number))
        record = find_record(actor, spec, int(number))
        fitting = [user for user in fitting if Standing(Actor.of(user), spec, record).may("view")]
    shown = fitting[:MOST_LINES]
    names = [user.name for user in rows]
    lines = [
        {
            # Of two with one name the address says who is meant.
            "text": user.name if names.count(user.name) == 1 else user.email,
            "name": user.name,
            "detail": user.team.name if user.team else "",
            "initials": initials(user.name),
            "hue": hue(user.name),
            "id": user.pk,
        }
        for user in shown
    ]
    return render(request, "mentions/users.html", {"lines": lines})


def _fits(user: User, wanted: str) -> bool:
    name = fold(user.name)
    return name.startswith(wanted) or any(word.startswith(wanted) for word in name.split())


urlpatterns = [
    path("mentions/users", users, name="mention-users"),
]
