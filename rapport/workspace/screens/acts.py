"""What somebody did: the list of acts, one act with its changes, and taking it back after a look at what that does."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rapport.accounts.models import User
from rapport.core.access.special import may_right
from rapport.core.changes import acts
from rapport.core.changes.preview import Preview, preview
from rapport.core.changes.undo import AT_ONCE, UNDO_DAYS, size_of, undo, undoable
from rapport.core.errors import NotFound, Refused
from rapport.core.events.models import Event
from rapport.core.jobs.queue import enqueue
from rapport.core.objects import registry
from rapport.lib.date_words import format_moment
from rapport.lib.wording import grouped
from rapport.ui.rendering import flash, render, toast
from rapport.ui.screens.asking import parts_of_address
from rapport.ui.screens.bulks import is_page
from rapport.ui.screens.going import is_own_path
from rapport.workspace.screens.frame import actor_of

_MOST_TOLD = 3  # of what was left, in a toast


@require_safe
def acts_screen(request: HttpRequest) -> HttpResponse:
    """GET what one did oneself, or (with the right to it) what ``user`` did; the older ones ``before`` an act."""
    actor = actor_of(request)
    user_id = _number(request.GET.get("user")) or actor.user_id or 0
    before = _number(request.GET.get("before"))
    found = acts.acts_of(actor, user_id, before=before)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(_("There is no such user."))
    own = user_id == actor.user_id
    base = "/acts" if own else f"/acts?user={user_id}"
    rows = [
        {"done": done, "at": format_moment(done.act.at, actor.time_zone, actor.language)}
        for done in found
        if done.counts or not done.act.kind.startswith(("bulk.", "import", "undo"))  # nothing came of it
    ]
    older = f"{base}{'&' if '?' in base else '?'}before={found[-1].act.pk}" if len(found) == acts.PAGE else ""
    users = list(User.objects.order_by("name").values_list("pk", "name")[:500]) if may_right(actor, "audit") else []
    context = {"rows": rows, "user": user, "own": own, "older": older, "users": users, "days": UNDO_DAYS,
               "newer": base if before else ""}  # fmt: skip
    return render(request, "settings/acts.html", context)


@require_safe
def act_screen(request: HttpRequest, act_id: int) -> HttpResponse:
    """GET one act: what it was and which records it changed, with before and after."""
    actor = actor_of(request)
    done = acts.get_act(actor, act_id)
    before = _number(request.GET.get("before"))
    changes, following = acts.changes_of(actor, done.act, before=before)
    paths = {spec.key: spec.path for spec in registry.every()}
    context = {
        "done": done,
        "at": format_moment(done.act.at, actor.time_zone, actor.language),
        "by": done.act.user.name if done.act.user else "Rapport",
        "own": done.act.user_id == actor.user_id,
        "changes": [
            (change, f"/{paths[change.kind]}/{change.record_id}") for change in changes if change.kind in paths
        ],
        "older": f"/acts/{act_id}?before={following}" if following else "",
        "newer": f"/acts/{act_id}" if before else "",
        "problem": _problem(request, act_id) if done.can_undo else "",
    }
    return render(request, "settings/act.html", context)


def _problem(request: HttpRequest, act_id: int) -> str:
    """Why the act cannot be undone; empty if it can."""
    try:
        undoable(actor_of(request), act_id)
    except Refused as refused:
        return refused.message
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def undo_screen(request: HttpRequest, act_id: int) -> HttpResponse:
    """GET what taking the act back would do; POST does it, a large one by the worker."""
    actor = actor_of(request)
    if request.method != "POST":
        return _preview_page(request, act_id)
    if _is_large(act_id):
        # Refused here, so that nobody fills the queue with what will be refused there.
        made = enqueue("undo", {"act": undoable(actor, act_id).pk}, actor)
        return _after(request, f"/jobs/{made.pk}", _("Undo has begun."), "grey")
    try:
        done = undo(actor, act_id)
    except Refused as refused:
        if not is_page(request):
            raise
        return _after(request, _back(request, act_id), refused.message, "red")
    if not done.left_count:
        return _after(request, _back(request, act_id), _("Undone."), "green")
    more = done.left_count - _MOST_TOLD
    rest = [_("And %(count)s more.") % {"count": grouped(more)}] if more > 0 else []
    text = " ".join((_("Undone, except:"), *done.left[:_MOST_TOLD], *rest))
    return _after(request, _back(request, act_id), text, "grey")


def _is_large(act_id: int) -> bool:
    return Event.objects.filter(act_id=act_id).values("pk")[: AT_ONCE + 1].count() > AT_ONCE


def _preview_page(request: HttpRequest, act_id: int) -> HttpResponse:
    actor = actor_of(request)
    done = acts.get_act(actor, act_id)
    found: Preview | None = None
    problem = ""
    try:
        found = preview(actor, act_id)
    except Refused as refused:
        problem = refused.message
    context: dict[str, Any] = {
        "done": done,
        "problem": problem,
        "found": found,
        "left": [(told, _when(request, told.at)) for told in found.left] if found else (),
        "size": size_of(done.act),
    }
    return render(request, "settings/undo.html", context, status=200 if found else 409)


def _when(request: HttpRequest, at: Any) -> str:
    actor = actor_of(request)
    return format_moment(at, actor.time_zone, actor.language) if at else ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 18 else None


def _back(request: HttpRequest, act_id: int) -> str:
    """Where the undo was pressed, if that is one of our pages; from its preview to the act."""
    referer = request.headers.get("Referer", "")
    if referer.endswith(f"/acts/{act_id}/undo"):
        return f"/acts/{act_id}"
    safe = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return referer if safe and is_own_path(parts_of_address(referer).path) else "/"


def _after(request: HttpRequest, url: str, text: str, tone: str) -> HttpResponse:
    if getattr(request, "htmx", None) or request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        if url.startswith("/jobs/"):  # there its progress is seen
            response.headers["HX-Redirect"] = url
        else:
            toast(response, text, tone=tone)
        return response
    flash(request, text, tone=tone)
    return HttpResponseRedirect(url)
