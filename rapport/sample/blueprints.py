"""Blueprints: how a workspace is set up for a trade, with or without its sample company.

A blueprint only adds and sets what can be changed in the settings afterwards: teams, shared views, tags, working hours,
what members may see. It is applied once, when a workspace is new; applied again it adds what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Role, Team, Workspace
from rapport.core.access.conditions import Term
from rapport.core.objects import registry
from rapport.core.tags.models import Tag
from rapport.core.views import saved
from rapport.core.views.models import View
from rapport.lib import clock
from rapport.lib.regions import region_of
from rapport.lib.text import fold
from rapport.sample.trades import TRADES
from rapport.workspace.actions.house import WorkspaceData, change_workspace
from rapport.workspace.actions.roles import RoleData, change_role
from rapport.workspace.actions.teams import TeamData, create_team

Week = list[list[list[str]]]


@dataclass(frozen=True)
class ViewPlan:
    """A shared view: of which kind, its name, one condition as an address has it, and the order."""

    kind: str
    name: Any
    field: str
    operator: str
    value: str
    sort: str = ""


@dataclass(frozen=True)
class Blueprint:
    """What a trade starts with. ``sees_all``: who works there sees every customer, not only those of the own team.

    ``key`` is that of the trade whose sample belongs to it; one without a trade has none.
    """

    key: str
    label: Any
    text: Any
    icon: str
    week: Week
    sees_all: bool = False
    views: tuple[ViewPlan, ...] = ()

    @property
    def has_sample(self) -> bool:
        """Whether there is a sample company of this trade."""
        return self.key in TRADES


@dataclass(frozen=True)
class Choice:
    """What the first person to sign in decided. An empty ``currency`` is that of the country."""

    blueprint: str
    language: str
    country: str
    currency: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def _days(*spans: list[str], count: int = 5) -> Week:
    return [[list(span) for span in spans]] * count + [[]] * (7 - count)


_QUIET = ViewPlan("person", _("Not heard of for 60 days"), "last_activity_at", "older", "60d", "last_activity_at")
BLUEPRINTS = {
    blueprint.key: blueprint
    for blueprint in (
        Blueprint(
            "software", _("Software"), _("Business customers, leads from fairs and the web site, teams by region."),
            "database", _days(["09:00", "17:30"]),
            views=(
                ViewPlan("person", _("Open leads"), "lifecycle", "", "lead,opportunity", "-last_activity_at"), _QUIET,
            ),
        ),
        Blueprint(
            "bakery", _("Bakery"), _("Regulars, cakes to order, cafés that you deliver to. Everybody knows everybody."),
            "cake-slice", _days(["06:00", "18:00"], count=6), sees_all=True,
            views=(
                ViewPlan("person", _("Regulars"), "lifecycle", "", "customer", "-last_activity_at"),
                ViewPlan("company", _("Cafés and hotels"), "industry", "", "food,services", "name"),
            ),
        ),
        Blueprint(
            "shop", _("Shop"), _("Many customers, few words: orders, returns, dealers, a newsletter."),
            "shopping-bag", _days(["09:00", "18:00"], count=6), sees_all=True,
            views=(
                ViewPlan("person", _("Newsletter readers"), "lifecycle", "", "subscriber", "-created_at"),
                ViewPlan("company", _("Dealers"), "industry", "", "retail", "-last_activity_at"),
            ),
        ),
        Blueprint(
            "call_centre", _("Call centre"), _("Calls all day: who rang, what was said, who calls back."),
            "headphones", _days(["08:00", "20:00"], count=6), sees_all=True,
            views=(ViewPlan("person", _("Spoken to lately"), "last_activity_at", "within", "7d", "-last_activity_at"),),
        ),
        Blueprint(
            "blank", _("Something else"), _("Nothing set up for you: begin empty and make it your own."),
            "square-dashed", _days(["09:00", "17:00"]),
        ),
    )
}  # fmt: skip


def apply(actor: Actor, choice: Choice) -> Workspace:
    """Sets the workspace up as chosen, in one transaction. Names of what is made are in the chosen language."""
    blueprint = BLUEPRINTS[choice.blueprint]
    region = region_of(choice.country)
    with transaction.atomic(), override(choice.language):
        house = Workspace.objects.select_for_update().order_by("pk").first() or Workspace.objects.create()
        data = WorkspaceData(
            name=house.name, hue=house.hue, currency=choice.currency or region.currency or house.currency,
            country=choice.country, unique_identities=house.unique_identities, time_zone=region.zone,
            first_weekday=region.first_weekday, hours=blueprint.week,
        )  # fmt: skip
        change_workspace(actor, data)
        if blueprint.sees_all:
            _let_members_see_all(actor)
        _make_teams(actor, blueprint, choice.language)
        _make_tags(blueprint, choice.language)
        _make_views(actor, blueprint)
        Workspace.objects.update(trade=blueprint.key, welcomed_at=clock.now())
    workspace.forget()
    return workspace.current()


def _let_members_see_all(actor: Actor) -> None:
    member = Role.objects.filter(key="member").first()
    if member is not None:
        levels = {**member.levels, "*": {**member.levels.get("*", {}), "view": "all", "edit": "all"}}
        change_role(actor, member.pk, RoleData(member.name, levels, member.field_rules))


def _make_teams(actor: Actor, blueprint: Blueprint, language: str) -> None:
    top = Team.objects.filter(parent=None).order_by("path").first()
    names = TRADES[blueprint.key].speaking(language).teams if blueprint.has_sample else ()
    for name in names:
        if not Team.objects.filter(name=name, parent=top).exists():
            create_team(actor, TeamData(name, top.pk if top else None))


def _make_tags(blueprint: Blueprint, language: str) -> None:
    tags = TRADES[blueprint.key].speaking(language).tags if blueprint.has_sample else ()
    Tag.objects.bulk_create([Tag(name=name, key=fold(name)) for name, _weight in tags], ignore_conflicts=True)


def _make_views(actor: Actor, blueprint: Blueprint) -> None:
    for plan in blueprint.views:
        name = _now(str(plan.name))
        if not View.objects.filter(kind=plan.kind, name=name, deleted_at=None).exists():
            shape = saved.Shape(Term(plan.field, plan.operator, plan.value), plan.sort)
            saved.save_view(actor, registry.get(plan.kind), name, shape, shared="all")
