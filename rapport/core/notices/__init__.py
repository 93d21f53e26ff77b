"""Notices: what a user is told of, and the records they follow.

Nouns: ``Notice`` (one thing told to one user), ``NoticeKind``, ``Follow``. Verbs: ``tell``, ``see``, ``follow``,
``unfollow``. A notice keeps no title of a record: that is read when it is shown, by the rights of that moment.
"""
