"""Addresses of the composer and of tasks."""

from django.urls import path

from rapport.activities import screens
from rapport.activities.calendar.urls import urlpatterns as calendar
from rapport.activities.tasks import doing
from rapport.activities.tasks import screens as tasks

urlpatterns = [
    *calendar,
    path("activities/<int:record_id>/note", screens.post_note, name="post-note"),
    path("activities/<int:record_id>/call", screens.post_call, name="post-call"),
    path("activities/<int:record_id>/task", screens.post_task, name="post-task"),
    path("activities/<int:record_id>/follow-up", screens.follow_up, name="follow-up"),
    path("tasks", tasks.tasks_screen, name="tasks"),
    path("tasks/add", tasks.add_screen, name="tasks-add"),
    path("tasks/understood", tasks.understood_screen, name="tasks-understood"),
    path("tasks/badge", tasks.badge_screen, name="tasks-badge"),
    path("tasks/people", tasks.people_screen, name="tasks-people"),
    path("tasks/<int:task_id>/done", doing.done_screen, name="task-done"),
    path("tasks/<int:task_id>/due", doing.due_screen, name="task-due"),
    path("tasks/<int:task_id>/move", doing.move_screen, name="task-move"),
    path("tasks/<int:task_id>/menu", doing.menu_screen, name="task-menu"),
    path("tasks/<int:task_id>/steps", doing.add_step_screen, name="task-steps"),
    path("tasks/<int:task_id>/steps/<int:step_id>", doing.step_screen, name="task-step"),
]
