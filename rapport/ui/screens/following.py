"""Following a record: the star on its page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.core.access.visible import get_record
from rapport.core.notices.following import NAMED, follow, followers
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.wording import grouped
from rapport.ui.cells import avatar
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of

FACES = 3  # of those who follow a record


def follow_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """POST ``on`` = 1 or 0: the reader follows the record, or stops to; without it, the other of what it was."""
    actor = actor_of(request)
    record = get_record(actor, spec, record_id)
    wanted = request.POST.get("on", "")
    on = wanted == "1" if wanted else not followers(actor, record_id).mine
    follow(actor, record_id, on=on)
    if getattr(request, "htmx", None):
        values = {"spec": spec, "record": record, "follow": follow_values(actor, record_id)}
        return render(request, "record/follow.html", values)
    flash(request, _("You follow this record.") if on else _("You no longer follow this record."))
    return HttpResponseRedirect(f"/{spec.path}/{record_id}", status=303)


def follow_values(actor: Actor, record_id: int) -> dict[str, Any]:
    """What the star shows: whether it is on, who else follows, in words and with some faces."""
    found = followers(actor, record_id)
    return {
        "on": found.mine,
        "faces": [avatar(name, "person", "xs") for name in found.others[:FACES]],
        "words": _words(found.others),
    }


def _words(others: tuple[str, ...]) -> str:
    if not others:
        return ""
    if len(others) > NAMED:
        return _("Followed by more than %(count)s others") % {"count": grouped(NAMED)}
    count = len(others) - FACES
    names = ", ".join(others[:FACES])
    if count <= 0:
        return _("Also followed by %(names)s") % {"names": names}
    more = ngettext(
        "Also followed by %(names)s and %(count)s other", "Also followed by %(names)s and %(count)s others", count
    )
    return more % {"names": names, "count": count}
