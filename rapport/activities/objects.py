"""The activities: each is declared in a file of its own. Their composers stand in this order."""

from rapport.activities import calls, notes, subjects

for _composer in (notes.COMPOSER, calls.COMPOSER):
    subjects.add_composer(_composer)
