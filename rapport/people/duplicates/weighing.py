"""How likely two records are one, and why: evidence added up in bits, as Fellegi and Sunter did it.

What two records share counts the more the fewer have it: a rare name more than “Schmidt”, a number of two more than a
switchboard. What they differ in counts against. Against all of it stands how unlikely it is that any two are one.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler
from rapidfuzz.fuzz import ratio, token_sort_ratio

from rapport.people.duplicates.profiles import Profile

ENOUGH = 0.6  # below, two are not worth anybody's time
# One in so many records has a double. Only how many pairs are shown depends on it, not their order.
_ONE_IN = 25
# A house with a few records says nothing about how rare a name is: it is taken for one with so many.
_AT_LEAST = 500
_OTHER = 0.72  # names below are others
_ALIKE = 0.9  # names from here on are told as alike
Reason = tuple[str, float]  # what is the same or alike, and how much (1.0: the same)


@dataclass(frozen=True)
class Weights:
    """How rare values are among ``total`` records, in bits."""

    total: int
    rare: dict[str, dict[object, float]] = field(default_factory=dict)

    def of(self, name: str, value: object) -> float:
        """How much it says that two share this value."""
        return self.rare[name].get(value, math.log2(self.total))


_COUNTED: dict[str, Callable[[Profile], Sequence[object]]] = {
    "first": lambda one: (one.first,),
    "last": lambda one: (one.last,),
    "postcode": lambda one: (one.postcode,),
    "city": lambda one: (one.city,),
    "street": lambda one: (one.street,),
    "company": lambda one: (one.company,),
    "phones": lambda one: one.phones,
    "domain": lambda one: (one.domain,),
}


def weights(profiles: Sequence[Profile]) -> Weights:
    """Counts how rare each value is."""
    rare: dict[str, dict[object, float]] = {}
    for name, values in _COUNTED.items():
        counts: Counter[object] = Counter()
        for one in profiles:
            counts.update(values(one))
        known = max(sum(number for value, number in counts.items() if value), _AT_LEAST)
        rare[name] = {value: math.log2(known / number) for value, number in counts.items() if value and number > 1}
    return Weights(max(len(profiles), _AT_LEAST), rare)


def compare(one: Profile, other: Profile, known: Weights) -> tuple[float, list[Reason]]:
    """How likely the two are one (0 to 1), and what speaks for it."""
    reasons: list[Reason] = []
    bits = -math.log2(known.total * _ONE_IN / 2)
    bits += _contacts(one, other, known, reasons)
    bits += (_names if one.first or other.first else _company)(one, other, known, reasons)
    bits += _birthday(one.born, other.born, reasons)
    address = _address(one, other, known, reasons)
    # Colleagues share the address of their company: that says nothing more.
    bits += min(address, 2.0) if one.company and one.company == other.company else address
    return 1 / (1 + 2 ** -max(min(bits, 60), -60)), reasons


# -------------------------------------------------------------------- pieces
def _contacts(one: Profile, other: Profile, known: Weights, reasons: list[Reason]) -> float:
    bits = 0.0
    if set(one.emails) & set(other.emails):
        bits += math.log2(known.total) + 8  # an address is one person's
        reasons.append(("email", 1.0))
    if shared := set(one.phones) & set(other.phones):
        rare = max(known.of("phones", phone) for phone in shared) - 1
        bits += min(rare, 6.0) if one.company and one.company == other.company else rare
        reasons.append(("phone", 1.0))
    if one.company and one.company == other.company:
        bits += min(known.of("company", one.company), 12)
        reasons.append(("company", 1.0))
    elif one.company and other.company:
        bits -= 0.5
    if one.domain and one.domain == other.domain:
        bits += known.of("domain", one.domain)
        reasons.append(("domain", 1.0))
    elif one.domain and other.domain:
        bits -= 3
    if one.vat and one.vat == other.vat:
        bits += math.log2(known.total) + 8
        reasons.append(("vat", 1.0))
    elif one.vat and other.vat:
        bits -= 8
    return bits


def _names(one: Profile, other: Profile, known: Weights, reasons: list[Reason]) -> float:
    straight = _name(one.first, other.first, "first", known), _name(one.last, other.last, "last", known)
    turned = _name(one.first, other.last, "first", known), _name(one.last, other.first, "last", known)
    best = max(straight, turned, key=lambda pair: pair[0][0] + pair[1][0])
    if all(like is not None and like < _OTHER for _bits, like in best):
        return -20.0  # another name altogether: neither an office nor a family makes one of two people
    likeness = [like for _bits, like in best if like is not None]
    if likeness and (alike := sum(likeness) / len(likeness)) >= _ALIKE - 0.1:
        reasons.append(("names", alike))
    return best[0][0] + best[1][0] - (1 if best is turned and best is not straight else 0)


def _name(one: str, other: str, kind: str, known: Weights) -> tuple[float, float | None]:
    """Bits for or against, and how alike the two are (None: one is not known)."""
    if not one or not other:
        return 0.0, None
    full = max(known.of(kind, one), known.of(kind, other))
    if one == other:
        return full, 1.0
    if len(one) == 1 or len(other) == 1:
        return (2.0, 0.9) if one[0] == other[0] else (-4.0, 0.0)
    like = max(JaroWinkler.similarity(one, other), ratio(one, other) / 100)
    if like >= 0.92:
        return min(full, 10) - 1.5, like
    if like >= 0.84:
        return min(full, 8) - 3, like
    if like >= _OTHER or one in other or other in one:
        return 0.5, like
    return -4.0, like


def _company(one: Profile, other: Profile, known: Weights, reasons: list[Reason]) -> float:
    if not one.last or not other.last:
        return 0.0
    if one.last == other.last:
        reasons.append(("names", 1.0))
        return known.of("last", one.last)
    like = max(token_sort_ratio(one.last, other.last) / 100, JaroWinkler.similarity(one.last, other.last) - 0.02)
    if like >= 0.8:
        reasons.append(("names", like))
    if like >= 0.93:
        return min(known.of("last", one.last), 12) - 2
    if like >= 0.85:
        return min(known.of("last", one.last), 8) - 2
    return -2.0 if like >= 0.7 else -8.0


def _birthday(one: str, other: str, reasons: list[Reason]) -> float:
    if not one or not other:
        return 0.0
    if one == other:
        reasons.append(("birthday", 1.0))
        return 14.0  # some 80 years of days
    if DamerauLevenshtein.distance(one, other) == 1 or one[:4] + one[6:] + one[4:6] == other:
        reasons.append(("birthday", 0.9))
        return 6.0
    return -5.0


def _address(one: Profile, other: Profile, known: Weights, reasons: list[Reason]) -> float:
    bits, said = 0.0, 0.0
    if one.postcode and other.postcode:
        if one.postcode == other.postcode:
            bits += known.of("postcode", one.postcode) - 0.5
        else:
            bits += 1.0 if DamerauLevenshtein.distance(one.postcode, other.postcode) == 1 else -2.5
    if one.city and other.city:
        like = JaroWinkler.similarity(one.city, other.city)
        # A town says little that its postcode has not said.
        same = known.of("city", one.city) if like > 0.99 else 2.0
        bits += same * (0.3 if one.postcode == other.postcode else 1) if like >= 0.9 else -1.5
    if one.street and other.street:
        said = max(token_sort_ratio(one.street, other.street), ratio(one.street, other.street)) / 100
        full = min(known.of("street", one.street), 12)
        bits += full - 1 if said >= 0.95 else full - 4 if said >= 0.8 else 0.5 if said >= 0.65 else -2.5
    if said >= 0.8:
        reasons.append(("address", said))
    elif one.city and one.city == other.city:
        reasons.append(("city", 1.0))
    return bits
