"""The page of a deal: its way through the stages on top, tiles, its customer and who takes part."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.access.visible import seen_among, titles_seen
from rapport.core.fields import Cell
from rapport.core.objects import registry
from rapport.core.objects.registry import Bar, Highlight, Panel, PanelRow
from rapport.lib import clock
from rapport.sales.deals.models import Deal, StageChange
from rapport.sales.deals.step_seen import StepsSeen
from rapport.sales.deals.step_words import Clocks, step_words
from rapport.sales.pipelines import reading
from rapport.sales.pipelines.models import LOST, OPEN, WON

_DAY = 86_400  # seconds


def add_page() -> None:
    """Adds all of it."""
    registry.contribute(
        "deal",
        bars=[Bar("deals/stages.html", stages_of)],
        highlights=[
            Highlight("amount", _("Amount"), _cell("amount")),
            Highlight("weighted", _("Weighted"), _cell("weighted")),
            Highlight("closes", _("Expected close"), _cell("closes_on")),
            Highlight("step", _("Next step"), _step),
        ],
        panels=[Panel("customer", _("Customer"), customers), Panel("roles", _("Participants"), participants)],
    )


def stages_of(actor: Actor, deal: Deal) -> Mapping[str, Any]:
    """The bar of stages: which were passed, how long it stood in each, and where it can go. One query."""
    shown = readable_fields(actor, registry.get("deal"))
    if "stage" not in shown:
        return {"stages": ()}
    pipelines = reading.current()
    pipeline, now = pipelines.by_key.get(deal.pipeline), pipelines.stages.get(deal.stage)
    if pipeline is None or now is None:
        return {"stages": ()}
    spent: dict[str, int] = {}
    changes = StageChange.objects.filter(deal_id=deal.pk).values_list("before", "seconds")
    for before, seconds in changes:
        spent[before] = spent.get(before, 0) + seconds
    if deal.status == OPEN and deal.stage_at:
        spent[deal.stage] = spent.get(deal.stage, 0) + int((clock.now() - deal.stage_at).total_seconds())
    stages = [stage for stage in pipeline.open if stage.key == now.key or not stage.is_archived]
    keys = [stage.key for stage in stages]
    at = keys.index(now.key) if now.key in keys else len(keys)
    can = deal.live and level_of(actor, "deal", "edit") is not Level.NONE and _may_edit(actor, deal)
    return {
        "now": now,
        "stages": [
            {
                "stage": stage,
                "days": spent[stage.key] // _DAY if stage.key in spent and "stage_at" in shown else None,
                "state": "now" if place == at and deal.status == OPEN else ("done" if stage.key in spent else ""),
                "is_late": "stage_at" in shown
                and place == at
                and deal.status == OPEN
                and _is_late(spent.get(stage.key), stage.target_days),
            }
            for place, stage in enumerate(stages)
        ],
        "won": pipeline.ending(WON),
        "lost": pipeline.ending(LOST),
        "can": can,
        "age": _age(deal),
        "is_open": deal.status == OPEN,
    }


def _may_edit(actor: Actor, deal: Deal) -> bool:
    return actor.all_rights or bool(seen_among(actor, registry.get("deal"), [deal.pk], "edit").exists())


def _is_late(seconds: int | None, target: int | None) -> bool:
    return seconds is not None and target is not None and seconds > target * _DAY


def customers(actor: Actor, record_id: int) -> Sequence[PanelRow]:
    """The company and the person whose deal it is, as far as the actor sees them."""
    found = []
    deal = Deal.objects.filter(pk=record_id).values_list("company_id", "person_id").first() or (None, None)
    shown = readable_fields(actor, registry.get("deal"))
    for kind, pk in zip(("company", "person"), deal, strict=True):
        if pk and kind in shown and (titles := titles_seen(actor, registry.get(kind), [pk])):
            spec = registry.get(kind)
            found.append(PanelRow(titles[pk], f"/{spec.path}/{pk}", detail=str(spec.label), shape=kind))
    return found


def participants(actor: Actor, record_id: int) -> Sequence[PanelRow]:
    """Who takes part, each with the role: decision maker, champion, blocker …"""
    spec = registry.get("deal")
    field = readable_fields(actor, spec).get("participants")
    if field is None:
        return []
    stored = field.load_many([record_id]).get(record_id) or ()  # type: ignore[attr-defined]
    cell = field.cell(stored, locale_of(actor)) if stored else Cell("")
    notes = cell.notes or ("",) * len(cell.items)
    return [
        PanelRow(text, href, detail=str(note), shape="person")
        for text, href, note in zip(cell.items, cell.hrefs, notes, strict=False)
    ]


# -------------------------------------------------------------------- tiles
def _cell(key: str) -> Any:
    def cell(actor: Actor, deal: Deal) -> Cell:
        field = readable_fields(actor, registry.get("deal")).get(key)
        return Cell("–") if field is None else field.cell(field.get(deal), locale_of(actor))

    return cell


def _step(actor: Actor, deal: Deal) -> Cell:
    seen = StepsSeen.of(actor)
    if deal.status != OPEN or not seen.is_told:
        return Cell("–")
    step = seen.called(deal.next_step, deal.next_step_kind)
    return Cell(step_words(step, deal.next_step_at, deal.next_step_by, Clocks.of(actor)))


def _age(deal: Deal) -> str:
    """Days since it was made, until today or until it was closed."""
    end = deal.closed_on or clock.now().date()
    days = max((end - deal.created_at.date()).days, 0)
    return ngettext("%(num)s day old", "%(num)s days old", days) % {"num": days}
