"""What saving means for every activity: whom it belongs to, who may write it there, and the last activity."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from rapport.activities import subjects
from rapport.activities.kinds import activity_of
from rapport.activities.latest import advance_clock, wind_clock
from rapport.activities.models import ActivityLink
from rapport.activities.planned import changed
from rapport.core.access.visible import seen_among
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft, Saver
from rapport.core.records.among import among
from rapport.lib.text import shorten


class ActivitySaver(Saver):
    """An activity with a person belongs to her company, too, and moves the clock of the last activity.

    ``needs_subject``: it has to be about something.
    """

    needs_subject = True

    def prepare(self, drafts: Sequence[Draft]) -> None:
        ids = {record_id for draft in drafts for record_id in draft.values.get("about", ())}
        also = subjects.also_about(ids) if ids else {}
        for draft in drafts:
            if draft.is_new and draft.values.get("about"):
                about = draft.values["about"]
                if draft.stands_at is None:  # else it says itself what it was about then
                    draft.values["about"] = sorted(set(about).union(*(also.get(pk, ()) for pk in about)))
                draft.given = set(about)

    def check(self, drafts: Sequence[Draft]) -> None:
        """What is stored already may stay, whoever sees it: only what is added has to be seen."""
        ids = {record_id for draft in drafts for record_id in draft.values.get("about", ())}
        seen = {
            pk
            for kind in subjects.kinds()
            for pk in seen_among(self.actor, registry.get(kind), ids).values_list("pk", flat=True)
        }
        for draft in drafts:
            if self.needs_subject and draft.is_new and not draft.values.get("about"):
                draft.refuse("about", _("Say what this is about: a person or a company."))
            missing = set(draft.values.get("about", ())) - seen - set(draft.before.get("about") or ())
            if not missing:
                continue
            if draft.is_new and not missing & draft.given:
                continue  # her company, which the author may not see: it belongs there all the same
            draft.refuse("about", _("There is no such record, or you may not see it."))

    def belongs_to(self, draft: Draft) -> tuple[int, ...]:
        if "about" in draft.values:
            return tuple(draft.values["about"])
        return tuple(ActivityLink.objects.filter(activity_id=draft.instance.pk).values_list("record_id", flat=True))

    def stored(self, drafts: Sequence[Draft]) -> None:
        activity = activity_of(self.spec.model)
        moved: set[int] = set()
        for draft in drafts:
            if draft.is_new:
                if at := activity.took_place(draft.instance):
                    advance_clock(draft.values["about"], at)
            elif {*activity.when, *activity.follows, "about"} & set(draft.values):
                moved |= {*self.belongs_to(draft), *draft.before.get("about", ())}
        wind_clock(moved)
        changed(self._records_of([draft for draft in drafts if activity.plans & draft.values.keys()]))

    @staticmethod
    def _records_of(drafts: Sequence[Draft]) -> set[int]:
        """The records that any of these are about, or were. One query at most."""
        found = {pk for draft in drafts for pk in (*draft.values.get("about", ()), *(draft.before.get("about") or ()))}
        kept = [draft.instance.pk for draft in drafts if "about" not in draft.values]
        if kept:
            links = ActivityLink.objects.filter(among("activity_id", kept))
            found |= set(links.values_list("record_id", flat=True))
        return found

    def living(self, instances: Sequence[Any], *, live: bool) -> None:
        links = ActivityLink.objects.filter(activity_id__in=[instance.pk for instance in instances])
        about = set(links.values_list("record_id", flat=True))
        wind_clock(about)
        if activity_of(self.spec.model).plans:
            changed(about)

    def title(self, draft: Draft) -> str:
        return shorten(" ".join(draft.instance.body.split()), 80) or str(self.spec.label)
