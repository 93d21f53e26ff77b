"""What a dry run keeps in mind, as nothing of it stays in the tables where a later row could see it.

A few bytes for each row, so that a dry run of a million rows needs no more memory than the import itself may have.
"""

import struct
import zlib
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.importing.options import CREATE
from rapport.core.importing.reading import CREATED, SKIPPED, UNCHANGED, UPDATED, Line
from rapport.core.records.rows import insert

MOST_OF_EACH = 200  # rows of each outcome that are listed though they have nothing to tell


def keep_rows(run_id: int, lines: Iterable[Line], *, trial: bool = False) -> None:
    """Notes what became of lines; of a dry run without their records, which are not there."""
    insert(
        ImportRow,
        ("run_id", "line", "is_trial", "outcome", "record_id", "reason"),
        [(run_id, line.number, trial, line.outcome, None if trial else line.record_id, line.reason) for line in lines],
    )


class Trial:
    """Remembers what rows would have stored, and lists what became of them."""

    def __init__(self, run: ImportRun, keys: Collection[str], *, listed: bool) -> None:
        self.run, self.keys, self.listed = run, tuple(sorted(keys)), listed
        self.stored: dict[int, bytes] = {}
        self.shown: dict[str, int] = {}
        if listed:
            ImportRow.objects.filter(run=run, is_trial=True).delete()

    def take(self, lines: Sequence[Line]) -> None:
        """Corrects the outcome of lines about records that an earlier chunk would have made, and lists them."""
        for line in lines:
            self._remember(line)
        if self.listed:
            self._list(lines)

    def _remember(self, line: Line) -> None:
        key = line.by or (f"\0{line.title}\0{sorted(line.values.items())}" if line.outcome == CREATED else "")
        if not key or line.outcome not in (CREATED, UPDATED, UNCHANGED):
            return
        number = hash(key)
        said = self._digest(line)
        before = self.stored.get(number)
        if before is None:
            self.stored[number] = said
            return
        pairs = list(zip(struct.iter_unpack("<I", before), struct.iter_unpack("<I", said), strict=True))
        if line.outcome == CREATED and self.run.mode == CREATE:
            line.end(SKIPPED, _("The record is there already."))
            return
        if line.outcome != UNCHANGED:
            line.outcome = UPDATED if any(new and new != old for (old,), (new,) in pairs) else UNCHANGED
        self.stored[number] = struct.pack(f"<{len(pairs)}I", *(new or old for (old,), (new,) in pairs))

    def _digest(self, line: Line) -> bytes:
        """Four bytes for each field that the file brings, zero for one of which the row says nothing."""
        parts = []
        for key in self.keys:
            # A linked record that a chunk makes has another number each time, and the same title.
            said = line.links[key].title if key in line.links else line.values.get(key)
            parts.append(0 if said is None else zlib.crc32(repr(said).encode()) or 1)
        return struct.pack(f"<{len(parts)}I", *parts)

    def _list(self, lines: Sequence[Line]) -> None:
        told = []
        for line in lines:
            shown = self.shown[line.outcome] = self.shown.get(line.outcome, 0) + 1
            if line.reason or shown <= MOST_OF_EACH:
                told.append(line)
        keep_rows(self.run.pk, told, trial=True)
