"""The search box of a list: hits that go with filters, sort and pages by key.

Few hits are fetched by id and then sorted. Of more, the index of the sort is walked: what is found often is met soon by
looking into each entry, and else the records met are looked up in the set of the hits.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from rapport.accounts.actor import Actor
from rapport.core.access.finding import MOST_SIGNS, finding
from rapport.core.records.known import listed
from rapport.core.search import index
from rapport.core.search.reach import reach_of
from rapport.core.search.scopes import Sight, sight
from rapport.core.search.weighing import Weight, share_of, weigh
from rapport.lib.search_words import at_mass_provider, sought
from rapport.lib.text import clean_line

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MANY_HITS = 40_000  # that are known as a set
_PATIENCE = 1.5  # entries are looked into for so many times as long as should do
_STAKE = 0.2  # or for such a part of what the other plan would take


class Plan(Enum):
    """How the records of a page are found."""

    FETCH = "the hits are fetched by id"
    SIFT = "the index of the sort is walked, and the hits are known as a set"
    LOOK = "the index of the sort is walked, and entries are looked into"


@dataclass(frozen=True)
class Costs:
    """What the steps of a plan take, in microseconds: a hit of the index, to make it one of a set, to fetch its record
    and sort it; a record met along a sort, to test the reader's rule, to look it up in a set, to look into its entry.
    """

    hit: float
    keep: float
    fetch: float
    step: float
    rule: float
    test: float
    look: float


COSTS = {
    "sqlite": Costs(hit=0.1, keep=0.15, fetch=2.0, step=0.08, rule=0.1, test=0.03, look=0.7),
    "postgresql": Costs(hit=1.5, keep=0.3, fetch=2.0, step=0.3, rule=0.1, test=0.2, look=2.5),
}


@dataclass(frozen=True)
class Hits:
    """What is left of a list. ``ids`` are the candidates, of whom ``condition`` must hold; ``every()`` reads those that
    are found, of whom only ``also`` must. ``holding`` is the condition on a record of which nothing is known; without
    ids there is only that. ``share`` is the part of all records that the reader sees, about.
    """

    holding: Q
    ids: RawSQL | None = None
    condition: Q = Q()  # noqa: RUF009 - never changed
    also: Q = Q()  # noqa: RUF009
    every: Callable[[], list[int]] = list
    weight: Weight = Weight(0, 1)  # noqa: RUF009 - frozen
    share: float = 1.0
    ways: index.Ways = ()
    within: Sight | None = None

    @property
    def later(self) -> tuple[Q, dict[str, str], Hashable] | None:
        """``holding`` with holes, what goes into them, and its shape; None where addresses take part in it."""
        if self.within is None or self.also:
            return None
        ways, pieces, shape = index.later(self.ways)
        return index.holds(ways, self.within), pieces, (shape, self.within)

    @property
    def are_known(self) -> bool:
        """Whether the candidates are few enough to begin with them."""
        return self.ids is not None and self.weight.hits * self.share <= MANY_HITS

    def plans(self, rows: int, *, narrowed: bool) -> Iterator[tuple[Plan, int]]:
        """How to find so many rows along a sort, the next plan if one did not find them; each with how many records
        are looked into at most. ``narrowed`` by a filter, hits are met later than they seem.
        """
        if self.ids is None or (narrowed and not self.are_known):
            yield Plan.LOOK, 0
            return
        costs = COSTS[connection.vendor]
        hits = self.weight.hits * self.share
        steps = min(rows * self.weight.records / max(self.weight.least * self.share, 0.1), self.weight.records)
        asked = self.weight.hits * costs.hit
        fetch = asked + hits * costs.fetch
        step = costs.step + (costs.rule if self.share < 1 else 0)
        sift = asked + hits * costs.keep + steps * (step + costs.test)
        one = step + self.share * costs.look
        other = min(fetch, sift)
        if steps * one < other and not narrowed:
            yield Plan.LOOK, _rounded(int(max(steps * _PATIENCE, other * _STAKE / max(one, 0.01))))
            # They are far along the sort, then: a good part of it has to be walked, and no row of the table.
            sift = asked + hits * costs.keep + self.weight.records / 10 * (step + costs.test)
        yield (Plan.FETCH if fetch < sift else Plan.SIFT), 0


def _rounded(number: int) -> int:
    """A little more, of which there are few: what is asked for so many rows can be asked again with the same SQL."""
    step = 1 << max(number.bit_length() - 3, 0)
    return -(-number // step) * step


def matching(actor: Actor, spec: "ObjectSpec", text: str, *, look: bool = False) -> Hits:
    """The records in which every word of ``text`` occurs, as far as the actor may look into them.

    ``look`` says that only few records are asked about, or such as are not live: then their texts are looked at. Where
    entries are being written anew it is the beginnings of names that are found.
    """
    text = clean_line(text[:MOST_SIGNS], MOST_SIGNS)
    if not text:
        return Hits(Q())  # nothing but white space, or signs that nobody sees
    within = sight(actor, spec)
    if within is None:
        return Hits(finding(actor, spec, text))
    ways = sought(text)
    if not ways:
        return Hits(Q(pk__in=()))
    also = at_providers(actor, spec, text)
    holding = also & index.holds(ways, within)
    return Hits(holding) if look else _weighed(actor, spec, ways, within, also, holding)


def _weighed(actor: Actor, spec: "ObjectSpec", ways: index.Ways, within: Sight, also: Q, holding: Q) -> Hits:
    """The hits within the actor's reach, and those that were shared."""
    reach = reach_of(actor, spec)
    signs = reach.signs if reach else ()
    asked = index.Question(spec.key, ways, within, signs)
    weight = weigh(spec, asked)
    if weight.ids is not None:
        found = index.proven(asked, weight.ids)
        return Hits(holding, listed(found), also, also, lambda: found, weight)
    shared = index.among(spec.key, ways, within, reach.shared, len(reach.shared)) if reach and reach.shared else []
    others = [pk for pk, _text in shared]
    ids, are_certain = index.candidates(asked, others)
    every = partial(_every, asked, others)
    return Hits(
        holding, ids, also if are_certain else holding, also, every, weight, share_of(spec, signs), ways, within
    )


def _every(asked: index.Question, others: Sequence[int]) -> list[int]:
    return list({*index.every(asked), *others})


def at_providers(actor: Actor, spec: "ObjectSpec", text: str) -> Q:
    """The condition of having the typed addresses at mass providers, whose names are in no stored text."""
    found = Q()
    for part in text.split():
        if at_mass_provider(part):
            found &= finding(actor, spec, part)
    return found
