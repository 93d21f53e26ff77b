"""“My tasks”: the list by days, the board, a line that makes a task, and what is done with tasks in place."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.tasks import drawing, queries
from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.activities.tasks.models import Task
from rapport.activities.tasks.object import PRIORITIES, TASK
from rapport.activities.tasks.quick_add import Quick, understand
from rapport.core.access.levels import Level, demand, level_of
from rapport.core.changes.acts import latest_act
from rapport.core.objects.once import once
from rapport.lib import clock
from rapport.lib.tokens import new_token
from rapport.lib.wording import ended
from rapport.ui.rendering import flash, render, toast
from rapport.ui.screens.asking import actor_of, is_part
from rapport.ui.screens.going import back_to

TABS = {
    "due": gettext_lazy("Today & overdue"),
    "coming": gettext_lazy("Upcoming"),
    "open": gettext_lazy("All open"),
    "done": gettext_lazy("Done"),
}
VIEWS = ("list", "board")
MOST_PEOPLE = 500


@require_safe
def tasks_screen(request: HttpRequest) -> HttpResponse:
    """GET ``/tasks``: ``show`` is one of TABS, ``whose`` mine, team or all, ``view`` list or board."""
    actor = actor_of(request)
    demand(actor, TASK, "view")
    after = request.GET.get("after", "")
    if after:
        return render(request, "tasks/page.html", page_values(request, actor), fragment="more")
    fragment = "tasks" if is_part(request) else None
    return render(request, "tasks/page.html", page_values(request, actor), fragment=fragment)


def page_values(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the page and its parts need."""
    given = request.GET
    show = given.get("show", "") if given.get("show") in TABS else "due"
    whose = given.get("whose", "") if given.get("whose") in _whose(actor) else "mine"
    view = given.get("view", "") if given.get("view") in VIEWS else "list"
    kept = {key: value for key, value in (("whose", whose), ("view", view)) if value not in ("mine", "list")}
    values: dict[str, Any] = {
        "spec": TASK,
        "show": show,
        "whose": whose,
        "view": view,
        "tabs": [
            {"label": label, "url": _address(kept, show=key), "current": key == show} for key, label in TABS.items()
        ],
        "whose_links": [
            {"label": label, "url": _address({**kept, "show": show}, whose=key), "current": key == whose}
            for key, label in _whose(actor).items()
        ],
        "list_url": _address({"whose": whose} if whose != "mine" else {}, show=show),
        "board_url": _address({"whose": whose} if whose != "mine" else {}, view="board"),
        "here": request.get_full_path(),
        "form_token": new_token(),
        "may_create": level_of(actor, "task", "create") is not Level.NONE,
    }
    return {**values, **(_board(actor, whose) if view == "board" else _list(request, actor, show, whose))}


def _whose(actor: Actor) -> dict[str, Any]:
    """Whose tasks may be asked for: those of others only where the role sees more than its own."""
    level = level_of(actor, "task", "view")
    if level <= Level.OWN:
        return {"mine": queries.WHOSE["mine"]}
    return {key: label for key, label in queries.WHOSE.items() if key != "team" or actor.team_id}


def _address(kept: dict[str, str], **more: str) -> str:
    return "/tasks?" + urlencode({**kept, **more})


def _list(request: HttpRequest, actor: Actor, show: str, whose: str) -> dict[str, Any]:
    after = request.GET.get("after", "")
    rows: QuerySet[Task] = {
        "due": queries.due_tasks,
        "coming": queries.coming_tasks,
        "open": queries.open_tasks,
        "done": queries.done_tasks,
    }[show](actor, whose)
    number = int(after) if after.isdecimal() and len(after) <= 18 else None
    found = queries.page(rows, number, is_done=show == "done")
    more = found[queries.PAGE :]
    found = found[: queries.PAGE]
    groups = drawing.by_day_done(actor, found) if show == "done" else drawing.grouped(actor, found)
    kept = {"whose": whose} if whose != "mine" else {}
    return {
        "groups": groups,
        "more_url": _address(kept, show=show, after=str(found[-1].pk)) if more else "",
        "count": len(found),
    }


def _board(actor: Actor, whose: str) -> dict[str, Any]:
    labels = {option.key: (option.label, option.tone) for option in TASK.by_key["status"].options}  # type: ignore[attr-defined]
    columns = []
    for status, tasks in queries.board(actor, whose).items():
        label, tone = labels[status]
        shown = tasks[: queries.PAGE]
        columns.append(
            {
                "status": status,
                "label": label,
                "tone": tone,
                "cards": drawing.lines(actor, shown),
                "count": f"{len(shown)}+" if len(tasks) > len(shown) else str(len(shown)),
            }
        )
    return {"columns": columns}


# -------------------------------------------------------------------- the line that makes a task
@require_POST
def add_screen(request: HttpRequest) -> HttpResponse:
    """POST one line; answers with the tasks of the page it came from."""
    actor = actor_of(request)
    quick = _understood(actor, request.POST.get("line", ""))
    due = Due() if quick.day is None else Due.at_time(quick.day, quick.time, actor.time_zone)
    wanted = TaskInput(quick.title, due=due, priority=quick.priority)
    token = request.POST.get("form_token", "")
    made, _fresh = once(actor, token and f"task {token}", lambda: add_task(actor, wanted).pk)
    act = latest_act(actor, made)
    words = _said(actor, quick)
    text = ended(_("Task added: %(when)s.") % {"when": ", ".join(words)}) if words else _("Task added.")
    undo_url = f"/acts/{act}/undo" if act else None
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return back_to(request, "/tasks")
    response = render(request, "tasks/page.html", page_values(request, actor), fragment="tasks")
    toast(response, text, undo_url=undo_url)
    return response


@require_safe
def understood_screen(request: HttpRequest) -> HttpResponse:
    """GET what a line says so far, as chips below it."""
    actor = actor_of(request)
    words = _said(actor, _understood(actor, request.GET.get("line", "")))
    return render(request, "tasks/understood.html", {"words": words})


def _understood(actor: Actor, line: str) -> Quick:
    now = clock.now().astimezone(clock.zone_named(actor.time_zone))
    return understand(line, now.date(), now.time())


def _said(actor: Actor, quick: Quick) -> list[str]:
    """Day, time and priority of a line in words."""
    labels = {option.key: str(option.label) for option in PRIORITIES}
    words = [drawing.day_words(quick.day, actor, capital=True)] if quick.day else []
    words += [f"{quick.time:%H:%M}"] if quick.time else []
    return words + ([labels[quick.priority]] if quick.priority != "normal" else [])


# -------------------------------------------------------------------- small parts
@require_safe
def badge_screen(request: HttpRequest) -> HttpResponse:
    """GET how many of one's tasks are overdue, for the sidebar; nothing where none is."""
    actor = actor_of(request)
    count = queries.overdue_count(actor)
    shown = f"{queries.MOST_COUNTED}+" if count > queries.MOST_COUNTED else str(count)
    return render(request, "tasks/badge.html", {"count": shown if count else ""})


@require_safe
def people_screen(request: HttpRequest) -> HttpResponse:
    """GET the options of “Who does it”: oneself first. They come when the form is opened, not with every record."""
    actor = actor_of(request)
    people = User.objects.filter(Q(is_active=True) & ~Q(pk=actor.user_id)).order_by("name")
    return render(
        request, "tasks/people.html", {"actor": actor, "people": people.values_list("pk", "name")[:MOST_PEOPLE]}
    )
