"""A formula that was checked: every part with its kind, every field found, sizes known before anything is computed."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapport.core.fields import Field, Link, Links
from rapport.core.formulas.tree import Kind

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

Value = float | str | bool | datetime.date | tuple[float, str] | None


class Computed:
    """A field whose value is a formula. A mixin beside the type of what comes out."""

    key: str
    label: Any
    kind: str
    expression: str

    @property
    def uses(self) -> frozenset[tuple[str, str]]:
        """All fields that it reads, each with the key of its kind."""
        raise NotImplementedError

    @property
    def looks_at(self) -> frozenset[str]:
        """The kinds of other records that it reads."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Source:
    """Where a value is read: the record's own ``field``, the one behind ``link``, or those that lead here by ``link``.

    ``target`` is the object that is looked at, None for the record's own; ``gathers`` is count, sum, lowest, highest or
    latest, "" for the one record behind a link. ``field`` is None only where records are counted. Where the field is a
    formula of the other object, ``inner`` is its program. Of a choice its label is read, or what ``is_stored``.
    """

    field: Field | None
    link: Link | Links | None = None
    target: "ObjectSpec | None" = None
    gathers: str = ""
    inner: "Program | None" = None
    is_stored: bool = False


@dataclass(frozen=True, eq=False)
class Node:
    """One part of a program. ``value`` is a number, text, (minor, currency), :class:`Source` or what the part needs.

    What is not nothing lies between ten to the power of ``low`` and of ``high``, so that no database meets a number
    that it cannot hold; ``weight`` is how much SQL the part becomes.
    """

    name: str
    kind: Kind
    parts: tuple["Node", ...] = ()
    value: Any = None
    low: int = 0
    high: int = 0
    weight: int = 1


@dataclass(frozen=True, eq=False)
class Program:
    """A whole formula. ``uses`` are all fields that it reads, with the key of the kind they belong to."""

    root: Node
    uses: frozenset[tuple[str, str]]
    looks_at: frozenset[str]  # keys of other objects
    needs_clock: bool

    @property
    def kind(self) -> Kind:
        """What comes out."""
        return self.root.kind


@dataclass(frozen=True, eq=False)
class Inlined:
    """Another formula of the same record, whose program stands in the place of its name."""

    field: Computed
    program: Program


def every(node: Node) -> Iterator[Node]:
    """All parts of a program, from the root."""
    yield node
    for part in node.parts:
        yield from every(part)
