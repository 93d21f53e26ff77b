"""What the people of the bench have to do: tasks on records they see, and meetings of every day.

Home and the pages of records would be measured empty otherwise.
"""

import datetime

from bench.operations import Ids

TASKS = 40
HOURS = (8, 9, 11, 13, 15)  # UTC; each a series of every day, so that whatever day it is has its meetings


def keep_busy(email: str, ids: Ids) -> None:
    """Gives a user tasks and meetings, unless they have them already."""
    from rapport.accounts.actor import Actor
    from rapport.accounts.models import User
    from rapport.activities.meetings.actions import MeetingInput, plan_meeting
    from rapport.activities.models import Task
    from rapport.activities.tasks.actions import TaskInput, add_task
    from rapport.activities.tasks.due import Due
    from rapport.lib import clock

    actor = Actor.of(User.objects.select_related("role", "team").get(email=email))
    if Task.objects.filter(owner_id=actor.user_id).exists():
        return
    today = clock.today("UTC")
    for number in range(TASKS):
        about = (ids.records[number % len(ids.records)],)
        due = Due(today + datetime.timedelta(days=number - TASKS // 4))
        add_task(actor, TaskInput(f"Send the prices, part {number}", about, due))
    midnight = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
    for number, hour in enumerate(HOURS):
        about = (ids.records[number % len(ids.records)],)
        at = midnight + datetime.timedelta(hours=hour)
        plan_meeting(actor, MeetingInput(f"Talk {number}", at, 45, about=about, repeat="FREQ=DAILY"))
