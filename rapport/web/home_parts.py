"""The parts of home that belong to no package: what the user was told, what came in, and where they were lately."""

import datetime
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.fields import Moment
from rapport.core.notices.reading import Told, notices
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.known import as_value, listed_later
from rapport.lib import clock
from rapport.lib.prepared import Prepared
from rapport.lib.relative_dates import day_bounds
from rapport.ui import home
from rapport.ui.cells import avatar, draw
from rapport.ui.home import HomePart
from rapport.ui.notice_lines import lines
from rapport.web.palette_lines import of_hits
from rapport.web.recent import recent

MOST = 6  # lines of a part
_LOOKED_AT = 30  # of the newest records of a kind, for those that concern the reader
_MOMENT = Moment("at", "")


@lru_cache(maxsize=64)
def _asked(model: Any) -> Prepared:
    rows = model._default_manager.filter(pk__in=listed_later("ids"))
    return Prepared(lambda: rows.values_list("pk", "owner_id", "team_id", "created_at"))


def add_parts() -> None:
    """Adds them."""
    home.add(HomePart("told", _("For you"), 40, "home/told.html", _told, more="/notifications"))
    home.add(HomePart("changes", _("Changes on records you follow"), 50, "home/told.html", _changes))
    home.add(HomePart("came", _("What came in"), 60, "home/came.html", _came, is_beside=True))
    home.add(HomePart("recent", _("Recent"), 90, "home/recent.html", _recent, is_beside=True))


def _told(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """What is unread but for changes on followed records, which have a part of their own."""
    found = [one for one in _notices(request, actor) if one.kind != "change" and one.is_new]
    return {"lines": lines(actor, found[:MOST])} if found else None


def _changes(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """Followed records that changed, told once for each record; what is new comes first."""
    found = [one for one in _notices(request, actor) if one.kind == "change"]
    found.sort(key=lambda one: not one.is_new)
    return {
        "lines": lines(actor, found[:MOST]),
        "teach": _now("Press the star on a record, and its changes stand here."),
    }


def _notices(request: HttpRequest, actor: Actor) -> list[Told]:
    """The latest notices, read once for all parts of a page."""
    kept: list[Told] | None = getattr(request, "latest_notices", None)
    if kept is None:
        kept = notices(actor).lines
        request.latest_notices = kept  # type: ignore[attr-defined]
    return kept


def _came(_request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """New records since yesterday that are the reader's, the team's or nobody's."""
    rows = [line for spec in _seen(actor) if spec.comes_in for line in _new(actor, spec)]
    rows.sort(key=lambda line: line["at"], reverse=True)
    return {"rows": rows[:MOST]} if rows else None


def _seen(actor: Actor) -> list[ObjectSpec]:
    return [spec for spec in registry.every() if spec.in_navigation and level_of(actor, spec.key, "view") > Level.NONE]


def _new(actor: Actor, spec: ObjectSpec) -> list[dict[str, Any]]:
    """Lines for new records of a kind. Of the newest that are seen a fixed number is looked at, however many came."""
    fields = readable_fields(actor, spec)
    if "created_at" not in fields:
        return []
    beside = [fields[key] for key in spec.phone_columns[:1] if key in fields]
    # Without a condition: the SQL of such a page is kept, and the newest come first anyway.
    rows = list_page(actor, spec, ListQuery(sort="-created_at", size=_LOOKED_AT), beside).rows
    concerned = _concerning(actor, spec, [row.id for row in rows])
    locale = locale_of(actor)
    return [
        {
            "url": f"/{spec.path}/{row.id}",
            "title": row.title or _now("No name"),
            "mark": avatar(row.title, spec.mark, "md"),
            "detail": " · ".join(field.brief(row.values[field.key], locale).text for field in beside)
            or str(spec.label),
            "at": concerned[row.id],
            "aside": draw(_MOMENT.cell(concerned[row.id], locale)),
        }
        for row in rows
        if row.id in concerned
    ][:MOST]


def _concerning(actor: Actor, spec: ObjectSpec, ids: list[int]) -> dict[int, datetime.datetime]:
    """Those of some records that came since yesterday and are the actor's, the team's or nobody's, and when."""
    if not ids:
        return {}
    since, _end = day_bounds(clock.today(actor.time_zone) - datetime.timedelta(days=1), actor.time_zone)
    rows = _asked(spec.model)(ids=as_value(ids))
    return {
        pk: at
        for pk, owner, team, at in rows
        if at >= since and (owner is None or owner == actor.user_id or (team is not None and team == actor.team_id))
    }


def _recent(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Where the reader was lately; before that, the ways to begin."""
    specs = _seen(actor)
    return {
        "lines": of_hits(actor, recent(request, actor)),
        "may_import": any(level_of(actor, spec.key, "import") > Level.NONE for spec in specs),
        "new": [spec for spec in specs if level_of(actor, spec.key, "create") > Level.NONE],
    }
