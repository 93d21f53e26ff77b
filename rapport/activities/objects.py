"""The activities: each is declared in a file of its own, and shows its composer on what it may be about."""

from rapport.activities import calls, notes, reminders, subjects
from rapport.activities.importing import NOTE_COLUMN
from rapport.activities.tasks import composer as task
from rapport.activities.tasks.reminding import REMINDING
from rapport.activities.tasks.upcoming import upcoming_tasks
from rapport.core.importing import targets

subjects.show(notes.COMPOSER)
subjects.show(calls.COMPOSER)
subjects.show(task.COMPOSER, upcoming_tasks)
reminders.add(REMINDING)
for _kind in subjects.kinds():
    targets.contribute_beside(_kind, NOTE_COLUMN)
