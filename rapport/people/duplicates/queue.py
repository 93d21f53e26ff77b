"""The queue of pairs that may be one: what an actor may look at, and the verbs that decide about one."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.access.visible import seen_among, sees_all
from rapport.core.errors import NotFound
from rapport.core.merging.merge import can_merge, demand_merge
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.quality.checks import Counted
from rapport.lib import clock
from rapport.people.duplicates.models import DIFFERENT, LATER, OPEN, DuplicatePair, DuplicateSearch

PAGE = 25
COUNTED = 1_000
LATER_DAYS = 7
_MOST_READ = 2_000  # pairs looked through for one page, where the actor may see few of them
# The fields without which nobody is told a reason.
_NEEDS = {
    "email": ("email", "emails"), "phone": ("phone", "phones"), "birthday": ("birthday",), "company": ("company",),
    "domain": ("domain",), "vat": ("vat_id",), "address": ("address",), "city": ("address",),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A pair as an actor sees it: its row, the two records, and the reasons that may be told."""

    pair: DuplicatePair
    one: Any
    other: Any
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Page:
    """A page of the queue; ``after`` is the pair to go on behind, None at the end."""

    rows: list[Shown]
    after: int | None


def page(actor: Actor, kind: str, *, after: int | None = None) -> Page:
    """The likeliest pairs that nobody has decided about yet, both of which are live and may be seen by the actor."""
    spec = registry.get(kind)
    demand_merge(actor, spec)
    rows = _waiting(kind)
    edge = rows.model.objects.filter(pk=after or 0).values_list("score", flat=True).first()
    if edge is not None:
        rows = rows.filter(Q(score__lt=edge) | Q(score=edge, pk__gt=after))
    found: list[Shown] = []
    read = 0
    while read < _MOST_READ:
        part = list(rows[read : read + 4 * PAGE])
        read += len(part)
        for one in shown(actor, spec, part):
            if len(found) == PAGE:
                return Page(found, found[-1].pair.pk)
            found.append(one)
        if len(part) < 4 * PAGE:
            break
    return Page(found, None)


def count(actor: Actor, kind: str) -> Counted | None:
    """How many pairs wait for the actor, up to a thousand; None for one who may not merge."""
    spec = registry.get(kind)
    if not can_merge(actor, spec):
        return None
    pairs = list(_waiting(kind)[: COUNTED + 1])
    seen = pairs if sees_all(actor, spec) else shown(actor, spec, pairs)
    return Counted(min(len(seen), COUNTED), len(pairs) > COUNTED)


def different(actor: Actor, pair_id: int) -> DuplicatePair:
    """They are two: never asked again, unless one of them changes."""
    return _decide(actor, pair_id, DIFFERENT)


def later(actor: Actor, pair_id: int) -> DuplicatePair:
    """Asked again in a week."""
    return _decide(actor, pair_id, LATER, again_at=clock.now() + datetime.timedelta(days=LATER_DAYS))


def reopen(actor: Actor, pair_id: int) -> DuplicatePair:
    """Takes a decision back."""
    return _decide(actor, pair_id, OPEN)


def last_search(kind: str) -> DuplicateSearch | None:
    """The newest search among a kind."""
    return DuplicateSearch.objects.filter(kind=kind).order_by("-pk").first()


def waiting_ids(kind: str, *, likeness: int = 0, pairs: Sequence[int] = (), most: int | None = None) -> list[int]:
    """Numbers of the pairs that wait, the likeliest first: these ``pairs``, or all of at least this likeness; of them
    the first ``most``.
    """
    rows = _waiting(kind)
    rows = rows.filter(pk__in=pairs) if pairs else rows.filter(score__gte=likeness)
    return list(rows.values_list("pk", flat=True)[:most])


# -------------------------------------------------------------------- pieces
def _waiting(kind: str) -> Any:
    due = Q(state=OPEN) | Q(state=LATER, again_at__lte=clock.now())
    live = Q(one__trashed_at=None, other__trashed_at=None)
    return DuplicatePair.objects.filter(due, live, kind=kind).order_by("-score", "pk")


def shown(actor: Actor, spec: ObjectSpec, pairs: list[DuplicatePair]) -> list[Shown]:
    ids = {pk for pair in pairs for pk in (pair.one_id, pair.other_id)}
    seen = {row.pk: row for row in seen_among(actor, spec, ids)} if ids else {}
    readable = readable_fields(actor, spec)
    found = []
    for pair in pairs:
        if pair.one_id in seen and pair.other_id in seen:
            told = tuple(
                (str(what), float(how)) for what, how in pair.reasons if set(_NEEDS.get(what, ())) <= readable.keys()
            )
            found.append(Shown(pair, seen[pair.one_id], seen[pair.other_id], told))
    return found


def _decide(actor: Actor, pair_id: int, state: str, again_at: datetime.datetime | None = None) -> DuplicatePair:
    pair = DuplicatePair.objects.filter(pk=pair_id).first()
    spec = registry.find(pair.kind) if pair else None
    if pair is None or spec is None or not shown(actor, spec, [pair]):
        raise NotFound(_("There is no such pair, or you may not see it."))
    demand_merge(actor, spec)
    pair.state, pair.again_at, pair.decided_by_id, pair.decided_at = state, again_at, actor.user_id, clock.now()
    pair.save(update_fields=["state", "again_at", "decided_by", "decided_at"])
    return pair
