"""Which act changed a record last."""

from rapport.accounts.actor import Actor
from rapport.core.events.models import Change


def latest_act(actor: Actor, record_id: int) -> int | None:
    """The actor's newest act on a record: what “Undo” takes back. None if the actor never changed it."""
    # Through the changes: they are found by their record, events are not.
    mine = Change.objects.filter(record_id=record_id, event__user=actor.user_id)
    return mine.order_by("-pk").values_list("event__act_id", flat=True).first()
