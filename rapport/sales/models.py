"""Tables of sales."""

from rapport.sales.deals.models import Deal, DealState, StageChange
from rapport.sales.leads.models import Absence, Forgotten, Lead, LeadRules, Route, RouteMember, ScoreRule
from rapport.sales.pipelines.models import Pipeline, Stage

__all__ = [
    "Absence", "Deal", "DealState", "Forgotten", "Lead", "LeadRules", "Pipeline", "Route", "RouteMember", "ScoreRule",
    "Stage", "StageChange",
]  # fmt: skip
