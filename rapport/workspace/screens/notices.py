"""The page about what one is told, and what one follows by itself."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rapport.core.notices import choices, kinds
from rapport.ui.rendering import flash, render
from rapport.workspace.screens.frame import actor_of

WHY = {
    "created": gettext_lazy("Records I create"),
    "owned": gettext_lazy("Records somebody makes me the owner of"),
    "mentioned": gettext_lazy("Records I am mentioned on"),
    "wrote": gettext_lazy("Records I write notes on, or log calls"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """GET the switches, POST those that are on."""
    actor = actor_of(request)
    if request.method == "POST":
        choices.switch(actor, {key: request.POST.get(key) == "1" for key in choices.switches_of(actor)})
        flash(request, _("Your choice was saved."))
        return HttpResponseRedirect("/notifications/settings", status=303)
    on = choices.switches_of(actor)
    context = {
        "told": [(kind, on[kind.key]) for kind in kinds.every() if kind.is_listed],
        "followed": [(f"follow:{why}", WHY[why], on[f"follow:{why}"]) for why in choices.FOLLOWING],
    }
    return render(request, "settings/notices.html", context)
