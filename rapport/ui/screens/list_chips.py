"""The filters of a list as chips: each part of a condition opens what changes just that part."""

from typing import Any
from urllib.parse import urlencode

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, AnyOf, Condition, Term, understand
from rapport.core.access.levels import locale_of
from rapport.core.access.words import operand_words, words
from rapport.core.fields import Locale
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.screens.asking import PLACE, Pairs, address, parts_of, with_condition, without


def chips(actor: Actor, spec: ObjectSpec, condition: Condition, pairs: Pairs) -> list[dict[str, Any]]:
    """One chip for each condition that must hold; of a group of which one must hold, one for each, with “or” between.

    ``was`` names the place of a condition in the tree, as the builder is told it: “2” or “2.0”.
    """
    locale = locale_of(actor)
    parts = parts_of(condition)
    found = []
    for number, part in enumerate(parts):
        if isinstance(part, AnyOf) and part.parts and all(isinstance(one, Term) for one in part.parts):
            for place, one in enumerate(part.parts):
                chip = told(actor, spec, one, locale)
                _add_addresses(chip, spec, pairs, one, f"{number}.{place}")
                rest = place_out(parts, f"{number}.{place}")
                found.append(chip | {"remove_url": address(spec, with_condition(pairs, rest)), "is_or": place > 0})
            continue
        chip = told(actor, spec, part, locale)
        _add_addresses(chip, spec, pairs, part, str(number))
        rest = place_out(parts, str(number))
        found.append(chip | {"remove_url": address(spec, with_condition(pairs, rest)), "is_or": False})
    return found


def place_out(parts: tuple[Condition, ...], was: str) -> Condition:
    """The conditions without the one at the place ``was``."""
    return put(parts, was, None)


def put(parts: tuple[Condition, ...], was: str, term: Condition | None) -> Condition:
    """The conditions with another one at a place, or none; a group of one is no group. Unknown places: at the end."""
    number, inner = spot(was)
    new = list(parts)
    if number is None or number >= len(parts):
        return AllOf((*parts, term)) if term else AllOf(parts)
    held = parts[number]
    if inner is not None and isinstance(held, AnyOf) and inner < len(held.parts):
        group = [term if place == inner else one for place, one in enumerate(held.parts)]
        kept = tuple(one for one in group if one is not None)
        new[number] = kept[0] if len(kept) == 1 else AnyOf(kept)
        return AllOf(tuple(new))
    if term is None:
        del new[number]
    else:
        new[number] = term
    return AllOf(tuple(new))


def join(parts: tuple[Condition, ...], number: int, term: Condition) -> Condition:
    """The conditions, of which the one at a place or the new one must hold."""
    held = parts[number]
    group = (*held.parts, term) if isinstance(held, AnyOf) else (held, term)
    return AllOf((*parts[:number], AnyOf(group), *parts[number + 1 :]))


def spot(was: str) -> tuple[int | None, int | None]:
    """“2.0” as numbers; None for what is none."""
    head, _dot, tail = was.partition(".")
    numbers = [int(text) if text.isdecimal() and len(text) < 4 else None for text in (head, tail)]
    return numbers[0], numbers[1]


def _add_addresses(chip: dict[str, Any], spec: ObjectSpec, pairs: Pairs, part: Condition, was: str) -> None:
    """Where each part of a chip leads."""
    inside = urlencode(without(pairs, *PLACE))
    chip["tree_url"] = "" if isinstance(part, Term) else f"/{spec.path}/filter/tree?{urlencode({'in': inside})}"
    for name in ("field", "operator", "value"):
        chip[f"{name}_url"] = ""
        if isinstance(part, Term):
            asked = {"in": inside, "was": was, "part": name, "f": part.path, "o": part.operator, "v": part.value}
            chip[f"{name}_url"] = f"/{spec.path}/filter?{urlencode(asked)}"


def told(actor: Actor, spec: ObjectSpec, part: Condition, locale: Locale) -> dict[str, Any]:
    """A condition as people read it, by its three parts; of a group all of it in the first."""
    if not isinstance(part, Term):
        return {"field": words(actor, spec, part, locale), "operator": "", "value": ""}
    meaning = understand(actor, spec, part.path, part.operator)
    value = operand_words(meaning, part.value, locale)
    return {"field": meaning.label, "operator": meaning.operator.words, "value": value}
