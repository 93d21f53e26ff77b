"""The command ``rapport`` as the harness starts it: ``python -m tests.faults.process web --port …``.

The same processes as everybody's, but with small chunks and quick second attempts, so that a hundred kills take
minutes; with a clock that may be wrong (``FAULTS_CLOCK``, seconds); and with jobs and consumers to watch.
"""

import os
import sys
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402

from rapport.activities.actions import NoteInput, add_note  # noqa: E402
from rapport.cli import main  # noqa: E402
from rapport.core.changes import bulk_runs, undo  # noqa: E402
from rapport.core.events import consumers, sealer  # noqa: E402
from rapport.core.events.models import Parked  # noqa: E402
from rapport.core.exporting import reading  # noqa: E402
from rapport.core.exporting import runs as exports  # noqa: E402
from rapport.core.importing import ahead, running  # noqa: E402
from rapport.core.jobs import handlers, schedules, worker  # noqa: E402
from rapport.core.objects import registry, saving  # noqa: E402
from rapport.core.objects.once import once  # noqa: E402
from rapport.core.search import rebuilding  # noqa: E402
from rapport.lib import clock  # noqa: E402
from rapport.lib.pace import Pace  # noqa: E402


@handlers.job("faults.person")
def make_person(at_work: handlers.JobAtWork) -> dict[str, Any]:
    """Makes one person, once, however often it is run."""
    name = at_work.args["name"]

    def make() -> int:
        values = {"first_name": name, "email": f"{name}@jobs.example"}
        return int(saving.create(at_work.actor, registry.get("person"), values).pk)

    record_id, _ran = once(at_work.actor, f"faults {name}", make)
    return {"record": record_id}


@handlers.job("faults.poison")
def always_fails(at_work: handlers.JobAtWork) -> dict[str, Any]:
    """A job that nothing helps."""
    raise RuntimeError("a job that always fails")


@schedules.schedule("every 1", "faults.tick")
def tick(at_work: handlers.JobAtWork) -> dict[str, Any]:
    """Something that comes again every second."""
    return {}


AHEAD_FROM = 20_000  # bytes of a file, from which on a process of its own reads it
FOLLOWED, STUMBLES, FALLS = "followed", "stumbles", "falls"


@consumers.on("person.created", name="faults.follow", each=True, from_start=True)
def follow(happening: consumers.Happening) -> None:
    """Writes one note about each person who is to be followed; fails once for some, and always for others."""
    person = happening.event.subject_id
    name = registry.get("person").model._default_manager.filter(pk=person).values_list("last_name", flat=True).first()
    if person is None or name not in (FOLLOWED, STUMBLES, FALLS):
        return
    tried_before = Parked.objects.filter(event=happening.event).exists()
    if name == FALLS or (name == STUMBLES and not tried_before):
        raise RuntimeError("a consumer that cannot handle this")
    add_note(happening.actor, NoteInput(f"followed {person}", (person,)))


def hurry() -> None:
    """Small chunks, so that there is much between two of them, and no waiting before a second try."""
    worker.BACK_OFF = (0, 0, 0, 0)  # type: ignore[assignment]
    handlers.PROGRESS_SECONDS = 0.0
    running.MOST_ROWS = reading.CHUNK = rebuilding.CHUNK = 40
    slow: Any = lambda _size: Pace(40, most=40)  # noqa: E731
    bulk_runs.Pace = undo.Pace = slow  # type: ignore[attr-defined, misc]
    undo.AT_ONCE = 40
    ahead.WORTH_IT_FROM = AHEAD_FROM
    exports.SETTLE_SECONDS = 0.0
    sealer.MOST = consumers.WINDOW = 40
    sealer.ANCHOR_SECONDS = 0.0
    consumers.BACK_OFF = (1,) * len(consumers.BACK_OFF)  # type: ignore[assignment]
    make = sealer.Sealer.__init__

    def small(self: sealer.Sealer) -> None:
        make(self)
        self.size = sealer.MOST

    sealer.Sealer.__init__ = small  # type: ignore[method-assign]


def bend_clock(seconds: float) -> None:
    """Lets this process believe that it is ``seconds`` later."""
    shift, real, djangos = timedelta(seconds=seconds), clock.now, timezone.now
    clock.now = lambda: real() + shift
    timezone.now = lambda: djangos() + shift


if __name__ == "__main__":
    hurry()
    if offset := float(os.environ.get("FAULTS_CLOCK", "0")):
        bend_clock(offset)
    sys.exit(main(sys.argv[1:]))
