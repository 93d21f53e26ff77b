"""What search looks into: the words of each record, and which fields of a kind are kept apart."""

from typing import ClassVar

from django.db import models

from rapport.core.records.models import Record, RecordKey


class SearchEntry(models.Model):
    """The words of one record, as ``rapport.lib.search_words.joined`` writes them.

    ``restricted_text`` holds the words of fields that some role may not see, ``reach`` whose the record is
    (``rapport.core.search.reach``). On SQLite full-text tables
    know the live entries by three letters, on PostgreSQL a GIN index does. Written through
    ``rapport.core.search.keeping`` alone.
    """

    objects: ClassVar["models.Manager[SearchEntry]"] = models.Manager()  # named for mypy, which misses it here
    record = RecordKey(Record, models.CASCADE, primary_key=True, related_name="+")
    kind = models.CharField(max_length=60)
    live = models.BooleanField(default=True)
    open_text = models.TextField()
    restricted_text = models.TextField(default="")
    reach = models.TextField(default="")


class SearchScope(models.Model):
    """How far the entries of a kind can be relied on.

    ``hidden`` are the searched fields that some role hides: whoever writes entries keeps them apart. ``apart`` are
    those of them that every entry keeps apart already. ``is_ready`` is False while entries may be missing.
    ``position`` is the last record that an unfinished rebuild has done, None where none is needed.
    """

    objects: ClassVar["models.Manager[SearchScope]"] = models.Manager()  # as above
    kind = models.CharField(max_length=60, primary_key=True)
    hidden = models.JSONField(default=list)
    apart = models.JSONField(default=list)
    is_ready = models.BooleanField(default=True)
    position = models.BigIntegerField(null=True)
