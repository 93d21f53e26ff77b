"""Where one is signed in, and when one signed in before."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.models import Session
from rapport.accounts.sessions import SessionStore
from rapport.lib import user_agents
from rapport.lib.date_words import format_moment
from rapport.ui.rendering import flash, render
from rapport.workspace.actions import sessions as verbs
from rapport.workspace.screens.frame import actor_of
from rapport.workspace.signing_in import ADDRESS_KEY, AGENT_KEY, HOW_KEY

PAGE = "/profile/sessions"


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """The sessions of oneself, this one first, and the latest sign-ins."""
    actor = actor_of(request)
    here = request.session.session_key or ""
    rows = [_row(request, row, here) for row in verbs.sessions_of(actor.user_id or 0)]
    past = [
        {
            "at": format_moment(at, actor.time_zone, actor.language),
            "how": how_words(data.get("how", "")),
            "address": data.get("address", ""),
        }
        for at, data in verbs.sign_ins_of(actor)
    ]
    rows.sort(key=lambda row: not row["here"])
    return render(request, "settings/sessions.html", {"rows": rows, "past": past})


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Ends one session (``session``), or all but this one."""
    here = request.session.session_key or ""
    wanted = request.POST.get("session", "")
    count = verbs.end_own_sessions(actor_of(request), wanted, keep=here)
    flash(request, _("Signed out there.") if count else _("That session had ended already."))
    return HttpResponseRedirect(PAGE, status=303)


def how_words(how: str) -> str:
    """“password+app” in words."""
    names = {
        "password": _("password"),
        "link": _("sign-in link"),
        "invitation": _("invitation"),
        "passkey": _("passkey"),
        "provider": _("single sign-on"),
        "app": _("code of the app"),
        "code": _("recovery code"),
    }
    return " + ".join(names.get(part, part) for part in how.split("+"))


def _row(request: HttpRequest, row: Session, here: str) -> Mapping[str, Any]:
    actor = actor_of(request)
    data = SessionStore().decode(row.session_data)
    agent = str(data.get(AGENT_KEY, ""))
    return {
        "id": verbs.public_id(row),
        "here": row.session_key == here,
        "device": user_agents.in_words(agent),
        "icon": "smartphone" if user_agents.is_handheld(agent) else "monitor",
        "address": data.get(ADDRESS_KEY, ""),
        "how": how_words(str(data.get(HOW_KEY, ""))),
        "since": format_moment(row.created_at, actor.time_zone, actor.language),
        "seen": format_moment(row.seen_at, actor.time_zone, actor.language),
    }
