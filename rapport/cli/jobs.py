"""``rapport jobs``: what waits, is at work or has failed; try again, cancel."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from rapport.cli import Problem

if TYPE_CHECKING:
    from rapport.core.jobs.models import Job


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    jobs_parser = subparsers.add_parser("jobs", help="work that is done later: list, try again, cancel")
    verbs = jobs_parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    lister = verbs.add_parser("list", help="the newest jobs first")
    lister.add_argument("--state", default="", help="queued, running, done, failed, dead or cancelled")
    lister.add_argument("--kind", default="", help="for example import.run")
    lister.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default 50)")
    lister.add_argument("--json", action="store_true", help="print one JSON array")
    lister.set_defaults(command=list_jobs)
    retrier = verbs.add_parser("retry", help="put a job that failed back into the queue")
    retrier.add_argument("job", metavar="ID", type=int, nargs="?", help="number of the job")
    retrier.add_argument("--dead", action="store_true", help="all that used up their tries")
    retrier.set_defaults(command=retry)
    canceller = verbs.add_parser("cancel", help="end a job that waits or is at work")
    canceller.add_argument("job", metavar="ID", type=int, help="number of the job")
    canceller.set_defaults(command=cancel)


def list_jobs(options: argparse.Namespace) -> int:
    """Print the jobs."""
    from rapport.accounts.actor import Actor
    from rapport.core.jobs import queue

    found = list(queue.jobs_of(Actor.system(via="command"), state=options.state, kind=options.kind)[: options.limit])
    if options.json:
        print(json.dumps([_as_json(job) for job in found]))
        return 0
    for job in found:
        done = f"  {job.done_count:,} of {job.total_count:,}" if job.total_count else ""
        print(f"{job.pk:>8}  {job.state:<9}  {job.kind:<20}  try {job.attempts}  {job.created_at:%Y-%m-%d %H:%M}{done}")
        if job.error:
            print(f"          {job.error}")
    if not found:
        print("There are no such jobs.")
    return 0


def retry(options: argparse.Namespace) -> int:
    """Put one job back, or all that are dead; 1 if one of those could not be."""
    from rapport.accounts.actor import Actor
    from rapport.core.errors import Conflict
    from rapport.core.jobs import queue

    actor = Actor.system(via="command")
    if options.dead == (options.job is not None):
        raise Problem("Say which job: its number, or --dead for all that used up their tries.")
    if options.job is not None:
        queue.retry(actor, options.job)
        print(f"Job {options.job} waits for its turn again.")
        return 0
    left = 0
    ids = list(queue.jobs_of(actor, state="dead").values_list("pk", flat=True))
    for job_id in ids:
        try:
            queue.retry(actor, job_id)
        except Conflict as conflict:
            left += 1
            print(f"Job {job_id}: {conflict.message}")
    print(f"{len(ids) - left:,} jobs wait for their turn again.")
    return 1 if left else 0


def cancel(options: argparse.Namespace) -> int:
    """End a job; one at work ends at its next step. 1 if it had ended by itself."""
    from rapport.accounts.actor import Actor
    from rapport.core.jobs import queue
    from rapport.core.jobs.models import BUSY

    actor = Actor.system(via="command")
    if queue.get_job(actor, options.job).state not in BUSY:
        print(f"Job {options.job} has ended already.")
        return 1
    queue.cancel(actor, options.job)
    ended = queue.get_job(actor, options.job).state == "cancelled"
    print(f"Job {options.job} is cancelled." if ended else f"Job {options.job} ends at its next step.")
    return 0


def _as_json(job: "Job") -> dict[str, Any]:
    moments = {
        name: moment.isoformat() if (moment := getattr(job, name)) else None
        for name in ("run_at", "created_at", "started_at", "ended_at")
    }
    names = ("kind", "state", "lane", "priority", "attempts", "done_count", "total_count", "error", "log", "user_id")
    return {"id": job.pk, **{name: getattr(job, name) for name in names}, **moments}
