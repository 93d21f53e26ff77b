"""Tables of sales."""

from rapport.sales.deals.models import Deal, DealState, StageChange
from rapport.sales.pipelines.models import Pipeline, Stage

__all__ = ["Deal", "DealState", "Pipeline", "Stage", "StageChange"]
