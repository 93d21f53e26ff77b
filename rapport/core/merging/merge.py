"""The verb that makes one record of several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, called, demand, level_of
from rapport.core.access.special import demand_right, may_right
from rapport.core.access.visible import get_record, not_found, seen_among, unindexed, visible_to
from rapport.core.errors import Conflict, Invalid
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.events.models import Act
from rapport.core.merging import pointing, settling
from rapport.core.merging.combining import combine, copied, values_of
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.among import among
from rapport.core.records.locking import locked

MOST = 4  # records that are merged at once: more cannot be looked at side by side
_END = ".merge"


@dataclass(frozen=True)
class Merged:
    """What a merge did: its act, for Undo, and the record that stayed."""

    act: Act
    winner: int


def can_merge(actor: Actor, spec: ObjectSpec) -> bool:
    """Whether the actor may merge records of this kind at all. What is about others has nobody to be merged with."""
    reach = (level_of(actor, spec.key, action) for action in ("edit", "trash"))
    return spec.parents is None and may_right(actor, "merge") and Level.NONE not in reach


def merge(
    actor: Actor,
    spec: ObjectSpec,
    winner: int,
    losers: Sequence[int],
    picks: Mapping[str, int] | None = None,
    *,
    versions: Mapping[int, int] | None = None,
    act: Act | None = None,
) -> Merged:
    """Makes one record of several: ``winner`` stays, the others go to the trash and their numbers lead to it.

    ``picks`` says by field whose value is taken, lists are united (see :func:`combine`). What leads to the others, or
    hangs on them, is moved. The actor needs the right to merge, and must be able to edit
    all of them and to trash those that go. ``versions`` are those the
    actor looked at: Conflict if one is newer. All is one act, and one undo takes it back; with ``act`` it is part of
    one that is open, in which no record may be merged away that another one was merged into.
    """
    _check(spec, winner, losers)
    with saving.unless_taken(), acting(actor, f"{spec.key}{_END}", act=act) as mine:
        _merge(actor, spec, {winner: losers}, mine, picks or {}, versions or {})
    return Merged(mine, winner)


def merge_groups(actor: Actor, spec: ObjectSpec, groups: Mapping[int, Sequence[int]], act: Act) -> None:
    """Several merges at once within an open act: ``groups`` says by the record that stays which ones go. Far quicker
    than :func:`merge` one by one, and all or none: Refused with the first reason there is. No record may occur twice.
    """
    for winner, losers in groups.items():
        _check(spec, winner, losers)
    with saving.unless_taken(), acting(actor, f"{spec.key}{_END}", act=act) as mine:
        _merge(actor, spec, groups, mine, {}, {})


def demand_merge(actor: Actor, spec: ObjectSpec) -> None:
    """NotAllowed unless the actor may merge records of this kind."""
    demand_right(actor, "merge")
    demand(actor, spec, "edit")
    demand(actor, spec, "trash")


def is_merge(act: Act) -> bool:
    """Whether an act merges records, or takes that back, or brings it back."""
    return settling.root_of(act).kind.endswith(_END)


def undoing(actor: Actor, act: Act) -> Actor:
    """Who takes an act back: of a merge the house in the actor's name, as it merged, if the actor may still edit the
    records that stayed, as far as they are not in the trash; of every other act the actor.
    """
    root = settling.root_of(act)
    spec = registry.find(root.kind.removesuffix(_END)) if root.kind.endswith(_END) else None
    winners = settling.winners_of(root) if spec else []
    if spec is None or actor.all_rights:
        return actor
    live = unindexed(spec).filter(among("pk", winners)).count()
    if not live or seen_among(actor, spec, winners, "edit").count() < live:
        return actor
    return replace(actor, all_rights=True)


def _check(spec: ObjectSpec, winner: int, losers: Sequence[int]) -> None:
    if winner in losers or len(set(losers)) != len(losers):
        raise Invalid({"": [_("A record cannot be merged with itself.")]})
    if not losers or len(losers) >= MOST:
        raise Invalid({"": [_("Choose two to %(most)s records to merge.") % {"most": MOST}]})
    if spec.parents is not None:
        raise Invalid({"": [_("%(plural)s cannot be merged.") % {"plural": spec.plural}]})


def _merge(
    actor: Actor,
    spec: ObjectSpec,
    groups: Mapping[int, Sequence[int]],
    act: Act,
    picks: Mapping[str, int],
    versions: Mapping[int, int],
) -> None:
    moves = {loser: winner for winner, losers in groups.items() for loser in losers}
    rows = _locked(actor, spec, list(groups), list(moves))
    for row in rows.values():
        if versions.get(row.pk, row.version) != row.version:
            sentence = _("“%(title)s” was changed while you were looking. Nothing was merged. Look again.")
            raise Conflict(sentence % {"title": called(actor, spec, row.title)}, current_version=row.version)
    given = values_of(spec, list(rows.values()))
    values: dict[int, dict[str, Any]] = {}
    for winner, losers in groups.items():
        combined = combine(actor, spec, {pk: given[pk] for pk in (winner, *losers)}, picks)
        values[winner] = copied(actor, spec, combined, winner)
    # Who may do this is settled. What leads to these records moves along whoever may see it, and so do values that
    # are hidden from the actor: the house does that, in the actor's name.
    house = replace(actor, all_rights=True)
    # In this order, as an undo goes backwards: others can lead to what went only when that is back.
    pointing.redirect(house, spec, moves, act)
    saving.trash(house, spec, list(moves), act=act)
    _fill(house, spec, values, act)
    settling.settle(act, moves)
    if seen_among(actor, spec, list(groups)).count() < len(groups):
        raise Invalid({"owner": [_("With this owner and team you would no longer see the record. Choose others.")]})
    facts = []
    for winner, losers in groups.items():
        names = ", ".join(rows[pk].title for pk in losers)
        facts.append(Fact(f"{spec.key}.merged", winner, others=tuple(losers), data={"name": names}))
    emit(actor, act, facts)


def _locked(actor: Actor, spec: ObjectSpec, winners: Sequence[int], losers: Sequence[int]) -> dict[int, Any]:
    """The records: live, and the actor may do this to them. Of two merges at once the second waits here, and then finds
    them gone.
    """
    demand_merge(actor, spec)
    ids = [*winners, *losers]
    rows = {row.pk: row for row in locked(visible_to(actor, spec).filter(pk__in=ids))}
    if len(rows) < len(ids):
        raise not_found(spec)
    for action, some in (("edit", ids), ("trash", losers)):
        allowed = set(seen_among(actor, spec, some, action).values_list("pk", flat=True))
        for pk in some:
            if pk not in allowed:
                get_record(actor, spec, pk, action)  # says why not
    return rows


def _fill(house: Actor, spec: ObjectSpec, values: Mapping[int, Mapping[str, Any]], act: Act) -> None:
    rows = [(pk, None, wanted) for pk, wanted in values.items()]
    drafts = saving.update_many(house, spec, rows, act=act, cleaned=True)
    if len(drafts) < len(rows):
        raise not_found(spec)
    for draft in drafts:
        if draft.errors:
            raise Invalid(draft.errors)
