"""What the heads of columns and groups tell: how many records, and their sum; and where the rest of them is."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.core.access.conditions import Condition, Term
from rapport.core.access.grouping import Group, groups_of
from rapport.core.access.groups import Figure, figures
from rapport.core.access.levels import demand, locale_of
from rapport.core.access.pages import COUNT_CAP
from rapport.core.fields import Field, Locale, Money
from rapport.core.money_rates.adding import Rate, add, all_rates
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.wording import grouped
from rapport.ui.rendering import render
from rapport.ui.screens.asking import Pairs, actor_of, address, ask, pairs_of, without
from rapport.ui.screens.showing import NAMES, grouping_of, showing_of


def figures_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the figures of all columns or groups: asked for after the page has come."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    pairs = pairs_of(request)
    showing, query = showing_of(actor, spec, pairs), ask(actor, spec, pairs)
    grouping = grouping_of(actor, showing)
    groups = groups_of(actor, spec, query, grouping)
    told = figures(actor, spec, query, grouping, groups, showing.summed)
    locale, rates = locale_of(actor), rates_for(showing.summed)
    lines = [
        {"id": place(group), "figure": in_words(told[group.key], showing.summed, locale, rates)} for group in groups
    ]
    return render(request, "list/board.html", {"told": lines}, fragment="figures")


def place(group: Group) -> str:
    """The id of a group's figures on the page."""
    return f"figures-{group.key or '-'}"


def rates_for(summed: Field | None) -> dict[str, Rate]:
    """The rates by which a sum is converted; none where there is no money in it."""
    return all_rates() if isinstance(summed, Money) else {}


def in_words(figure: Figure, summed: Field | None, locale: Locale, rates: dict[str, Rate]) -> dict[str, Any]:
    """The figures of a group; ``n`` is the number where it is exact."""
    count = COUNT_CAP if figure.is_cut and figure.count > COUNT_CAP else figure.count
    total, note = "", ""
    if summed is not None and figure.is_cut:
        note = _("More records than are summed here: narrow the list to see the sum.")
    elif isinstance(summed, Money):
        total, note = _money(summed, figure, locale, rates)
    elif summed is not None and figure.sum is not None:
        total = grouped(int(figure.sum)) if figure.sum == int(figure.sum) else f"{figure.sum.normalize():f}"
    return {
        "n": None if figure.is_cut else figure.count,
        "count": f"{grouped(count)}+" if figure.is_cut else grouped(count),
        "sum": total or ("–" if summed is not None else ""),
        "note": note or (str(summed.label) if summed is not None else ""),
    }


def _money(summed: Money, figure: Figure, locale: Locale, rates: dict[str, Rate]) -> tuple[str, str]:
    """Amounts as one, with the rates it took; each by itself where a rate is missing."""
    each = " · ".join(summed.show(amount, locale).text for amount in figure.amounts)
    added = add(figure.amounts, rates)
    if added.without:
        return each, _("Not added up: no rate for %(currencies)s.") % {"currencies": ", ".join(added.without)}
    if added.total is None or not added.used:
        return each, ""
    return f"≈ {summed.show(added.total, locale).text}", " · ".join(
        (each, *(rate.words(locale) for rate in added.used))
    )


def rest_of(spec: ObjectSpec, pairs: Pairs, group: Group, after: int | None) -> dict[str, str]:
    """Where the next records of a group come from: ``url`` for htmx; ``href``, without script, is the table of it."""
    edge = [("after", str(after))] if after else []
    return {
        "url": f"/{spec.path}/groups/more?{urlencode([*pairs, ('group', group.key), *edge])}",
        "href": narrowed_url(spec, pairs, group.condition),
    }


def narrowed_url(spec: ObjectSpec, pairs: Pairs, condition: Condition) -> str:
    """The table of a list with one condition more."""
    return address(spec, [*without(pairs, *NAMES, "view"), *((_name(term), term.value) for term in _terms(condition))])


def _name(term: Term) -> str:
    return f"{term.path}.{term.operator}"


def _terms(condition: Condition) -> list[Term]:
    return [condition] if isinstance(condition, Term) else [one for one in condition.parts if isinstance(one, Term)]
