"""“What comes next?”: asked when the last step of a deal is done, and wherever a deal has none."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.accounts.actor import Actor
from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.activities.tasks.reading import due_of
from rapport.core.access.levels import demand
from rapport.core.access.visible import get_record, titles_seen
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Invalid
from rapport.core.objects import registry
from rapport.core.objects.once import once
from rapport.lib import clock
from rapport.lib.tokens import new_token
from rapport.sales.deals.models import Deal
from rapport.ui.rendering import flash, render, toast, trigger
from rapport.ui.screens.asking import actor_of

_DAYS = {"call": 1, "mail": 3}  # from today, of the quick choices


@require_http_methods(["GET", "HEAD", "POST"])
def step_screen(request: HttpRequest, record_id: int) -> HttpResponse:
    """GET the question; POST plans a task about the deal: ``choice`` is call (tomorrow), mail (in 3 days) or own."""
    actor = actor_of(request)
    deal: Deal = get_record(actor, registry.get("deal"), record_id, "edit")
    demand(actor, registry.get("task"), "create")
    if request.method != "POST":
        return _form(request, actor, deal, {})
    try:
        wanted = _wanted(request, actor, deal)
        token = request.POST.get("form_token", "")
        made, _fresh = once(actor, token and f"step {token}", lambda: add_task(actor, wanted).pk)
    except Invalid as invalid:
        return _form(request, actor, deal, invalid.errors, status=422)
    act = latest_act(actor, made)
    text, undo_url = _("Next step planned: %(step)s") % {"step": wanted.title}, f"/acts/{act}/undo" if act else None
    if not getattr(request, "htmx", None):
        flash(request, text, undo_url=undo_url)
        return HttpResponseRedirect(f"/deals/{deal.pk}")
    response = HttpResponse(status=204)
    toast(response, text, undo_url=undo_url)
    for event, detail in (("card:moved", True), ("task:changed", True), ("record:changed", {"id": deal.pk})):
        trigger(response, event, detail)
    return response


def _wanted(request: HttpRequest, actor: Actor, deal: Deal) -> TaskInput:
    choice = request.POST.get("choice", "own")
    if choice in _DAYS:
        day = clock.today(actor.time_zone) + datetime.timedelta(days=_DAYS[choice])
        who = {"name": _customer(actor, deal)}
        title = _("Call %(name)s") % who if choice == "call" else _("Write to %(name)s") % who
        return TaskInput(title, (deal.pk,), Due.at_time(day, None, actor.time_zone))
    title, due = request.POST.get("title", "").strip(), due_of(request.POST, actor.time_zone)
    errors = {}
    if not title:
        errors["title"] = [_("Say what comes next.")]
    if due.on is None:
        errors["due_on"] = [_("A next step needs a day.")]
    if errors:
        raise Invalid(errors)
    return TaskInput(title, (deal.pk,), due)


def _customer(actor: Actor, deal: Deal) -> str:
    """Whom to call: the person, else the company, as far as the actor sees them; else what the deal is called."""
    for kind, pk in (("person", deal.person_id), ("company", deal.company_id)):
        if pk and (titles := titles_seen(actor, registry.get(kind), [pk])):
            return titles[pk]
    return deal.title


def _form(request: HttpRequest, actor: Actor, deal: Deal, errors: Any, status: int = 200) -> HttpResponse:
    tomorrow = clock.today(actor.time_zone) + datetime.timedelta(days=1)
    values = {
        "deal": deal, "errors": errors, "given": request.POST, "form_token": new_token(),
        "after": request.GET.get("after", ""), "tomorrow": tomorrow.isoformat(), "name": _customer(actor, deal),
    }  # fmt: skip
    fragment = "form" if getattr(request, "htmx", None) else None
    return render(request, "deals/next_step.html", values, fragment=fragment, status=status)
