"""Reading ahead: a process of its own reads the next rows on the other core while the last ones are written.

A thread would not do: whoever writes gives Python's lock away with every row and would wait for it each time.
Nothing here imports a table at the top: the process that reads loads this module before Django is ready.
"""

import atexit
import multiprocessing
import signal
from collections.abc import Generator, Iterator
from itertools import islice
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

import django
from django.utils import translation

if TYPE_CHECKING:
    from rapport.accounts.actor import Actor
    from rapport.core.importing.source import Read, Source

WORTH_IT_FROM = 2_000_000  # bytes of a file; below, starting the process takes longer than it saves
_FOR_US = (signal.SIGINT, signal.SIGTERM)
_BATCH = 250  # lines handed over at once


def lines(actor: "Actor", source: "Source", after: int, size: int) -> Generator["Read", None, None]:
    """The lines of ``source`` behind the line ``after``; ``size`` is that of its file in bytes."""
    if size < WORTH_IT_FROM:
        yield from source.lines(after)
        return
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    reader = spawning.Process(target=_read, args=(there,), daemon=True)
    # What ends the whole group (Ctrl-C, a supervisor) is for us: the reader is born deaf to it and ends with us.
    resource_tracker.ensure_running()  # first: where it starts it lets these signals in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _FOR_US)
    try:
        reader.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    atexit.register(reader.kill)  # else the end of this process would wait for one that does not hear
    there.close()
    try:
        for count, read in enumerate(source.lines(after), 1):  # until the reader has woken up, which takes a second
            yield read
            after = read.line.number
            if not count % _BATCH and here.poll():
                break
        else:
            return
        _told(here)
        here.send((actor, source.run.pk, after, translation.get_language()))
        yield from _received(here, source)
    finally:
        here.close()
        reader.kill()  # it only reads: there is nothing it could leave half done
        reader.join()
        atexit.unregister(reader.kill)


def _received(pipe: Any, source: "Source") -> Iterator["Read"]:
    while True:
        batch, error = _told(pipe)
        yield from batch
        if not batch:
            source.error = error
            return


def _told(pipe: Any) -> Any:
    try:
        return pipe.recv()
    except (EOFError, ConnectionResetError):
        raise RuntimeError("The process that reads the file ended before the file did.") from None


def _read(pipe: Any) -> None:
    """The other process: says that it is awake, is told where to begin, and hands over batches of lines, then an empty
    one with why the file ended early, or "".
    """
    django.setup()
    from rapport.core.definitions.loading import pinned  # noqa: PLC0415 - tables need Django to be set up
    from rapport.core.importing.models import ImportRun  # noqa: PLC0415 - tables need Django to be set up
    from rapport.core.importing.source import Source  # noqa: PLC0415 - as above

    pipe.send(None)
    actor, run_id, after, language = pipe.recv()
    with translation.override(language), pinned():
        source = Source(actor, ImportRun.objects.get(pk=run_id))
        reading = source.lines(after)
        try:
            while batch := list(islice(reading, _BATCH)):
                pipe.send((batch, ""))
            pipe.send(([], source.error))
        except BrokenPipeError:
            pass  # whoever wanted to know is gone
