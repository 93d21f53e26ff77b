"""How an archive is laid out: the names of its members, the version of that, and what its manifest says.

::

    manifest.json           what is in it: for each member rows, bytes and SHA-256; and what does not travel
    users.jsonl             who is named as owner or colleague: id, e-mail, name
    teams.jsonl             id and the names from the top of the tree down
    objects.jsonl           the definitions of objects made at run time
    fields.jsonl            the definitions of fields made at run time
    records/person.jsonl    each record of a kind in a line; links as {"id", "title"}
    tables/people.csv       the same for people to read, where they asked for it
    files.jsonl             each file: its record, name and SHA-256
    files/4711              its bytes
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import orjson

from rapport import __version__
from rapport.accounts.models import User
from rapport.core.events.models import Act
from rapport.core.fields import Field, Link, Links
from rapport.lib import clock

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

VERSION = 1  # another one where an older Rapport could not read it
MANIFEST, USERS, TEAMS = "manifest.json", "users.jsonl", "teams.jsonl"
OBJECTS, FIELDS, FILES = "objects.jsonl", "fields.jsonl", "files.jsonl"
# Said in each manifest, so that nobody looks for it in the lines. Shared views travel with the configuration.
LEFT_OUT = ("trash", "history", "private views", "shared views")


@dataclass(frozen=True)
class Entry:
    """A finished member: ``rows`` lines or records, ``size`` bytes and their SHA-256."""

    path: str
    rows: int
    size: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """As the manifest names it."""
        return asdict(self)


def records(kind: str) -> str:
    """The member with the records of a kind."""
    return f"records/{kind}.jsonl"


def table(spec: "ObjectSpec", fmt: str) -> str:
    """The member with the records of a kind as a table."""
    return f"tables/{spec.path.replace('/', '-')}.{fmt}"


def file(number: int) -> str:
    """The member with the bytes of a file."""
    return f"files/{number}"


def house() -> str:
    """By what the archives of this workspace are known: the moment of its first user, or first act without any."""
    first = User.objects.order_by("pk").values_list("pk", "created_at").first()
    first = first or Act.objects.order_by("pk").values_list("pk", "at").first()
    return hashlib.sha256(f"rapport house {first}".encode()).hexdigest()[:16] if first else ""


def manifest(entries: Iterable[Entry], missing: list[int], more: Mapping[str, Any]) -> bytes:
    """The manifest. Files are counted in it; each of them stands in ``files.jsonl``. ``missing``: ids of files whose
    bytes were not there.
    """
    tables, count, size = [], 0, 0
    for entry in entries:
        if entry.path.startswith("files/"):
            count, size = count + 1, size + entry.size
        else:
            tables.append(entry.as_json())
    told = {
        "rapport_archive": VERSION, "version": __version__, "house": house(), "made_at": clock.now().isoformat(),
        **more, "members": tables, "files": {"count": count, "size": size, "missing": missing},
        "left_out": LEFT_OUT,
    }  # fmt: skip
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def in_order(specs: Iterable["ObjectSpec"]) -> list["ObjectSpec"]:
    """Objects such that what others link to comes before them, as far as no circle is in the way; what is about
    other records comes last.
    """
    every = list(specs)
    return [
        spec
        for group in ([one for one in every if one.parents is None], [one for one in every if one.parents is not None])
        for spec in _sorted(group)
    ]


def _sorted(waiting: list["ObjectSpec"]) -> list["ObjectSpec"]:
    found: list[ObjectSpec] = []
    while waiting:
        keys = {spec.key for spec in waiting}
        free = [spec for spec in waiting if not _leads_to(spec, spec.all_fields) & keys]
        # In a circle the links that were there before people made fields count for more.
        free += [spec for spec in waiting if not _leads_to(spec, spec.fields) & keys] or waiting
        waiting.remove(free[0])
        found.append(free[0])
    return found


def _leads_to(spec: "ObjectSpec", fields: Iterable[Field]) -> set[str]:
    return {known.to for known in fields if isinstance(known, Link | Links)} - {spec.key}
