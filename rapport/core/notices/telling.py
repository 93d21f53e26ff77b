"""Telling: the one way by which users learn of something."""

from collections.abc import Collection, Iterable

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.may import Standing
from rapport.core.notices.choices import wanting
from rapport.core.notices.models import ONCE_LIMIT, TEXT_LIMIT, Notice
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.lib import clock
from rapport.lib.text import shorten


def tell(
    users: Iterable[int],
    kind: str,
    *,
    record_id: int | None,
    by_id: int | None,
    text: str = "",
    url: str = "",
    event_id: int | None = None,
    once: str,
) -> None:
    """Tells users of something, in the caller's transaction.

    Left out are who did it (``by_id``), who has switched the kind off, who may not sign in, and who may not see the
    record at this moment. ``once`` names what is told: a user is told the same thing once, whatever is tried again.
    ``text`` is what is said beside the sentence of the kind, ``url`` where it leads if not to the record, ``event_id``
    what happened, if the history is to tell it.
    KeyError for a kind that nobody registered, ValueError for a ``once`` that is too long.
    """
    if not once or len(once) > ONCE_LIMIT:
        raise ValueError(f"“once” of a notice has 1 to {ONCE_LIMIT} characters.")
    told = wanting(set(users) - {by_id}, kind)
    told = _of_those_who_see(told, record_id)
    if not told:
        return
    now = clock.now()
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=user_id,
                kind=kind,
                record_id=record_id,
                by_id=by_id,
                text=shorten(text, TEXT_LIMIT),
                url=url,
                event_id=event_id,
                at=now,
                once=once,
            )
            for user_id in sorted(told)
        ],
        ignore_conflicts=True,
    )


def _of_those_who_see(user_ids: Collection[int], record_id: int | None) -> set[int]:
    """The active ones of some users who may see the record; all of the active ones where it is about none."""
    if not user_ids:
        return set()
    users = list(User.objects.filter(pk__in=user_ids, is_active=True).select_related("role", "team"))
    if record_id is None:
        return {user.pk for user in users}
    kind = Record.objects.filter(pk=record_id).values_list("kind", flat=True).first()
    spec = registry.find(kind or "")
    record = spec.model._default_manager.filter(pk=record_id, live=True).first() if spec else None
    if spec is None or record is None:
        return set()
    return {user.pk for user in users if Standing(Actor.of(user), spec, record).may("view")}
