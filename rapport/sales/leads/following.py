"""What follows from what happened: new leads are given out, spoken-with ones are answered, all touched are scored."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.core.events.consumers import Happening, on
from rapport.core.events.models import EventLink
from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.models import LONG
from rapport.core.jobs.schedules import schedule
from rapport.core.records.among import among
from rapport.sales.leads import answering, routing, scoring
from rapport.sales.leads.models import OPEN, Lead

KIND = "leads.score"
_SPOKEN = ("call.created", "meeting.created", "task.completed")  # with these a colleague has answered
_TOUCHING = (
    "lead.*", "person.updated", "person.merged", "company.updated", "call.*", "meeting.*", "task.*", "note.*",
)  # fmt: skip


@on(*_TOUCHING, name="follow leads", but_not=("sample",))
def follow(happening: Happening) -> None:
    """Gives out what is new, stops clocks, and scores. A second delivery finds nothing left to do."""
    house = happening.actor
    spoken = [event.pk for event in happening.events if event.kind in _SPOKEN and event.user_id]
    if spoken:
        answering.answered(house, set(_records(spoken)))
    made = {event.subject_id: event.user_id for event in happening.events if event.kind == "lead.created"}
    if made:
        owners = dict(Lead.objects.filter(among("pk", list(made))).values_list("pk", "owner_id"))
        # One that was given to a colleague by hand stays there.
        left = [pk for pk, owner in owners.items() if owner not in (None, made[pk])]
        routing.leave(left)
        routing.route(house, owners.keys() - set(left))
    records = set(_records([event.pk for event in happening.events]))
    touched = Lead.objects.filter(live=True, status__in=OPEN)
    about = Q(among("pk", records)) | Q(among("person_id", records)) | Q(among("company_id", records))
    scoring.store(touched.filter(about).values_list("pk", flat=True))


@schedule("20 3 * * *", KIND, title=_("Scoring of leads"), lane=LONG)
def score_all(at_work: JobAtWork) -> dict[str, Any]:
    """Scores all open leads: every night, as points fade, and when rules became others."""
    return {"looked_at": scoring.store_all(at_work.progress)}


def _records(events: list[int]) -> Any:
    return EventLink.objects.filter(among("event_id", events)).values_list("record_id", flat=True)
