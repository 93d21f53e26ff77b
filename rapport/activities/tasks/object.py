"""What tasks are to the engine."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.activities.about import About
from rapport.activities.reminders import REMINDERS
from rapport.activities.sight import about_record
from rapport.activities.tasks.checklist import Checklist
from rapport.activities.tasks.models import Task
from rapport.activities.tasks.saving import TaskSaver
from rapport.activities.tasks.sight import few_tasks, tasks_seen
from rapport.core.events.kinds import EventKind
from rapport.core.fields import Choice, Date, Integer, Locale, LongText, Moment, Option, Text, User
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec, Telling

PRIORITIES = (
    Option("high", pgettext_lazy("priority", "High"), "red", ("hoch", "dringend", "1", "urgent")),
    Option("normal", pgettext_lazy("priority", "Normal"), "grey", ("normal", "2", "medium", "mittel")),
    Option("low", pgettext_lazy("priority", "Low"), "blue", ("niedrig", "3")),
)
STATUSES = (
    Option("open", pgettext_lazy("task", "To do"), "blue", ("offen", "open", "todo", "neu")),
    Option("doing", pgettext_lazy("task", "Doing"), "amber", ("in Arbeit", "in progress")),
    Option("done", pgettext_lazy("task", "Done"), "green", ("erledigt", "fertig", "completed", "closed")),
)
REPEATS = (
    Option("daily", pgettext_lazy("task", "Every day"), aliases=("täglich",)),
    Option("weekdays", pgettext_lazy("task", "Monday to Friday"), aliases=("werktags",)),
    Option("weekly", pgettext_lazy("task", "Every week"), aliases=("wöchentlich",)),
    Option("monthly", pgettext_lazy("task", "Every month"), aliases=("monatlich",)),
    Option("yearly", pgettext_lazy("task", "Every year"), aliases=("jährlich",)),
)
COUNTED_FROM = (
    Option("due", _("the due date")),
    Option("done", _("the day it is done")),
)
WHEN, AGAIN = _("When"), _("Repeat")


def tell_task(task: Task, locale: Locale) -> Telling:
    """What a timeline says of a task that was done, as it stands now."""
    heading = _now("Task done") if task.done_at else _now("Task")
    return Telling(heading, text=task.title, quote=task.body)


TASK = registry.register(
    ObjectSpec(
        key="task", model=Task, label=_("Task"), plural=_("Tasks"), icon="circle-check", path="tasks/all",
        fields=(
            Text("title", _("What to do"), required=True, quick=True, search=1, folded="title_key", sortable=True,
                 limit=300, privacy="personal", headers=("Titel", "Aufgabe", "Betreff", "Subject", "Name", "Title")),
            Date("due_on", _("Due"), quick=True, sortable=True, group=WHEN, privacy="none",
                 headers=("Fällig", "Fällig am", "Fälligkeit", "Due date", "Deadline")),
            Moment("due_at", _("Due at"), group=WHEN, privacy="none",
                   hint=_("Day and time; leave it empty where only the day counts.")),
            User("owner", _("Who does it"), quick=True,
                 headers=("Besitzer", "Zuständig", "Inhaber", "Owner", "Assignee", "Assigned to")),
            Choice("priority", _("Priority"), options=PRIORITIES, default="normal", quick=True, privacy="none",
                   headers=("Priorität",)),
            Choice("status", _("Status"), options=STATUSES, default="open", privacy="none"),
            LongText("body", _("Details"), search=3, privacy="personal", mentions=True,
                     headers=("Beschreibung", "Description", "Notes")),
            Checklist("checklist", _("Checklist"), privacy="personal", headers=("Checkliste",)),
            Choice("reminder", _("Reminder"), options=REMINDERS, group=WHEN, privacy="none"),
            Moment("remind_at", _("Remind at"), group=WHEN, privacy="none"),
            Choice("repeat", _("Comes again"), options=REPEATS, group=AGAIN, privacy="none"),
            Integer("repeat_every", _("Every how many of them"), minimum=1, maximum=999, default=1, group=AGAIN,
                    privacy="none", required=True),
            Choice("repeat_from", _("Counted from"), options=COUNTED_FROM, default="due", group=AGAIN, required=True,
                   privacy="none"),
            Date("repeat_until", _("Last day"), group=AGAIN, privacy="none"),
            Moment("done_at", _("Done on"), read_only=True, group=WHEN, privacy="none"),
            About("about", pgettext_lazy("note or call", "About"), privacy="none"),
        ),
        columns=("due_on", "status", "priority", "owner", "done_at", "created_at"),
        phone_columns=("due_on", "status"),
        default_sort="due_on",
        saver=TaskSaver,
        parents=tasks_seen,
        few=few_tasks,
        beside=about_record,
        telling=tell_task,
        events=(EventKind("task.completed", _("completed a task"), icon="circle-check", tone="green", main=True),),
        main_event=EventKind("task.created", _("created a task"), icon="circle-check", tone="blue"),
        in_navigation=False,
    )
)  # fmt: skip
