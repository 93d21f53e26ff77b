"""For whom a page is being arranged: for oneself, for those of a role, or for everybody."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.special import may_right
from rapport.core.arranging.keeping import Scope, arranged_for
from rapport.core.arranging.layouts import OWN_PARTS
from rapport.core.errors import NotFound
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.wording import inside

ME, ALL, ROLE = "me", "all", "role-"


def scope_of(request: HttpRequest, actor: Actor, part: str) -> Scope:
    """The scope that a request names, ``me``, ``all`` or ``role-3``; without one, the narrowest there is."""
    text = request.POST.get("for") or request.GET.get("for") or (ME if part in OWN_PARTS else ALL)
    number = text.removeprefix(ROLE)
    if text == ME:
        return Scope(user_id=actor.user_id)
    if text == ALL:
        return Scope()
    if not text.startswith(ROLE) or not number.isdecimal() or len(number) > 12:
        raise NotFound(_("Pages are arranged for yourself, for a role or for everybody."))
    return Scope(role_id=int(number))


def key_of(scope: Scope) -> str:
    """The scope as an address names it."""
    return ME if scope.user_id is not None else ALL if scope.role_id is None else f"{ROLE}{scope.role_id}"


def undo_url(spec: ObjectSpec, part: str, scope: Scope, version: int) -> str:
    """Where a change of a layout is taken back."""
    return f"/{spec.path}/arrange/{part}/undo?{urlencode({'for': key_of(scope), 'version': version})}"


def chooser(actor: Actor, spec: ObjectSpec, part: str, now: Scope, url: str, back: str) -> dict[str, Any]:
    """Which scopes there are to choose from, and what arranging for the one at hand means.

    ``url`` is the page that arranges, ``back`` what leads back from it (``in``).
    """
    roles = {role.pk: role.shown for role in Role.objects.all()} if may_right(actor, "shape") else {}
    scopes = [Scope(user_id=actor.user_id)] if part in OWN_PARTS else []
    scopes += [*([Scope()] if roles else []), *(Scope(role_id=pk) for pk in roles)]
    there = arranged_for(spec, part) if roles else set()
    return {
        "key": key_of(now),
        "label": _label(now, roles),
        "hint": _hint(spec, part, now, roles),
        "scopes": [
            {
                "key": key_of(one),
                "label": _label(one, roles),
                "url": f"{url}?{urlencode({'for': key_of(one), 'in': back})}",
                "current": one == now,
                "arranged": one in there,
            }
            for one in scopes
        ],
    }


def _label(scope: Scope, roles: dict[int, Any]) -> str:
    if scope.user_id is not None:
        return pgettext("for whom", "Me")
    return _("Everybody") if scope.role_id is None else str(roles.get(scope.role_id, ""))


def _hint(spec: ObjectSpec, part: str, scope: Scope, roles: dict[int, Any]) -> str:
    """Who will see it: the narrowest layout wins."""
    if scope.user_id is not None:
        return _("Only for you, on every page of %(objects)s. It goes before what was arranged for others.") % {
            "objects": inside(spec.plural)
        }
    if scope.role_id is None:
        said = _("For everybody whose role has no arrangement of its own.")
    else:
        said = _("For all with the role “%(role)s”. It goes before the one for everybody.") % {
            "role": roles.get(scope.role_id, "")
        }
    own = _("Who has arranged it for themselves keeps that.")
    return f"{said} {own}" if part in OWN_PARTS else said
