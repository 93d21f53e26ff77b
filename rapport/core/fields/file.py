"""A file as the value of a field: a photo, a signed contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.fields import operators as op
from rapport.core.fields.base import Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.child import ChildField
from rapport.core.fields.operators import Operator
from rapport.core.files.incoming import MEGABYTE, Incoming
from rapport.core.files.models import File
from rapport.core.records.known import as_value, listed_later
from rapport.lib import clock
from rapport.lib.file_kinds import IMAGES, MOST_PIXELS, can_be_shown
from rapport.lib.prepared import Prepared, hole
from rapport.lib.search_words import common_words
from rapport.lib.wording import grouped

IMAGE = "image"
_LIGHT = 512 * 1024  # bytes of a picture that a list may show many of
_COLUMNS = ("id", "name", "sha256", "kind", "size", "width", "height")
_FILES = Prepared(
    lambda: File.objects.filter(
        record_id__in=listed_later("records"), field_key=hole("field"), trashed_at=None
    ).values_list("record_id", *_COLUMNS)
)


@dataclass(frozen=True)
class FileValue:
    """A file that a field holds. What history remembers of it is ``id``, ``name`` and ``sha256``, and two are the same
    by these; the rest is at hand where the row was read. ``incoming``: its row is still to be written.
    """

    id: int
    name: str
    sha256: str = ""
    kind: str = ""
    size: int = 0
    width: int | None = None
    height: int | None = None
    incoming: Incoming | None = None

    @property
    def url(self) -> str:
        """Where it is downloaded."""
        return f"/files/{self.id}"

    @property
    def image_url(self) -> str:
        """Where a browser gets it to show it in its place; "" for what is no image, or too large to look at."""
        return f"{self.url}/image" if can_be_shown(self.kind, self.width, self.height) else ""

    @property
    def thumbnail_url(self) -> str:
        """As ``image_url``, for places that show many: only of pictures that weigh little, as they come as they are."""
        return self.image_url if self.size <= _LIGHT else ""


@dataclass(frozen=True, eq=False)
class FileField(ChildField):
    """One file. ``accepts`` is “image” (what a browser can show and nothing else) or empty for any kind; ``megabytes``
    is the most it may have (0: as every file of the workspace).

    Its value is a :class:`FileValue`, or an :class:`Incoming` that becomes one in the save path
    (:mod:`rapport.core.objects.filing`). Text cannot be one: a table carries the name alone. The file that was there
    before goes to the trash, from where an undo brings it back for 30 days.
    """

    accepts: str = ""
    megabytes: int = 0

    type: ClassVar[str] = "file"
    control: ClassVar[str] = "file"
    operators: ClassVar[tuple[Operator, ...]] = (op.FILLED, op.EMPTY, op.CONTAINS)
    empty: ClassVar[Any] = None
    nullable: ClassVar[bool] = True

    @property
    def most(self) -> int:
        """How many bytes are taken."""
        return min(self.megabytes * MEGABYTE or settings.FILE_BYTES, settings.FILE_BYTES)

    def limits(self) -> str:
        """What may be chosen, as a sentence for people."""
        limit = {"limit": grouped(self.most // MEGABYTE)}
        if self.accepts == IMAGE:
            return _("PNG, JPEG, GIF or WebP, at most %(limit)s MB.") % limit
        return _("At most %(limit)s MB.") % limit

    # ---------------------------------------------------------------- values
    def nothing(self) -> Any:
        return None

    def from_text(self, text: str, locale: Locale) -> Any:
        if text.strip():
            raise ValueError(_("a file cannot be given as text. Choose it on the page of the record."))
        return None

    def accept(self, value: Any, locale: Locale) -> Any:
        if isinstance(value, Incoming):
            return self._checked(value)
        if isinstance(value, Mapping) and isinstance(value.get("id"), int):
            return self.from_json(value)
        return value if isinstance(value, FileValue) else super().accept(value, locale)

    def _checked(self, file: Incoming) -> Incoming:
        if file.size > self.most:
            sentence = _("“%(name)s” is larger than %(limit)s MB, the most a file may have here.")
            raise ValueError(sentence % {"name": file.name, "limit": grouped(self.most // MEGABYTE)})
        if self.accepts == IMAGE:
            if file.kind not in IMAGES:
                raise ValueError(_("“%(name)s” is not a PNG, JPEG, GIF or WebP image.") % {"name": file.name})
            if not file.width or not file.height:
                raise ValueError(_("“%(name)s” cannot be read as an image.") % {"name": file.name})
            if not can_be_shown(file.kind, file.width, file.height):
                sentence = _("“%(name)s” has %(width)s × %(height)s pixels. Up to %(most)s million can be shown.")
                sizes = {"width": grouped(file.width), "height": grouped(file.height), "most": MOST_PIXELS // 10**6}
                raise ValueError(sentence % {"name": file.name, **sizes})
        return file

    def to_text(self, value: Any) -> str:
        return value.name if value else ""

    def to_json(self, value: Any) -> Any:
        if not isinstance(value, FileValue):
            return None if not value else {"name": value.name, "sha256": value.sha256}
        return {"id": value.id, "name": value.name, "sha256": value.sha256}

    def from_json(self, value: Any) -> Any:
        if not value:
            return None
        return FileValue(value["id"], str(value.get("name", "")), str(value.get("sha256", "")))

    def in_form(self, data: Mapping[str, Any]) -> bool:
        """A file that was not chosen is no wish to take away the one that is there."""
        return any(bool(data.get(name)) for name in (self.key, f"{self.key}_kept", f"{self.key}_remove"))

    def form_value(self, value: Any, locale: Locale) -> Any:
        return {"now": value, "kept": "", "name": "", "remove": False}

    # ---------------------------------------------------------------- rows
    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found = _FILES(records=as_value(record_ids), field=self.key)
        return {record_id: FileValue(*rest) for record_id, *rest in found}

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        changed = [instance.pk for instance, before, _after in pairs if before]
        if changed:
            there = File.objects.filter(record_id__in=changed, field_key=self.key, trashed_at=None)
            there.update(trashed_at=clock.now())
        former = [after.id for _instance, _before, after in pairs if after and not after.incoming]
        if former:
            File.objects.filter(pk__in=former).update(trashed_at=None)
        new = [(instance.pk, after) for instance, _before, after in pairs if after and after.incoming]
        File.objects.bulk_create([value.incoming.settle(pk, self.key, value.id) for pk, value in new])

    # ---------------------------------------------------------------- search, looks, filters
    def search_words(self, value: Any) -> Sequence[str]:
        return common_words(value.name)

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(value.name, shape="file", href=value.image_url or value.url, hint=value.thumbnail_url)

    def is_missing(self) -> Q:
        return ~Q(pk__in=self._files().values("record_id"))

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        if not value.strip():
            raise ValueError(_("give a value to compare with."))
        return Q(pk__in=self._files().filter(name__icontains=value.strip()).values("record_id"))

    def _files(self) -> Any:
        return File.objects.filter(field_key=self.key, trashed_at=None)
