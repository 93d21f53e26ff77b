"""Meetings: when, where and with whom; alone or as a series.

Nouns: ``Meeting``, ``Attendee`` (a person or a user asked to come, with the answer), ``Occurrence`` (a meeting of a
series on one day). Verbs: ``plan_meeting``, ``change_meeting``, ``move_meeting``, ``call_off_meeting``, ``answer``.
Occurrences are computed from the rule of the series; one that became different is a meeting of its own
(docs/decisions/0023).
"""
