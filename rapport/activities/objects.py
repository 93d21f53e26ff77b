"""The activities: each is declared in a file of its own. Their composers stand in this order."""

from rapport.activities import calls, notes, subjects
from rapport.activities.importing import NOTE_COLUMN
from rapport.core.importing import targets

for _composer in (notes.COMPOSER, calls.COMPOSER):
    subjects.add_composer(_composer)
for _kind in subjects.kinds():
    targets.contribute_beside(_kind, NOTE_COLUMN)
