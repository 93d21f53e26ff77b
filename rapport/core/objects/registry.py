"""Where every object is found by its key, and where rooms add themselves to an object of another room.

Objects made at run time are those of the pinned snapshot (``rapport.core.fields.snapshot``).
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapport.core.fields import Cell, snapshot

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

    ``most`` is how many rows it gives at most; ``all_url`` is the list with all of them. ``empty`` says what would
    stand here. With a ``template`` the rows may be of any kind: it draws them, and the panel around them.
    """

    key: str
    title: Any
    rows: Callable[[Any, int], Sequence[Any]]
    add_url: Callable[[int], str] | None = None
    add_label: Any = ""
    template: str = ""
    most: int = 0
    all_url: Callable[[int], str] | None = None
    empty: Any = ""


@dataclass(frozen=True)
class Highlight:
    """A tile above the timeline. ``cell(actor, instance)`` gives what it shows."""

    key: str
    label: Any
    cell: Callable[[Any, Any], Cell]


@dataclass(frozen=True)
class Composer:
    """A tab of the composer on a record page. ``template`` holds its form; posts go to ``url(id)``.

    The template is given ``url``, ``record``, ``spec``, ``form_token``, ``given`` (what was typed before: a draft or a
    refused form; empty otherwise) and ``own``, what ``values(actor, record id)`` gives. Tabs stand by ``order``:
    note 10, call 20, task 30, meeting 40, file 90.
    """

    key: str
    label: Any
    icon: str
    template: str
    url: Callable[[int], str]
    shortcut: str = ""
    order: int = 50
    values: Callable[[Any, int], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Upcoming:
    """Something that is still to come, or overdue: what stands on top of the timeline.

    ``at`` is UTC, None without a date; with ``is_day`` only the day counts, and ``at`` is its midnight in UTC.
    ``heading`` says what it is (“Task”), ``text`` which one, ``detail`` what else to know, ``owner`` whose it is.
    ``kind`` is the key of its object, so that a filter for tasks keeps tasks. ``action_template`` draws what can be
    done at once (a box to tick) beside it; it is given this as ``item``, with ``values``.
    """

    at: datetime.datetime | None
    is_day: bool
    heading: Any
    text: str
    url: str = ""
    icon: str = "clock"
    tone: str = "grey"
    owner: str = ""
    action_template: str = ""
    detail: str = ""
    kind: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bar:
    """What can be done with a record at once, above its tiles. ``values(actor, instance)`` is given to the template as
    ``bar``.
    """

    template: str
    values: Callable[[Any, Any], Mapping[str, Any]]


@dataclass
class Contributions:
    """What other rooms show on one kind of object."""

    panels: list[Panel] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    composers: list[Composer] = field(default_factory=list)
    upcoming: list[Callable[[Any, int], Sequence[Upcoming]]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)


EVERY = "*"  # in place of a kind: what is contributed to all of them
MADE = "+"  # the same for all that are made at run time
_specs: dict[str, "ObjectSpec"] = {}
_contributions: dict[str, Contributions] = {}
_panels: list[Callable[[Any, str], Sequence[Panel]]] = []


def register(spec: "ObjectSpec") -> "ObjectSpec":
    """Adds an object. Two objects with one key or one path are a mistake."""
    for other in _specs.values():
        if other.key == spec.key or other.path == spec.path:
            raise ValueError(f"“{spec.key}” and “{other.key}” share a key or a path.")
    _specs[spec.key] = spec
    return spec


def get(key: str) -> "ObjectSpec":
    """The object called ``key``, also an archived one; KeyError if there never was one."""
    found = find(key, archived=True)
    if found is None:
        raise KeyError(key)
    return found


def find(key: str, *, archived: bool = False) -> "ObjectSpec | None":
    """The object called ``key``, or None; ``archived``: also one that is archived."""
    now = snapshot.current()
    return _specs.get(key) or now.objects.get(key) or (now.archived.get(key) if archived else None)


def every() -> tuple["ObjectSpec", ...]:
    """All objects, in the order of registration; then those made at run time."""
    return (*_specs.values(), *snapshot.current().objects.values())


def declared() -> tuple["ObjectSpec", ...]:
    """Those that came with the code, whatever was made at run time."""
    return tuple(_specs.values())


def made() -> tuple["ObjectSpec", ...]:
    """Those made at run time."""
    return tuple(snapshot.current().objects.values())


def with_archived() -> tuple["ObjectSpec", ...]:
    """All objects, and those that are archived: their records are there, though nobody sees them."""
    return (*every(), *snapshot.current().archived.values())


def contribute(
    kind: str,
    *,
    panels: Sequence[Panel] = (),
    highlights: Sequence[Highlight] = (),
    composers: Sequence[Composer] = (),
    upcoming: Sequence[Callable[[Any, int], Sequence[Upcoming]]] = (),
    bars: Sequence[Bar] = (),
) -> None:
    """Shows something of one room on the records of another, which need not know of it.

    Each of ``upcoming``, asked with actor and record id, gives the few things to come that the actor may see, the
    soonest first.
    """
    there = _contributions.setdefault(kind, Contributions())
    there.panels.extend(panels)
    there.highlights.extend(highlights)
    there.composers.extend(composers)
    there.upcoming.extend(upcoming)
    there.bars.extend(bars)


def place_of(kind: str) -> str:
    """Under which key rooms show something on a kind: those made at run time have one together."""
    return MADE if kind in snapshot.current().objects else kind


def contributions(kind: str) -> Contributions:
    """What was contributed to ``kind``, then what was to all kinds."""
    own, common = (_contributions.get(key) or Contributions() for key in (place_of(kind), EVERY))
    return Contributions(
        own.panels + common.panels,
        own.highlights + common.highlights,
        sorted(own.composers + common.composers, key=lambda composer: composer.order),
        own.upcoming + common.upcoming,
        own.bars + common.bars,
    )


def add_panels(make: Callable[[Any, str], Sequence[Panel]]) -> None:
    """Adds panels that depend on what was made at run time: ``make(actor, kind)`` gives them."""
    _panels.append(make)


def panels(actor: Any, kind: str) -> list[Panel]:
    """The related panels of ``kind`` that the actor may see."""
    own, common = (_contributions.get(key) or Contributions() for key in (place_of(kind), EVERY))
    return [*own.panels, *(panel for make in _panels for panel in make(actor, kind)), *common.panels]
