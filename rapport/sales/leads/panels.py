"""Leads on the pages of people, companies and deals; on their own: what can be done, the score, and why whose."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.access.may import allowed
from rapport.core.access.visible import seen_among, sees_all, visible_to
from rapport.core.objects import registry
from rapport.core.objects.registry import Bar, Panel, PanelRow
from rapport.sales.leads import telling
from rapport.sales.leads.models import DISQUALIFIED, NEW, OPEN, Lead

MOST_ROWS = 8
_OF = {"company": "company_id", "person": "person_id", "deal": "deal_id"}


def add_panels() -> None:
    """Shows them."""
    for kind in _OF:
        registry.contribute(kind, panels=[_panel(kind)])
    registry.contribute(
        "lead",
        panels=[
            Panel("score", pgettext_lazy("lead", "Score"), score_rows, template="leads/score.html"),
            Panel("routing", _("Whose it is, and why"), routing_rows, template="leads/routing.html"),
        ],
        bars=[Bar("leads/bar.html", bar_values)],
    )


def bar_values(actor: Actor, lead: Any) -> Mapping[str, Any]:
    """What can be done with a lead now, and how long somebody has to answer."""
    field = readable_fields(actor, registry.get("lead")).get("answer_by")
    may_edit = lead.live and bool(allowed(actor, registry.get("lead"), lead, ("edit",)))
    is_open = lead.status in OPEN
    return {
        "lead": lead,
        "clock": field.cell(lead.answer_by, locale_of(actor)) if field and lead.answer_by else None,
        "may_edit": may_edit,
        "may_take": may_edit and lead.status == NEW,
        "may_convert": may_edit and not lead.deal_id and lead.status != DISQUALIFIED
        and level_of(actor, "deal", "create") is not Level.NONE,
        "may_end": may_edit and is_open,
        "may_reopen": may_edit and not is_open and not lead.deal_id,
    }  # fmt: skip


def score_rows(actor: Actor, record_id: int) -> Sequence[Any]:
    """One row that says it all: points, warmth and reasons; none for who may not see the score."""
    spec = registry.get("lead")
    fields = readable_fields(actor, spec)
    lead = Lead.objects.filter(pk=record_id).first() if "score" in fields else None
    if lead is None:
        return []
    badge = fields["warmth"].cell(lead.warmth, locale_of(actor)) if "warmth" in fields else None
    reasons = telling.score_lines(lead) if lead.score_reasons and _sees_person(actor, lead) else []
    return [{"points": lead.score, "warmth": badge, "reasons": reasons}]


def _sees_person(actor: Actor, lead: Lead) -> bool:
    """Whether the reader may see whose lead it is: reasons tell what is known of that person."""
    spec = registry.get("person")
    return sees_all(actor, spec) or not lead.person_id or seen_among(actor, spec, [lead.person_id]).exists()


def routing_rows(actor: Actor, record_id: int) -> Sequence[Any]:
    """Why it is whose it is, if rules gave it out; none for who may not see the owner."""
    if "owner" not in readable_fields(actor, registry.get("lead")):
        return []
    decision = Lead.objects.filter(pk=record_id).values_list("routing", flat=True).first()
    return [telling.why(decision)] if decision else []


def leads_of(actor: Actor, kind: str, record_id: int) -> Sequence[PanelRow]:
    """The leads of a person, a company or a deal that the actor sees: open ones first, then the latest. One query."""
    if level_of(actor, "lead", "view") is Level.NONE:
        return []
    spec, locale = registry.get("lead"), locale_of(actor)
    shown = readable_fields(actor, spec)
    open_first = Case(When(status__in=OPEN, then=0), default=1)
    rows = visible_to(actor, spec).filter(**{_OF[kind]: record_id}).order_by(open_first, "-pk")[:MOST_ROWS]
    return [
        PanelRow(
            lead.title,
            f"/leads/{lead.pk}",
            detail=shown["source"].cell(lead.source, locale).text if lead.source and "source" in shown else "",
            badge=shown["status"].cell(lead.status, locale) if "status" in shown else None,
        )
        for lead in rows
    ]


def _panel(kind: str) -> Panel:
    def rows(actor: Actor, record_id: int) -> Sequence[PanelRow]:
        return leads_of(actor, kind, record_id)

    can_add = kind != "deal"
    return Panel(
        "leads",
        _("Leads"),
        rows,
        add_url=(lambda pk: f"/leads/new?{kind}={pk}") if can_add else None,
        add_label=_("New lead") if can_add else "",
        most=MOST_ROWS,
        all_url=lambda pk: f"/leads?{kind}={pk}",
        empty=_("No leads yet."),
    )
