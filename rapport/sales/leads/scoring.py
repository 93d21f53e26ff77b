"""How promising leads are: points by rules, each with its reason, worth less as time goes by.

Rules are asked as the query language asks lists: one query for each rule and batch, whatever the number of leads.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from rapport.accounts.actor import Actor
from rapport.activities.models import ActivityLink, Call, Meeting, Note, Task
from rapport.core.access.visible import compile_trusted
from rapport.core.definitions.speaking import spoken
from rapport.core.errors import BadQuery
from rapport.core.objects import registry
from rapport.core.records import rows
from rapport.core.records.among import among
from rapport.lib import clock
from rapport.sales.leads import rules as settings
from rapport.sales.leads.models import COLD, HOT, OPEN, WARM, Lead, LeadRules, ScoreRule

BATCH = 1_000  # leads that are scored at once
Kind = tuple[Any, str, Q]  # the table, the column that says when it was, and what must hold


def _kinds() -> Mapping[str, Kind]:
    """Activities that rules may count."""
    return {
        "connected": (Call, "happened_at", Q(outcome="connected")),
        "call": (Call, "happened_at", Q()),
        "meeting": (Meeting, "began_at", Q()),
        "task": (Task, "done_at", Q()),
        "note": (Note, "created_at", Q()),
    }


COUNTED = ("connected", "call", "meeting", "task", "note")


@dataclass
class Score:
    """Points in all, and what each rule gave: ``[number of the rule, points]``, the largest first."""

    points: int = 0
    reasons: list[list[int]] = field(default_factory=list)

    def add(self, rule: ScoreRule, points: float) -> None:
        """Notes what a rule gives; nothing for less than half a point."""
        if whole := round(points):
            self.points += whole
            self.reasons.append([rule.pk, whole])


def active_rules() -> list[ScoreRule]:
    """The rules that count, in their order."""
    return list(ScoreRule.objects.filter(is_active=True))


def scores(ids: Sequence[int], score_rules: Iterable[ScoreRule], now: datetime.datetime) -> dict[int, Score]:
    """What the rules say of some leads. A query for the leads, one for each condition, one for each kind counted."""
    facts = {pk: (made, person) for pk, made, person in _leads(ids).values_list("pk", "created_at", "person_id")}
    found = {pk: Score() for pk in facts}
    told: dict[str, Mapping[int, list[datetime.datetime]]] = {}
    for rule in score_rules:
        hits = _hits(rule, ids)
        if rule.counts and rule.counts not in told:
            told[rule.counts] = _moments(rule.counts, {pk: person for pk, (_made, person) in facts.items()})
        for pk in hits & facts.keys():
            since = told[rule.counts].get(pk, ()) if rule.counts else (facts[pk][0],)
            found[pk].add(rule, capped(rule, sum(rule.points * worth(rule, now - at) for at in since)))
    for score in found.values():
        score.reasons.sort(key=lambda reason: -abs(reason[1]))
    return found


def worth(rule: ScoreRule, age: datetime.timedelta) -> float:
    """How much of its points a rule still gives: half after its half-life, a quarter after twice that."""
    if not rule.half_life:
        return 1.0
    days = max(age.total_seconds(), 0) / 86_400
    return float(0.5 ** (days / rule.half_life))


def capped(rule: ScoreRule, points: float) -> float:
    """At most the cap, in either direction."""
    return points if rule.cap is None else max(-rule.cap, min(points, rule.cap))


def warmth(points: int, limits: LeadRules) -> str:
    """Cold, warm or hot."""
    if points >= limits.hot_from:
        return HOT
    return WARM if points >= limits.warm_from else COLD


def store(ids: Collection[int]) -> int:
    """Scores these leads and stores what became different; how many did. Nothing is told: it follows from the rules."""
    limits, score_rules, now = settings.current(), active_rules(), clock.now()
    changed = 0
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        part = ordered[start : start + BATCH]
        found = scores(part, score_rules, now)
        stored = {pk: (points, reasons, warm) for pk, points, reasons, warm in
                  _leads(part).values_list("pk", "score", "score_reasons", "warmth")}  # fmt: skip
        wanted = {pk: (one.points, one.reasons, warmth(one.points, limits)) for pk, one in found.items()}
        different = [(*wanted[pk], pk) for pk in wanted if wanted[pk] != stored.get(pk)]
        rows.update(Lead, ("score", "score_reasons", "warmth"), different, where=("record_id",))
        changed += len(different)
    return changed


def store_all(progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Scores all open leads, batch by batch; how many there were."""
    place = done = 0
    open_ones = Lead.objects.filter(live=True, status__in=OPEN).order_by("pk").values_list("pk", flat=True)
    while ids := list(open_ones.filter(pk__gt=place)[:BATCH]):
        store(ids)
        place, done = ids[-1], done + len(ids)
        progress(done, 0)
    return done


def names() -> dict[int, Any]:
    """What rules are called, by number, in the reader's language. One query."""
    return {rule.pk: spoken(rule.name, rule.names) for rule in ScoreRule.objects.all()}


# -------------------------------------------------------------------- pieces
def _leads(ids: Collection[int]) -> QuerySet[Lead]:
    return Lead.objects.filter(among("pk", ids))


def _hits(rule: ScoreRule, ids: Collection[int]) -> set[int]:
    """The leads for which the condition of a rule holds; none where it cannot be read any more."""
    if rule.condition in ({}, {"all": []}):
        return set(ids)
    try:
        condition = compile_trusted(Actor.system(), registry.get("lead"), rule.condition)
    except BadQuery:
        return set()
    return set(_leads(ids).filter(condition).values_list("pk", flat=True))


def _moments(counts: str, people: Mapping[int, int | None]) -> dict[int, list[datetime.datetime]]:
    """When each activity of a kind was, by lead: those about the lead, and those about its person. Two queries."""
    model, column, condition = _kinds()[counts]
    leads_of: dict[int, list[int]] = defaultdict(list)
    for lead, person in people.items():
        leads_of[lead].append(lead)
        if person:
            leads_of[person].append(lead)
    about = ActivityLink.objects.filter(among("record_id", list(leads_of)))
    links = list(about.values_list("activity_id", "record_id"))
    held = model._default_manager.filter(condition, among("pk", [one for one, _record in links]), live=True)
    at = dict(held.filter(**{f"{column}__isnull": False}).values_list("pk", column))
    seen: set[tuple[int, int]] = set()
    found: dict[int, list[datetime.datetime]] = defaultdict(list)
    for activity, record in links:
        for lead in leads_of[record] if activity in at else ():
            if (activity, lead) not in seen:
                seen.add((activity, lead))
                found[lead].append(at[activity])
    return found
