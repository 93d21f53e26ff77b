"""When a commit waits for the disk. Usually always: what was acknowledged survives a power cut."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, OperationalError, connection

_PAGES = 8_000  # of the journal (32 MB) before they move into the database; by default 1,000, several times a chunk


@contextmanager
def resumable() -> Iterator[None]:
    """For long work in many transactions, each of which notes how far it is: it waits for the disk at its end only.

    After a power cut the work goes on at an earlier place, with nothing lost and nothing doubled, for the rows and the
    place are lost together. Others go on waiting for the disk, and with their commits make these safe, too; so does the
    next commit of this connection. Nothing changes inside a transaction.
    """
    if connection.in_atomic_block:
        yield
        return
    with _sqlite() if connection.vendor == "sqlite" else _postgres():
        yield


@contextmanager
def _sqlite() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute(f"PRAGMA wal_autocheckpoint={_PAGES}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA wal_autocheckpoint=1000")
            with suppress(OperationalError):  # a full disk: the next commit waits for it, or is refused
                cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")  # waits for the disk first


@contextmanager
def _postgres() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        ((usual,),) = cursor.fetchall()
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # unless the server is gone, and this with it
            cursor.execute("SELECT set_config('synchronous_commit', %s, false)", [usual])
