"""The query language: conditions on the fields of an object, as a tree, in an address and as JSON.

In an address a condition is ``field.operator=value``: ``lifecycle=lead,customer``, ``created_at.within=60d``,
``company.industry=retail`` (one hop through a link), ``address.city.contains=ber``. All of them must hold;
``any.1.city=Bonn&any.1.city=Ulm`` is a group of which one must hold. A deeper tree travels as JSON in ``where``.
Every name comes from the object's fields and the actor's rights; an unknown one is a :class:`BadQuery`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.errors import BadQuery
from rapport.core.fields import Address, Field, LabelledLinks, Link, Links
from rapport.core.fields.operators import EMPTY, FILLED, Operator
from rapport.core.objects import registry
from rapport.lib.text import clean_block, clean_line

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

RESERVED = frozenset(
    "sort after before columns q peek view where any trash at sums tour show by sum span on".split()  # noqa: SIM905 - one line
)
MOST_TERMS = 60  # conditions in one query
MOST_SIGNS = 5_000  # characters of one value
DEEPEST = 6  # levels of a tree
BESIDE: dict[str, Field] = {}  # what every list can be filtered by, though it is no field of a record


@dataclass(frozen=True)
class Term:
    """``path`` is ``field``, ``link.field`` or ``address.part``; ``operator`` may be empty for the usual one."""

    path: str
    operator: str = ""
    value: str = ""


@dataclass(frozen=True)
class AllOf:
    """Every part must hold; no parts: always true."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """At least one part must hold; no parts: never true."""

    parts: tuple["Condition", ...] = ()


Condition = Term | AllOf | AnyOf
EVERYTHING = AllOf()


@dataclass(frozen=True)
class Meaning:
    """What a path stands for to ``actor``: ``hop`` is the link it goes through, ``target`` the kind behind it."""

    actor: Actor
    field: Field
    operator: Operator
    hop: Link | Links | None = None
    target: "ObjectSpec | None" = None

    @property
    def label(self) -> str:
        """The field as people call it, with the link in front."""
        return f"{self.hop.label} › {self.field.label}" if self.hop else str(self.field.label)


def add_beside(field: Field) -> None:
    """Lets every list be filtered by something that is no field of a record; an object's own field goes before it."""
    BESIDE[field.key] = field


def understand(actor: Actor, spec: "ObjectSpec", path: str, operator: str = "") -> Meaning:
    """Resolves a path among the fields the actor may see. BadQuery names what is unknown and what is known."""
    head, dot, rest = path.partition(".")
    fields = BESIDE | readable_fields(actor, spec)
    field = fields.get(head)
    if field is None or not field.operators or (dot and not rest):
        raise BadQuery(
            _("There is no field “%(name)s” to filter by. Known: %(known)s.")
            % {"name": path, "known": ", ".join(sorted(key for key, known in fields.items() if known.operators))}
        )
    if not rest:
        return Meaning(actor, field, field.operator(operator))
    if isinstance(field, Address | LabelledLinks) and (part := field.part(rest)):
        return Meaning(actor, part, part.operator(operator))
    target = registry.find(field.to) if isinstance(field, Link | Links) and field.to else None
    if target is not None and isinstance(field, Link | Links):
        beyond = understand(actor, target, rest, operator)
        if beyond.hop is None:
            return Meaning(actor, beyond.field, beyond.operator, hop=field, target=target)
    raise BadQuery(_("“%(path)s” leads nowhere: “%(head)s” has no field “%(rest)s”.") % {
        "path": path, "head": head, "rest": rest,
    })  # fmt: skip


def terms(condition: Condition) -> Iterable[Term]:
    """All terms of a tree."""
    if isinstance(condition, Term):
        yield condition
    else:
        for part in condition.parts:
            yield from terms(part)


