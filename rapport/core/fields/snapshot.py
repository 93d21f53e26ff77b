"""Objects and fields made at run time, as they are at one moment: what is added to those that are declared.

Immutable, and shared by all threads of a process. A request, a job, a pass of the pump or a command pins the snapshot
of the version that the database has when it begins, and sees that one to its end.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from rapport.core.fields.base import Field

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


class Surface(NamedTuple):
    """The fields of one object: declared, made at run time, and those that every object has."""

    all_fields: tuple[Field, ...]
    by_key: dict[str, Field]
    searched: tuple[Field, ...]
    retired: dict[str, Field]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All fields made at run time, by kind, and all objects, by key in their order. ``retired`` and ``archived`` are
    the archived ones: only what was is told with them. ``fitted`` are declared fields as they are at this moment, by
    kind and key, where their options are rows of a room (``definitions/fitting``).
    """

    version: int = 0
    fields: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    retired: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    objects: Mapping[str, "ObjectSpec"] = field(default_factory=dict)
    archived: Mapping[str, "ObjectSpec"] = field(default_factory=dict)
    fitted: Mapping[str, Mapping[str, Field]] = field(default_factory=dict)
    _surfaces: dict["ObjectSpec", Surface] = field(default_factory=dict, init=False, repr=False)

    def of(self, spec: "ObjectSpec") -> Surface:
        """What an object holds at this moment."""
        known = self._surfaces.get(spec)
        if known is None:
            known = self._surfaces[spec] = self._made(spec)
        return known

    def with_field(self, kind: str, field: Field) -> "Snapshot":
        """The same with another field in the place of the one of this key."""
        there = tuple(field if one.key == field.key else one for one in self.fields.get(kind, ()))
        return replace(self, fields={**self.fields, kind: there})

    def _made(self, spec: "ObjectSpec") -> Surface:
        declared = {one.key for one in spec.fields}
        made = [one for one in self.fields.get(spec.key, ()) if one.key not in declared]
        usual = [one for one in spec.usual_fields() if one.key not in declared]
        fitted = self.fitted.get(spec.key, {})
        every = (*(fitted.get(one.key, one) for one in spec.fields), *made, *usual)
        return Surface(
            all_fields=every,
            by_key={one.key: one for one in every},
            searched=tuple(sorted((one for one in every if one.weight), key=lambda one: one.weight)),
            retired={one.key: one for one in self.retired.get(spec.key, ())},
        )


NOTHING = Snapshot()
_latest = NOTHING
_pinned: ContextVar[Snapshot | None] = ContextVar("definitions", default=None)


def current() -> Snapshot:
    """The pinned snapshot, else the newest that this process has seen."""
    return _pinned.get() or _latest


def latest() -> Snapshot:
    """The newest that this process has seen, whatever is pinned."""
    return _latest


def install(made: Snapshot) -> None:
    """Makes it the newest of this process, and what is pinned here: whoever changed a field sees it at once."""
    global _latest  # noqa: PLW0603 - one for the process
    _latest = made
    if _pinned.get() is not None:
        _pinned.set(made)


def forget() -> None:
    """As a process that has just begun (between tests)."""
    install(NOTHING)


@contextmanager
def pinned(made: Snapshot) -> Iterator[Snapshot]:
    """Everything inside sees this snapshot."""
    token = _pinned.set(made)
    try:
        yield made
    finally:
        _pinned.reset(token)
