"""Notices: the panel behind the bell, the page with all of them, and what was read."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.core.errors import BadQuery
from rapport.core.notices.reading import notices, unread_count
from rapport.core.notices.seeing import see, see_all, unsee
from rapport.lib.wording import grouped
from rapport.ui.notice_lines import lines, on_bell
from rapport.ui.rendering import flash, render, toast
from rapport.ui.screens.asking import actor_of

IN_PANEL = 8


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """GET what the user was told, the newest first; ``unread=1`` narrows it, ``before`` pages by number."""
    actor = actor_of(request)
    unread, before = request.GET.get("unread") == "1", _number(request, "before")
    found = notices(actor, unread=unread, before=before)
    context = {"lines": lines(actor, found.lines), "next": found.next, "unread": unread, "is_first": before is None}
    return render(request, "notices/list.html", context)


@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """GET the latest of it, for the panel behind the bell."""
    actor = actor_of(request)
    found = notices(actor)
    return render(request, "notices/panel.html", {"lines": lines(actor, found.lines[:IN_PANEL])})


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """GET what the bell shows; 204 if that is still ``shown``. Asked once a minute, so it costs one small query."""
    now = on_bell(unread_count(actor_of(request)))
    if now == request.GET.get("shown", ""):
        return HttpResponse(status=204)
    return render(request, "shell/bell_count.html", {"count": now})


@require_POST
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """POST: notes that it was seen, and leads to what it is about."""
    return HttpResponseRedirect(see(actor_of(request), notice_id), status=303)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """POST: notes that all of it was seen, with Undo."""
    actor = actor_of(request)
    changed, moment = see_all(actor)
    text = ngettext("%(count)s notice marked as read.", "%(count)s notices marked as read.", changed)
    text = text % {"count": grouped(changed)} if changed else _("Everything was read already.")
    undo_url = f"/notifications/unread?at={moment}" if changed else None
    if getattr(request, "htmx", None):
        response = panel_again(request)
        toast(response, text, undo_url=undo_url)
        return response
    flash(request, text, undo_url=undo_url)
    return HttpResponseRedirect("/notifications", status=303)


def panel_again(request: HttpRequest) -> HttpResponse:
    """The panel as it is now, with the bell."""
    actor = actor_of(request)
    values = {"lines": lines(actor, notices(actor).lines[:IN_PANEL]), "bell": on_bell(unread_count(actor))}
    return render(request, "notices/panel.html", values)


@require_POST
def unread_again(request: HttpRequest) -> HttpResponse:
    """POST: takes the “mark all as read” of the moment ``at`` back."""
    unsee(actor_of(request), _number(request, "at") or 0)
    flash(request, _("Undone."))
    if getattr(request, "htmx", None) or request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = "/notifications"
        return response
    return HttpResponseRedirect("/notifications", status=303)


def _number(request: HttpRequest, name: str) -> int | None:
    """A number in the address, None where it is not given; BadQuery for anything else."""
    given = request.GET.get(name, "")
    if not given:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > 18:
        raise BadQuery(_("“%(name)s” in the address is no number.") % {"name": name})
    return int(given)


urlpatterns = [
    path("notifications", page, name="notices"),
    path("notifications/panel", panel, name="notices-panel"),
    path("notifications/count", count, name="notices-count"),
    path("notifications/read", read_all, name="notices-read"),
    path("notifications/unread", unread_again, name="notices-unread"),
    path("notifications/<int:notice_id>/open", open_notice, name="notice-open"),
]
