"""Tables of the objects and fields that a workspace has made for itself, and the row with the version that holds."""

from typing import ClassVar

from django.db import models


class ObjectDef(models.Model):
    """An object that was made at run time. Its records are rows of ``CustomRecord`` under ``key`` (``c_…``), which
    never changes, as ``path`` does not: the first part of its addresses.

    ``labels`` maps languages to ``[label, plural]``, where they differ. ``archived_at`` (UTC): the object is nowhere to
    be seen, its records stay where they are.
    """

    key = models.CharField(max_length=42, unique=True)
    path = models.CharField(max_length=42, unique=True)
    label = models.CharField(max_length=60)
    plural = models.CharField(max_length=60)
    labels = models.JSONField(default=dict)
    icon = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class FieldDef(models.Model):
    """A field of ``kind`` that was made at run time. Values are kept under its ``key`` (``c_…``), which never changes.

    ``labels`` maps languages to labels, where they differ from ``label``. ``options`` are those of a choice, in order:
    ``{"key", "label", "tone", "is_archived"}``. ``settings`` holds what its type asks for: ``places``, ``to``,
    ``accepts``. ``index_state`` is empty, ``building``, ``ready`` or ``failed``. ``archived_at`` (UTC): the field is
    nowhere to be seen, its values stay where they are.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=42)
    type = models.CharField(max_length=20)
    label = models.CharField(max_length=80)
    labels = models.JSONField(default=dict)
    group = models.CharField(max_length=80, default="")
    hint = models.CharField(max_length=300, default="")
    options = models.JSONField(default=list)
    settings = models.JSONField(default=dict)
    is_required = models.BooleanField(default=False)
    is_unique = models.BooleanField(default=False)
    is_indexed = models.BooleanField(default=False)
    index_state = models.CharField(max_length=8, default="")
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="fielddef_key")]

    def __str__(self) -> str:
        return f"{self.kind}.{self.key}"


class Definitions(models.Model):
    """One row: the ``version`` of all definitions, another number after each change, never the same again."""

    version = models.BigIntegerField(default=0)
