"""The bytes of files: in the data folder, under random names, readable by us alone, and whole or not at all."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rapport.core import data_folder
from rapport.lib import faults
from rapport.lib.file_kinds import HEAD


class TooLarge(Exception):
    """More bytes came than may be kept; nothing of them was."""


@dataclass(frozen=True)
class Kept:
    """What was written: its name in the folder, its size in bytes, its SHA-256 and its first bytes."""

    stored_name: str
    size: int
    sha256: str
    head: bytes


def folder() -> Path:
    """Where files lie (``RAPPORT_DATA``/files), each in a folder named after the first two signs of its name."""
    return data_folder.folder("files")


def keep(chunks: Iterable[bytes], most: int) -> Kept:
    """Holds the bytes and gives them their place. Until a row names them, they are an orphan for :mod:`.sweeping`."""
    kept = hold(chunks, most)
    place(kept.stored_name)
    return kept


def hold(chunks: Iterable[bytes], most: int) -> Kept:
    """Writes the bytes down and makes sure that they outlive a power cut. TooLarge beyond ``most`` bytes.

    They lie with what is under way until :func:`place` is called, and go away after an hour if it is not.
    """
    name = data_folder.random_name()
    incoming = _held(name)
    whole = False
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        descriptor = os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise TooLarge
                digest.update(chunk)
                head += chunk[: HEAD - len(head)]
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        whole = True
    finally:
        if not whole:
            incoming.unlink(missing_ok=True)
    faults.point("files.written")
    return Kept(name, size, digest.hexdigest(), head)


def place(stored_name: str) -> None:
    """Gives a held file its place, where it stays; nothing to do if it has it. FileNotFoundError if it is gone."""
    target = path_of(stored_name)
    data_folder.made(target.parent)
    try:
        _held(stored_name).replace(target)
    except FileNotFoundError:
        if not target.exists():
            raise
    _sync(target.parent)
    _sync(folder())  # the folder of its first two signs may be new
    faults.point("files.renamed")


def is_kept(stored_name: str) -> bool:
    """Whether the bytes are there, held or in their place."""
    return path_of(stored_name).exists() or _held(stored_name).exists()


def path_of(stored_name: str) -> Path:
    """Where a file lies. ValueError for what is no name of ours."""
    if len(stored_name) != 32 or not set(stored_name) <= set("0123456789abcdef"):
        raise ValueError("Not the name of a stored file.")
    return folder() / stored_name[:2] / stored_name


def drop(stored_name: str) -> None:
    """Removes a file for good, if it is there."""
    data_folder.drop(path_of(stored_name), _held(stored_name))


def held_bytes() -> int:
    """What lies there without a row: held for a form, half written, put aside. Looks into two folders."""
    return sum(_sizes("incoming")) + sum(_sizes("orphans"))


def _sizes(name: str) -> Iterator[int]:
    with os.scandir(data_folder.made(folder() / name)) as found:
        for entry in found:
            with suppress(FileNotFoundError):  # settled, dropped or swept in this moment
                yield entry.stat().st_size


def _held(stored_name: str) -> Path:
    return data_folder.made(folder() / "incoming") / stored_name


def _sync(place: Path) -> None:
    """Makes the names in a folder outlive a power cut."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
