"""What the card of first steps on home sends."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.ui.rendering import flash
from rapport.workspace import first_steps
from rapport.workspace.screens.frame import actor_of


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """POST ``hide`` (1 or 0) takes the list from home or puts it back; ``done`` ticks a step off."""
    actor = actor_of(request)
    if key := request.POST.get("done", ""):
        first_steps.tick(actor, key)
    elif request.POST.get("hide") in ("0", "1"):
        hidden = request.POST["hide"] == "1"
        first_steps.hide(actor, hidden=hidden)
        if hidden:
            flash(
                request,
                _("The list is hidden. “First steps” in the menu of the workspace brings it back."),
                tone="grey",
            )
    return HttpResponseRedirect("/", status=303)
