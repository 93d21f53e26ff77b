"""What is done with a task where it stands: ticked, put off, moved on the board, its checklist."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.activities.planned import question_after
from rapport.activities.tasks import drawing
from rapport.activities.tasks.actions import (
    add_step,
    check_step,
    complete_task,
    move_step,
    move_task,
    remove_step,
    reopen_task,
    reschedule_task,
)  # fmt: skip
from rapport.activities.tasks.due import Due
from rapport.activities.tasks.models import DONE, Task
from rapport.activities.tasks.object import TASK
from rapport.activities.tasks.reading import due_of
from rapport.core.access.visible import get_record
from rapport.core.changes.acts import latest_act
from rapport.core.errors import BadQuery
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.lib.wording import ended
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens.asking import actor_of
from rapport.ui.screens.going import back_to
from rapport.ui.screens.timeline import history_values


@require_POST
def done_screen(request: HttpRequest, task_id: int) -> HttpResponse:
    """POST: done, or with ``done`` 0 to be done again."""
    is_done = request.POST.get("done", "1") == "1"
    verb = complete_task if is_done else reopen_task
    return _do(request, task_id, lambda actor: verb(actor, task_id))


@require_POST
def due_screen(request: HttpRequest, task_id: int) -> HttpResponse:
    """POST another day: a quick choice or a date; the time stays unless one is given."""
    actor = actor_of(request)
    task: Task = get_record(actor, TASK, task_id)
    wanted = due_of(request.POST, actor.time_zone)
    if wanted.on and not wanted.at:
        wanted = Due(task.due_on, task.due_at).moved_to(wanted.on, actor.time_zone)
    return _do(request, task_id, lambda actor: reschedule_task(actor, task_id, wanted))


@require_POST
def move_screen(request: HttpRequest, task_id: int) -> HttpResponse:
    """POST: to another column of the board."""
    status = request.POST.get("status", "")
    return _do(request, task_id, lambda actor: move_task(actor, task_id, status))


@require_safe
def menu_screen(request: HttpRequest, task_id: int) -> HttpResponse:
    """GET the commands for one task, when its menu is opened."""
    actor = actor_of(request)
    task: Task = get_record(actor, TASK, task_id)
    (line,) = drawing.lines(actor, [task])
    return render(request, "tasks/menu.html", {"line": line, "place": request.GET.get("place", "list")})


def _do(request: HttpRequest, task_id: int, verb: Callable[[Actor], Task]) -> HttpResponse:
    """Does it and answers with what stands there now, which depends on the place it was done at."""
    actor = actor_of(request)
    before: Task = get_record(actor, TASK, task_id)
    after = verb(actor)
    changed = after.version != before.version
    text = _told(before, after, actor) if changed else _("Nothing was left to do: it is like that already.")
    act = latest_act(actor, task_id) if changed else None
    undo_url = f"/acts/{act}/undo" if act else None
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return back_to(request, f"/tasks/all/{task_id}")
    response = _place(request, actor, task_id)
    toast(response, text, undo_url=undo_url)
    if changed:
        trigger(response, "record:changed", {"id": task_id})
        trigger(response, "task:changed")
    if after.status == DONE and changed and (question := question_after(actor, task_id)):
        trigger(response, "drawer:ask", {"url": question})
    return response


def _told(before: Task, after: Task, actor: Actor) -> str:
    if after.status == DONE and before.status != DONE:
        following = Task.objects.filter(pk=_next_of(after), live=True).first() if after.repeat else None
        if following:
            return ended(_("Done. It comes again: %(when)s.") % {"when": drawing.due_words(following, actor)})
        return _("Task done.")
    if before.status == DONE:
        return _("The task is open again.")
    if after.status != before.status:
        labels = {option.key: option.label for option in TASK.by_key["status"].options}  # type: ignore[attr-defined]
        return _("Moved to “%(column)s”.") % {"column": labels[after.status]}
    words = drawing.due_words(after, actor)
    return ended(_("Due: %(when)s.") % {"when": words}) if words else _("The task has no date now.")


def _next_of(task: Task) -> int | None:
    """The task that followed: noted behind the back of the one at hand."""
    return Task.objects.filter(pk=task.pk).values_list("next_id", flat=True).first()


def _place(request: HttpRequest, actor: Actor, task_id: int) -> HttpResponse:
    """The part of the page that the task stands in: ``place`` is list, home, page, board or the number of a record."""
    place = request.POST.get("place", "")
    if place.isdecimal() and len(place) <= 18:
        kind = Record.objects.filter(pk=int(place)).values_list("kind", flat=True).first()
        spec = registry.find(kind or "")
        if spec is not None:
            record = get_record(actor, spec, int(place))
            values = {"spec": spec, "record": record, **history_values(request, actor, spec, record)}
            return render(request, "record/history.html", values, fragment="timeline")
    if place == "page":
        return render(request, "tasks/panel.html", panel_values(actor, task_id))
    if place == "board":
        return HttpResponse(status=204)
    task = Task.objects.select_related("owner").get(pk=task_id)
    (line,) = drawing.lines(actor, [task])
    return render(request, "tasks/line.html", {"line": line, "place": place or "list"})


# -------------------------------------------------------------------- checklists
@require_POST
def add_step_screen(request: HttpRequest, task_id: int) -> HttpResponse:
    """POST one more step."""
    return _change_steps(request, task_id, lambda actor: add_step(actor, task_id, request.POST.get("text", "")))


@require_POST
def step_screen(request: HttpRequest, task_id: int, step_id: int) -> HttpResponse:
    """POST what to do with a step: ``do`` is check, uncheck, remove, or move (to the place ``to``, from 0).

    BadQuery for anything else: nothing is ticked by mistake.
    """
    do, to = request.POST.get("do", ""), request.POST.get("to", "0")
    place = int(to) if to.isdecimal() and len(to) <= 6 else 0
    verbs: dict[str, Callable[[Actor], Task]] = {
        "check": lambda actor: check_step(actor, task_id, step_id, done=True),
        "uncheck": lambda actor: check_step(actor, task_id, step_id, done=False),
        "move": lambda actor: move_step(actor, task_id, step_id, place),
        "remove": lambda actor: remove_step(actor, task_id, step_id),
    }
    if do not in verbs:
        get_record(actor_of(request), TASK, task_id, "edit")  # who may not see it hears nothing else of it
        raise BadQuery(_("A step is checked, unchecked, moved or removed."))
    return _change_steps(request, task_id, verbs[do])


def _change_steps(request: HttpRequest, task_id: int, verb: Callable[[Actor], Task]) -> HttpResponse:
    actor = actor_of(request)
    verb(actor)
    if not getattr(request, "htmx", None):
        return back_to(request, f"/tasks/all/{task_id}")
    return render(request, "tasks/panel.html", panel_values(actor, task_id))


def panel_values(actor: Actor, task_id: int) -> dict[str, Any]:
    """What the panel on the page of a task needs."""
    return {"panel": {"rows": panel_rows(actor, task_id)}, "spec": TASK}


def panel_rows(actor: Actor, task_id: int) -> list[dict[str, Any]]:
    """The one task of the panel, with its steps."""
    tasks = list(Task.objects.filter(pk=task_id).select_related("owner"))
    return [{**line, "checklist": line["task"].checklist} for line in drawing.lines(actor, tasks)]
