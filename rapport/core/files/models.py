"""The table of files. The bytes lie in the data folder (see :mod:`rapport.core.files.storing`)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from rapport.core.records.models import Record

NAME_LIMIT = 200  # characters of a file's name


class File(models.Model):
    """A file on a record; with ``field_key`` it belongs to that field of the record.

    ``kind`` is its media type by content, ``is_disguised`` says that its name promises another one. ``width`` and
    ``height`` (pixels) are known of images. ``stored_name`` is random and the only thing its place in the folder
    tells. ``size`` is in bytes; moments are UTC. In the trash while ``trashed_at`` is set; there, too, is what a field
    held before, so that an undo can bring it back.
    """

    record = models.ForeignKey(Record, models.CASCADE, related_name="files", db_index=False)
    field_key = models.CharField(max_length=60, default="")
    name = models.CharField(max_length=NAME_LIMIT)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=120)
    is_disguised = models.BooleanField(default=False)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    stored_name = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    trashed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["field_key", "record"],
                name="file_of_field",
                condition=models.Q(trashed_at__isnull=True) & ~models.Q(field_key=""),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["record", "field_key", "id"], name="file_record"),
            models.Index(fields=["trashed_at"], name="file_trash", condition=models.Q(trashed_at__isnull=False)),
        ]