# -------------------------------------------------------------------- in an address
def from_address(actor: Actor, spec: "ObjectSpec", pairs: Iterable[tuple[str, str]]) -> Condition:
    """The condition in the pairs of a query string. Reserved names are skipped; unknown ones are a BadQuery."""
    every: list[Condition] = []
    groups: dict[str, list[Condition]] = {}
    for name, value in pairs:
        if name == "where":
            if (found := _from_where(value)) != EVERYTHING:  # “all” of nothing only says that there is no filter
                every.append(found)
        elif name.startswith("any."):
            number, _dot, path = name[4:].partition(".")
            groups.setdefault(number, []).append(_term(actor, spec, path, value))
        elif name not in RESERVED:
            every.append(_term(actor, spec, name, value))
    every.extend(AnyOf(tuple(parts)) for parts in groups.values())
    condition = AllOf(tuple(every))
    check_size(condition)
    for term in terms(condition):
        understand(actor, spec, term.path, term.operator)
    return condition


def _term(actor: Actor, spec: "ObjectSpec", name: str, value: str) -> Term:
    """``name`` is a path or a path with an operator behind it; the path is tried first."""
    try:
        understand(actor, spec, name)
    except BadQuery:
        path, dot, operator = name.rpartition(".")
        if not dot or not operator:
            raise
        understand(actor, spec, path, operator)
        return _tidy(path, operator, value)
    return _tidy(name, "", value)


def _tidy(path: str, operator: str, value: str) -> Term:
    """A term without signs that no database takes (NUL, halves of characters), and of a sensible length."""
    if not path.isprintable():
        raise BadQuery(_("There is no field “%(name)s” to filter by.") % {"name": path[:200]})
    try:
        return Term(clean_line(path, 200), clean_line(operator, 40), clean_block(value, MOST_SIGNS))
    except ValueError as error:
        raise BadQuery(str(error)) from error


def _from_where(text: str) -> Condition:
    try:
        return from_json(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise BadQuery(_("“where” is not a condition in JSON.")) from error


def to_address(condition: Condition) -> list[tuple[str, str]]:
    """Inverse of :func:`from_address`."""
    if isinstance(condition, Term):
        condition = AllOf((condition,))
    pairs: list[tuple[str, str]] = []
    group = 0
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    for part in parts:
        if isinstance(part, Term):
            pairs.append((_name(part), _value(part)))
        elif isinstance(part, AnyOf) and part.parts and all(isinstance(inner, Term) for inner in part.parts):
            group += 1
            pairs += [(f"any.{group}.{_name(inner)}", _value(inner)) for inner in part.parts if isinstance(inner, Term)]
        else:
            pairs.append(("where", json.dumps(to_json(part), separators=(",", ":"), ensure_ascii=False)))
    return pairs


def _value(term: Term) -> str:
    # “phone.filled=” would not survive an address from which empty values are dropped.
    return term.value or ("1" if term.operator in (EMPTY.key, FILLED.key) else "")


def _name(term: Term) -> str:
    return f"{term.path}.{term.operator}" if term.operator else term.path


# -------------------------------------------------------------------- as JSON (saved views, roles)
def to_json(condition: Condition) -> dict[str, Any]:
    """The tree as JSON: ``{"all": […]}``, ``{"any": […]}`` or ``{"field", "operator", "value"}``."""
    if isinstance(condition, Term):
        return {"field": condition.path, "operator": condition.operator, "value": condition.value}
    return {"all" if isinstance(condition, AllOf) else "any": [to_json(part) for part in condition.parts]}


def from_json(data: Any, depth: int = 0) -> Condition:
    """Inverse of :func:`to_json`; BadQuery for anything else."""
    if depth > DEEPEST:
        raise BadQuery(_("The condition is nested too deeply; %(most)s levels are possible.") % {"most": DEEPEST})
    if isinstance(data, dict):
        for key, node in (("all", AllOf), ("any", AnyOf)):
            if isinstance(data.get(key), list):
                return node(tuple(from_json(part, depth + 1) for part in data[key]))
        if isinstance(data.get("field"), str):
            return _tidy(data["field"], str(data.get("operator", "")), str(data.get("value", "")))
    raise BadQuery(_("A condition is {“all”: […]}, {“any”: […]} or {“field”, “operator”, “value”}."))


def check_size(condition: Condition) -> None:
    """BadQuery for a tree of too many terms."""
    count: Sequence[Term] = list(terms(condition))
    if len(count) > MOST_TERMS:
        raise BadQuery(_("Too many conditions; %(most)s are possible.") % {"most": MOST_TERMS})
