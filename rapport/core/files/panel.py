"""The panel “Files” on every record page, and the kinds of events that files bring."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.events import kinds
from rapport.core.events.kinds import EventKind
from rapport.core.files.models import File
from rapport.core.objects import registry
from rapport.core.objects.registry import Panel
from rapport.core.records.aliases import with_losers
from rapport.lib.file_kinds import UNKNOWN, can_be_shown
from rapport.lib.prepared import Prepared, hole

MOST_SHOWN = 200
_ICONS = {"image": "image", "application/pdf": "file-text", "text": "file-text"}
_WORDS = {
    "application/pdf": _("PDF"), "image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WebP",
    "image/svg+xml": "SVG", "text/html": "HTML", "text/plain": _("Text"), "text/xml": "XML",
    "application/zip": "ZIP", "application/x-msdownload": _("Program for Windows"),
    "application/x-executable": _("Program"), "text/x-script": _("Script"),
    "application/x-ole-storage": _("Older Office document"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": _("Word document"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _("Excel workbook"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": _("PowerPoint presentation"),
    UNKNOWN: _("Unknown kind"),
}  # fmt: skip


@dataclass(frozen=True)
class FileRow:
    """A file as the panel shows it. ``view_url`` is empty where a browser shall not show it."""

    id: int
    title: str
    kind: str
    size: int
    icon: str
    is_disguised: bool
    url: str
    view_url: str


def is_inline(file: File) -> bool:
    """True for images that a browser may show."""
    return can_be_shown(file.kind, file.width, file.height)


def file_rows(_actor: Actor, record_id: int) -> Sequence[FileRow]:
    """The files of a record and of those that were merged into it, newest first. Who sees the record sees them."""
    return [
        FileRow(
            file.pk,
            file.name,
            str(_WORDS.get(file.kind, file.kind)),
            file.size,
            _ICONS.get(file.kind) or _ICONS.get(file.kind.partition("/")[0], "file"),
            file.is_disguised,
            f"/files/{file.pk}",
            f"/files/{file.pk}/image" if is_inline(file) else "",
        )
        for file in _FILES(record=record_id)
    ]


_FILES = Prepared(
    lambda: File.objects.filter(with_losers("record_id", hole("record")), field_key="", trashed_at=None).order_by(
        "-pk"
    )[:MOST_SHOWN]
)
FILES = Panel("files", _("Files"), file_rows, template="record/files.html")
registry.contribute(registry.EVERY, panels=[FILES])
kinds.declare(
    EventKind("file.added", _("added %(name)s"), icon="paperclip", tone="blue"),
    EventKind("file.removed", _("removed %(name)s"), icon="paperclip", tone="red"),
    EventKind("file.restored", _("brought back %(name)s"), icon="paperclip", tone="green"),
)
