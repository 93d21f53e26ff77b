"""Sharing one record with a user or a team."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.access.models import Share
from rapport.core.access.sharing import Offer, share, shares_of, unshare
from rapport.core.access.visible import get_record
from rapport.core.errors import Invalid
from rapport.core.objects.spec import ObjectSpec
from rapport.lib import clock
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of
from rapport.ui.screens.seeing import share_words


def share_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET who has it; POST shares it (``with`` = ``user:7`` or ``team:3``, ``until`` a day) or takes a share back
    (``end`` = id).
    """
    actor = actor_of(request)
    instance = get_record(actor, spec, record_id, "edit")
    errors: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if ending := request.POST.get("end", ""):
                unshare(actor, spec, record_id, int(ending) if ending.isdecimal() and len(ending) <= 18 else 0)
                flash(request, _("No longer shared."))
            else:
                share(actor, spec, record_id, _offer(request))
                flash(request, _("Shared."))
        except Invalid as invalid:
            errors = invalid.errors
        else:
            return HttpResponseRedirect(f"/{spec.path}/{record_id}")
    users = [(f"user:{pk}", name) for pk, name in User.objects.filter(is_active=True).values_list("pk", "name")]
    teams = [(f"team:{pk}", name) for pk, name in Team.objects.order_by("path").values_list("pk", "name")]
    context = {
        "spec": spec,
        "record": instance,
        "title": _("Share %(title)s") % {"title": instance.title},
        "shares": [(one, _told(actor, one)) for one in shares_of(record_id)],
        "values": request.POST,
        "options": [(_("Users"), users), (_("Teams"), teams)],
        "errors": errors,
    }
    fragment = "share" if getattr(request, "htmx", None) else None
    return render(request, "record/share.html", context, fragment=fragment, status=422 if errors else 200)


def _offer(request: HttpRequest) -> Offer:
    given = request.POST.get("until", "").strip()
    try:
        until = datetime.date.fromisoformat(given) if given else None
    except ValueError:
        raise Invalid({"until": [_("Give a date.")]}) from None
    return Offer(request.POST.get("with", ""), request.POST.get("edit") == "1", until)


def _told(actor: Actor, share: Share) -> str:
    """What a share gives, by whom and until when."""
    gives = _("may change it") if share.can_edit else _("may see it")
    if share.until and share.until <= clock.now():
        gives = _("has ended")
    return f"{gives} · {share_words(actor, share)}"
