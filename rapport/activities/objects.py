"""The activities: each is declared in a file of its own, and shows its composer on what it may be about."""

from rapport.activities import calls, notes, planned, reminders, subjects
from rapport.activities.importing import NOTE_COLUMN
from rapport.activities.meetings import composer as meeting
from rapport.activities.meetings.coming import coming_meetings
from rapport.activities.meetings.reminding import REMINDING as MEETINGS
from rapport.activities.tasks import composer as task
from rapport.activities.tasks.reminding import REMINDING
from rapport.activities.tasks.upcoming import upcoming_tasks
from rapport.core.importing import targets
from rapport.core.objects import registry
from rapport.core.records import wipes

subjects.show(notes.COMPOSER)
subjects.show(calls.COMPOSER)
subjects.show(task.COMPOSER, upcoming_tasks)
subjects.show(meeting.COMPOSER, coming_meetings)
reminders.add(REMINDING)
reminders.add(MEETINGS)
for _kind in (*subjects.kinds(), registry.MADE):
    targets.contribute_beside(_kind, NOTE_COLUMN)
wipes.also(planned.forget)
