"""Staff sessions: where the workspace says so, administrators work with the rights of a normal role, until they open
one, for half an hour and with a reason. Both ends are told in the audit.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, User, Workspace
from rapport.core.audit.notes import changed, note, tell
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.events.emit import acting
from rapport.lib import clock
from rapport.lib.text import clean_line
from rapport.workspace.actions.common import demand_administrator

LASTS = timedelta(minutes=30)
GRACE = timedelta(minutes=10)  # in which a form that was begun before can still be sent
MOST_REASON = 200
_KEY = "staff_until"


def may_open(user: User) -> bool:
    """Whether this user has a staff session to open."""
    return user.is_active and user.role.is_admin and workspace.current().works_as_id is not None


def begin(request: HttpRequest, user: User, reason: str) -> None:
    """Opens a staff session in this browser. Emits ``staff.began``."""
    if not may_open(user):
        raise NotAllowed(_("There is no staff session that you could open."))
    try:
        told = clean_line(reason, MOST_REASON)
    except ValueError as error:
        raise Invalid({"reason": [str(error)]}) from None
    if not told:
        raise Invalid({"reason": [_("Say what you need it for: it stands in the audit.")]})
    until = clock.now() + LASTS
    note(Actor.of(user), "staff.began", {"reason": told, "until": until.isoformat(timespec="seconds")})
    request.session[_KEY] = until.timestamp()


def end(request: HttpRequest, user: User) -> None:
    """Ends the staff session of this browser, if there is one. Emits ``staff.ended``."""
    if request.session.pop(_KEY, None) is not None:
        note(Actor.of(user), "staff.ended", {})


def open_until(request: HttpRequest, user: User) -> datetime | None:
    """When the staff session of this browser ends (UTC); None where none is open. One that is over is ended.

    What is sent counts for some minutes more: nobody loses a form that they had begun.
    """
    stamp = request.session.get(_KEY)
    if stamp is None:
        return None
    until = datetime.fromtimestamp(stamp, tz=clock.now().tzinfo)
    now, is_sent = clock.now(), request.method == "POST"
    if may_open(user) and now < until + (GRACE if is_sent else timedelta()):
        return until
    if not may_open(user) or now >= until + GRACE:
        end(request, user)
    return None


def change_works_as(actor: Actor, role_id: int | None) -> None:
    """Sets the role that administrators work as; None: they always have all rights. Emits ``workspace.changed``."""
    demand_administrator(actor)
    role = Role.objects.filter(pk=role_id, is_admin=False).first() if role_id is not None else None
    if role_id is not None and role is None:
        raise Invalid({"works_as": [_("Choose a role.")]})
    with acting(actor, "workspace.changed", label="works_as") as act:
        house = Workspace.objects.select_for_update().order_by("pk").first() or Workspace.objects.create()
        before = {"works_as": house.works_as.name if house.works_as else None}
        told = changed(before, {"works_as": role.name if role else None})
        tell(actor, act, "workspace.changed", {"changes": told})
        house.works_as = role
        house.save(update_fields=["works_as"])
    workspace.forget()
