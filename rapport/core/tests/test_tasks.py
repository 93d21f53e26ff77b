"""Functions with ``@task()``, of apps that know nothing of our queue, run through it."""

import datetime
import threading
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_tasks import TaskContext, TaskResultStatus, default_task_backend, task
from django_tasks.exceptions import TaskResultDoesNotExist, TaskResultMismatch

from rapport.core.jobs import worker
from rapport.core.jobs.models import HIGH, Job
from rapport.lib import clock

pytestmark = pytest.mark.django_db


@task()
def add(a: int, b: int = 1) -> int:
    return a + b


@task(takes_context=True)
def which_try(context: TaskContext) -> int:
    return context.attempt


@task()
def fail() -> None:
    raise ImproperlyConfigured("secret@example.com")


@task()
async def later() -> str:
    return "from a coroutine"


def work() -> int:
    return worker.work(threading.Event(), once=True)


def test_it_works() -> None:
    result = add.enqueue(2, b=3)
    assert result.status == TaskResultStatus.READY and Job.objects.get().kind == "task"
    assert work() == 1
    result.refresh()
    assert result.status == TaskResultStatus.SUCCESSFUL and result.return_value == 5
    assert add.get_result(result.id).return_value == 5 and result.attempts == 1
    assert result.finished_at and result.started_at and result.enqueued_at


def test_a_task_sees_its_context_and_may_be_a_coroutine() -> None:
    first, second = which_try.enqueue(), later.enqueue()
    work()
    assert which_try.get_result(first.id).return_value == 1
    assert later.get_result(second.id).return_value == "from a coroutine"


def test_priority_and_time_are_kept() -> None:
    moment = clock.now() + datetime.timedelta(hours=1)
    result = add.using(priority=50, run_after=moment, queue_name="mail").enqueue(1)
    job = Job.objects.get()
    assert (job.priority, job.run_at) == (HIGH, moment) and work() == 0
    assert result.task.priority == 50 and result.task.queue_name == "mail"


def test_a_task_that_fails_is_tried_again_and_then_failed_without_values() -> None:
    result = fail.enqueue()
    with clock.frozen(clock.now()) as stopped:
        work()
        result.refresh()
        assert result.status == TaskResultStatus.READY
        for _number in range(5):
            stopped.advance(seconds=1000)
            work()
    result.refresh()
    assert result.status == TaskResultStatus.FAILED and result.attempts == 5
    assert result.errors[0].exception_class is ImproperlyConfigured
    assert "secret" not in result.errors[0].traceback and "test_tasks" in result.errors[0].traceback


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "-1"])
def test_a_result_that_never_was_is_told_as_such(number: str) -> None:
    with pytest.raises(TaskResultDoesNotExist):
        default_task_backend.get_result(number)


def test_a_result_of_another_task_is_refused() -> None:
    result = add.enqueue(1)
    with pytest.raises(TaskResultMismatch):
        fail.get_result(result.id)


def test_only_what_was_declared_as_a_task_is_called() -> None:
    add.enqueue(1)
    for path in ("os.getcwd", "nothing.at_all", "rapport.core.jobs.worker.work"):
        args: Any = {**Job.objects.get().args, "path": path}
        Job.objects.update(args=args, state="queued", attempts=0)
        work()
        assert Job.objects.get().state == "failed"
