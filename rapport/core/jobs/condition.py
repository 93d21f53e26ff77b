"""How the queue is, for ``/readyz`` and the page of jobs."""

from dataclasses import dataclass

from rapport.core import health
from rapport.core.health import Health
from rapport.core.jobs import heartbeat
from rapport.core.jobs.models import LANES, LONG, PRIORITIES, QUICK, Job
from rapport.lib import clock

FETCH_LATE_SECONDS = 3 * heartbeat.EVERY_SECONDS
DUE_LATE_SECONDS = {QUICK: 60.0, LONG: 3600.0}  # a due job that waits longer is worth a look


@dataclass(frozen=True)
class Condition:
    """Ages in seconds, None where there is nothing to tell the age of."""

    worker_ago: float | None
    fetch_ago: float | None
    oldest_due: dict[str, float | None]  # by lane
    dead: int

    @property
    def is_fetch_late(self) -> bool:
        """Whether nobody has asked for work for more than three intervals."""
        return self.fetch_ago is None or self.fetch_ago > FETCH_LATE_SECONDS

    @property
    def late_lanes(self) -> list[str]:
        """Lanes in which a job has been due for too long."""
        return [lane for lane, age in self.oldest_due.items() if (age or 0.0) > DUE_LATE_SECONDS[lane]]


def condition() -> Condition:
    """What the tables say now; a handful of looks into indexes."""
    return Condition(
        worker_ago=heartbeat.seconds_since(),
        fetch_ago=heartbeat.seconds_since_fetch(),
        oldest_due={lane: _oldest_due(lane) for lane in LANES},
        dead=Job.objects.filter(state="dead").count(),
    )


def _oldest_due(lane: str) -> float | None:
    now = clock.now()
    due = Job.objects.filter(state="queued", lane=lane, run_at__lte=now).order_by("run_at", "pk")
    firsts = [due.filter(priority=priority).values_list("run_at", flat=True).first() for priority in PRIORITIES]
    ages = [(now - first).total_seconds() for first in firsts if first is not None]
    return max(ages, default=None)


def _check_worker() -> Health:
    ago = heartbeat.seconds_since()
    fetched = heartbeat.seconds_since_fetch()
    figures = {"seen_seconds_ago": ago, "fetched_seconds_ago": fetched}
    if ago is None:
        return Health(figures, problem="No worker has been seen yet.")
    if ago > heartbeat.LATE_SECONDS:
        return Health(figures, problem=f"No worker has been seen for {ago:.0f} seconds.")
    return Health(figures)


def _check_jobs() -> Health:
    now = condition()
    figures = {
        "oldest_due_seconds": now.oldest_due[QUICK],
        "oldest_due_long_seconds": now.oldest_due[LONG],
        "dead": now.dead,
    }
    if now.late_lanes:
        return Health(figures, warning="Jobs have been due for too long.")
    return Health(figures, warning=f"{now.dead} jobs used up their tries." if now.dead else "")


health.register("worker", _check_worker)
health.register("jobs", _check_jobs)
