"""Looking at Rapport as somebody else, to see what they see: for administrators, read only, told in the audit.

What was begun stands in the session. The actor of the requests is then the other user, who changes nothing; whatever is
that user's own account, or was made for them alone, stays closed.
"""

from datetime import timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.audit.notes import note
from rapport.core.errors import NotAllowed
from rapport.lib import clock
from rapport.workspace.actions.common import demand_administrator

LASTS = timedelta(minutes=30)
_KEY = "view_as"
# Accounts, what waits in them, and files that were made for one user.
CLOSED = (
    "/profile", "/confirm", "/settings", "/notifications", "/acts", "/jobs", "/import", "/imports", "/paste",
    "/exports", "/welcome", "/first-steps", "/tour", "/staff-session",
)  # fmt: skip


def begin(request: HttpRequest, actor: Actor, user: User) -> None:
    """From the next request on this browser shows what the user sees. Emits ``view_as.began``."""
    demand_administrator(actor)
    if user.pk == actor.user_id:
        raise NotAllowed(_("That is what you see anyway."))
    if not user.is_active:
        raise NotAllowed(_("%(name)s is switched off and sees nothing.") % {"name": user.name})
    note(actor, "view_as.began", {"user": user.pk})
    request.session[_KEY] = {"user": user.pk, "at": clock.now().timestamp()}


def end(request: HttpRequest, actor: Actor) -> None:
    """Back to what one sees oneself. Emits ``view_as.ended``."""
    kept = request.session.pop(_KEY, None)
    if isinstance(kept, dict):
        note(actor, "view_as.ended", {"user": kept["user"]})


def viewed(request: HttpRequest, actor: Actor) -> Actor | None:
    """Who this browser looks on as, if ``actor`` still may; None otherwise. What took too long is ended."""
    kept = request.session.get(_KEY)
    if not isinstance(kept, dict):
        return None
    user = User.objects.select_related("role", "team").filter(pk=kept["user"], is_active=True).first()
    lasts = 0 <= clock.now().timestamp() - kept["at"] < LASTS.total_seconds()
    if user is None or not lasts or not actor.all_rights:
        end(request, actor)
        return None
    return Actor.of(user).looked_on(by=actor)
