"""The deals of a company or a person, as a panel on its page."""

from collections.abc import Sequence

from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.access.visible import visible_to
from rapport.core.objects import registry
from rapport.core.objects.registry import Panel, PanelRow

MOST_ROWS = 8
_OF = {"company": "company_id", "person": "person_id"}


def add_panels() -> None:
    """Shows deals on the pages of people and companies."""
    for kind in _OF:
        registry.contribute(kind, panels=[_panel(kind)])


def _panel(kind: str) -> Panel:
    def rows(actor: Actor, record_id: int) -> Sequence[PanelRow]:
        return deals_of(actor, kind, record_id)

    return Panel(
        "deals",
        _("Deals"),
        rows,
        add_url=lambda pk: f"/deals/new?{kind}={pk}",
        add_label=_("New deal"),
        most=MOST_ROWS,
        all_url=lambda pk: f"/deals?{kind}={pk}",
        empty=_("No deals yet."),
    )


def deals_of(actor: Actor, kind: str, record_id: int) -> Sequence[PanelRow]:
    """The deals of a company or a person that the actor sees: open ones first, then the latest. One query."""
    if level_of(actor, "deal", "view") is Level.NONE:
        return []
    spec, locale = registry.get("deal"), locale_of(actor)
    shown = readable_fields(actor, spec)
    open_first = Case(When(status="open", then=0), default=1)
    found = []
    for deal in visible_to(actor, spec).filter(**{_OF[kind]: record_id}).order_by(open_first, "-pk")[:MOST_ROWS]:
        amount = shown["amount"].cell(shown["amount"].get(deal), locale).text if "amount" in shown else ""
        badge = shown["stage"].cell(deal.stage, locale) if "stage" in shown else None
        title = deal.title if "name" in shown else str(spec.label)
        found.append(PanelRow(title, f"/deals/{deal.pk}", detail=amount, badge=badge))
    return found
