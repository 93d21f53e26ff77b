"""The search for doubles: nightly and when somebody asks, rule by rule, each stored as a whole."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.errors import NotAllowed
from rapport.core.jobs.models import Job
from rapport.core.jobs.queue import enqueue
from rapport.core.records.among import among
from rapport.lib import clock, faults
from rapport.people.duplicates import blocking, matching, reading, weighing
from rapport.people.duplicates.blocking import Rule
from rapport.people.duplicates.matching import Pair
from rapport.people.duplicates.models import OPEN, DuplicatePair, DuplicateSearch
from rapport.people.duplicates.profiles import Profile

KIND = "people.duplicates"
MOST = 50_000  # pairs of one rule that are kept, the likeliest: nobody looks at more
_CHUNK = 1_000
_KEPT = 20  # searches of each kind that are remembered


@dataclass(frozen=True)
class _Way:
    """How the doubles of one kind are found."""

    read: reading.Read
    rules: Sequence[Rule]


_WAYS = {"person": _Way(reading.people, blocking.PEOPLE), "company": _Way(reading.companies, blocking.COMPANIES)}
KINDS = tuple(_WAYS)


def look(actor: Actor, kind: str) -> Job:
    """Puts a search among all records of a kind into the queue; one that waits or runs already is answered again."""
    if not actor.all_rights:
        raise NotAllowed(_("Only administrators may start a search for duplicates. Each night one starts by itself."))
    return enqueue(KIND, {"kind": kind}, actor, unique_key=f"{KIND}:{kind}")


def search_all(
    kind: str, *, job: Job | None = None, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> DuplicateSearch:
    """Looks at all live records of a kind and stores the pairs; what was decided about unchanged ones stays decided."""
    way = _WAYS[kind]
    search = _open(kind, job)
    steps = len(way.rules) + 1
    profiles = way.read(lambda _count: progress(search.rule, steps), None)
    DuplicateSearch.objects.filter(pk=search.pk).update(looked_at=len(profiles))
    known, seen = weighing.weights(profiles), set[int]()
    for number, rule in enumerate(way.rules):

        def beat(number: int = number) -> None:
            progress(number + 1, steps)

        beat()
        pairs = list(matching.found_by(profiles, rule, known, seen, beat))
        if number >= search.rule:
            _store(search, number + 1, sorted(pairs, key=lambda pair: -pair.score)[:MOST])
            faults.point("duplicates.rule")
    _end(search)
    return search


def as_found(kind: str, pairs: Sequence[DuplicatePair]) -> list[DuplicatePair]:
    """Those of some pairs of which nothing that was compared has changed since."""
    ids = {pk for pair in pairs for pk in (pair.one_id, pair.other_id)}
    now = {profile.id: profile for profile in _WAYS[kind].read(lambda _count: None, ids)} if ids else {}
    return [
        pair
        for pair in pairs
        if {pair.one_id, pair.other_id} <= now.keys() and pair.digest == _digest(now[pair.one_id], now[pair.other_id])
    ]


# -------------------------------------------------------------------- pieces
def _open(kind: str, job: Job | None) -> DuplicateSearch:
    """The search that was cut off, or a new one."""
    begun = DuplicateSearch.objects.filter(kind=kind, job=job, ended_at=None).first() if job else None
    return begun or DuplicateSearch.objects.create(kind=kind, job=job, began_at=clock.now())


def _store(search: DuplicateSearch, rule: int, pairs: Sequence[Pair]) -> None:
    with transaction.atomic():
        for start in range(0, len(pairs), _CHUNK):
            _store_some(search, pairs[start : start + _CHUNK])
        DuplicateSearch.objects.filter(pk=search.pk).update(rule=rule)
    search.rule = rule


def _store_some(search: DuplicateSearch, pairs: Sequence[Pair]) -> None:
    stored = {
        (row.one_id, row.other_id): row
        for row in DuplicatePair.objects.filter(among("one_id", {pair.one.id for pair in pairs}))
    }
    new, old = [], []
    for pair in pairs:
        row = stored.get((pair.one.id, pair.other.id))
        if row is None:
            row = DuplicatePair(kind=search.kind, one_id=pair.one.id, other_id=pair.other.id)
            new.append(row)
        else:
            old.append(row)
        if row.digest != (digest := _digest(pair.one, pair.other)):
            row.state, row.again_at, row.digest = OPEN, None, digest
        row.score, row.reasons, row.search = round(pair.score * 1000), [list(why) for why in pair.reasons], search
    DuplicatePair.objects.bulk_create(new, batch_size=_CHUNK)
    DuplicatePair.objects.bulk_update(
        old, ("state", "again_at", "digest", "score", "reasons", "search"), batch_size=_CHUNK // 4
    )


def _digest(one: Profile, other: Profile) -> str:
    return hashlib.blake2b(repr((one, other)).encode(), digest_size=16).hexdigest()


def _end(search: DuplicateSearch) -> None:
    """What this search did not find again is forgotten, unless somebody has decided about it; then it ends."""
    with transaction.atomic():
        stale = DuplicatePair.objects.filter(kind=search.kind, state=OPEN).exclude(search=search)
        stale.delete()
        search.found = DuplicatePair.objects.filter(kind=search.kind, search=search).count()
        search.ended_at = clock.now()
        search.save(update_fields=["found", "ended_at"])
        decided = DuplicatePair.objects.filter(kind=search.kind).values("search_id")
        older = DuplicateSearch.objects.filter(kind=search.kind).order_by("-pk").values_list("pk", flat=True)[_KEPT:]
        DuplicateSearch.objects.filter(pk__in=list(older)).exclude(pk__in=decided).delete()
