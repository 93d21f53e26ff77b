"""Tables of tags. ``key`` is the folded name, so that “VIP” and “vip” are one tag."""

from typing import ClassVar

from django.db import models

from rapport.core.records.models import Record


class Tag(models.Model):
    """A word that can be put on records of every kind."""

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=60, unique=True)


class TagLink(models.Model):
    """A tag on a record."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="links", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, related_name="tag_links", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "tag"], name="taglink_once")]
        indexes: ClassVar = [models.Index(fields=["tag", "record"], name="taglink_tag")]
