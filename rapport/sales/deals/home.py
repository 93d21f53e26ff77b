"""On home: the reader's own open deals that nothing is planned for, and those whose next step is overdue."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, readable_fields
from rapport.core.access.visible import visible_to
from rapport.core.objects import registry
from rapport.lib.prepared import Prepared, hole, moment
from rapport.sales.deals.models import Deal
from rapport.sales.deals.step_seen import StepsSeen
from rapport.sales.deals.step_words import ICONS, TONES, Clocks, step_words
from rapport.sales.pipelines.models import OPEN
from rapport.ui import home

MOST = 6  # of each


def add_part() -> None:
    """Adds it."""
    home.add(
        home.HomePart("deals", _("Deals that need a next step"), 15, "deals/home.html", _load, more="/deals?owner=me")
    )


def _load(_request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """None where every deal has its next step, or there is none."""
    if not actor.user_id or level_of(actor, "deal", "view") is Level.NONE:
        return None
    clocks, seen = Clocks.of(actor), StepsSeen.of(actor)
    if not seen.is_told:
        return None
    is_named = "name" in readable_fields(actor, registry.get("deal"))
    lines = []
    for pk, title, step, kind, at, by in _rows(actor, clocks):
        state = clocks.state(by)
        lines.append({"pk": pk, "title": title if is_named else _("No name"), "tone": TONES[state],
                      "icon": ICONS[state], "is_bare": by is None,
                      "step": step_words(seen.called(step, kind), at, by, clocks)})  # fmt: skip
    return {"lines": lines} if lines else None


def _rows(actor: Actor, clocks: Clocks) -> list[Any]:
    """The deals to tell of. Where the role has conditions for deals, these narrow them before they are counted."""
    if actor.role is None or not actor.role.filters.get("deal"):
        return [*_OVERDUE(user=actor.user_id, now=moment(clocks.now)), *_WITHOUT(user=actor.user_id)]
    mine = visible_to(actor, registry.get("deal")).filter(owner_id=actor.user_id, status=OPEN)
    return [*_overdue(mine, clocks.now), *_without(mine)]


def _mine() -> Any:
    return Deal.objects.filter(owner_id=hole("user"), status=OPEN, live=True)


def _overdue(rows: Any, now: Any) -> Any:
    return rows.filter(next_step_by__lte=now).order_by("next_step_by", "record").values_list(*_COLUMNS)[:MOST]


def _without(rows: Any) -> Any:
    return rows.filter(next_step_by=None).order_by("record").values_list(*_COLUMNS)[:MOST]


_COLUMNS = ("pk", "title", "next_step", "next_step_kind", "next_step_at", "next_step_by")
_OVERDUE = Prepared(lambda: _overdue(_mine(), hole("now")))
_WITHOUT = Prepared(lambda: _without(_mine()))
