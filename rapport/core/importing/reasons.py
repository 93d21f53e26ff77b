"""Erasure reaches what was said of rows: a reason may quote what stood in a row about somebody who is now erased.

A row that failed made no record, so nothing leads from the erased to it: the reasons of all rows go.
"""

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.importing.reading import FAILED
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import BUSY, Job
from rapport.core.records.wipes import also
from rapport.lib import clock

_AGAIN_AFTER = datetime.timedelta(minutes=5)


@also
def forget_reasons(_ids: Collection[int]) -> None:
    """Forgets why rows failed or lost cells, in the rows of all imports and in the reports of dry runs.

    Those at work go on saying things about rows that they read before; they are visited again until they have ended.
    """
    _forget(ImportRow.objects.all(), Job.objects.filter(kind="import.check"))
    _visit_again(
        list(ImportRun.objects.filter(state__in=BUSY).values_list("pk", flat=True)),
        list(Job.objects.filter(kind="import.check", state__in=BUSY).values_list("pk", flat=True)),
    )


def _forget(rows: "QuerySet[ImportRow]", checks: "QuerySet[Job]") -> None:
    gone = _("Why is no longer kept, because a record was erased since.")
    told = rows.exclude(reason="")
    told.filter(outcome=FAILED).exclude(reason=gone).update(reason=gone)  # that it failed stays to be seen
    told.exclude(outcome=FAILED).update(reason="")
    for check in checks.filter(result__has_key="problems"):
        problems = [[line, gone] for line, _reason in check.result["problems"]]
        Job.objects.filter(pk=check.pk).update(result={**check.result, "problems": problems})


def _visit_again(runs: list[int], checks: list[int]) -> None:
    if runs or checks:
        args = {"runs": runs, "checks": checks}
        queue.enqueue("import.forget", args, Actor.system(), run_at=clock.now() + _AGAIN_AFTER)


@job("import.forget", title=gettext_lazy("Forgetting of what imports said about the erased"))
def _forget_job(at_work: JobAtWork) -> dict[str, Any]:
    # Asked before it is forgotten: what ends in between has said all it will say.
    runs, checks = at_work.args["runs"], at_work.args["checks"]
    busy_runs = list(ImportRun.objects.filter(pk__in=runs, state__in=BUSY).values_list("pk", flat=True))
    busy_checks = list(Job.objects.filter(pk__in=checks, state__in=BUSY).values_list("pk", flat=True))
    checked = [check.args["run"] for check in Job.objects.filter(pk__in=checks)]
    _forget(ImportRow.objects.filter(run_id__in=[*runs, *checked]), Job.objects.filter(pk__in=checks))
    _visit_again(busy_runs, busy_checks)
    return {}
