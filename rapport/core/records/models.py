"""``Record`` carries identity only; ``RecordModel`` is what every object's own table has in common.

Owner, team, dates and ``live`` stay on the object's own table, inside its indexes, so that no list joins the
spine (docs/decisions/0001).
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

LABEL_LIMIT = 80  # characters
TITLE_LIMIT = 300  # characters; long enough for the longest name people type


class Record(models.Model):
    """Something with a history. Its id is unique across all kinds, so ``/r/<id>`` finds anything.

    ``trashed_at`` is the moment (UTC) it went to the trash, None while it is live.
    """

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=TITLE_LIMIT, default="")
    trashed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "-trashed_at"], name="record_trash", condition=models.Q(trashed_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.title


class Alias(models.Model):
    """``old`` was merged away by ``act``, ``into`` another record; ``new`` is the one that its number leads to now: a
    third one where that other was merged away, too.
    """

    old = models.OneToOneField(Record, models.CASCADE, primary_key=True, related_name="+")
    into = models.ForeignKey(Record, models.CASCADE, related_name="+")
    new = models.ForeignKey(Record, models.CASCADE, related_name="+")
    act = models.ForeignKey("core.Act", models.PROTECT, related_name="+")


class RecordLink(models.Model):
    """A record that another one names in a link made at run time, or in a field for several links. ``label`` says what
    it is there, where the field asks for that: the key of an option, or words.
    """

    from_record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    field_key = models.CharField(max_length=60)
    to_record = models.ForeignKey(Record, models.CASCADE, related_name="+", db_index=False)
    label = models.CharField(max_length=LABEL_LIMIT, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["from_record", "field_key", "to_record"], name="recordlink_once")
        ]
        indexes: ClassVar = [models.Index(fields=["to_record", "field_key", "from_record"], name="recordlink_to")]


class RecordKey(models.OneToOneField):  # type: ignore[type-arg]
    """The key that an object's row shares with the spine.

    On SQLite only a column declared ``integer`` becomes the number of the row itself: then a record is found in one
    step instead of two, and every index carries its id for nothing. Django would declare ``bigint``.
    """

    def db_type(self, connection: Any) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class RecordModel(models.Model):
    """What the table of every object has.

    ``live`` is False in the trash. ``version`` counts saves: a save that names an older one is refused.
    ``title`` is what people call the record, ``title_key`` the same folded for sorting and searching.
    ``custom`` holds the values of fields made at run time; an absent key is no value, null is never stored.
    All moments are UTC. ``part`` names the kind where a table holds several of them: see :func:`part_of`.
    """

    part: ClassVar[str] = ""

    record = RecordKey(Record, models.CASCADE, primary_key=True, related_name="+")
    title = models.CharField(max_length=TITLE_LIMIT, default="")
    title_key = models.CharField(max_length=TITLE_LIMIT, default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    team = models.ForeignKey("accounts.Team", models.SET_NULL, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    live = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    custom = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


def part_of(model: type[RecordModel], *, also: str = "") -> str:
    """What SQL must say, after ``also`` (“ AND ”, “ WHERE ”), to meet rows of this kind alone; empty where the table
    holds no others. Written as the partial indexes of the kind say it.
    """
    return f"{also}object_key = '{model.part}'" if model.part else ""


def living(live: bool) -> models.Q:
    """The condition of being live, or in the trash, in the form that an index serves.

    Django writes ``live=True`` as the bare column, which SQLite does not look up in an index; ``IN`` it does.
    """
    return models.Q(live__in=(live,))


def standard_indexes(name: str) -> list[models.Index]:
    """The indexes that keep every object's list fast for one who sees all, a team's share, or fifty.

    ``name`` prefixes the index names (at most 18 characters).
    """
    return [
        sort_index(f"{name}_title", "title_key", "record"),
        sort_index(f"{name}_created", "-created_at", "-record"),
        models.Index(fields=["owner", "live", "record"], name=f"{name}_owner"),
        models.Index(fields=["team", "live", "record"], name=f"{name}_team"),
    ]


def sort_index(name: str, *fields: str) -> models.Index:
    """An index for lists sorted by some fields. It knows whose a record is, too: one who sees a tenth is led past the
    other nine without their rows being read.
    """
    return models.Index(fields=["live", *fields, "owner", "team"], name=name)


class Submission(models.Model):
    """A form that was sent: its token counts once, whatever the network or an impatient finger repeats."""

    token = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False)
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "token"], name="submission_once")]
