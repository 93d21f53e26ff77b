"""What saving a lead means: its clock, whose it may be, and that one person has one open lead."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from rapport.core.access.visible import visible_to
from rapport.core.errors import Pointing
from rapport.core.events.emit import Fact, emit
from rapport.core.merging.merge import is_merge
from rapport.core.objects.saver import Draft, Saver
from rapport.core.records.among import among
from rapport.lib import clock
from rapport.people import lifecycle
from rapport.people.models import Person
from rapport.sales.leads import answering, forgetting
from rapport.sales.leads.models import DISQUALIFIED, NEW, OPEN, QUALIFIED, WORKING, Lead

_TOLD = {QUALIFIED: "lead.qualified", DISQUALIFIED: "lead.disqualified"}


class LeadSaver(Saver):
    """Status, deal and clock agree. A second open lead of one person is refused at every door: who comes by the verb
    ``make_lead`` joins the first one.

    What is taken back by Undo is put back as it was.
    """

    def prepare(self, drafts: Sequence[Draft]) -> None:
        self._complete_companies(drafts)
        now = clock.now()
        due = answering.due(now) if any(draft.is_new for draft in drafts) else None
        for draft in drafts:
            if draft.values.get("deal") and "status" not in draft.values and not self._goes_back:
                draft.values["status"] = QUALIFIED
            status = draft.values.get("status")
            if draft.is_new:
                # One that comes from another house has its clock along.
                draft.values["answer_by"] = (draft.instance.answer_by or due) if status == NEW else None
            elif status == NEW and self._goes_back:
                draft.values["answer_by"], draft.values["answered_at"] = answering.due(draft.instance.created_at), None
            elif status not in (None, NEW) and not self._goes_back:
                self._stop(draft, now)
            if status in OPEN:
                draft.values.setdefault("reason", "")

    def check(self, drafts: Sequence[Draft]) -> None:
        self._check_open(drafts)
        for draft in drafts:
            if draft.values.get("status") != DISQUALIFIED or self._goes_back:
                continue
            if not draft.values.get("reason", "" if draft.is_new else draft.instance.reason):
                draft.refuse("reason", _("Say why nothing comes of it."))
        mine = [draft for draft in drafts if draft.is_new and draft.values.get("person")]
        gone = forgetting.among_people({draft.values["person"] for draft in mine}) if mine else ()
        for draft in mine:
            if draft.values["person"] in gone:
                draft.refuse("person", str(forgetting.SENTENCE))

    def belongs_to(self, draft: Draft) -> tuple[int, ...]:
        lead = draft.instance
        return tuple(pk for pk in (lead.person_id, lead.company_id, lead.deal_id) if pk)

    def stored(self, drafts: Sequence[Draft]) -> None:
        touched = [draft for draft in drafts if {"status", "person", "deal"} & draft.values.keys()]
        people = {draft.before.get("person") for draft in touched} | {draft.instance.person_id for draft in touched}
        lifecycle.refresh({pk for pk in people if pk})
        if self.act is not None and not self._goes_back:
            emit(self.actor, self.act, [fact for draft in drafts if (fact := self._fact(draft))])

    def revive(self, instances: Sequence[Any]) -> dict[int, str]:
        mine = [lead for lead in instances if lead.person_id and lead.status in OPEN]
        if not mine or self._merges:
            return {}
        known = open_leads({lead.person_id for lead in mine})
        titles = self._titles(known)
        refused: dict[int, str] = {}
        for lead in mine:
            # Also those that return together: of two of one person, only the first may.
            other = known.setdefault(lead.person_id, lead.pk)
            if other != lead.pk:
                refused[lead.pk] = open_words(other, titles.get(other))
        return refused

    def living(self, instances: Sequence[Any], *, live: bool) -> None:
        lifecycle.refresh({lead.person_id for lead in instances if lead.person_id})

    # ---------------------------------------------------------------- pieces
    @property
    def _goes_back(self) -> int:
        """The act that is being undone, 0 for none."""
        return (self.act.undoes_id or 0) if self.act else 0

    @staticmethod
    def _complete_companies(drafts: Sequence[Draft]) -> None:
        """A person brings her company along. One query."""
        bare = [draft for draft in drafts if draft.values.get("person") and not draft.values.get("company")]
        bare = [draft for draft in bare if draft.is_new or not draft.instance.company_id]
        if not bare:
            return
        ids = {draft.values["person"] for draft in bare}
        known = dict(Person.objects.filter(among("pk", ids), company__live=True).values_list("pk", "company_id"))
        for draft in bare:
            if company := known.get(draft.values["person"]):
                draft.values["company"] = company

    @staticmethod
    def _stop(draft: Draft, now: Any) -> None:
        """Who takes a new lead on has answered it."""
        if draft.instance.answer_by is not None:
            draft.values["answer_by"] = None
            draft.values["answered_at"] = now

    def _check_open(self, drafts: Sequence[Draft]) -> None:
        """One query for all that become the open lead of somebody, and one more where somebody has one."""
        mine = [draft for draft in drafts if self._opens(draft)]
        if not mine:
            return
        known = open_leads({_person(draft) for draft in mine})
        titles = self._titles(known)
        here: set[int | None] = set()
        for draft in mine:
            person = _person(draft)
            key = "person" if "person" in draft.values else "status"
            if lead := known.get(person or 0):
                draft.refuse(key, open_words(lead, titles.get(lead)))
            elif person in here:
                draft.refuse(key, open_words(0, None))
            here.add(person)

    def _opens(self, draft: Draft) -> bool:
        """Whether a person has one open lead more with this. Two people who become one bring theirs along."""
        if not _person(draft) or draft.values.get("status", draft.instance.status) not in OPEN:
            return False
        if draft.is_new or draft.instance.status not in OPEN:
            return True
        return "person" in draft.values and not self._merges

    @property
    def _merges(self) -> bool:
        return self.act is not None and is_merge(self.act)

    def _titles(self, known: dict[int, int]) -> dict[int, str]:
        """What those of some leads are called that the actor may see."""
        return dict(visible_to(self.actor, self.spec).filter(pk__in=known.values()).values_list("pk", "title"))

    def _fact(self, draft: Draft) -> Fact | None:
        status, before = draft.values.get("status"), draft.before.get("status")
        if draft.is_new or status is None:
            return None
        kind = _TOLD.get(status)
        if kind is None and status == WORKING and before == DISQUALIFIED:
            kind = "lead.reopened"
        return Fact(kind, draft.instance.pk, others=self.belongs_to(draft)) if kind else None


def _person(draft: Draft) -> int | None:
    """Whose lead it will be."""
    found: int | None = draft.values.get("person", draft.instance.person_id)
    return found


def open_leads(people: Any) -> dict[int, int]:
    """The open lead of each of some people, whoever may see it: {person: lead}. One query."""
    rows = Lead.objects.filter(among("person_id", people), live=True, status__in=OPEN).order_by("-pk")
    return {person: lead for person, lead in rows.values_list("person_id", "pk") if person}


def open_words(lead: int, title: str | None) -> str:
    """Why there is no second one; with a way to the first where the actor may see it."""
    if title is None:
        return _("This person has an open lead already.")
    return Pointing(_("This person has an open lead already: “%(title)s”.") % {"title": title}, f"/leads/{lead}", title)
