"""Heads of the chain, kept outside the database: who rewinds or rewrites it cannot rewrite these without the key.

A file in the data folder, one line of JSON for each head: number, digest, moment, and an HMAC that also covers the
HMAC of the line before. The key is derived from the workspace's secret key. After a backup was put back on purpose,
a line ``restored`` says so: heads before it that lie further on no longer count.
"""

import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from rapport.core.events.emit import canonical
from rapport.lib import clock

_FILE = "seal.anchors"


@dataclass(frozen=True)
class Anchor:
    """One line: the chain had reached ``number`` with ``digest`` (hexadecimal). ``line`` counts from 1."""

    line: int
    number: int
    digest: str
    at: str
    restored: bool
    is_genuine: bool


def path() -> Path:
    """Where the file is."""
    return Path(settings.DATA_FOLDER) / _FILE


def append(number: int, digest: bytes, *, restored: bool = False) -> None:
    """Adds a head and waits until it is on the disk."""
    with path().open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # a command may write beside the pump; closing lets the next one in
        before = _last_mac(_mend(file))
        line: dict[str, Any] = {"no": number, "digest": digest.hex(), "at": clock.now().isoformat()}
        if restored:
            line["restored"] = True
        line["mac"] = _mac(before, line)
        file.write(orjson.dumps(line) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read() -> Iterator[Anchor]:
    """All anchors, oldest first. A line that cannot be read, or was not written by us, comes as not genuine."""
    try:
        file = path().open("rb")
    except FileNotFoundError:
        return
    before = ""
    with file:
        for place, text in enumerate(file, start=1):
            if not text.endswith(b"\n"):
                return  # a crash cut the last line off; the next head will take its place
            try:
                line = orjson.loads(text)
                mac = line.pop("mac")
                genuine = hmac.compare_digest(mac, _mac(before, line))
                yield Anchor(place, line["no"], line["digest"], line["at"], "restored" in line, genuine)
            except (ValueError, KeyError, TypeError, AttributeError):
                yield Anchor(place, 0, "", "", False, False)
                continue
            before = mac


def _mac(before: str, line: dict[str, Any]) -> str:
    key = hmac.new(settings.SECRET_KEY.encode(), b"rapport anchors of the seal", hashlib.sha256).digest()
    return hmac.new(key, before.encode() + canonical(line), hashlib.sha256).hexdigest()


def _mend(file: Any) -> bytes:
    """The last whole line; a rest behind it that a crash left is cut off."""
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - 2_000)
    file.seek(start)
    tail: bytes = file.read()
    whole, newline, rest = tail.rpartition(b"\n")
    if rest:
        file.truncate(end - len(rest))
    return whole.rpartition(b"\n")[2] if newline else b""


def _last_mac(line: bytes) -> str:
    try:
        return str(orjson.loads(line)["mac"]) if line else ""
    except (ValueError, KeyError, TypeError):
        return ""  # spoiled by somebody: verify will name that line
