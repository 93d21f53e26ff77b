"""Who sees one record, and by which rule."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.may import find_record
from rapport.core.access.models import Share
from rapport.core.access.who_sees import PAGE, Sight, demand_explain, who_sees
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.clock import zone_named
from rapport.lib.date_words import format_date
from rapport.ui.cells import avatar
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of


def seen_by_screen(request: HttpRequest, spec: ObjectSpec, record_id: int) -> HttpResponse:
    """GET the users, a page of them behind the user ``after``, with what each may do and why."""
    actor = actor_of(request)
    instance = find_record(actor, spec, record_id)
    demand_explain(actor, spec, instance)
    given = request.GET.get("after", "")
    after = int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else 0
    found = who_sees(spec, instance, after=after)
    context = {
        "spec": spec,
        "record": instance,
        "title": _("Who sees %(title)s") % {"title": instance.title or spec.label},
        "rows": [_row(actor, sight) for sight in found],
        "more": f"/{spec.path}/{record_id}/seen-by?after={found[-1].user.pk}" if len(found) == PAGE else "",
    }
    fragment = "seen" if getattr(request, "htmx", None) else None
    return render(request, "record/seen_by.html", context, fragment=fragment)


def _row(actor: Actor, sight: Sight) -> dict[str, Any]:
    return {
        "name": sight.user.name,
        "role": sight.user.role.shown,
        "mark": avatar(sight.user.name, "person", "sm"),
        "sees": bool(sight.view),
        "edits": bool(sight.edit),
        "why": _why(actor, sight.view, sight),
        "why_edit": _why(actor, sight.edit, sight) if sight.edit and sight.edit != sight.view else "",
        "hidden": sight.hidden,
    }


def _why(actor: Actor, rule: str, sight: Sight) -> str:
    """A rule in words."""
    if rule == "shared" and sight.share is not None:
        return share_words(actor, sight.share)
    return {
        "administrator": _("administrators may do everything"),
        "all": _("the role reaches everything"),
        "own": _("owns it"),
        "team": _("it belongs to their team"),
        "team_below": _("it belongs to a team below theirs"),
        "shared": _("it is shared with them"),
        "related": _("sees a record that it is about"),
    }.get(rule, _("no rule reaches it"))


def share_words(actor: Actor, share: Share) -> str:
    """Who shared a record and when, and until when: “shared by Bob on 3 May, until 10 June”."""
    told = _("shared with the team") if share.team_id else _("shared")
    if share.by is not None and share.at is not None:
        words = (
            _("shared with the team by %(name)s on %(day)s") if share.team_id else _("shared by %(name)s on %(day)s")
        )
        told = words % {"name": share.by.name, "day": _day(actor, share.at)}
    return f"{told}, {until_words(actor, share)}" if share.until else told


def until_words(actor: Actor, share: Share) -> str:
    """The last day of a share: “until 10 June”."""
    if share.until is None:
        return ""
    return _("until %(day)s") % {"day": _day(actor, share.until - timedelta(seconds=1))}


def _day(actor: Actor, moment: datetime) -> str:
    return format_date(moment.astimezone(zone_named(actor.time_zone)).date(), actor.language)
