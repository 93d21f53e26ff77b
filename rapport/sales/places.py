"""Where sales stand in the frame, and what they add to people and companies."""

from rapport.activities import planned, subjects
from rapport.activities.subjects import Subject
from rapport.catalog.lines.changing import carry_lines
from rapport.catalog.lines.screens import lines_panel
from rapport.catalog.rights import ensure_rights
from rapport.core.objects import registry
from rapport.people import lifecycle
from rapport.sales.deals import board, evidence, home, lines, next_step, page, panels
from rapport.sales.leads import evidence as of_leads
from rapport.sales.leads import panels as lead_panels
from rapport.sales.leads.rules import ensure_rules
from rapport.sales.pipelines import events, needs
from rapport.sales.pipelines.starting import ensure_pipeline
from rapport.ui import own_boards
from rapport.workspace import defaults


def add_places() -> None:
    """Adds them."""
    subjects.add(Subject("deal", also=evidence.customers_of, has_clock=True, is_closest=True))
    planned.listen(next_step.keep)
    planned.ask_after(next_step.question)
    lifecycle.contribute("customer", evidence.customers)
    lifecycle.contribute("former_customer", evidence.former_customers)
    lifecycle.contribute("opportunity", evidence.with_open_deals)
    defaults.add(ensure_pipeline)
    defaults.add(ensure_rights)
    carry_lines("deal", lines.terms)
    page.add_page()
    registry.contribute("deal", panels=[lines_panel("deal")])
    panels.add_panels()
    subjects.add(Subject("lead", also=of_leads.wanted_by, has_clock=True))
    lifecycle.contribute("lead", of_leads.with_open_leads)
    defaults.add(ensure_rules)
    lead_panels.add_panels()
    home.add_part()
    own_boards.add(board.own_board())
    events.declare_events()
    needs.add_needs()
