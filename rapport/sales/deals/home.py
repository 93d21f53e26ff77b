"""On home: the reader's own open deals that nothing is planned for, and those whose next step is overdue."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import visible_to
from rapport.core.objects import registry
from rapport.lib.prepared import Prepared, hole, moment
from rapport.sales.deals.models import Deal
from rapport.sales.deals.step_words import ICONS, TONES, Clocks, step_words
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
    clocks = Clocks.of(actor)
    rows = [
        *_OVERDUE(user=actor.user_id, now=moment(clocks.now)),
        *_WITHOUT(user=actor.user_id),
    ]
    if rows and actor.role is not None and actor.role.filters.get("deal"):
        seen = set(
            visible_to(actor, registry.get("deal")).filter(pk__in=[row[0] for row in rows]).values_list("pk", flat=True)
        )
        rows = [row for row in rows if row[0] in seen]
    lines = []
    for pk, title, step, at, by in rows:
        state = clocks.state(by)
        lines.append({"pk": pk, "title": title, "tone": TONES[state], "icon": ICONS[state], "is_bare": by is None,
                      "step": step_words(step, at, by, clocks)})  # fmt: skip
    return {"lines": lines} if lines else None


def _mine() -> Any:
    return Deal.objects.filter(owner_id=hole("user"), status="open", live=True)


_COLUMNS = ("pk", "title", "next_step", "next_step_at", "next_step_by")
_OVERDUE = Prepared(
    lambda: (
        _mine().filter(next_step_by__lte=hole("now")).order_by("next_step_by", "record").values_list(*_COLUMNS)[:MOST]
    )
)
_WITHOUT = Prepared(lambda: _mine().filter(next_step_by=None).order_by("record").values_list(*_COLUMNS)[:MOST])
