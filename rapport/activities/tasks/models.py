"""The table of tasks."""

from typing import ClassVar

from django.db import models

from rapport.activities.reminded import Reminded, remind_index
from rapport.core.records.models import RecordModel, sort_index, standard_indexes

OPEN, DOING, DONE = "open", "doing", "done"
STATUSES = (OPEN, DOING, DONE)


class Task(RecordModel, Reminded):
    """Something to be done by its owner. ``title`` is what to do.

    ``due_on`` is a day on the clocks of the owner, ``due_at`` the moment (UTC) where a time was given, too.
    ``due_by`` follows from both: the moment (UTC) from which on it is overdue; without a time that is the end of
    the day in the owner's time zone. ``done_at`` is UTC, and filled exactly while ``status`` is done.
    ``checklist`` is a list of ``{"id", "text", "done"}``. ``repeat`` and what follows it say when it comes again;
    ``repeat_day`` is the day of the month that was first meant (31, also after a February). ``next_id`` is the record
    of the task that followed; a plain number, as that one may be erased without a look at this table.
    """

    objects: ClassVar[models.Manager["Task"]] = models.Manager()

    body = models.TextField(default="")
    status = models.CharField(max_length=10, default=OPEN)
    priority = models.CharField(max_length=10, default="normal")
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    due_by = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    checklist = models.JSONField(default=list)
    repeat = models.CharField(max_length=10, default="")
    repeat_every = models.PositiveSmallIntegerField(default=1)
    repeat_from = models.CharField(max_length=10, default="due")
    repeat_until = models.DateField(null=True)
    repeat_day = models.PositiveSmallIntegerField(default=0)
    next_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            *standard_indexes("task"),
            sort_index("task_due", "due_on", "record"),
            models.Index(
                fields=["owner", "due_by", "record"], name="task_mine", condition=models.Q(done_at__isnull=True)
            ),
            models.Index(
                fields=["due_by", "record", "owner", "team"],
                name="task_open",
                condition=models.Q(done_at__isnull=True),
            ),
            models.Index(fields=["owner", "-done_at"], name="task_done", condition=models.Q(done_at__isnull=False)),
            models.Index(
                fields=["-done_at", "-record", "owner", "team"],
                name="task_done_all",
                condition=models.Q(done_at__isnull=False),
            ),
            remind_index("task_remind"),
        ]
