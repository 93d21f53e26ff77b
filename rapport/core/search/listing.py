"""The search box of a list: hits that go with filters, sort and pages by key.

Few hits are fetched by id and then sorted. Many are so close together that walking the index of the sort meets them,
unless a name is both looked for and sorted by, or the actor sees but a part of them: then more are fetched.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.expressions import RawSQL

from rapport.accounts.actor import Actor
from rapport.core.access.finding import MOST_SIGNS, finding
from rapport.core.search import index
from rapport.core.search.reach import reach_of
from rapport.core.search.scopes import Sight, sight
from rapport.lib.search_words import at_mass_provider, sought
from rapport.lib.text import clean_line

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

FEW_HITS = 5_000  # fetched by id
MANY_HITS = 40_000  # fetched by the database where walking may lead past all of them
SOME_HITS = 8_000  # the same where walking leads past many, because the actor sees but a part


@dataclass(frozen=True)
class Hits:
    """What is left of a list: the ids to begin with (None: read along the sort) and what must hold of each record."""

    ids: list[int] | RawSQL | None
    condition: Q


def matching(actor: Actor, spec: "ObjectSpec", text: str, *, look: bool = False, most: int = MANY_HITS) -> Hits:
    """The records in which every word of ``text`` occurs, as far as the actor may look into them.

    ``look`` says that only few records are asked about, or such as are not live: then their texts are looked at.
    Up to ``most`` hits are fetched before a sort is walked. Where entries are being written anew it is the beginnings
    of names that are found.
    """
    text = clean_line(text[:MOST_SIGNS], MOST_SIGNS)
    if not text:
        return Hits(None, Q())  # nothing but white space, or signs that nobody sees
    within = sight(actor, spec)
    if within is None:
        return Hits(None, finding(actor, spec, text))
    ways = sought(text)
    if not ways:
        return Hits([], Q(pk__in=()))
    also = at_providers(actor, spec, text)
    if not look:
        found = _fetched(actor, spec, ways, within, most)
        if found is not None:
            return Hits(found, also)
    return Hits(None, also & index.holds(ways, within))


def _fetched(actor: Actor, spec: "ObjectSpec", ways: index.Ways, within: Sight, most: int) -> list[int] | RawSQL | None:
    """The hits within the actor's reach, and those that were shared: as ids, as a subquery, None if they are many."""
    reach = reach_of(actor, spec)
    signs = reach.signs if reach else ()
    shared = index.among(spec.key, ways, within, reach.shared, len(reach.shared)) if reach and reach.shared else []
    ids = index.ids(spec.key, ways, within, FEW_HITS, signs)
    if ids is not None:
        return list({*ids, *(pk for pk, _text in shared)}) if shared else ids
    if most <= FEW_HITS or index.is_common(spec.key, ways, within, most, signs):
        return None
    return index.subquery(spec.key, ways, within, signs, [pk for pk, _text in shared])


def at_providers(actor: Actor, spec: "ObjectSpec", text: str) -> Q:
    """The condition of having the typed addresses at mass providers, whose names are in no stored text."""
    found = Q()
    for part in text.split():
        if at_mass_provider(part):
            found &= finding(actor, spec, part)
    return found
