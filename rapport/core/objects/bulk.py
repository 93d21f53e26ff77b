"""One change for many records: one act, in chunks, undone as one."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand
from rapport.core.access.visible import seen_among
from rapport.core.errors import BadQuery, Invalid
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.fields import Tags
from rapport.core.objects import saving
from rapport.core.objects.spec import ObjectSpec

CHUNK = 200  # records in one transaction
AT_ONCE = 200  # more are done by the worker
VERBS = ("trash", "restore", "tag", "mine")


def bulk(
    actor: Actor,
    spec: ObjectSpec,
    verb: str,
    ids: Sequence[int],
    *,
    tag: str = "",
    progress: Callable[[int, int], Any] | None = None,
) -> tuple[Act, int]:
    """Does ``verb`` to the records with these ids as far as the actor may; returns the act and how many it changed.

    Verbs: trash, restore, tag (adds ``tag``), mine (makes the actor the owner).
    """
    if verb not in VERBS:
        raise BadQuery(_("“%(verb)s” cannot be done to many records. Known: %(known)s.") % {
            "verb": verb, "known": ", ".join(VERBS),
        })  # fmt: skip
    demand(actor, spec, "trash" if verb in ("trash", "restore") else "edit")
    if verb == "tag" and not tag.strip():
        raise Invalid({"tag": [_("Type the tag to add.")]})
    act: Act | None = None
    changed = 0
    for start in range(0, max(len(ids), 1), CHUNK):
        # The first chunk makes the act in its own transaction: a small act is done as a whole or not at all.
        with saving.unless_taken(), acting(actor, f"bulk.{verb}", label=f"{spec.plural}: {verb}", act=act) as mine:
            changed += _chunk(actor, spec, verb, ids[start : start + CHUNK], tag, mine)
            Act.objects.filter(pk=mine.pk).update(counts=mine.counts)
        act = mine
        if progress:
            progress(min(start + CHUNK, len(ids)), len(ids))
    assert act is not None  # noqa: S101 - the loop runs at least once
    return act, changed


def _chunk(actor: Actor, spec: ObjectSpec, verb: str, ids: Sequence[int], tag: str, act: Act) -> int:
    if verb == "trash":
        return len(saving.trash(actor, spec, ids, act=act))
    if verb == "restore":
        return len(saving.restore(actor, spec, ids, act=act))
    if verb == "mine":
        rows: list[tuple[int, int | None, dict[str, Any]]] = [(pk, None, {"owner": actor.user_id}) for pk in ids]
    else:
        # Locked before the tags are read: else one of two who tag at once would lose the other's tag.
        editable = [record.pk for record in saving.locked(seen_among(actor, spec, ids, "edit"))]
        field = spec.by_key["tags"]
        stored = field.load_many(editable) if isinstance(field, Tags) else {}
        rows = [(pk, None, {"tags": [*stored.get(pk, []), tag]}) for pk in editable]
    drafts = saving.update_many(actor, spec, rows, act=act)
    return sum(1 for draft in drafts if draft.values and not draft.errors)
