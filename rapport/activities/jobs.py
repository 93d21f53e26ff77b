"""The work of activities that comes again."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.activities.meetings.beginning import note_begun
from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.schedules import every

SECONDS = 120


@every(SECONDS, "meetings.begin", title=_("Meetings that begin"))
def begin_meetings(at_work: JobAtWork) -> dict[str, Any]:
    """The job; see :func:`note_begun`."""
    return {"begun": note_begun(at_work.progress)}
