"""Whose a lead is: rules in their order, and in each the colleagues in turn. Every decision says why.

A decision is stored as it was made, in numbers and keys: ``{"rules": [[rule, part that did not fit or ""]],
"people": [[user, why]], "owner": user}``; ``telling`` puts it into words. Nothing is decided by chance.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.objects import registry, saving
from rapport.core.records import rows
from rapport.core.records.among import among
from rapport.lib import clock
from rapport.lib.countries import country_code
from rapport.lib.text import fold
from rapport.sales.leads import rules
from rapport.sales.leads.models import OPEN, Absence, Lead, Route, RouteMember

PARTS = ("country", "postcode", "size", "source", "product")
# Why somebody takes a lead, or does not.
NEXT, LATER, AWAY, FULL, LEFT, FALLBACK = "next", "later", "away", "full", "left", "fallback"
_PART = 500  # leads that are given out in one act
_TOLD = 20  # leads at most, of which their new owners are told


@dataclass(frozen=True)
class Facts:
    """What rules look at: a country by its code, the key of a size, texts as they are written."""

    country: str = ""
    postcode: str = ""
    size: str = ""
    source: str = ""
    product: str = ""


@dataclass
class Decision:
    """Which rules were asked and what of them did not fit, who was considered and why (not), and whose it is."""

    rules: list[list[Any]] = field(default_factory=list)
    people: list[list[Any]] = field(default_factory=list)
    owner: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"rules": self.rules, "people": self.people, "owner": self.owner}


class Desk:
    """The rules and everybody's load at one moment; what it decides counts for what it decides next.

    ``locks``: nobody else gives leads out until the transaction ends. Five queries.
    """

    def __init__(self, *, locks: bool) -> None:
        turns = RouteMember.objects.select_related("user")
        members = list(turns.select_for_update(of=("self",)) if locks else turns)
        self.routes = list(Route.objects.all())
        self.members: dict[int, list[RouteMember]] = {route.pk: [] for route in self.routes}
        for member in members:
            self.members[member.route_id].append(member)
        today = clock.today(workspace.current().time_zone)
        self.away = set(
            Absence.objects.filter(first_day__lte=today, last_day__gte=today).values_list("user_id", flat=True)
        )
        self.load = _load({member.user_id for member in members}, Q(routed_at__isnull=False))
        fallback = rules.current().fallback
        self.fallback = fallback if fallback and fallback.is_active else None
        self._turn = max((member.turn for member in members), default=0)
        self.moved: dict[int, RouteMember] = {}

    @property
    def is_open(self) -> bool:
        """Whether there is any rule at all: else leads stay with whoever made them."""
        return bool(self.routes) or self.fallback is not None

    def decide(self, facts: Facts) -> Decision:
        """Whose a lead is, and why."""
        made = Decision()
        for route in self.routes:
            unfit = misfit(route, facts)
            made.rules.append([route.pk, unfit])
            if not unfit and self._choose(route, made):
                return made
        if self.fallback is not None:
            made.people.append([self.fallback.pk, FALLBACK])
            made.owner = self.fallback.pk
        return made

    def _choose(self, route: Route, made: Decision) -> bool:
        """The first in turn who can take one more; all others with the reason why not."""
        chosen = None
        for member in sorted(self.members[route.pk], key=lambda member: (member.turn, member.pk)):
            why = self._barred(member) or (LATER if chosen else NEXT)
            made.people.append([member.user_id, why])
            if why == NEXT:
                chosen = member
        if chosen is None:
            return False
        self._turn += 1
        chosen.turn = self._turn
        self.load[chosen.user_id] += 1
        self.moved[chosen.pk] = chosen
        made.owner = chosen.user_id
        return True

    def _barred(self, member: RouteMember) -> str:
        if not member.user.is_active:
            return LEFT
        if member.user_id in self.away:
            return AWAY
        return FULL if member.capacity is not None and self.load[member.user_id] >= member.capacity else ""


def misfit(route: Route, facts: Facts) -> str:
    """The first part of a rule that a lead does not fit, "" where it fits all."""
    fits = {
        "country": not route.countries or facts.country in route.countries,
        "postcode": not route.postcodes or any(_lies(facts.postcode, low, high) for low, high in route.postcodes),
        "size": not route.sizes or facts.size in route.sizes,
        "source": not route.sources or _says(facts.source, route.sources),
        "product": not route.products or _says(facts.product, route.products),
    }
    return next((part for part in PARTS if not fits[part]), "")


def facts_of(ids: Collection[int]) -> dict[int, Facts]:
    """What rules look at, of some leads: the person's address, else the company's. One query."""
    columns = [f"{who}__address_{part}" for part in ("country", "postcode") for who in ("person", "company")]
    leads = Lead.objects.filter(among("pk", ids))
    found = {}
    for row in leads.values_list("pk", "source", "product", "company__size", *columns):
        pk, source, product, size, country, other_country, postcode, other_postcode = row
        found[pk] = Facts(
            country_code(country or other_country or ""), postcode or other_postcode or "", size or "", source, product
        )
    return found


def route(house: Actor, ids: Collection[int], *, again: bool = False, act: Act | None = None) -> int:
    """Gives out those of some leads that are still with whoever made them (``again``: whoever has them); how many."""
    done = 0
    ordered = sorted(ids)
    for start in range(0, len(ordered), _PART):
        done += _route(house, ordered[start : start + _PART], again=again, joined=act)
    return done


def _route(house: Actor, ids: Sequence[int], *, again: bool, joined: Act | None) -> int:
    if not Route.objects.exists() and rules.current().fallback_id is None:
        leave(ids)
        return 0
    # Of many at once nobody is told one by one.
    with acting(house, "lead.route" if len(ids) <= _TOLD else "bulk.route", act=joined) as act:
        waiting = Lead.objects.filter(among("pk", ids), live=True, status__in=OPEN)
        if not again:
            waiting = waiting.filter(routed_at=None)
        owners = dict(waiting.order_by("pk").values_list("pk", "owner_id"))
        desk, facts = Desk(locks=True), facts_of(owners)
        made = {pk: desk.decide(facts[pk]) for pk in owners} if desk.is_open else {}
        made = {pk: decision for pk, decision in made.items() if decision.owner is not None}
        teams = dict(User.objects.filter(pk__in={one.owner for one in made.values()}).values_list("pk", "team_id"))
        given = [(pk, None, {"owner": one.owner, "team": teams[one.owner]}) for pk, one in made.items() if one.owner]
        saving.update_many(house, registry.get("lead"), given, act=act)
        _note(made, desk)
        leave([pk for pk in owners if pk not in made])
        if not made and joined is None:
            act.delete()
    return len(made)


def _note(made: Mapping[int, Decision], desk: Desk) -> None:
    now = clock.now()
    told = [(decision.to_json(), now, pk) for pk, decision in made.items()]
    rows.update(Lead, ("routing", "routed_at"), told, where=("record_id",))
    RouteMember.objects.bulk_update(desk.moved.values(), ["turn"])


def leave(ids: Collection[int]) -> None:
    """Notes that some leads stay with whom they are."""
    Lead.objects.filter(among("pk", ids), routed_at=None).update(routed_at=clock.now())


def stranded() -> list[tuple[User, int]]:
    """Colleagues who are switched off and still have open leads, with how many. Two queries."""
    users = User.objects.filter(is_active=False)
    counts = _load({user.pk for user in users}, Q())
    return [(user, counts[user.pk]) for user in users if counts[user.pk]]


def reroute(house: Actor, user_id: int) -> int:
    """Gives the open leads of somebody out anew; how many found somebody."""
    mine = Lead.objects.filter(owner_id=user_id, live=True, status__in=OPEN)
    return route(house, list(mine.values_list("pk", flat=True)), again=True)


# -------------------------------------------------------------------- pieces
def _load(users: Collection[int], which: Q) -> Counter[int]:
    """How many open leads each of some users has. Those that wait to be given out are nobody's load yet."""
    open_ones = Lead.objects.filter(which, live=True, status__in=OPEN, owner_id__in=users).order_by()
    return Counter({pk: count for pk, count in open_ones.values_list("owner_id").annotate(count=Count("pk")) if pk})


def _lies(postcode: str, low: str, high: str) -> bool:
    """Whether a postcode begins between two beginnings: 79 lies from “7” to “80”."""
    plain = "".join(postcode.upper().split())
    return bool(plain) and plain[: len(low)] >= low and plain[: len(high)] <= high


def _says(text: str, words: Sequence[str]) -> bool:
    plain = fold(text)
    return any(fold(word) in plain for word in words)
