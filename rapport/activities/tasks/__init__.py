"""Tasks: what somebody has to do, until when; checklists, repeats, “My tasks”.

Verbs (``actions.py``): ``add_task``, ``complete_task``, ``reopen_task``, ``reschedule_task``, ``move_task``,
``change_checklist``. A day without a time is due when that day ends in the time zone of who does it.
"""
