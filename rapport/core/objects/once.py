"""Forms that count once: a second copy of the same form finds what the first one made."""

from collections.abc import Callable

from django.db import IntegrityError, transaction

from rapport.accounts.actor import Actor
from rapport.core.records.models import Submission
from rapport.lib import clock
from rapport.lib.tokens import digest


def once(actor: Actor, token: str, make: Callable[[], int]) -> tuple[int, bool]:
    """Runs ``make`` (which returns a record's id) unless this user's ``token`` was used; returns the id and if it ran.

    Both happen in one transaction: a crash in between leaves neither. Without a token it always runs.
    """
    if not token:
        return make(), True
    try:
        with transaction.atomic():
            submission = Submission.objects.create(token=digest(token), user_id=actor.user_id, at=clock.now())
            record_id = make()
            Submission.objects.filter(pk=submission.pk).update(record_id=record_id)
            return record_id, True
    except IntegrityError:
        before = made_by(actor, token)
        if before is None:
            raise
        return before, False


def made_by(actor: Actor, token: str) -> int | None:
    """The id of the record that a form with this token of this user made already, if it did."""
    if not token:
        return None
    # The digest is of a fixed length, and without signs that a database does not take.
    found = Submission.objects.filter(token=digest(token), user=actor.user_id, record__isnull=False)
    return found.values_list("record_id", flat=True).first()
