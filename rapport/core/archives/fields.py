"""The definitions in an archive: objects and fields that are not here are made, with the keys that records speak of."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.archives import layout
from rapport.core.archives.checking import Archive, unreadable
from rapport.core.definitions import as_files, objects
from rapport.core.definitions.models import FieldDef, ObjectDef
from rapport.core.errors import Invalid, Refused
from rapport.core.objects import registry

Problem = Callable[[str, int, str], None]


def bring(actor: Actor, archive: Archive, problem: Problem) -> None:
    """Makes the fields that are not here. Invalid where one of the same key holds something else: what follows would
    not fit.

    Fields that need others come when those are there, so it goes over them until nothing more can be made.
    """
    _bring_objects(actor, archive)
    there = {(row.kind, row.key): row for row in FieldDef.objects.all()}
    waiting: list[tuple[int, dict[str, Any]]] = []
    made: list[tuple[FieldDef, int, dict[str, Any]]] = []
    for number, told in archive.told(layout.FIELDS, kind=str, key=str, type=str):
        row = there.get((told["kind"], told["key"]))
        if row is not None and row.type != told["type"]:
            sentence = _(
                "The field “%(label)s” (%(key)s) is here already and holds something else. Rename or convert it first."
            )
            raise Invalid({"file": [sentence % {"label": row.label, "key": row.key}]})
        if row is None and registry.find(told["kind"]) is not None:
            waiting.append((number, told))
    refused: dict[int, str] = {}
    while waiting:
        left = []
        for number, told in waiting:
            try:
                with _reading(layout.FIELDS, number):
                    made.append((as_files.create(actor, told), number, told))
            except Refused as refusal:
                refused[number] = refusal.message
                left.append((number, told))
        if len(left) == len(waiting):
            break
        waiting = left
    for number, _told in waiting:
        problem(layout.FIELDS, number, refused[number])
    for row, number, told in made:
        with _reading(layout.FIELDS, number):
            as_files.settle(actor, row, told)


def _bring_objects(actor: Actor, archive: Archive) -> None:
    known = {row.key: row for row in ObjectDef.objects.all()}
    for number, told in archive.told(layout.OBJECTS, key=str, label=str, plural=str):
        row = known.get(told["key"])
        if row is None:
            with _reading(layout.OBJECTS, number):
                as_files.create_object(actor, told)
        elif row.archived_at is not None:
            objects.bring_back_object(actor, row.pk)


@contextmanager
def _reading(path: str, number: int) -> Iterator[None]:
    """What is not as a definition should be makes the line one that cannot be read."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise unreadable(path, number) from error
