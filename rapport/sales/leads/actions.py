"""Verbs of leads: make, convert, disqualify, reopen. Each is one act, so Undo takes all of it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Value
from django.db.models.functions import Concat, Left
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.activities.actions import NoteInput, add_note
from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.core.access.visible import get_record
from rapport.core.errors import Conflict, Invalid
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.objects import registry, saving
from rapport.core.records.locking import locked
from rapport.lib import clock
from rapport.sales.deals.models import Deal
from rapport.sales.leads import finding, forgetting, routing, scoring
from rapport.sales.leads.models import DISQUALIFIED, OPEN, QUALIFIED, WORKING, Lead
from rapport.sales.leads.saving import open_leads

MOST_PAYLOAD = 100_000  # characters


@dataclass(frozen=True)
class LeadInput:
    """What came in. ``who`` are texts about the person, as ``people.pasted`` names them; ``person`` is one that was
    chosen instead (its id). ``task``: what is to be done about it today, "" for nothing. ``payload`` is all of it, as
    it came.
    """

    name: str
    who: Mapping[str, str] = field(default_factory=dict)
    person: int | None = None
    source: str = ""
    product: str = ""
    utm: Mapping[str, str] = field(default_factory=dict)
    payload: str = ""
    note: str = ""
    task: str = ""


@dataclass(frozen=True)
class Made:
    """The lead, and whether it is one that was open already and was joined."""

    lead: Lead
    joined: bool


def make_lead(actor: Actor, given: LeadInput, *, act: Act | None = None) -> Made:
    """Makes a lead with its person and company, found or made; joins the open lead of that person if there is one.

    Invalid with sentences, also for somebody who was erased: nothing is made then.
    """
    phones = [given.who.get("phone", ""), given.who.get("mobile", "")]
    if not given.person and forgetting.is_forgotten(given.who.get("email", ""), phones):
        raise Invalid({"": [str(forgetting.SENTENCE)]})
    # No label: on the page of the person it would tell of the lead to who may not see that.
    with acting(actor, "lead.make", act=act) as mine:
        person, company = finding.person_and_company(actor, given.who, given.person, mine)
        known = open_leads([person]).get(person) if person else None
        if known:
            lead: Lead = get_record(actor, registry.get("lead"), known, "edit")
        else:
            values = {
                "name": given.name, "person": person, "company": company, "source": given.source,
                "product": given.product, **{f"utm_{key}": text[:200] for key, text in given.utm.items()},
            }  # fmt: skip
            lead = saving.create(actor, registry.get("lead"), values, act=mine)
        # Beside the history: what came in never changes, and goes without a trace when the person is erased.
        if given.payload:
            whole = Concat("payload", Value("\n\n" if lead.payload else ""), Value(given.payload[:MOST_PAYLOAD]))
            Lead.objects.filter(pk=lead.pk).update(payload=Left(whole, MOST_PAYLOAD))
        if given.note.strip():
            add_note(actor, NoteInput(given.note, (lead.pk,)), act=mine)
        task = None
        if given.task.strip():
            task = add_task(actor, TaskInput(given.task, (lead.pk,), Due(clock.today(actor.time_zone))), act=mine)
        house = Actor.system(via="flow")
        if not known:
            routing.route(house, [lead.pk], act=mine)
        lead.refresh_from_db()
        if task is not None and lead.owner_id not in (None, task.owner_id):
            saving.update(house, registry.get("task"), task.pk, {"owner": lead.owner_id}, act=mine)
        scoring.store([lead.pk])
    lead.refresh_from_db()
    return Made(lead, bool(known))


def convert_lead(
    actor: Actor, lead_id: int, *, deal: int | None = None, values: Mapping[str, Any] | None = None
) -> Deal:
    """A deal comes of it: ``deal`` is one that is there (its id), else one is made with ``values``.

    Nothing is copied: the deal points to the same person and company, and is told where it came from. Emits
    ``lead.qualified``. Conflict if it was converted, or says nothing of whom.
    """
    leads, deals = registry.get("lead"), registry.get("deal")
    title = get_record(actor, leads, lead_id, "edit").title
    with acting(actor, "lead.convert", label=title) as act:
        list(locked(Lead.objects.filter(pk=lead_id)))  # of two at once the second sees the deal of the first
        lead: Lead = get_record(actor, leads, lead_id, "edit")
        if lead.deal_id:
            raise Conflict(_("A deal was made of this lead already."))
        if deal is None and not (lead.person_id or lead.company_id):
            raise Conflict(_("Say first who wants it: enter a person or a company."))
        if deal is None:
            made = {"name": lead.title, "person": lead.person_id, "company": lead.company_id, "source": lead.source}
            found: Deal = saving.create(actor, deals, {**made, **(values or {})}, act=act)
        else:
            found = get_record(actor, deals, deal, "edit")
            if not found.source and lead.source:
                saving.update(actor, deals, found.pk, {"source": lead.source}, act=act)
        saving.update(actor, leads, lead_id, {"status": QUALIFIED, "deal": found.pk}, act=act)
    return found


def disqualify_lead(actor: Actor, lead_id: int, *, reason: str, note: str = "") -> Lead:
    """Nothing comes of it, for a reason (key of an option). Emits ``lead.disqualified``."""
    lead: Lead = get_record(actor, registry.get("lead"), lead_id, "edit")
    if lead.status == DISQUALIFIED:
        raise Conflict(_("This lead is disqualified already."))
    values = {"status": DISQUALIFIED, "reason": reason, **({"reason_note": note} if note else {})}
    changed: Lead = saving.update(actor, registry.get("lead"), lead_id, values)
    return changed


def take_on_lead(actor: Actor, lead_id: int) -> Lead:
    """Somebody works on it, whatever its status was; the clock stops. Emits ``lead.reopened`` where it was closed.

    Conflict where the person has another open lead by now.
    """
    lead: Lead = get_record(actor, registry.get("lead"), lead_id, "edit")
    if lead.status not in OPEN and lead.person_id and open_leads([lead.person_id]):
        raise Conflict(_("This person has another open lead by now."))
    if lead.deal_id:
        raise Conflict(_("A deal was made of this lead. Undo that first."))
    changed: Lead = saving.update(actor, registry.get("lead"), lead_id, {"status": WORKING})
    return changed
