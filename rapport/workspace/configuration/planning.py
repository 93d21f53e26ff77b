"""What a folder would change, and changing it: compared thing by thing, applied in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.audit.notes import tell
from rapport.core.definitions import loading
from rapport.core.errors import NotAllowed
from rapport.core.events.emit import acting
from rapport.workspace.configuration import files
from rapport.workspace.configuration.files import Told, Wrong, said_of
from rapport.workspace.configuration.part import Part
from rapport.workspace.configuration.parts import PARTS


@dataclass
class Plan:
    """Paths of what would be added, changed (with the keys that differ) and archived; ``left`` stays as it is."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    archived: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.changed or self.archived)


def export(actor: Actor, folder: Path) -> int:
    """Writes the configuration into a folder; returns how many files there are."""
    _demand(actor)
    found = {path: data for part in PARTS for path, data in part.now().items()}
    files.write(folder, found, [part.folder for part in PARTS])
    return len(found)


def plan(actor: Actor, folder: Path) -> Plan:
    """What applying a folder would do. It is tried, and taken back: whatever would be refused is refused here."""
    try:
        with transaction.atomic():
            found = apply(actor, folder)
            transaction.set_rollback(True)
    finally:  # also where it was refused half-way
        loading.now()
        workspace.forget()
    return found


def apply(actor: Actor, folder: Path) -> Plan:
    """Makes the workspace what the folder says. Invalid with file and line where it cannot be; nothing is done then."""
    _demand(actor)
    told = _sorted_out(files.read(folder))
    with acting(actor, "config.applied", label=folder.name) as act:
        done = Plan()
        gone = {part.folder: _apply(actor, part, told[part.folder], done) for part in PARTS}
        for part in reversed(PARTS):  # what leans on something goes before it
            _each([(Told(path, "", {}), partial(part.archive, actor, path)) for path in gone[part.folder]])
            done.archived += gone[part.folder]
        if done.is_empty():
            act.delete()
        else:
            data = {"added": len(done.added), "changed": len(done.changed), "archived": len(done.archived)}
            tell(actor, act, "config.applied", data)
    return done


def _sorted_out(found: Mapping[str, Told]) -> dict[str, dict[str, Told]]:
    told: dict[str, dict[str, Told]] = {part.folder: {} for part in PARTS}
    for path, one in found.items():
        folder = path.partition("/")[0]
        if folder not in told:
            known = ", ".join(told)
            one.refuse(_("this file belongs to nothing. Known are: %(known)s.") % {"known": known})
        told[folder][path] = one
    return told


def _apply(actor: Actor, part: Part, told: Mapping[str, Told], done: Plan) -> list[str]:
    """Adds and changes things of one part; returns the paths of those to be archived."""
    for one in told.values():
        part.check(one)
    there = part.now()
    fresh = [one for path, one in told.items() if path not in there]
    differing = {one.path: keys for one in told.values() if one.path in there and (keys := _keys(part, there, one))}
    gone = [path for path in there if path not in told]
    _each([(one, partial(part.make, actor, one)) for one in fresh])
    _each([(told[path], partial(part.change, actor, told[path])) for path in differing])
    if fresh or differing:
        part.settle(actor, list(told.values()))
    done.added += [one.path for one in fresh]
    done.changed |= differing
    if part.archives:
        return gone
    done.left += gone
    return []


def _each(waiting: Sequence[tuple[Told, Callable[[], None]]]) -> None:
    """Does all of it. What needs others (a formula the fields it reads) comes when those are there."""
    while waiting:
        left = []
        first: Wrong | None = None
        for told, verb in waiting:
            try:
                with said_of(told), transaction.atomic():
                    verb()
            except Wrong as wrong:
                first = first or wrong
                left.append((told, verb))
        if first is not None and len(left) == len(waiting):
            raise first
        waiting = left


def _keys(part: Part, there: Mapping[str, Mapping[str, Any]], told: Told) -> list[str]:
    """The keys in which a file differs from what is here."""
    before, after = part.plain(there[told.path]), part.plain(told.data)
    if before == after:
        return []
    if not isinstance(before, dict) or not isinstance(after, dict):
        return list(told.data)
    return [key for key in part.shape if before.get(key) != after.get(key)]


def _demand(actor: Actor) -> None:
    if not actor.all_rights:
        raise NotAllowed(_("Only administrators take the configuration out, or apply one."))
