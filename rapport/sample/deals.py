"""The deals of a sample: about one for four people, won and lost over 18 months, the open ones of the last weeks with
what comes next. Saved as everything is, each step at its time, so that their history is whole.
"""

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.tasks.actions import TaskInput, add_task
from rapport.activities.tasks.due import Due
from rapport.core.errors import Invalid
from rapport.core.events.models import Act, Event
from rapport.core.fields.money import Amount
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.people.models import Company, Person
from rapport.sales.deals.actions import move_deal
from rapport.sales.pipelines import reading
from rapport.sales.pipelines.models import LOST, WON
from rapport.sales.pipelines.reading import PipelineInfo
from rapport.sample.deal_words import DealWords, speaking
from rapport.sample.staff import Colleague

SEED = 20260403
LEAST = 100  # a sample of fewer people has no deals
PEOPLE = 4  # for each deal
OPEN_SHARE = 0.4
WON_SHARE = 0.55  # of those that are closed
MONTHS_DAYS = 540
BY_BOSS = 5  # so many of the open deals belong to whoever looks at the sample first
# When what comes next is due, in days from today: None for deals without a next step.
STEPS = (2, -3, 0, 1, None, 5, 1, None, 8, -1, 3, None, 0, 6)
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class _Buyer:
    """A customer: a company with somebody who is asked there, or a person alone."""

    company: int | None
    person: int | None
    owner: int | None


def write(act: Act, colleagues: Sequence[Colleague], people: int, language: str, trade: str) -> dict[str, int]:
    """Saves them under the act of the sample; how many deals there are, and tasks and meetings about them."""
    count = people // PEOPLE if people >= LEAST else 0
    buyers = _buyers(act) if count else []
    if not buyers:
        return {}
    maker = _Maker(act, colleagues, speaking(trade, language))
    for number in range(count):
        maker.make(number, buyers[number % len(buyers)], is_open=number < count * OPEN_SHARE)
    return {"deals": count, **maker.planned}


def _buyers(act: Act) -> list[_Buyer]:
    """The customers that the sample itself made, companies first."""
    loaded = Event.objects.filter(act=act).values("subject_id")
    contacts = Person.objects.filter(live=True, pk__in=loaded).order_by("title_key")
    at: dict[int | None, int] = {}
    alone: list[_Buyer] = []
    for pk, company, owner in contacts.values_list("pk", "company_id", "owner_id"):
        if company is None:
            alone.append(_Buyer(None, pk, owner))
        at.setdefault(company, pk)
    companies = Company.objects.filter(live=True, pk__in=loaded).order_by("title_key").values_list("pk", "owner_id")
    return [*(_Buyer(pk, at.get(pk), owner) for pk, owner in companies), *alone]


