"""One change for many records: one act, in chunks, undone as one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import called, demand, locale_of, writable_fields
from rapport.core.access.special import demand_right
from rapport.core.access.visible import get_record, not_found, seen_among
from rapport.core.errors import BadQuery, Invalid, NotAllowed, Refused
from rapport.core.events.emit import acting
from rapport.core.events.models import LEFT, Act
from rapport.core.fields import Field, Tags
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.locking import locked
from rapport.core.segments.fields import Segments
from rapport.core.segments.models import FIELD, FIXED, KEY, Segment
from rapport.lib.numbers import number_in
from rapport.lib.pace import Pace
from rapport.lib.text import fold

AT_ONCE = 200  # more are done by the worker
MOST_REASONS = 100  # that are kept; beyond, they are counted
VERBS = ("trash", "restore", "tag", "untag", "segment", "unsegment", "mine", "edit")
_SEGMENTING = ("segment", "unsegment")
# Controls of what belongs to one record, or has a verb of its own.
_NOT_IN_BULK = ("none", "lines", "records", "tags", "file")


@dataclass(frozen=True)
class Order:
    """What shall be done to each record. ``value`` is the tag, the number of the segment, or the value of ``field`` as
    a form or file has it.
    """

    verb: str
    field: str = ""
    value: Any = ""

    @property
    def action(self) -> str:
        """The right it takes."""
        return "trash" if self.verb in ("trash", "restore") else "edit"


@dataclass
class Outcome:
    """What came of an order: how many records changed, how many were refused and the first reasons."""

    changed: int = 0
    left_count: int = 0
    left: list[str] = field(default_factory=list)

    def refuse(self, sentence: str) -> None:
        """Notes a record that stays as it is."""
        self.left_count += 1
        if len(self.left) < MOST_REASONS:
            self.left.append(sentence)


def bulk(
    actor: Actor,
    spec: ObjectSpec,
    verb: str,
    ids: Sequence[int],
    *,
    tag: str = "",
    progress: Callable[[int, int], Any] | None = None,
) -> tuple[Act, int]:
    """As :func:`carry_out`, for the verbs that need at most a tag; returns the act and how many records it changed."""
    act, outcome = carry_out(actor, spec, Order(verb, value=tag), ids, progress=progress)
    return act, outcome.changed


def carry_out(
    actor: Actor,
    spec: ObjectSpec,
    order: Order,
    ids: Sequence[int],
    *,
    progress: Callable[[int, int], Any] | None = None,
) -> tuple[Act, Outcome]:
    """Does what was ordered to the records with these ids, as far as the actor may, as one act.

    Verbs: trash, restore, tag, untag, segment, unsegment (into one and out of it), mine (makes the actor the owner),
    edit (sets one field). Records that refuse the change are left and told in the outcome; Invalid where all of a few
    do.
    """
    check(actor, spec, order)
    act: Act | None = None
    outcome, pace, done = Outcome(), Pace(AT_ONCE), 0
    while act is None or done < len(ids):
        part = ids[done : done + pace.size]
        # The first chunk makes the act in its own transaction: a small act is done as a whole or not at all.
        with acting(actor, f"bulk.{order.verb}", label=label(spec, order), act=act) as mine, pace:
            pace.rows = len(part)
            take(actor, spec, order, part, mine, outcome)
            if outcome.left and not outcome.changed and len(ids) <= AT_ONCE:
                raise Invalid({"": outcome.left[:3]})  # nothing came of it, so nothing stays of it
            if outcome.left_count:
                mine.counts[LEFT] = outcome.left_count
            Act.objects.filter(pk=mine.pk).update(counts=mine.counts)
        act, done = mine, done + len(part)
        if progress:
            progress(done, len(ids))
    return act, outcome


def check(actor: Actor, spec: ObjectSpec, order: Order) -> None:
    """Refuses an order that no record could follow: BadQuery, NotAllowed or Invalid with the reason."""
    if order.verb not in VERBS:
        raise BadQuery(_("“%(verb)s” cannot be done to many records. Known: %(known)s.") % {
            "verb": order.verb, "known": ", ".join(VERBS),
        })  # fmt: skip
    demand_right(actor, "bulk")
    demand(actor, spec, order.action)
    if order.verb in ("tag", "untag") and not str(order.value).strip():
        raise Invalid({"tag": [_("Type the tag to add.") if order.verb == "tag" else _("Type the tag to remove.")]})
    if order.verb in _SEGMENTING:
        _segment(actor, spec, order)
    if order.verb == "edit":
        _check_edit(actor, spec, order)


def _segment(actor: Actor, spec: ObjectSpec, order: Order) -> Segment:
    """The segment of an order. NotAllowed or NotFound where the actor may not change it on records, or not see it."""
    if FIELD not in writable_fields(actor, spec):
        raise NotAllowed(_("“%(key)s” cannot be changed for many records, or not by you.") % {"key": FIELD})
    segments = registry.get(KEY)
    segment: Segment = get_record(actor, segments, number_in(str(order.value)))
    if segment.object != spec.key or segment.kind != FIXED:
        raise not_found(segments)
    return segment


def _check_edit(actor: Actor, spec: ObjectSpec, order: Order) -> None:
    field = editable_fields(actor, spec).get(order.field)
    if field is None:
        raise NotAllowed(_("“%(key)s” cannot be changed for many records, or not by you.") % {"key": order.field})
    try:
        value = field.clean(order.value, locale_of(actor))
    except (ValueError, OverflowError) as error:
        raise Invalid({order.field: [str(error)]}) from error
    if field.required and field.is_empty(value):
        raise Invalid({order.field: [_("%(label)s is missing.") % {"label": field.label}]})


def editable_fields(actor: Actor, spec: ObjectSpec) -> dict[str, Field]:
    """The fields that can be set to one value for many records."""
    return {
        key: field
        for key, field in writable_fields(actor, spec).items()
        if field.control not in _NOT_IN_BULK and key != FIELD
    }


def label(spec: ObjectSpec, order: Order) -> str:
    """What the act is called: “People: Lifecycle”, “People: tag”. No segment is named: not all who read it see it."""
    if order.verb == "edit":
        return f"{spec.plural}: {spec.field(order.field).label}"
    return f"{spec.plural}: {order.verb}"


def take(actor: Actor, spec: ObjectSpec, order: Order, ids: Sequence[int], act: Act, outcome: Outcome) -> None:
    """Carries the order out on some records, in the caller's transaction.

    Where that is refused as a whole it is tried again with halves, so that one record keeps no other from its change.
    """
    waiting = [ids]
    while waiting:
        part = waiting.pop()
        counts = dict(act.counts)
        try:
            with saving.unless_taken(), transaction.atomic():
                changed, refused = _do(actor, spec, order, part, act)
        except Refused as refusal:
            act.counts.clear()
            act.counts.update(counts)
            if len(part) == 1:
                outcome.refuse(f"{_named(actor, spec, part[0])}: {refusal.message}")
            else:
                waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
            continue
        outcome.changed += changed
        for sentence in refused:
            outcome.refuse(sentence)


def _do(actor: Actor, spec: ObjectSpec, order: Order, ids: Sequence[int], act: Act) -> tuple[int, list[str]]:
    """How many records changed, and sentences about those that were refused."""
    if order.action == "trash":
        work = saving.trash if order.verb == "trash" else saving.restore
        return len(work(actor, spec, ids, act=act)), []
    drafts = saving.update_many(actor, spec, _rows(actor, spec, order, ids), act=act)
    refused = [
        f"{called(actor, spec, draft.instance.title) or draft.instance.pk}: {Invalid(draft.errors).message}"
        for draft in drafts
        if draft.errors
    ]
    return sum(1 for draft in drafts if draft.values and not draft.errors), refused


def _rows(
    actor: Actor, spec: ObjectSpec, order: Order, ids: Sequence[int]
) -> list[tuple[int, int | None, dict[str, Any]]]:
    """What the save path is given for each record."""
    if order.verb == "mine":
        return [(pk, None, {"owner": actor.user_id}) for pk in ids]
    if order.verb == "edit":
        return [(pk, None, {order.field: order.value}) for pk in ids]
    # Locked before the tags are read: else one of two who tag at once would lose the other's tag.
    editable = list(locked(seen_among(actor, spec, ids, "edit")).values_list("pk", flat=True))
    return (_segmented if order.verb in _SEGMENTING else _tagged)(spec, order, editable)


def _segmented(spec: ObjectSpec, order: Order, editable: Sequence[int]) -> list[tuple[int, int | None, dict[str, Any]]]:
    field = spec.by_key[FIELD]
    stored = field.load_many(editable) if isinstance(field, Segments) else {}
    segment, adds = int(order.value), order.verb == "segment"
    rows: list[tuple[int, int | None, dict[str, Any]]] = []
    for pk in editable:
        there = field.to_json(stored.get(pk))
        if (segment in there) != adds:  # a record that is in it already costs no more
            rows.append((pk, None, {FIELD: [*there, segment] if adds else [one for one in there if one != segment]}))
    return rows


def _tagged(spec: ObjectSpec, order: Order, editable: Sequence[int]) -> list[tuple[int, int | None, dict[str, Any]]]:
    field = spec.by_key["tags"]
    stored = field.load_many(editable) if isinstance(field, Tags) else {}
    tag, key = str(order.value), fold(str(order.value).strip())
    rows: list[tuple[int, int | None, dict[str, Any]]] = []
    for pk in editable:
        names = stored.get(pk, [])
        rest = [name for name in names if fold(name) != key]
        if (len(rest) == len(names)) == (order.verb == "tag"):  # a record that is tagged already costs no more
            rows.append((pk, None, {"tags": [*names, tag] if order.verb == "tag" else rest}))
    return rows


def _named(actor: Actor, spec: ObjectSpec, record_id: int) -> str:
    title = spec.model._default_manager.filter(pk=record_id).values_list("title", flat=True).first()
    return called(actor, spec, title) if title else f"#{record_id}"
