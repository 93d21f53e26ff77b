"""The board of deals: a column for each open stage of a pipeline, cards in the order in which people put them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.access.conditions import EVERYTHING
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.access.visible import asked_alike, condition_for, seen_among, titles_seen, visible_to
from rapport.core.money_rates.adding import all_rates
from rapport.core.objects import registry
from rapport.lib import clock
from rapport.lib.date_words import month_words
from rapport.lib.prepared import hole
from rapport.sales.deals.board_cards import DealCard, cards
from rapport.sales.deals.board_figures import StageSum, Told, in_words, stage_sums, won_since
from rapport.sales.deals.models import Deal
from rapport.sales.deals.step_seen import StepsSeen
from rapport.sales.deals.step_words import NONE, OVERDUE, PLANNED, TODAY, Clocks
from rapport.sales.pipelines import reading
from rapport.sales.pipelines.models import LOST, OPEN, WON
from rapport.sales.pipelines.reading import PipelineInfo, StageInfo
from rapport.ui.own_boards import OwnBoard
from rapport.ui.screens.asking import Pairs, address, ask, without

CARDS = 40  # of one column; the others come when they are asked for
_SHOWN = ("show", "by", "sum", "pipeline")
_COLUMNS = ("record_id", "title", "company_id", "person_id", "amount_minor", "amount_currency",
            "next_step", "next_step_kind", "next_step_at", "next_step_by",
            "stage_at", "last_activity_at", "owner__name")  # fmt: skip


def own_board() -> OwnBoard:
    """The board as lists of deals show it."""
    return OwnBoard(
        "deal",
        "stage",
        "deals/board.html",
        draw,
        head="deals/pipelines.html",
        totals="deals/totals.html",
        is_usual=True,
    )


def draw(actor: Actor, pairs: Pairs) -> dict[str, Any]:
    """What the template needs for the query of an address, which may name a ``pipeline``."""
    spec, clocks = registry.get("deal"), Clocks.of(actor)
    query, pipeline = asked(actor, pairs), pipeline_of(pairs)
    inside = urlencode(pairs)
    every = [stage for stage in pipeline.stages if stage.kind == OPEN]
    sums = stage_sums(actor, query, [stage.key for stage in every], clocks)
    shown = [stage for stage in every if not stage.is_archived or sums[stage.key].count]
    found = {stage.key: _deals(actor, query, stage.key) for stage in shown}
    drawer = Drawer(actor, [row for rows in found.values() for row in rows[:CARDS]])
    teller = _Teller(actor)
    rates = all_rates()
    columns = []
    for stage in shown:
        rows, one = found[stage.key], sums[stage.key]
        columns.append({
            "stage": stage,
            "sum": one,
            "worth": teller.told(one.amounts, rates),
            "weight": teller.weighted(one.weighted, rates),
            "bar": bar(one) if drawer.steps.is_told else None,
            "cards": cards(drawer.cards(rows[:CARDS]), stage, clocks, inside),
            "more_url": _more_url(stage, rows[CARDS - 1][0], pairs) if len(rows) > CARDS else "",
        })  # fmt: skip
    whole = list(sums.values())
    month = clocks.today.replace(day=1)
    return {
        "pipeline": pipeline,
        "pipelines": [
            {"name": one.name, "url": address(spec, [*without(pairs, "pipeline"), ("pipeline", one.key)]),
             "current": one.key == pipeline.key}
            for one in reading.current().living
        ],
        "columns": columns,
        "endings": [pipeline.ending(WON), pipeline.ending(LOST)],
        "totals": [
            (pgettext("deal", "Open"), teller.told([amount for one in whole for amount in one.amounts], rates)),
            *([(_("Weighted"), teller.weighted([amount for one in whole for amount in one.weighted], rates))]
              if teller.tells_weighted else []),
            (_("Won in %(month)s") % {"month": month_words(month, actor.language).split()[0]},
             teller.told(won_since(actor, query, pipeline.key, month), rates)),
        ] if teller.tells else [],
        "inside": inside,
        "stamp": stamp(),
        "may_create": level_of(actor, "deal", "create") is not Level.NONE,
    }  # fmt: skip


def asked(actor: Actor, pairs: Pairs) -> ListQuery:
    """The list that stands as the board, less the pipeline: that follows from the stages."""
    return ask(actor, registry.get("deal"), without(pairs, *_SHOWN))


def pipeline_of(pairs: Pairs) -> PipelineInfo:
    """The pipeline of an address; the first one where it names none, or none that there is."""
    known = reading.current()
    return known.by_key.get(dict(pairs).get("pipeline", ""), known.first)


def more(actor: Actor, stage: StageInfo, after: int, pairs: Pairs) -> dict[str, Any]:
    """The next cards of a column, behind the deal ``after``."""
    rows = _deals(actor, asked(actor, pairs), stage.key, after)
    drawn = Drawer(actor, rows[:CARDS]).cards(rows[:CARDS])
    return {
        "cards": cards(drawn, stage, Clocks.of(actor), urlencode(pairs)),
        "more_url": _more_url(stage, rows[CARDS - 1][0], pairs) if len(rows) > CARDS else "",
    }


def stamp() -> str:
    """Changes whenever a deal does, so that others who look at a board learn of it. One look into an index."""
    latest = Deal.objects.aggregate(at=Max("updated_at"))["at"]
    return latest.isoformat() if latest else ""


def bar(one: StageSum) -> list[tuple[str, float, float]]:
    """The parts of the bar of a column: the tone of each, where it begins and how wide it is, in percent."""
    parts, start = [], 0.0
    for state, tone in ((OVERDUE, "red"), (NONE, "amber"), (TODAY, "green"), (PLANNED, "blue")):
        if one.steps[state]:
            width = round(100 * one.steps[state] / one.count, 2)
            parts.append((tone, round(start, 2), width))
            start += width
    return parts


# -------------------------------------------------------------------- pieces
def _deals(actor: Actor, query: ListQuery, stage: str, after: int = 0) -> list[tuple[Any, ...]]:
    """The first deals of a stage in their order, and one more."""
    spec = registry.get("deal")
    may = condition_for(actor, spec, "view") if after else None
    edge = None if may is None else Deal.objects.filter(may, pk=after).values_list("place", flat=True).first()
    if edge is None and query.condition == EVERYTHING and not query.find.strip():
        question = asked_alike(actor, "deals of a stage", lambda: _ordered(visible_to(actor, spec), hole("stage")))
        return question(stage=stage)
    rows = rows_matching(actor, spec, query)
    if edge is not None:
        rows = rows.filter(place__gte=edge).exclude(place=edge, pk__lte=after)
    return list(_ordered(rows, stage))


def _ordered(rows: QuerySet[Any], stage: Any) -> QuerySet[Any, Any]:
    return rows.filter(stage=stage).order_by("place", "record").values_list(*_COLUMNS)[: CARDS + 1]


def _more_url(stage: StageInfo, after: int, pairs: Pairs) -> str:
    return f"/deals/board/more?{urlencode({'stage': stage.key, 'after': after, 'in': urlencode(pairs)})}"


class Drawer:
    """Makes cards of rows for one reader: with the customers that she sees, and what she may move."""

    def __init__(self, actor: Actor, rows: Sequence[tuple[Any, ...]]) -> None:
        self.shown = readable_fields(actor, registry.get("deal"))
        companies = {row[2] for row in rows if row[2]} if "company" in self.shown else set()
        people = {row[3] for row in rows if row[3] and not row[2]} if "person" in self.shown else set()
        self.companies = titles_seen(actor, registry.get("company"), list(companies)) if companies else {}
        self.people = titles_seen(actor, registry.get("person"), list(people)) if people else {}
        self.steps = StepsSeen.of(actor)
        self.now = clock.now()
        self.movable = _movable(actor, [row[0] for row in rows])

    def cards(self, rows: Sequence[tuple[Any, ...]]) -> list[DealCard]:
        """The cards of some of the rows."""
        return [self._card(row) for row in rows]

    def _card(self, row: tuple[Any, ...]) -> DealCard:
        pk, title, company, person, amount, currency, step, kind, at, by, since, touched, owner = row
        is_person = not company
        customer = self.people.get(person, "") if is_person else self.companies.get(company, "")
        seen = "amount" in self.shown
        return DealCard(
            pk, title if "name" in self.shown else "", customer, is_person, amount if seen else None, currency,
            self.steps.is_told, self.steps.called(step, kind), at, by, since if "stage_at" in self.shown else None,
            touched if "last_activity_at" in self.shown else self.now,  # nobody learns that nothing was done
            (owner or "") if "owner" in self.shown else "", pk in self.movable,
        )  # fmt: skip


def _movable(actor: Actor, ids: list[int]) -> set[int]:
    if not ids or level_of(actor, "deal", "edit") is Level.NONE:
        return set()
    if actor.all_rights:
        return set(ids)
    return set(seen_among(actor, registry.get("deal"), ids, "edit").values_list("pk", flat=True))


class _Teller:
    """Says sums to one reader; nothing to those who may not see amounts."""

    def __init__(self, actor: Actor) -> None:
        shown = readable_fields(actor, registry.get("deal"))
        self.tells = "amount" in shown
        self.tells_weighted = self.tells and "weighted" in shown
        self.locale, self.currency = locale_of(actor), workspace.current().currency

    def told(self, amounts: Sequence[Any], rates: dict[str, Any]) -> Told:
        """An empty text where nothing may be told."""
        return in_words(amounts, rates, self.locale, self.currency) if self.tells else Told("")

    def weighted(self, amounts: Sequence[Any], rates: dict[str, Any]) -> Told:
        """As :meth:`told`, of weighted amounts."""
        return self.told(amounts, rates) if self.tells_weighted else Told("")
