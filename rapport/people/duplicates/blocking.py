"""Which two records are worth comparing: those that share a key of some rule. Comparing all with all would take a
million times as long, and find no more.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from rapport.people.duplicates.profiles import Profile

MOST = 40  # records under one key; what more share tells nobody apart
_BITS = 40  # of a key's hash; the rest of 64 is the record's place
_PLACES = 24
_MASK = (1 << _PLACES) - 1

Rule = Callable[[Profile], Sequence[object]]


def sounds(name: str) -> str:
    """A name by its first letter and its consonants, doubles once: “Meier” and “Mayer”, “Schmidt” and “Schmitt”."""
    table = str.maketrans({"c": "k", "z": "s", "d": "t", "p": "b", "v": "f", "w": "f", "q": "k", "g": "k", "h": None})
    letters = name.replace("ph", "f").replace(" ", "").translate(table)
    bare = [letter for place, letter in enumerate(letters) if place == 0 or letter not in "aeiouyj"]
    return "".join([bare[0], *(b for a, b in pairwise(bare) if a != b)]) if bare else ""


def _names(one: Profile) -> Sequence[object]:
    """Both names, whichever stands first."""
    return [tuple(sorted((one.first, one.last)))] if one.first and one.last else [one.last] if one.last else []


def _sound_and_place(one: Profile) -> Sequence[object]:
    where = one.postcode or one.city
    return [(sounds(name), where) for name in (one.last, one.first) if name and where]


def _sounds(one: Profile) -> Sequence[object]:
    return [(sounds(one.first), sounds(one.last))] if one.first and one.last else []


def _at_company(one: Profile) -> Sequence[object]:
    return [(one.company, name[:3]) for name in {one.first, one.last} - {""}] if one.company else []


def _born(one: Profile) -> Sequence[object]:
    return [(one.born, name[:1]) for name in {one.first, one.last} - {""}] if one.born else []


def _address(one: Profile) -> Sequence[object]:
    return [(one.postcode or one.city, "".join(sorted(one.street.split()))[:8])] if one.street else []


def _street_and_name(one: Profile) -> Sequence[object]:
    return [(one.street, name[:2]) for name in {one.first, one.last} - {""}] if one.street else []


def _words(one: Profile) -> Sequence[object]:
    """The two longest words of a company's name."""
    words = sorted(set(one.last.split()), key=lambda word: (-len(word), word))[:2]
    return [tuple(sorted(words))] if words else []


def _word_and_city(one: Profile) -> Sequence[object]:
    return [(one.last.split()[0][:5], one.postcode or one.city)] if one.last and (one.postcode or one.city) else []


def _own(name: str) -> Rule:
    def rule(one: Profile) -> Sequence[object]:
        value = getattr(one, name)
        return value if isinstance(value, tuple) else [value] if value else []

    return rule


PEOPLE: tuple[Rule, ...] = (
    _own("emails"), _own("phones"), _names, _sound_and_place, _sounds, _at_company, _born, _address, _street_and_name,
)  # fmt: skip
COMPANIES: tuple[Rule, ...] = (
    _own("emails"), _own("phones"), _own("domain"), _own("vat"), _own("last"), _words, _word_and_city, _address,
)  # fmt: skip


def pairs(profiles: Sequence[Profile], rule: Rule) -> Iterator[tuple[int, int]]:
    """Places of records that share a key, the smaller first; each pair once for each key they share.

    Takes eight bytes a key while it sorts them, so that a million records fit: keys whose hashes are alike by chance
    only cost a comparison.
    """
    keyed = array("Q")
    for place, one in enumerate(profiles):
        for key in rule(one):
            keyed.append((hash(key) & ((1 << _BITS) - 1)) << _PLACES | place)
    run: list[int] = []
    at = -1
    for both in sorted(keyed):
        if both >> _PLACES != at:
            if 1 < len(run) <= MOST:
                yield from _each(run)
            run, at = [], both >> _PLACES
        if not run or run[-1] != both & _MASK:
            run.append(both & _MASK)
    if 1 < len(run) <= MOST:
        yield from _each(run)


def _each(run: Sequence[int]) -> Iterator[tuple[int, int]]:
    for number, one in enumerate(run):
        for other in run[number + 1 :]:
            yield one, other
