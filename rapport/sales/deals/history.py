"""How deals stood at the end of each day: written with every save, so that any past day can be told."""

import datetime
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from rapport.core.records import rows
from rapport.lib import clock
from rapport.sales.deals.models import Deal, DealState

TOLD = frozenset({"stage", "amount", "closes_on", "category", "owner"})  # fields that a forecast looks at
_STATE = ("deal_id", "day", "stage", "status", "live", "amount_minor", "amount_currency", "closes_on", "category",
          "owner_id")  # fmt: skip


def note_states(deals: Sequence[Deal], since: Mapping[int, datetime.date] = MappingProxyType({})) -> None:
    """Writes how these deals stand now, in place of what was written of them earlier today (UTC). Two queries.

    ``since`` are the days (by id) of those that stand so since an earlier one: they come from elsewhere, closed.
    """
    if not deals:
        return
    day = clock.now().date()
    DealState.objects.filter(deal_id__in=[deal.pk for deal in deals], day=day).delete()
    made = [
        (deal.pk, since.get(deal.pk, day), deal.stage, deal.status, deal.live, deal.amount_minor,
         deal.amount_currency, deal.closes_on, deal.category, deal.owner_id)
        for deal in deals
    ]  # fmt: skip
    rows.insert(DealState, _STATE, made)
