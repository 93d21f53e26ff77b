"""The sums of a board: for each stage how many deals, what they are worth, and how their next steps stand. Read from
one index, without a row being looked at where nothing is filtered.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, QuerySet, Sum, When

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import EVERYTHING
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.access.visible import asked_alike, visible_to
from rapport.core.fields import Locale
from rapport.core.fields.money import Amount
from rapport.core.money_rates.adding import Rate, add
from rapport.core.objects import registry
from rapport.lib.money import format_amount
from rapport.lib.prepared import hole, moment
from rapport.sales.deals.step_words import NONE, OVERDUE, PLANNED, TODAY, Clocks
from rapport.sales.pipelines.models import WON


@dataclass
class StageSum:
    """One stage, or all: ``amounts`` and ``weighted`` have one amount for each currency; ``steps`` counts deals by how
    their next step stands.
    """

    count: int = 0
    amounts: list[Amount] = field(default_factory=list)
    weighted: list[Amount] = field(default_factory=list)
    steps: dict[str, int] = field(default_factory=lambda: dict.fromkeys((OVERDUE, NONE, TODAY, PLANNED), 0))


def stage_sums(actor: Actor, query: ListQuery, stages: Sequence[str], clocks: Clocks) -> dict[str, StageSum]:
    """The figures of some stages (keys), of the deals that a list finds there. Three queries: what is late, due today
    or without a step is counted in an index of its own, as these are few among many.
    """
    found: dict[str, StageSum] = {key: StageSum() for key in stages}
    summed, urgent, bare = _asked(actor, query, stages, clocks)
    for key, currency, count, amount, weighted in summed:
        one = found[key]
        one.count += count
        if amount is not None:
            one.amounts.append(Amount(int(amount), currency))
            one.weighted.append(Amount(int(weighted or 0), currency))
    for key, soon, late in urgent:
        found[key].steps[OVERDUE], found[key].steps[TODAY] = late, soon - late
    for key, count in bare:
        found[key].steps[NONE] = count
    for one in found.values():
        one.steps[PLANNED] = one.count - sum(one.steps.values())
    return found


def _asked(actor: Actor, query: ListQuery, stages: Sequence[str], clocks: Clocks) -> list[list[Any]]:
    """What the three questions find. Their SQL is kept where the list is not narrowed."""
    spec = registry.get("deal")
    if query.condition == EVERYTHING and not query.find.strip():
        name = ("board", *stages)

        def rows() -> QuerySet[Any]:
            return visible_to(actor, spec).filter(stage__in=stages).order_by()

        return [
            asked_alike(actor, (*name, "sums"), lambda: _summed(rows()))(),
            asked_alike(actor, (*name, "urgent"), lambda: _urgent(rows(), hole("now"), hole("end")))(
                now=moment(clocks.now), end=moment(clocks.end)
            ),
            asked_alike(actor, (*name, "bare"), lambda: _bare(rows()))(),
        ]
    narrowed = rows_matching(actor, spec, query).filter(stage__in=stages).order_by()
    return [list(_summed(narrowed)), list(_urgent(narrowed, clocks.now, clocks.end)), list(_bare(narrowed))]


def _summed(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    grouped = rows.values("stage", "amount_currency")
    told = grouped.annotate(n=Count("*"), worth=Sum("amount_minor"), weight=Sum("weighted_minor"))
    return told.values_list("stage", "amount_currency", "n", "worth", "weight")


def _urgent(rows: QuerySet[Any], now: Any, end: Any) -> QuerySet[Any, Any]:
    late = Count(Case(When(next_step_by__lte=now, then=1)))
    grouped = rows.filter(next_step_by__lte=end).values("stage").annotate(n=Count("*"), late=late)
    return grouped.values_list("stage", "n", "late")


def _bare(rows: QuerySet[Any]) -> QuerySet[Any, Any]:
    return rows.filter(next_step_by=None).values("stage").annotate(n=Count("*")).values_list("stage", "n")


def won_since(actor: Actor, query: ListQuery, pipeline: str, day: datetime.date) -> list[Amount]:
    """What was won since a day in a pipeline, of what a list finds: an amount for each currency. One query."""
    spec = registry.get("deal")
    rows = rows_matching(actor, spec, query).filter(status=WON, closed_on__gte=day, pipeline=pipeline).order_by()
    lines = rows.values("amount_currency").annotate(worth=Sum("amount_minor")).values_list("amount_currency", "worth")
    return [Amount(int(worth), currency) for currency, worth in lines if worth is not None]


@dataclass(frozen=True)
class Told:
    """A sum in words: ``text``, and in ``note`` how it came about, where money was converted or could not be."""

    text: str
    note: str = ""


def in_words(amounts: Iterable[Amount], rates: dict[str, Rate], locale: Locale, currency: str) -> Told:
    """Amounts added up. Where a rate is missing each currency stands by itself: nothing is added that cannot be."""
    some = list(amounts)
    if not some:
        return Told(format_amount(0, currency, locale.language, is_brief=True))
    by_currency: dict[str, int] = {}
    for one in some:
        by_currency[one.currency] = by_currency.get(one.currency, 0) + one.minor
    some = [Amount(minor, code) for code, minor in sorted(by_currency.items())]
    each = " · ".join(_text(one, locale) for one in some)
    added = add(some, rates)
    if added.total is None:
        return Told(each)
    if not added.used:
        return Told(_text(added.total, locale))
    return Told(f"≈ {_text(added.total, locale)}", " · ".join((each, *(rate.words(locale) for rate in added.used))))


def _text(amount: Amount, locale: Locale) -> str:
    return format_amount(amount.minor, amount.currency, locale.language, is_brief=True)
