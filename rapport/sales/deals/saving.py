"""What saving a deal means: the rules of its stage, what follows from it, and its history."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.utils.translation import gettext as _

from rapport.catalog.lines.field import Lines
from rapport.core.events.emit import Fact, emit
from rapport.core.objects.saver import Draft, Saver
from rapport.core.records import rows
from rapport.lib import clock
from rapport.people import lifecycle
from rapport.sales.deals import history, lines
from rapport.sales.deals.models import StageChange
from rapport.sales.pipelines import reading
from rapport.sales.pipelines.models import LOST, OPEN, WON
from rapport.sales.pipelines.reading import Pipelines, StageInfo

_WITH_STAGE = ("probability", "closed_on", "lost_reason")
_CHANGE = ("deal_id", "act_id", "user_id", "at", "before", "after", "seconds", "amount_minor", "amount_currency",
           "closes_on")  # fmt: skip
NOON = datetime.time(12)
_EVENTS = {WON: "deal.won", LOST: "deal.lost"}


class DealSaver(Saver):
    """Stage, pipeline, status, probability and dates agree; each move is a row of history and an event.

    What is taken back by Undo is put back as it was: the rules of stages are for going forward.
    """

    def prepare(self, drafts: Sequence[Draft]) -> None:
        pipelines = reading.current()
        lines.follow(self.actor, cast(Lines, self.spec.by_key["lines"]), drafts, goes_back=bool(self._goes_back))
        for draft in drafts:
            if draft.is_new and not draft.values.get("stage"):
                draft.values["stage"] = pipelines.first.first.key
            stage = pipelines.stages.get(draft.values.get("stage", ""))
            if stage is not None:
                self._settle_outcome(draft, stage)
                if self._enters(draft):
                    self._enter(draft, stage)
            self._settle_probability(draft, stage or pipelines.stages.get(draft.instance.stage))
        if self._takes_back:
            self._stand_again([draft for draft in drafts if "stage_at" in draft.values])

    def check(self, drafts: Sequence[Draft]) -> None:
        pipelines = reading.current()
        for draft in drafts:
            deal = draft.instance
            lines.hold_closed(draft)
            if {"company", "person"} & draft.values.keys() or draft.is_new:
                company = draft.values.get("company", deal.company_id)
                if not company and not draft.values.get("person", deal.person_id):
                    draft.refuse("company", _("Say whose deal it is: a company, a person or both."))
            stage = pipelines.stages.get(draft.values.get("stage", ""))
            if self._goes_back:
                if stage is not None and stage.kind == WON:  # what was approved then may be less than what stands now
                    lines.hold_up(draft, stage)
            elif "stage" in draft.values:
                self._check_move(draft, pipelines)
            else:
                self._check_outcome(draft)

    def unite(self, values: dict[str, Any], given: Mapping[int, Mapping[str, Any]], taken: Mapping[str, int]) -> None:
        """What goes with a stage comes from the deal whose stage is taken."""
        if source := given.get(taken.get("stage", 0)):
            values.update({key: source[key] for key in _WITH_STAGE if key in values and key in source})

    def derive(self, draft: Draft) -> tuple[str, ...]:
        deal, names = draft.instance, []
        if {"amount", "probability"} & draft.values.keys():
            deal.weighted_minor = weighted(deal.amount_minor, deal.probability)
            names.append("weighted_minor")
        if "stage_at" in draft.values:
            deal.place = -deal.stage_at.timestamp()  # what came last stands on top
            names.append("place")
        return tuple(names)

    def belongs_to(self, draft: Draft) -> tuple[int, ...]:
        deal = draft.instance
        return tuple(pk for pk in (deal.company_id, deal.person_id) if pk)

    def stored(self, drafts: Sequence[Draft]) -> None:
        since = {
            draft.instance.pk: draft.instance.stage_at.date()
            for draft in drafts
            if draft.is_new and draft.instance.status != OPEN
        }
        told = [draft.instance for draft in drafts if history.TOLD & draft.values.keys() or draft.is_new]
        history.note_states(told, since)
        lifecycle.refresh(self._people(drafts))
        lines.tell(self.actor, self.act, drafts)
        moved = [draft for draft in drafts if "stage" in draft.values]
        if not moved or self.act is None:
            return
        if self._takes_back:
            ids = [draft.instance.pk for draft in moved]
            StageChange.objects.filter(deal_id__in=ids, act_id=self._takes_back).delete()
            return
        rows.insert(StageChange, _CHANGE, [self._change(draft) for draft in moved])
        facts = [fact for draft in moved if (fact := self._fact(draft))]
        emit(self.actor, self.act, facts)

    def living(self, instances: Sequence[Any], *, live: bool) -> None:
        for deal in instances:
            deal.live = live
        history.note_states(instances)
        lifecycle.refresh({deal.person_id for deal in instances if deal.person_id})

    # ---------------------------------------------------------------- pieces
    @staticmethod
    def _people(drafts: Sequence[Draft]) -> set[int]:
        """Whose lifecycle may be another now: of deals that begin, end or change hands."""
        touched = [draft for draft in drafts if {"status", "person", "closed_on"} & draft.values.keys()]
        before = {draft.before.get("person") for draft in touched}
        return {pk for pk in (*before, *(draft.instance.person_id for draft in touched)) if pk}

    @property
    def _goes_back(self) -> int:
        """The act that is being undone, 0 for none."""
        return (self.act.undoes_id or 0) if self.act else 0

    @property
    def _takes_back(self) -> int:
        """The same, where its moves are to be as if they had not been; 0 where an undo is undone, which makes them."""
        depth, act = 0, self.act
        while act is not None and act.undoes_id:
            depth, act = depth + 1, act.undoes
        return self._goes_back if depth % 2 else 0

    @staticmethod
    def _enters(draft: Draft) -> bool:
        return draft.is_new or draft.values["stage"] != draft.instance.stage

    def _enter(self, draft: Draft, stage: StageInfo) -> None:
        """What follows from entering a stage: pipeline, status, when it was closed, and since when it is there."""
        values, deal = draft.values, draft.instance
        values["pipeline"], values["status"] = stage.pipeline, stage.kind
        if stage.kind != OPEN and not values.get("closed_on") and (draft.is_new or deal.status == OPEN):
            values["closed_on"] = clock.today(self.locale.time_zone)
        values["stage_at"] = self._since(draft)

    @staticmethod
    def _settle_outcome(draft: Draft, stage: StageInfo) -> None:
        """Where the stage is given, it says what of an end can be told beside it."""
        if stage.kind == OPEN:
            draft.values["closed_on"] = None
        if stage.kind != LOST:
            draft.values["lost_reason"] = ""

    def _since(self, draft: Draft) -> datetime.datetime:
        """Since when the deal is in the stage that it enters: now, unless it comes from elsewhere and was there before.
        One that was closed on an earlier day is in its last stage since noon (UTC) of that day.
        """
        closed: datetime.date | None = draft.values.get("closed_on")
        if draft.is_new and draft.instance.stage_at is not None:
            return cast(datetime.datetime, draft.instance.stage_at)
        if draft.is_new and closed is not None and closed < clock.today(self.locale.time_zone):
            return min(datetime.datetime.combine(closed, NOON, datetime.UTC), clock.now())
        return clock.now()

    def _settle_probability(self, draft: Draft, stage: StageInfo | None) -> None:
        """The probability is that of the stage, unless the deal is open and somebody set another one by hand. A form
        that sends back what it was given out with sets nothing.
        """
        values, deal = draft.values, draft.instance
        if stage is None or not {"stage", "probability"} & values.keys():
            return
        given = values.get("probability")
        before = None if draft.is_new else reading.current().stages.get(deal.stage)
        is_given = given is not None and (draft.is_new or given != deal.probability)
        is_emptied = "probability" in values and given is None
        is_own = before is not None and deal.probability not in (None, before.probability) and not is_emptied
        if stage.kind != OPEN or not (is_given or is_own):
            values["probability"] = Decimal(stage.probability)

    def _stand_again(self, drafts: Sequence[Draft]) -> None:
        """A move that is undone has not been: the deal is in its stage since it came there. One query."""
        ids = [draft.instance.pk for draft in drafts]
        others = StageChange.objects.filter(deal_id__in=ids).exclude(act_id=self._takes_back)
        since = dict(others.order_by("at").values_list("deal_id", "at"))
        for draft in drafts:
            draft.values["stage_at"] = since.get(draft.instance.pk, draft.instance.created_at)

    def _check_move(self, draft: Draft, pipelines: Pipelines) -> None:
        stage = pipelines.stages.get(draft.values["stage"])
        before = None if draft.is_new else pipelines.stages.get(draft.before.get("stage", ""))
        if stage is None:
            return
        if stage.is_archived or pipelines.by_key[stage.pipeline].is_archived:
            draft.refuse("stage", _("“%(stage)s” is archived. Choose another stage.") % {"stage": stage.name})
        ways = before.leads_to if before and not before.is_archived and before.pipeline == stage.pipeline else ()
        if before and ways and stage.key not in ways:
            names = ", ".join(str(pipelines.stages[key].name) for key in ways if key in pipelines.stages)
            sentence = _("From “%(stage)s” a deal goes to: %(names)s.")
            draft.refuse("stage", sentence % {"stage": before.name, "names": names})
        if before and before.kind != OPEN and stage.kind != OPEN:
            draft.refuse("stage", _("This deal is closed. Reopen it first."))
        lines.hold_up(draft, stage)
        required = (*stage.required, "lost_reason") if stage.kind == LOST else stage.required
        for key in dict.fromkeys(required):
            field = self.spec.by_key.get(key)
            value = (
                None if field is None else draft.values.get(key, None if draft.is_new else field.get(draft.instance))
            )
            if field is not None and field.is_empty(value):
                sentence = _("“%(stage)s” needs %(field)s.")
                draft.refuse(key, sentence % {"stage": stage.name, "field": field.label})

    def _check_outcome(self, draft: Draft) -> None:
        """What is told of the end of a deal goes with its status, also where only that is changed."""
        deal, values = draft.instance, draft.values
        closed_on, reason = values.get("closed_on", deal.closed_on), values.get("lost_reason", deal.lost_reason)
        if "closed_on" in values and deal.status == OPEN and closed_on:
            draft.refuse("closed_on", _("This deal is open. It gets this day when it is won or lost."))
        if "closed_on" in values and deal.status != OPEN and not closed_on:
            draft.refuse("closed_on", _("This deal is closed. Enter the day on which it was, or reopen it."))
        if "lost_reason" in values and deal.status != LOST and reason:
            draft.refuse("lost_reason", _("Only a lost deal has a reason. Move it to “Lost” first."))
        if "lost_reason" in values and deal.status == LOST and not reason:
            draft.refuse("lost_reason", _("This deal is lost. Say why, or reopen it."))

    def _change(self, draft: Draft) -> tuple[Any, ...]:
        deal, before = draft.instance, draft.before
        since: datetime.datetime | None = before.get("stage_at")
        seconds = int((deal.stage_at - since).total_seconds()) if since else 0
        act = self.act.pk if self.act else None
        return (deal.pk, act, self.actor.user_id, deal.stage_at, before.get("stage") or "", deal.stage,
                max(seconds, 0), deal.amount_minor, deal.amount_currency, deal.closes_on)  # fmt: skip

    def _fact(self, draft: Draft) -> Fact | None:
        """The event that tells the move. A deal that is made open is told by being made."""
        stage, deal = reading.current().stages[draft.values["stage"]], draft.instance
        kind = _EVENTS.get(stage.kind, "")
        if not kind and draft.is_new:
            return None
        if not kind:
            kind = "deal.reopened" if draft.before.get("status") in _EVENTS else "deal.moved"
        return Fact(kind, deal.pk, others=self.belongs_to(draft), data={"name": str(stage.name), "stage": stage.key})


def weighted(minor: int | None, probability: Decimal | None) -> int | None:
    """An amount in minor units times a probability in percent, rounded half up to whole minor units."""
    if minor is None or probability is None:
        return None
    return int((Decimal(minor) * probability / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
