"""Requests of somebody who looks on as another user: theirs are the rights, and nothing is changed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.web import denials, errors
from rapport.workspace.viewing_as import CLOSED, end, viewed

END = "/view-as/end"
_ANY_METHOD = (END, "/sign-out")


class ViewingAs:
    """Puts the other user in the place of the actor, who is ``request.onlooker`` then, and refuses all writing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        own = getattr(request, "actor", None)
        other = viewed(request, own) if own is not None else None
        if own is None or other is None:
            return self.get_response(request)
        if request.path in _ANY_METHOD:
            if request.method == "POST":
                end(request, own)
            return self.get_response(request)
        request.onlooker, request.actor = own, other  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD"):
            return _refuse(request, _("You only look on as %(name)s: nothing was changed."))
        if any(request.path == path or request.path.startswith(f"{path}/") for path in CLOSED):
            return _refuse(request, _("This belongs to the account of %(name)s alone, so it stays closed."))
        return self.get_response(request)


def _refuse(request: HttpRequest, sentence: str) -> HttpResponse:
    denials.write_down(request)
    actor = request.actor  # type: ignore[attr-defined]
    return errors.page(request, 403, sentence % {"name": actor.name})
