"""Meetings whose time has come: from then on they are the last activity with whom they are about.

Found by index, and noted once each, by whichever worker comes first.
"""

from django.db import transaction

from rapport.activities.latest import advance_clock
from rapport.activities.meetings.models import Meeting
from rapport.activities.meetings.occurrences import began_before, begins_after
from rapport.activities.models import ActivityLink
from rapport.activities.planned import changed
from rapport.core.jobs.handlers import Progress
from rapport.core.records.locking import locked
from rapport.lib import clock
from rapport.lib.faults import point

CHUNK = 100  # of one query; each is noted in a transaction of its own, so that others may write in between


def note_begun(progress: Progress) -> int:
    """Notes which meetings have begun; how many. Killed, it goes on where it was; twice at once, each counts once."""
    noted = 0
    while due := _due():
        noted += sum(_note(meeting_id) for meeting_id in due)
        progress(noted, 0)
        if len(due) < CHUNK:
            break
    return noted


def _due() -> list[int]:
    """The next meetings whose time has come, the earliest first; those in the trash, too, which may come back."""
    rows = Meeting.objects.filter(begins_next__isnull=False, begins_next__lte=clock.now())
    return list(rows.order_by("begins_next").values_list("pk", flat=True)[:CHUNK])


def _note(meeting_id: int) -> bool:
    """Notes that one has begun; False where another worker did, or where it moved in the meantime."""
    now = clock.now()
    with transaction.atomic():
        meeting = locked(Meeting.objects.filter(pk=meeting_id, begins_next__lte=now)).first()
        if meeting is None:
            return False
        began_at = began_before(meeting, now)
        Meeting.objects.filter(pk=meeting_id).update(began_at=began_at, begins_next=begins_after(meeting, now))
        point("meetings.begin")
        about = ActivityLink.objects.filter(activity_id=meeting_id).order_by("record_id")
        record_ids = list(about.values_list("record_id", flat=True)) if meeting.live else []
        if began_at is not None:
            advance_clock(record_ids, began_at)
        changed(record_ids)
    return True
