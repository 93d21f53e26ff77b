"""Files on records: kept out of the web's reach, looked at before they are believed, given out so that none can run.

Nouns: ``File``. Verbs: ``add_files``, ``trash_file``, ``restore_file``.
"""
