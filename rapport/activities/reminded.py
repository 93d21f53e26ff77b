"""What a table needs whose rows remind people of themselves; see ``reminders.py`` for who tells them."""

from typing import Any

from django.db import models


class Reminded(models.Model):
    """``reminder`` says when to remind (see ``REMINDERS`` of ``reminders.py``), ``remind_at`` the moment (UTC) that
    follows from it. ``remind_next`` is that moment until it was told, then None: what is not told yet is found by
    index, and setting it to None decides which of two workers tells.
    """

    reminder = models.CharField(max_length=10, default="")
    remind_at = models.DateTimeField(null=True)
    remind_next = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def remind_index(name: str) -> Any:
    """The index by which reminders that are due are found."""
    return models.Index(fields=["remind_next"], name=name, condition=models.Q(remind_next__isnull=False))
