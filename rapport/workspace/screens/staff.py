"""Opening and ending a staff session, and the setting that there are any."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.accounts import workspace
from rapport.accounts.models import Role
from rapport.core.errors import Invalid, NotAllowed
from rapport.ui.rendering import flash, render
from rapport.workspace import staff
from rapport.workspace.actions.users import get_user
from rapport.workspace.confirming import confirmed
from rapport.workspace.screens.frame import Errors, actor_of, for_administrators, number_or_none, problems

PAGE = "/staff-session"


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed(PAGE)
def staff_session(request: HttpRequest) -> HttpResponse:
    """Asks for the reason, and opens the session."""
    user = get_user(actor_of(request).user_id or 0)
    if not staff.may_open(user):
        raise NotAllowed(_("There is no staff session that you could open."))
    if request.method != "POST":
        return _page(request)
    reason = request.POST.get("reason", "")
    try:
        staff.begin(request, user, reason)
    except Invalid as invalid:
        return _page(request, reason, problems(invalid), status=invalid.status)
    flash(request, _("The staff session is open for %(minutes)s minutes.") % {"minutes": staff.LASTS.seconds // 60})
    return HttpResponseRedirect("/settings", status=303)


@require_POST
def staff_session_end(request: HttpRequest) -> HttpResponse:
    """Ends it; where none is open nothing happens."""
    staff.end(request, get_user(actor_of(request).user_id or 0))
    flash(request, _("The staff session has ended."))
    return HttpResponseRedirect("/", status=303)


@for_administrators
@require_POST
@confirmed("/settings/roles")
def works_as(request: HttpRequest) -> HttpResponse:
    """Saves with whose rights administrators work."""
    try:
        staff.change_works_as(actor_of(request), number_or_none(request.POST.get("works_as")))
    except Invalid as invalid:
        flash(request, invalid.message, tone="red")
    else:
        flash(request, _("The settings were saved."))
    admin = Role.objects.filter(is_admin=True).earliest("pk")
    is_on = workspace.current().works_as_id is not None
    return HttpResponseRedirect(PAGE if is_on else f"/settings/roles/{admin.pk}", status=303)


def _page(request: HttpRequest, reason: str = "", errors: Errors | None = None, *, status: int = 200) -> HttpResponse:
    role = workspace.current().works_as
    context = {
        "reason": reason,
        "errors": errors or {},
        "role": role.shown if role else "",
        "minutes": staff.LASTS.seconds // 60,
    }
    return render(request, "settings/staff.html", context, status=status)
