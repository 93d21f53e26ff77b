"""The next step of a deal: the soonest planned activity about it, repeated in its row, so that a board and its sums
need no other table.
"""

from collections.abc import Collection
from typing import Any

from rapport.accounts.actor import Actor
from rapport.activities import planned
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import seen_among
from rapport.core.objects import registry
from rapport.core.records import rows
from rapport.core.records.among import among
from rapport.core.records.locking import locked
from rapport.lib import clock
from rapport.sales.deals.models import Deal
from rapport.sales.pipelines.models import OPEN

_COLUMNS = ("next_step", "next_step_kind", "next_step_at", "next_step_by")
_ASKED = 20  # deals that are looked at
_NOTHING = ("", "", None, None)


def keep(record_ids: Collection[int], without: Collection[int] = ()) -> None:
    """Notes what is planned next about the deals among these records; see :func:`planned.listen`."""
    deals = locked(Deal.objects.filter(among("pk", record_ids)))
    noted: dict[int, tuple[Any, ...]] = {pk: tuple(step) for pk, *step in deals.values_list("pk", *_COLUMNS)}
    if not noted:
        return
    plans = planned.soonest(list(noted), without)
    now = {
        pk: (plan.title, plan.kind, plan.at, plan.by) if (plan := plans.get(pk)) else _NOTHING for pk in sorted(noted)
    }
    at = clock.now()  # for those who look at a board meanwhile
    changed = [(*step, at, pk) for pk, step in now.items() if step != noted[pk]]
    rows.update(Deal, (*_COLUMNS, "updated_at"), changed, where=("record_id",))


def question(actor: Actor, record_ids: Collection[int]) -> str:
    """Where to ask for the next step of the first open deal among these that has none and that the actor may change."""
    deals = Deal.objects.filter(among("pk", record_ids), live=True, status=OPEN, next_step_by=None)
    bare = list(deals.order_by("pk").values_list("pk", flat=True)[:_ASKED])
    if not bare or level_of(actor, "task", "create") is Level.NONE:
        return ""
    found = seen_among(actor, registry.get("deal"), bare, "edit").order_by("pk").values_list("pk", flat=True).first()
    return f"/deals/{found}/next-step?after=1" if found else ""
