"""What a save tells at once, in its transaction: who is named, who became the owner; and what its author follows."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rapport.accounts.actor import Actor
from rapport.core.events.models import Act
from rapport.core.notices.following import follow_by_itself
from rapport.core.notices.telling import tell
from rapport.core.objects.saver import Draft

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

DOORS = ("screen", "api", "flow")  # an import, a command and upkeep tell nobody
# Beginnings of kinds of acts that change many records at once, or take something back: they tell nobody either.
LARGE = ("bulk.", "import", "undo", "restore.", "sample")


def tells(act: Act) -> bool:
    """Whether anybody is told of what an act does."""
    return act.via in DOORS and not act.kind.startswith(LARGE) and not act.kind.endswith(".merge")


def tell_of_saved(
    actor: Actor,
    spec: "ObjectSpec",
    saved: Sequence[Draft],
    events: Sequence[int],
    act: Act,
    named: Mapping[int, Sequence[int]],
) -> None:
    """Called with what was just stored, the event of each, and the users who are named anew, by record."""
    if not tells(act):
        return
    for draft, event_id in zip(saved, events, strict=True):
        pk, owner = draft.instance.pk, draft.values.get("owner")
        about = _about(spec, draft)
        by_id, once = actor.user_id, f"event:{event_id}"
        if users := named.get(pk):
            tell(users, "mention", record_id=pk, by_id=by_id, event_id=event_id, once=once)
            follow_by_itself([(user_id, record_id) for user_id in users for record_id in about], "mentioned")
        if owner and owner != actor.user_id:
            tell([owner], "assignment", record_id=pk, by_id=by_id, event_id=event_id, once=once)
            follow_by_itself([(owner, pk)], "owned")
        if draft.is_new and actor.user_id:
            why = "created" if spec.parents is None else "wrote"
            follow_by_itself([(actor.user_id, record_id) for record_id in about], why)


def _about(spec: "ObjectSpec", draft: Draft) -> set[int]:
    """The records that are worth following for a saved one: itself, or what it is about where it is an activity."""
    if spec.parents is None:
        return {draft.instance.pk}
    targets = (target for field in spec.fields for target in field.targets(draft.now(field.key)))
    about = {pk for table, pk in targets if table == "record"}
    # What the saver added by itself (the company of a person) has not been worked on.
    return about & draft.given or about
