"""Everything in one file: an archive of all objects with their files, written out and brought in again.

Nouns: archive (a zip file), member (a file in it), manifest (which members there are, with counts and checksums),
house (the workspace that an archive comes from), ArchiveRun (an archive on its way in). Verbs: ``making.start``,
``bringing.start``. How an archive is laid out stands in ``layout``.
"""