class _Maker:
    def __init__(self, act: Act, colleagues: Sequence[Colleague], words: DealWords) -> None:
        self.act, self.words = act, words
        self.planned = {"tasks": 0, "meetings": 0}
        self.rng = random.Random(SEED)  # noqa: S311 - a sample must be the same every time, not hard to guess
        self.pipeline: PipelineInfo = reading.current().first
        self.currency = workspace.current().currency
        self.actors = {one.user_id: one.actor() for one in colleagues}
        self.some = list(self.actors.values())
        bosses = User.objects.filter(is_active=True, role__is_admin=True).exclude(pk__in=list(self.actors))
        first = bosses.select_related("role", "team").order_by("pk").first()
        self.boss = Actor.of(first) if first else None

    def make(self, number: int, buyer: _Buyer, *, is_open: bool) -> None:
        """One deal from its first day to where it stands."""
        actor = self.actors.get(buyer.owner or 0) or self.some[number % len(self.some)]
        if is_open and self.boss is not None and number % BY_BOSS == 0:
            actor = self.boss
        stages = self.pipeline.open
        reached = self.rng.choices(range(len(stages)), [5, 4, 4, 3, 2, *[1] * len(stages)][: len(stages)])[0]
        ended = 0 if is_open else self.rng.randint(2, MONTHS_DAYS - 60)  # days ago
        began = ended + (reached + 1) * self.rng.randint(3, 16) + self.rng.randint(1, 6)
        with clock.as_of(self._at(began)):
            deal = self._create(actor, buyer, began, is_open=is_open)
        for step in range(1, reached + 1):
            with clock.as_of(self._at(began - (began - ended) * step / (reached + 1))):
                move_deal(actor, deal, stages[step].key, act=self.act)
        if is_open:
            self._plan(actor, deal, buyer, number)
        else:
            self._end(actor, deal, ended)

    def _create(self, actor: Actor, buyer: _Buyer, began: int, *, is_open: bool) -> int:
        name, low, high = self.rng.choice(self.words.offers)
        amount = round(self.rng.triangular(low, high, low + (high - low) / 3), -2) or low
        closes = clock.today(actor.time_zone) + _DAY * (began + self.rng.randint(6, 75) if is_open else 30)
        values: dict[str, Any] = {
            "name": name.format(count=self.rng.randint(5, 80)),
            "company": buyer.company,
            "person": buyer.person,
            "amount": Amount(int(amount) * 100, self.currency),
            "closes_on": closes,
            "source": self.rng.choice(self.words.sources),
            "category": self.rng.choice(("", "likely", "committed", "upside")) if is_open else "",
            "owner": actor.user_id,
            "team": actor.team_id,
        }
        (draft,) = saving.create_many(actor, registry.get("deal"), [values], act=self.act)
        if draft.errors:
            raise Invalid(draft.errors)
        return int(draft.instance.pk)

    def _end(self, actor: Actor, deal: int, ended: int) -> None:
        with clock.as_of(self._at(ended)):
            if self.rng.random() < WON_SHARE:
                note = self.rng.choice(self.words.won)
                move_deal(actor, deal, self.pipeline.ending(WON).key, values={"outcome_note": note}, act=self.act)
                return
            reason, note = self.rng.choice(self.words.lost)
            values = {"lost_reason": reason, "outcome_note": note}
            move_deal(actor, deal, self.pipeline.ending(LOST).key, values=values, act=self.act)

    def _plan(self, actor: Actor, deal: int, buyer: _Buyer, number: int) -> None:
        """What comes next: a meeting for every third deal that has something planned, a task for the others."""
        days = STEPS[number % len(STEPS)]
        if days is None:
            return
        day = clock.today(actor.time_zone) + _DAY * days
        hour = self.rng.choice((0, 9, 11, 15))
        at = Due.at_time(day, datetime.time(hour) if hour else None, actor.time_zone)
        with clock.as_of(clock.now() - _DAY * 4):
            if days > 0 and number % 3 == 0:
                self.planned["meetings"] += 1
                self._meet(actor, deal, buyer, at.at or Due.at_time(day, datetime.time(10), actor.time_zone).at)
            else:
                self.planned["tasks"] += 1
                title = self.rng.choice(self.words.steps)
                add_task(actor, TaskInput(title, (deal,), at, owner=actor.user_id), act=self.act)

    def _meet(self, actor: Actor, deal: int, buyer: _Buyer, at: datetime.datetime | None) -> None:
        guests = [{"kind": "person", "id": buyer.person, "answer": ""}] if buyer.person else []
        values = {
            "title": self.rng.choice(self.words.talks), "starts_at": at, "minutes": 45, "about": [deal],
            "attendees": guests, "zone": actor.time_zone, "owner": actor.user_id, "team": actor.team_id,
        }  # fmt: skip
        (draft,) = saving.create_many(actor, registry.get("meeting"), [values], act=self.act)
        if draft.errors:
            raise Invalid(draft.errors)

    @staticmethod
    def _at(days: float) -> datetime.datetime:
        return clock.now() - _DAY * days
