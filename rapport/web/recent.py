"""Where somebody was lately: the records opened in this browser, then those that he or she changed.

What was opened is kept in a cookie: the number of the user and those of a few records, nothing of what is in them. So
looking at a record writes nothing to the database. Another user's cookie is not read, and signing out takes it away.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rapport.accounts.actor import Actor
from rapport.core.access.visible import titles_seen
from rapport.core.events.models import Act, Event
from rapport.core.objects import registry
from rapport.core.records.known import as_value, listed_later
from rapport.core.records.models import Record
from rapport.core.search.searching import Hit
from rapport.lib.prepared import Prepared, hole

COOKIE = "recent"
MOST = 8  # records that the palette shows
_ACTS = 24  # the newest acts of the user among which changed records are looked for
_KEPT = 30 * 24 * 3600  # seconds


class Recent:
    """Middleware: a record that was opened goes to the head of the cookie; signing out empties it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if match is None:
            return response
        if match.url_name == "sign-out":
            response.delete_cookie(COOKIE, samesite="Lax")
        elif response.status_code == 200 and request.method == "GET" and _is_record(match.url_name):
            _note(request, response, match.kwargs["record_id"])
        return response


def _is_record(name: str | None) -> bool:
    return bool(name) and str(name).endswith("-record")


def _note(request: HttpRequest, response: HttpResponse, record_id: int) -> None:
    actor = getattr(request, "actor", None)
    if actor is None or actor.looks_on:
        return
    before = opened(request, actor)
    if before[:1] == [record_id]:
        return
    ids = [record_id, *(one for one in before if one != record_id)][:MOST]
    response.set_cookie(
        COOKIE,
        ".".join(map(str, (actor.user_id, *ids))),
        max_age=_KEPT,
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def opened(request: HttpRequest, actor: Actor) -> list[int]:
    """The ids in the cookie, the latest first, if this user wrote it."""
    parts = request.COOKIES.get(COOKIE, "").split(".")[: MOST + 1]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 18 for part in parts):
        return []
    user, *ids = map(int, parts)
    return ids if user == actor.user_id else []


def recent(request: HttpRequest, actor: Actor, *, but: int = 0) -> list[Hit]:
    """At most :data:`MOST` live records that the actor still sees, without the one at hand."""
    ids = [one for one in opened(request, actor) if one != but]
    if len(ids) < MOST:
        ids += [one for one in _changed(actor) if one not in ids and one != but]
    kinds = dict(_KINDS(ids=as_value(ids[: 2 * MOST])))
    titles: dict[int, str] = {}
    for kind in set(kinds.values()):
        spec = registry.find(kind)
        if spec is not None and spec.in_navigation:
            titles |= titles_seen(actor, spec, [one for one in kinds if kinds[one] == kind])
    return [Hit(kinds[one], one, titles[one]) for one in ids if one in titles][:MOST]


def _changed(actor: Actor) -> list[int]:
    """Records that this user made or changed one by one, the latest first. Two questions, each along an index."""
    kinds = [f"{spec.key}.{verb}" for spec in registry.every() for verb in ("create", "update") if spec.in_navigation]
    mine = [pk for pk, kind in _LAST_ACTS(user=actor.user_id or 0) if kind in kinds]
    return list(dict.fromkeys(_SUBJECTS(acts=as_value(mine))))


_KINDS = Prepared(lambda: Record.objects.filter(pk__in=listed_later("ids")).values_list("pk", "kind"))
_LAST_ACTS = Prepared(
    lambda: Act.objects.filter(user_id=hole("user")).order_by("-id").values_list("pk", "kind")[:_ACTS]
)
_SUBJECTS = Prepared(
    lambda: (
        Event.objects.filter(act_id__in=listed_later("acts"), subject__isnull=False)
        .order_by("-act", "-id")
        .values_list("subject_id", flat=True)[: 2 * MOST]
    )
)
