"""Is the history whole, and do the records agree with it? Reads everything, in pieces; memory stays flat."""

import datetime
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any

from django.utils.translation import gettext_lazy

from rapport.core.audit.chain_check import check_anchors, check_chain
from rapport.core.audit.findings import Check, Problem, Progress, checks
from rapport.core.audit.row_check import check_rows
from rapport.core.events import sealer
from rapport.core.events.models import SealState
from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import LONG
from rapport.lib import clock

MOST_PROBLEMS = 20  # named in a report; the others are only counted


@dataclass
class Report:
    """What a check found. ``sealed`` events are in the chain, ``waiting`` ones not yet. ``at`` is UTC."""

    at: datetime.datetime
    sealed: int = 0
    waiting: int = 0
    count: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """True if nothing is wrong."""
        return self.count == 0

    def as_json(self) -> dict[str, Any]:
        """The report as the command prints it."""
        return {
            "ok": self.is_whole,
            "at": self.at.isoformat(),
            "sealed": self.sealed,
            "waiting": self.waiting,
            "count": self.count,
            "problems": [asdict(problem) for problem in self.problems],
        }


def verify(progress: Progress | None = None) -> Report:
    """Checks chain, anchor file, records and what rooms keep beside them. What it found is kept with the state of the
    seal, for the screen.
    """
    tell = progress or (lambda _what, _done, _total: None)
    report = Report(clock.now())
    every: list[Check] = [check_chain, check_anchors, check_rows, *checks]
    for problem in chain.from_iterable(check(tell) for check in every):
        report.count += 1
        if len(report.problems) < MOST_PROBLEMS:
            report.problems.append(problem)
    report.sealed = sealer.state().head_no
    report.waiting, _seconds = sealer.waiting()
    first = report.problems[0].sentence if report.problems else ""
    told = {"at": report.at.isoformat(), "ok": report.is_whole, "sealed": report.sealed, "problem": first}
    SealState.objects.filter(pk=1).update(verified=told)
    return report


@job("audit.verify", lane=LONG, title=gettext_lazy("Check of the history"))
def _verify_job(at_work: JobAtWork) -> dict[str, Any]:
    report = verify(lambda _what, done, total: at_work.progress(done, total))
    return {"ok": report.is_whole, "sealed": report.sealed, "count": report.count}
