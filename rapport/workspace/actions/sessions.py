"""Verbs on sessions: look at one's own, end them; an administrator ends those of others."""

import datetime
from typing import Any

from rapport.accounts.actor import Actor
from rapport.accounts.models import Session, User
from rapport.core.access.special import demand_right
from rapport.core.audit.notes import tell
from rapport.core.events.emit import acting
from rapport.core.events.models import Event
from rapport.lib import clock
from rapport.lib.tokens import digest, same
from rapport.workspace.actions.giving import demand_account
from rapport.workspace.actions.users import end_sessions, get_user

MOST_SIGN_INS = 20


def public_id(row: Session) -> str:
    """What a page calls a session: its key itself is a secret."""
    return digest(row.session_key)[:32]


def sessions_of(user_id: int) -> list[Session]:
    """The sessions that are good now, the one used last first."""
    return list(Session.objects.filter(user=user_id, expire_date__gt=clock.now()).order_by("-seen_at", "-created_at"))


def end_own_sessions(actor: Actor, which: str, *, keep: str) -> int:
    """Ends the session called ``which`` (see :func:`public_id`), or with "" all; never the one with the key ``keep``.

    How many ended.
    """
    rows = [row for row in sessions_of(actor.user_id or 0) if not same(row.session_key, keep)]
    ending = [row.session_key for row in rows if not which or same(public_id(row), which)]
    if not ending:
        return 0
    with acting(actor, "user.session_ended") as act:
        tell(actor, act, "user.session_ended", {"user": actor.user_id, "count": len(ending)})
        Session.objects.filter(session_key__in=ending).delete()
    return len(ending)


def end_sessions_of(actor: Actor, user_id: int) -> User:
    """An administrator signs somebody out everywhere; they may sign in again."""
    demand_right(actor, "users")
    user = get_user(user_id)
    demand_account(actor, user)
    with acting(actor, "user.session_ended", label=f"{user.name} (#{user.pk})"[:200]) as act:
        tell(actor, act, "user.session_ended", {"user": user.pk})
        end_sessions(user)
    return user


def sign_ins_of(actor: Actor) -> list[tuple[datetime.datetime, dict[str, Any]]]:
    """The latest sign-ins of the actor: when, and what the audit kept of it."""
    mine = Event.objects.filter(user_id=actor.user_id or 0, kind="user.signed_in").order_by("-act", "-pk")
    return list(mine.values_list("at", "data")[:MOST_SIGN_INS])
