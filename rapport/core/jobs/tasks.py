"""Django's tasks interface on our queue: functions with ``@task()``, of apps that know nothing of Rapport.

>>> result = send_report.enqueue(4711)
>>> send_report.get_result(result.id).status

Such a task is the house's own doing, not a user's. It is tried again when it fails, as every job; the result is FAILED
only when no try is left.
"""

from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks import TaskContext, TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task as DjangoTask
from django_tasks.base import TaskError
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.signals import task_enqueued, task_finished, task_started
from django_tasks.utils import normalize_json

from rapport.accounts.actor import Actor
from rapport.core.errors import BadQuery
from rapport.core.jobs import queue
from rapport.core.jobs.extension import KIND
from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.models import HIGH, LOW, NORMAL, Job

_STATUS = {
    "queued": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "done": TaskResultStatus.SUCCESSFUL,
}


class QueueBackend(BaseTaskBackend):
    """The backend of ``settings.TASKS``. Priorities are three here: below, at and above nought."""

    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
        """Adds a job in the caller's transaction."""
        self.validate_task(task)
        wanted = {
            "path": task.module_path,
            "args": normalize_json(args),
            "kwargs": normalize_json(kwargs),
            "priority": task.priority,
            "queue": task.queue_name,
            "backend": self.alias,
        }
        priority = HIGH if task.priority > 0 else LOW if task.priority < 0 else NORMAL
        made = queue.enqueue(KIND, wanted, Actor.system(via="job"), run_at=task.run_after, priority=priority)
        result = _result(made)
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> Any:
        """What became of a task. TaskResultDoesNotExist if it never was, or ended more than a month ago."""
        number = int(result_id) if result_id.isascii() and result_id.isdecimal() and len(result_id) < 19 else 0
        found = Job.objects.filter(pk=number, kind=KIND).first()
        if found is None:
            raise TaskResultDoesNotExist(result_id)
        return _result(found)


def run(at_work: JobAtWork) -> dict[str, Any]:
    """Calls the function for which the job was enqueued."""
    result = _result(at_work.job)
    function = result.task
    task_started.send(QueueBackend, task_result=result)
    context = [TaskContext(task_result=result)] if function.takes_context else []
    value = function.call(*context, *result.args, **result.kwargs)
    object.__setattr__(result, "status", TaskResultStatus.SUCCESSFUL)
    task_finished.send(QueueBackend, task_result=result)
    return {"value": normalize_json(value)}


def _result(made: Job) -> Any:
    wanted = made.args
    result: Any = TaskResult(
        task=_task(wanted).using(priority=wanted["priority"], queue_name=wanted["queue"], backend=wanted["backend"]),
        id=str(made.pk),
        status=_STATUS.get(made.state, TaskResultStatus.FAILED),
        enqueued_at=made.created_at,
        started_at=made.started_at,
        last_attempted_at=made.started_at,
        finished_at=made.ended_at,
        args=wanted["args"],
        kwargs=wanted["kwargs"],
        backend=wanted["backend"],
        errors=_errors(made),
        worker_ids=[made.worker] * made.attempts,
    )
    object.__setattr__(result, "_return_value", made.result.get("value"))
    return result


def _errors(made: Job) -> list[TaskError]:
    """The last error: its class, and its places instead of a traceback, which might quote what people wrote."""
    if "exception" not in made.result:
        return []
    return [TaskError(exception_class_path=made.result["exception"], traceback=made.result.get("places", ""))]


def _task(wanted: dict[str, Any]) -> Any:
    """The task of that name. BadQuery if there is none (any more): only what was declared as a task is ever called."""
    try:
        found = import_string(wanted["path"])
    except ImportError:
        found = None
    if not isinstance(found, DjangoTask):
        raise BadQuery(_("There is no task “%(name)s” here.") % {"name": wanted["path"][:100]})
    return found
