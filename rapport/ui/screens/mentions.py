"""Mentions: the users to choose from while one types “@”, and opening a mention of oneself."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.may import Standing, find_record
from rapport.core.files.actions import find_place
from rapport.core.mentions.reading import see_all, see_mention
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


@require_POST
def open_mention(request: HttpRequest, mention_id: int) -> HttpResponse:
    """POST: notes that a mention was seen, and leads to what it stands on."""
    return HttpResponseRedirect(f"/r/{see_mention(actor_of(request), mention_id)}")


@require_POST
def all_seen(request: HttpRequest) -> HttpResponse:
    """POST: notes that all mentions were seen."""
    see_all(actor_of(request))
    return HttpResponseRedirect("/")


urlpatterns = [
    path("mentions/users", users, name="mention-users"),
    path("mentions/seen", all_seen, name="mentions-seen"),
    path("mentions/<int:mention_id>/open", open_mention, name="mention-open"),
]
