"""The clock of a lead: until when somebody answers, in working hours of the house, and what stops it."""

import datetime
from collections.abc import Collection

from django.db.models import Q

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.events.emit import acting
from rapport.core.objects import registry, saving
from rapport.lib.working_time import NotWorking, read_hours
from rapport.sales.leads import rules
from rapport.sales.leads.models import NEW, WORKING, Lead


def due(at: datetime.datetime) -> datetime.datetime | None:
    """Until when (UTC) what came in at ``at`` must be answered; None where the house never works, or sets no time."""
    hours = rules.current().answer_hours
    house = workspace.current()
    if not hours:
        return None
    try:
        clocks = read_hours(house.time_zone, house.hours, house.holidays)
        return clocks.add(at, datetime.timedelta(hours=hours))
    except NotWorking:
        return None


def answered(house: Actor, records: Collection[int]) -> None:
    """A colleague spoke with some people, or about some leads: those of theirs that are new are being worked on."""
    waiting = Lead.objects.filter(Q(pk__in=records) | Q(person_id__in=records), live=True, status=NEW)
    ids = list(waiting.values_list("pk", flat=True))
    if ids:
        with acting(house, "lead.answered") as act:
            saving.update_many(house, registry.get("lead"), [(pk, None, {"status": WORKING}) for pk in ids], act=act)
