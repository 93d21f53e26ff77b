"""The currency of the workspace with the rates of others, and the tree of teams: a file for each."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, Workspace
from rapport.core.money_rates.entering import remove_rate, set_rate
from rapport.core.money_rates.models import MoneyRate
from rapport.workspace.actions.house import WorkspaceData, change_workspace
from rapport.workspace.actions.teams import TeamData, create_team
from rapport.workspace.configuration.files import Told
from rapport.workspace.configuration.part import Part

RATES, TEAMS = "currencies.json", "teams.json"


class Currencies(Part):
    """``{"currency": "EUR", "rates": {"USD": {"rate": "0.92", "on": "2026-01-31"}}}``."""

    folder = RATES
    shape: ClassVar = {"currency": str, "rates": dict}
    archives = False

    def now(self) -> dict[str, dict[str, Any]]:
        house = Workspace.objects.first()
        base = house.currency if house else "EUR"
        rows = MoneyRate.objects.filter(base=base).order_by("currency")
        rates = {row.currency: {"rate": f"{row.rate.normalize():f}", "on": row.on.isoformat()} for row in rows}
        return {RATES: {"currency": base, "rates": rates}}

    def plain(self, data: Mapping[str, Any]) -> Any:
        rates = {code: {**rate, "rate": _number(rate.get("rate"))} if isinstance(rate, dict) else rate
                 for code, rate in data["rates"].items()}  # fmt: skip
        return {**data, "rates": rates}

    def make(self, actor: Actor, told: Told) -> None:
        self.change(actor, told)

    def change(self, actor: Actor, told: Told) -> None:
        house = Workspace.objects.get()
        if house.currency != told.data["currency"]:
            data = WorkspaceData(house.name, house.hue, house.currency, house.country, house.unique_identities)
            change_workspace(actor, replace(data, currency=told.data["currency"]))
        there, wanted = self.now()[RATES]["rates"], told.data["rates"]
        for code, rate in wanted.items():
            if not isinstance(rate, dict) or set(rate) != {"rate", "on"}:
                told.refuse(_("A rate is {“rate”, “on”}."), code)
            if there.get(code) != rate:
                set_rate(actor, code, str(rate["rate"]), _day(told, rate["on"]))
        for code in there.keys() - wanted.keys():
            remove_rate(actor, code)


class Teams(Part):
    """``{"teams": {"Sales": {"North": {}}}}``: the tree by names. A team that no file names stays: it holds people."""

    folder = TEAMS
    shape: ClassVar = {"teams": dict}
    archives = False

    def now(self) -> dict[str, dict[str, Any]]:
        tree: dict[str, Any] = {}
        nodes: dict[int, dict[str, Any]] = {}
        for team in Team.objects.order_by("path"):
            above = nodes[team.parent_id] if team.parent_id else tree
            nodes[team.pk] = above.setdefault(team.name, {})
        return {TEAMS: {"teams": _sorted(tree)}}

    def plain(self, data: Mapping[str, Any]) -> Any:
        """Only what is missing here counts: teams that are here alone are left alone."""
        return set(_paths(data["teams"])) - set(_paths(self.now()[TEAMS]["teams"]))

    def make(self, actor: Actor, told: Told) -> None:
        self.change(actor, told)

    def change(self, actor: Actor, told: Told) -> None:
        known: dict[tuple[str, ...], int] = {}
        for path in sorted(_paths(self.now()[TEAMS]["teams"]), key=len):
            above = known.get(path[:-1])
            known[path] = Team.objects.values_list("pk", flat=True).get(name=path[-1], parent_id=above)
        for path in sorted(_paths(told.data["teams"], told), key=len):
            if path not in known:
                known[path] = create_team(actor, TeamData(path[-1], known.get(path[:-1]))).pk


def _sorted(tree: dict[str, Any]) -> dict[str, Any]:
    return {name: _sorted(below) for name, below in sorted(tree.items())}


def _paths(tree: Any, told: Told | None = None, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, below in tree.items():
        if not isinstance(below, dict):
            if told is not None:
                told.refuse(_("Below a team stand teams in braces, or none: {}."), name)
            continue
        yield (*above, name)
        yield from _paths(below, told, (*above, name))


def _number(text: Any) -> Any:
    try:
        return Decimal(str(text))
    except ArithmeticError:
        return text


def _day(told: Told, text: Any) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except (TypeError, ValueError):
        told.refuse(_("A day is written like 2026-01-31."), str(text))
