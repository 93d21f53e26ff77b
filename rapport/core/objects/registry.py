"""Where every object is found by its key, and where rooms add themselves to an object of another room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapport.core.fields import Cell

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


@dataclass(frozen=True)
class PanelRow:
    """A line in a related panel: what it is, where it leads and what to know about it."""

    title: str
    href: str = ""
    detail: str = ""
    shape: str = "link"
    badge: Cell | None = None


@dataclass(frozen=True)
class Panel:
    """A related panel. ``rows(actor, record id)`` gives what the actor may see; ``add_url`` a form for one more.

    With a ``template`` the rows may be of any kind: it draws them, and the panel around them.
    """

    key: str
    title: Any
    rows: Callable[[Any, int], Sequence[Any]]
    add_url: Callable[[int], str] | None = None
    add_label: Any = ""
    template: str = ""


@dataclass(frozen=True)
class Highlight:
    """A tile above the timeline. ``cell(actor, instance)`` gives what it shows."""

    key: str
    label: Any
    cell: Callable[[Any, Any], Cell]


@dataclass(frozen=True)
class Composer:
    """A tab of the composer on a record page. ``fragment`` is the template with its form; posts go to ``url(id)``."""

    key: str
    label: Any
    icon: str
    template: str
    url: Callable[[int], str]
    shortcut: str = ""


@dataclass
class Contributions:
    """What other rooms show on one kind of object."""

    panels: list[Panel] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    composers: list[Composer] = field(default_factory=list)


EVERY = "*"  # in place of a kind: what is contributed to all of them
_specs: dict[str, "ObjectSpec"] = {}
_contributions: dict[str, Contributions] = {}


def register(spec: "ObjectSpec") -> "ObjectSpec":
    """Adds an object. Two objects with one key or one path are a mistake."""
    for other in _specs.values():
        if other.key == spec.key or other.path == spec.path:
            raise ValueError(f"“{spec.key}” and “{other.key}” share a key or a path.")
    _specs[spec.key] = spec
    return spec


def get(key: str) -> "ObjectSpec":
    """The object called ``key``; KeyError if there is none."""
    return _specs[key]


def find(key: str) -> "ObjectSpec | None":
    """The object called ``key``, or None."""
    return _specs.get(key)


def every() -> tuple["ObjectSpec", ...]:
    """All objects, in the order of registration."""
    return tuple(_specs.values())


def contribute(
    kind: str,
    *,
    panels: Sequence[Panel] = (),
    highlights: Sequence[Highlight] = (),
    composers: Sequence[Composer] = (),
) -> None:
    """Shows something of one room on the records of another, which need not know of it."""
    there = _contributions.setdefault(kind, Contributions())
    there.panels.extend(panels)
    there.highlights.extend(highlights)
    there.composers.extend(composers)


def contributions(kind: str) -> Contributions:
    """What was contributed to ``kind``, then what was to all kinds."""
    own, common = (_contributions.get(key) or Contributions() for key in (kind, EVERY))
    return Contributions(
        own.panels + common.panels, own.highlights + common.highlights, own.composers + common.composers
    )
