"""Verbs of the settings of leads: score rules, limits, routes, absences. For administrators."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.access.conditions import AllOf, AnyOf, Condition, Term, check_size, from_json, to_json, understand
from rapport.core.access.levels import locale_of
from rapport.core.errors import BadQuery, Invalid, NotFound
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.jobs.queue import enqueue
from rapport.core.objects import registry
from rapport.lib.countries import country_code
from rapport.lib.text import clean_line
from rapport.people.objects import SIZES
from rapport.sales.leads import forgetting, rules, scoring
from rapport.sales.leads.following import KIND
from rapport.sales.leads.models import Absence, LeadRules, Route, RouteMember, ScoreRule
from rapport.workspace.actions.common import demand_administrator

MOST_POINTS = 1_000
MOST_RULES = 60
_POSTCODES = re.compile(r"([0-9A-Za-z ]{1,10})(?:\s*[-–]\s*([0-9A-Za-z ]{1,10}))?")


@dataclass(frozen=True)
class RuleData:
    """A score rule as a form gives it; see ``ScoreRule``."""

    name: str
    points: int
    counts: str = ""
    half_life: int | None = None
    cap: int | None = None
    is_active: bool = False


@dataclass(frozen=True)
class RouteData:
    """A route as a form gives it: texts with commas, and the members with their capacity."""

    name: str
    countries: str = ""
    postcodes: str = ""
    sizes: Sequence[str] = ()
    sources: str = ""
    products: str = ""
    members: Mapping[int, int | None] = field(default_factory=dict)


# -------------------------------------------------------------------- scores
def keep_rule(actor: Actor, rule: ScoreRule | None, data: RuleData) -> ScoreRule:
    """Makes or changes a rule; all open leads are scored anew soon. Invalid with sentences by field."""
    demand_administrator(actor)
    row = rule or ScoreRule(place=ScoreRule.objects.count())
    if rule is None and row.place >= MOST_RULES:
        raise Invalid({"": [_("At most %(most)s rules are possible.") % {"most": MOST_RULES}]})
    name = _name(data.name)
    if not 0 < abs(data.points) <= MOST_POINTS:
        raise Invalid({"points": [_("Give points from −%(most)s to %(most)s, but not 0.") % {"most": MOST_POINTS}]})
    if data.counts and data.counts not in scoring.COUNTED:
        raise Invalid({"counts": [_("Choose what is counted.")]})
    if data.is_active and not data.counts and row.condition in ({}, {"all": []}):
        raise Invalid({"is_active": [_("Add a condition first: without one every lead would get these points.")]})
    if name != row.name:
        row.name, row.names = name, {}
    row.points, row.counts, row.half_life, row.cap = data.points, data.counts, data.half_life, data.cap
    row.is_active = data.is_active
    with _setting(actor, name):
        row.save()
        _score_anew(actor)
    return row


def remove_rule(actor: Actor, rule: ScoreRule) -> None:
    """Takes a rule away."""
    demand_administrator(actor)
    with _setting(actor, rule.name):
        rule.delete()
        _score_anew(actor)


def add_term(actor: Actor, rule: ScoreRule, term: Term) -> None:
    """One more condition. Invalid if it cannot be asked."""
    joint, terms = parts(rule)
    _keep_terms(actor, rule, joint, [*terms, _checked(actor, term)])


def remove_term(actor: Actor, rule: ScoreRule, number: int) -> None:
    """One condition less."""
    joint, terms = parts(rule)
    _keep_terms(actor, rule, joint, [term for place, term in enumerate(terms) if place != number])


def join_terms(actor: Actor, rule: ScoreRule, joint: str) -> None:
    """Whether all conditions must hold, or any."""
    _keep_terms(actor, rule, joint, parts(rule)[1])


def parts(rule: ScoreRule) -> tuple[str, list[Condition]]:
    """“all” or “any”, and the conditions so joined; none where the condition cannot be read."""
    try:
        condition = from_json(rule.condition) if rule.condition else AllOf()
    except BadQuery:
        return "all", []
    if isinstance(condition, Term):
        return "all", [condition]
    return ("any" if isinstance(condition, AnyOf) else "all"), list(condition.parts)


def keep_limits(actor: Actor, warm_from: int, hot_from: int, answer_hours: int) -> LeadRules:
    """From how many points on leads are warm and hot; within how many working hours they are answered."""
    demand_administrator(actor)
    if hot_from <= warm_from:
        raise Invalid({"hot_from": [_("Hot begins above warm.")]})
    if not 0 <= answer_hours <= 200:
        raise Invalid({"answer_hours": [_("Give working hours from 0 (no clock) to 200.")]})
    row = rules.current()
    row.warm_from, row.hot_from, row.answer_hours = warm_from, hot_from, answer_hours
    with _setting(actor, ""):
        row.save()
        _score_anew(actor)
    return row


# -------------------------------------------------------------------- routes
def keep_route(actor: Actor, route: Route | None, data: RouteData) -> Route:
    """Makes or changes a route with its members. Invalid with sentences by field."""
    demand_administrator(actor)
    row = route or Route(place=Route.objects.count())
    row.name = _name(data.name)
    row.countries = _countries(data.countries)
    row.postcodes = _postcodes(data.postcodes)
    row.sizes = [option.key for option in SIZES if option.key in data.sizes]
    row.sources, row.products = _words(data.sources), _words(data.products)
    if not data.members:
        raise Invalid({"members": [_("Choose at least one colleague who takes these leads.")]})
    with _setting(actor, row.name):
        row.save()
        known = {member.user_id: member for member in row.members.all()}
        row.members.exclude(user_id__in=data.members).delete()
        for user, capacity in data.members.items():
            member = known.get(user) or RouteMember(route=row, user_id=user)
            member.capacity = capacity
            member.save()
    return row


def remove_route(actor: Actor, route: Route) -> None:
    """Takes a route away; leads stay with whom they were given to."""
    demand_administrator(actor)
    with _setting(actor, route.name):
        route.delete()


def move_route(actor: Actor, route: Route, step: int) -> None:
    """Asks a route earlier (−1) or later (1)."""
    demand_administrator(actor)
    ordered = list(Route.objects.all())
    here = ordered.index(route)
    there = max(0, min(here + step, len(ordered) - 1))
    ordered.insert(there, ordered.pop(here))
    with _setting(actor, route.name):
        for place, one in enumerate(ordered):
            Route.objects.filter(pk=one.pk).update(place=place)


def keep_fallback(actor: Actor, user: int | None) -> None:
    """Who takes what no route gives out; None: it stays with whoever made it."""
    demand_administrator(actor)
    if user and not User.objects.filter(pk=user, is_active=True).exists():
        raise NotFound(_("There is no such user, or they are switched off."))
    row = rules.current()
    row.fallback_id = user
    with _setting(actor, ""):
        row.save()


def add_absence(actor: Actor, user: int, first: datetime.date | None, last: datetime.date | None) -> None:
    """From the first to the last day somebody takes no new leads."""
    demand_administrator(actor)
    if first is None or last is None or last < first:
        raise Invalid({"last_day": [_("Give the first and the last day, in this order.")]})
    if not User.objects.filter(pk=user).exists():
        raise Invalid({"user": [_("Choose a colleague.")]})
    with _setting(actor, ""):
        Absence.objects.create(user_id=user, first_day=first, last_day=last)


def remove_absence(actor: Actor, number: int) -> None:
    """Somebody is back earlier."""
    demand_administrator(actor)
    with _setting(actor, ""):
        Absence.objects.filter(pk=number).delete()


def allow_again(actor: Actor, email: str) -> None:
    """Somebody who was erased wants to hear from us again. Invalid if nobody with this address was.

    The audit knows who said so, and not whose address it was.
    """
    demand_administrator(actor)
    with _setting(actor, ""):
        forgetting.allow(email)


# -------------------------------------------------------------------- pieces
@contextmanager
def _setting(actor: Actor, name: str) -> Iterator[None]:
    """One transaction, of which the audit knows whose rules were changed."""
    with acting(actor, "workspace.changed", label=name) as act:
        yield
        emit(actor, act, [Fact("workspace.changed", None, data={"leads": name})])


def _score_anew(actor: Actor) -> None:
    enqueue(KIND, {}, actor, unique_key=KIND)


def _keep_terms(actor: Actor, rule: ScoreRule, joint: str, terms: Sequence[Condition]) -> None:
    demand_administrator(actor)
    whole = AnyOf(tuple(terms)) if joint == "any" else AllOf(tuple(terms))
    try:
        check_size(whole)
    except BadQuery as refused:
        raise Invalid({"": [refused.message]}) from refused
    rule.condition = to_json(whole) if terms else {}
    if not terms and not rule.counts:
        rule.is_active = False
    with _setting(actor, rule.name):
        rule.save(update_fields=["condition", "is_active"])
        _score_anew(actor)


def _checked(actor: Actor, term: Term) -> Term:
    try:
        meaning = understand(actor, registry.get("lead"), term.path, term.operator)
        if meaning.operator.takes != "nothing":
            meaning.field.where(meaning.operator, term.value, locale_of(actor))
    except BadQuery as refused:
        raise Invalid({"value": [refused.message]}) from refused
    return term


def _name(text: str) -> str:
    try:
        name = clean_line(text, 80)
    except ValueError as error:
        raise Invalid({"name": [str(error)]}) from error
    if not name:
        raise Invalid({"name": [_("Give it a name.")]})
    return name


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := " ".join(part.split())[:80])][:40]


def _countries(text: str) -> list[str]:
    codes = []
    for word in _words(text):
        if not (code := country_code(word)):
            raise Invalid({"countries": [_("“%(name)s” is no country we know.") % {"name": word}]})
        codes.append(code)
    return list(dict.fromkeys(codes))


def _postcodes(text: str) -> list[list[str]]:
    pairs = []
    for word in _words(text):
        found = _POSTCODES.fullmatch(word)
        if found is None:
            sentence = _("“%(text)s” is no range of postcodes. Write them like 70–79 or 10115.")
            raise Invalid({"postcodes": [sentence % {"text": word}]})
        low = "".join(found[1].upper().split())
        high = "".join((found[2] or found[1]).upper().split())
        if high[: len(low)] < low[: len(high)]:
            raise Invalid({"postcodes": [_("“%(text)s” is the wrong way round.") % {"text": word}]})
        pairs.append([low, high])
    return pairs
