"""Import: a table file becomes records, line by line, and every line says what became of it.

Nouns: ImportRun (one file), ImportRow (what became of a line), Target (what a column can become).
Verbs: ``preparing.prepare``, ``runs.choose``, ``runs.start``, ``running.run``. The act of a run is
undone like any other.

The rules, for people who bring files:

- A row finds its record by the match field (usually e-mail) among live records that the importer may change.
- A row that nothing can find a record by makes a new one, unless a record of the same name already holds
  everything the row says: so the same file twice brings nothing new.
- An empty cell erases nothing; lists (tags, all e-mails) are added to; unmapped columns are ignored and named.
"""
