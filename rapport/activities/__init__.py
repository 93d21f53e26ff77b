"""What people do with customers: notes and calls, on the record and its company (tasks and meetings will follow).

Verbs: ``add_note``, ``log_call``.
"""
