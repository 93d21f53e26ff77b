"""From a tree to a program: which fields are meant, and whether every part is given what it can use.

``check`` is asked once when somebody writes a formula, and once for each version of the definitions when it is used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.core.fields import Choice, Field, Link, Links, Locale, Percent, User
from rapport.core.formulas import rules
from rapport.core.formulas.naming import Fields, find, kind_of, part_of_address, unusable
from rapport.core.formulas.parsing import parse
from rapport.core.formulas.program import Computed, Inlined, Node, Program, Source, every
from rapport.core.formulas.tree import FormulaError, Kind, Part
from rapport.core.objects import registry
from rapport.lib.money import digits

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_WEIGHT = 3_000  # parts of the SQL, those that it must repeat counted as often
MOST_GATHERED = 5  # kinds of records that one formula looks at
GATHERS = ("count", "sum", "lowest", "highest", "latest")
_POWERS = {"integer": (0, 18), "decimal": (-4, 15), "percent": (-6, 13)}


def check(text: str, spec: "ObjectSpec", fields: Fields | None = None, path: tuple[Computed, ...] = ()) -> Program:
    """The program of a formula of ``spec``. FormulaError says what is wrong, and where.

    ``fields`` are those that it may name, if not all. ``path`` are the formulas that led here: one that needs itself
    can never be computed.
    """
    tree = parse(text)
    root = _Checker(spec, spec.by_key if fields is None else fields, path).node(tree)
    if root.weight > MOST_WEIGHT:
        raise FormulaError(_("This formula is too long to be computed. Make two fields of it."), tree.at, tree.length)
    sources = [part.value for part in every(root) if isinstance(part.value, Source)]
    looks_at = frozenset(source.target.key for source in sources if source.target)
    if len(looks_at) > MOST_GATHERED:
        sentence = _("A formula looks at the records of at most %(most)s other objects.")
        raise FormulaError(sentence % {"most": MOST_GATHERED}, tree.at, tree.length)
    return Program(
        root,
        uses=frozenset(_uses(spec, root)),
        looks_at=looks_at | {key for one in _inlined(root) for key in one.looks_at},
        needs_clock=any(part.name in ("today", "now") for part in every(root))
        or any(source.inner is not None and source.inner.needs_clock for source in sources),
    )


def _uses(spec: "ObjectSpec", root: Node) -> Iterator[tuple[str, str]]:
    for part in every(root):
        source = part.value
        if isinstance(source, Inlined):
            yield (spec.key, source.field.key)
            yield from source.program.uses
        elif isinstance(source, Source) and source.target is None and source.field is not None:
            yield (spec.key, source.field.key.partition(".")[0])
        elif isinstance(source, Source):
            yield from _far(spec, source)


def _far(spec: "ObjectSpec", source: Source) -> Iterator[tuple[str, str]]:
    assert source.target is not None and source.link is not None  # noqa: S101 - it looks at another object
    yield (source.target.key if source.gathers else spec.key, source.link.key)
    if source.field is not None:
        yield (source.target.key, source.field.key)
    if source.inner is not None:
        yield from source.inner.uses


def _inlined(root: Node) -> list[Program]:
    """Programs of formulas of the same record that stand inside."""
    return [part.value.program for part in every(root) if isinstance(part.value, Inlined)]


def with_keys(text: str, spec: "ObjectSpec", fields: Fields) -> str:
    """A formula that was checked, as it is kept: every field by its key, which never changes."""
    keys = {part.at: (part.length, key) for part, key in _keys(parse(text), _Checker(spec, fields, ()))}
    for at, (length, key) in sorted(keys.items(), reverse=True):
        text = text[:at] + key + text[at + length :]
    return text


def _keys(part: Part, checker: "_Checker") -> Iterator[tuple[Part, str]]:
    if part.name == "field":
        yield part, checker.key(part)
    elif part.name in GATHERS:
        target, link = checker.leading_here(part.parts[0])
        yield part.parts[0], f"{target.key}.{link.key}"
        for inner in part.parts[1:]:
            yield inner, find(target.by_key, inner.value[0], inner, target.plural).key
    else:
        for inner in part.parts:
            yield from _keys(inner, checker)


class _Checker:
    def __init__(self, spec: "ObjectSpec", fields: Fields, path: tuple[Computed, ...]) -> None:
        self.spec, self.fields, self.path = spec, fields, path

    def node(self, part: Part) -> Node:
        match part.name:
            case "number":
                return rules.number(part.value)
            case "text":
                return Node("text", Kind.TEXT, value=part.value)
            case "yes_no":
                return Node("yes_no", Kind.YES_NO, value=part.value)
            case "money":
                number, currency = part.value
                return Node("money", Kind.MONEY, value=(_minor(number, currency, part), currency), high=16)
            case "field":
                return self.field(part)
        if part.name in GATHERS:
            return self.gathered(part)
        return rules.apply(part, self.options_compared(part) or [self.node(inner) for inner in part.parts])

    def options_compared(self, part: Part) -> list[Node]:
        """A choice and one of its options, compared by what is stored: people write the label, which may change."""
        if part.name not in ("=", "!="):
            return []
        choice, text = part.parts if part.parts[0].name == "field" else part.parts[::-1]
        if choice.name != "field" or text.name != "text" or not text.value:
            return []
        node = self.field(choice)
        source = node.value
        if not isinstance(source, Source) or not isinstance(source.field, Choice):
            return []
        try:
            key = source.field.from_text(text.value, Locale())
        except ValueError as error:
            raise FormulaError(str(error), text.at, text.length) from error
        return [replace(node, value=replace(source, is_stored=True)), Node("text", Kind.TEXT, value=key)]

    # ---------------------------------------------------------------- fields
    def field(self, part: Part) -> Node:
        """What a named field stands for: its own value, or that behind a link."""
        head, *rest = part.value
        if rest and not head[1] and head[0] not in self.fields and registry.find(head[0]):
            sentence = _("“%(name)s” are other records. Count them: count(%(name)s.…), or sum(…), latest(…).")
            raise FormulaError(sentence % {"name": head[0]}, part.at, part.length)
        field = find(self.fields, head, part, self.spec.plural)
        if not rest:
            return self.own(field, part)
        if inner := part_of_address(field, rest[0]):
            return self.own(inner, part)
        target = registry.find(field.to) if isinstance(field, Link) and not isinstance(field, User) else None
        if target is None or not isinstance(field, Link):
            sentence = _("“%(label)s” leads to no other record, so nothing can follow the point.")
            raise FormulaError(sentence % {"label": field.label}, part.at, part.length)
        behind = find(target.by_key, rest[0], part, target.plural)
        return self.beyond(Source(behind, field, target), part)

    def own(self, field: Field, part: Part) -> Node:
        if isinstance(field, Computed):
            return self.inlined(field, part)
        kind = kind_of(field)
        if kind is None:
            raise FormulaError(unusable(field), part.at, part.length)
        return _read(Source(field), kind)

    def inlined(self, field: Computed, part: Part) -> Node:
        """Another formula of the same record: its program stands here."""
        if field.key in [one.key for one in self.path]:
            names = [*self.path, field]
            start = [one.key for one in names].index(field.key)
            path = " → ".join(f"“{one.label}”" for one in names[start:])
            sentence = _("These formulas need each other, so none can be computed: %(path)s.")
            raise FormulaError(sentence % {"path": path}, part.at, part.length)
        program = _program(field, self.spec, (*self.path, field), part)
        root = program.root
        if isinstance(field, Percent):
            root = rules.apply(Part("/", part.at, part.length), [_rounded(field, root, 100), rules.number(100)])
        elif root.kind is Kind.NUMBER:
            root = _rounded(field, root)
        return Node("formula", root.kind, (root,), Inlined(field, program), root.low, root.high, root.weight + 1)

    def beyond(self, source: Source, part: Part) -> Node:
        """A value of another record, or of several."""
        field, target = source.field, source.target
        assert field is not None and target is not None  # noqa: S101 - the callers found both
        if isinstance(field, Computed):
            program = _program(field, target, (*self.path, field), part)
            if program.looks_at:
                sentence = _("“%(label)s” is a formula that looks at other records itself. A formula goes one step.")
                raise FormulaError(sentence % {"label": field.label}, part.at, part.length)
            source = Source(field, source.link, target, source.gathers, program)
            return _read(source, program.kind, program.root)
        kind = kind_of(field)
        if kind is None:
            raise FormulaError(unusable(field), part.at, part.length)
        return _read(source, kind)

    # ---------------------------------------------------------------- records that lead here
    def gathered(self, part: Part) -> Node:
        """``count(person.company)``, ``sum(order.customer, total)``."""
        wanted = 1 if part.name == "count" else 2
        example = "count(person.company)" if wanted == 1 else f"{part.name}(person.company, c_points)"
        if len(part.parts) != wanted or part.parts[0].name != "field" or len(part.parts[0].value) != 2:
            sentence = _("“%(name)s” looks at the records that lead here. Write it like this: %(example)s.")
            raise FormulaError(sentence % {"name": part.name, "example": example}, part.at, part.length)
        target, link = self.leading_here(part.parts[0])
        if part.name == "count":
            return Node("source", Kind.NUMBER, value=Source(None, link, target, "count"), high=12, weight=4)
        inner = part.parts[1]
        if inner.name != "field" or len(inner.value) != 1:
            sentence = _("Name a field of %(plural)s here.") % {"plural": target.plural}
            raise FormulaError(sentence, inner.at, inner.length)
        field = find(target.by_key, inner.value[0], inner, target.plural)
        node = self.beyond(Source(field, link, target, part.name), inner)
        if node.kind not in _GATHERED[part.name]:
            sentence = _("“%(name)s” needs a field with %(wanted)s, and “%(label)s” is %(found)s.")
            words = {"name": part.name, "wanted": rules.one_of(_GATHERED[part.name]), "label": field.label}
            raise FormulaError(sentence % {**words, "found": node.kind.words}, inner.at, inner.length)
        return Node("source", node.kind, value=node.value, low=node.low, high=node.high + 9, weight=node.weight + 6)

    def leading_here(self, part: Part) -> tuple["ObjectSpec", Link | Links]:
        (head, _is_label), name = part.value
        target = registry.find(head)
        if target is None:
            known = ", ".join(spec.key for spec in registry.every())
            sentence = _("There is no object “%(name)s”. There are: %(known)s.") % {"name": head, "known": known}
            raise FormulaError(sentence, part.at, part.length)
        link = find(target.by_key, name, part, target.plural)
        if not isinstance(link, Link | Links) or link.to != self.spec.key or isinstance(link, User):
            links = [f.key for f in target.all_fields if isinstance(f, Link | Links) and f.to == self.spec.key]
            sentence = _("“%(label)s” does not lead from %(plural)s to this object. %(known)s")
            hint = _("These do: %(keys)s.") % {"keys": ", ".join(links)} if links else _("No field of theirs does.")
            words = {"label": link.label, "plural": target.plural, "known": hint}
            raise FormulaError(sentence % words, part.at, part.length)
        return target, link

    # ---------------------------------------------------------------- as it is kept
    def key(self, part: Part) -> str:
        """What stands for a field in the text that is kept."""
        head, *rest = part.value
        field = find(self.fields, head, part, self.spec.plural)
        if not rest:
            return field.key
        if inner := part_of_address(field, rest[0]):
            return f"{field.key}.{inner.key.rpartition('.')[2].removeprefix(field.key + '_')}"
        target = registry.find(field.to) if isinstance(field, Link) else None
        behind = find(target.by_key, rest[0], part, target.plural).key if target else rest[0][0]
        return f"{field.key}.{behind}"


_GATHERED: Mapping[str, tuple[Kind, ...]] = {
    "sum": (Kind.NUMBER, Kind.MONEY),
    "lowest": (Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.MOMENT),
    "highest": (Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.MOMENT),
    "latest": tuple(Kind),
}


def _read(source: Source, kind: Kind, root: Node | None = None) -> Node:
    if root is not None:
        return Node("source", kind, value=source, low=root.low - 2, high=root.high + 2, weight=root.weight + 4)
    low, high = _POWERS.get(source.field.type if source.field else "", (0, 18))
    if kind is Kind.NUMBER:
        return Node("source", kind, value=source, low=low, high=high, weight=4 if source.link else 1)
    return Node("source", kind, value=source, low=0, high=18, weight=4 if source.link else 1)


def _rounded(field: Any, root: Node, times: int = 1) -> Node:
    """What the field shows is what others compute with: no hidden digits."""
    if times != 1:
        root = rules.apply(Part("*", 0), [root, rules.number(times)])
    return Node("round", Kind.NUMBER, (root,), field.places, min(root.low, -field.places), root.high, root.weight + 1)


def _program(field: Computed, spec: "ObjectSpec", path: tuple[Computed, ...], part: Part) -> Program:
    try:
        return check(field.expression, spec, path=path)
    except FormulaError as error:
        raise FormulaError(str(error), part.at, part.length) from error


def _minor(number: str, currency: str, part: Part) -> float:
    whole, _point, fraction = number.partition(".")
    places = digits(currency)
    if len(fraction.rstrip("0")) > places:
        sentence = _("%(currency)s has %(places)s decimal places.") % {"currency": currency, "places": places}
        raise FormulaError(sentence, part.at, part.length)
    return float(whole + fraction[:places].ljust(places, "0"))
