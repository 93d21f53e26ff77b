"""Verbs on pipelines: make, change, reorder, archive, bring back. Those on their stages are in ``stages.py``.

Each is one transaction with its event, and in force for every process at its next request. For those with the right to
shape the workspace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.core.audit.notes import changed
from rapport.core.definitions.fields import demand_shape
from rapport.core.errors import Conflict, Invalid
from rapport.core.events.emit import acting
from rapport.lib import clock
from rapport.sales.deals.models import Deal
from rapport.sales.pipelines import shaping
from rapport.sales.pipelines.models import KINDS, LOST, OPEN, WON, Pipeline, Stage
from rapport.sales.pipelines.stages import MOST_STAGES, StageData, stated_of

MOST_PIPELINES = 20  # archived ones not counted


@dataclass(frozen=True)
class PipelineData:
    """What a form says of a pipeline. ``names``: by language, where they differ. ``key``: that of a pipeline which
    comes from another workspace.
    """

    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


def every(actor: Actor) -> list[Pipeline]:
    """All pipelines in their order, archived ones last; for one who may change them."""
    demand_shape(actor)
    return sorted(Pipeline.objects.all(), key=lambda one: one.archived_at is not None)


def get_pipeline(actor: Actor, key: str) -> Pipeline:
    """The pipeline, for one who may change it; NotFound."""
    demand_shape(actor)
    return shaping.pipeline_of(key)


def stages_of(row: Pipeline) -> list[StageData]:
    """The stages of a pipeline that are not archived, as another one may take them over."""
    return [
        StageData(
            one.name, one.names, one.probability, one.tone, one.target_days, one.rot_days, one.exit_criteria,
            one.required, one.leads_to, one.key, one.kind,
        )
        for one in row.stages.filter(archived_at=None)
    ]  # fmt: skip


def create_pipeline(actor: Actor, data: PipelineData, stages: Sequence[StageData]) -> Pipeline:
    """A new pipeline with these stages: one where deals are won, one where they are lost, and open ones.

    With ``data.key`` it comes from another workspace, and its stages bring their keys along; else all get keys of their
    own, and what the stages lead to follows.
    """
    demand_shape(actor)
    with acting(actor, "pipeline.created") as act:
        there = shaping.locked()
        _demand_room(there)
        stated = _stated(data, there)
        taken = {one.key for one in there}
        key = shaping.given_key(data.key, taken) if data.key else shaping.free_key(stated["name"], taken)
        made = Pipeline(key=key, place=max((one.place for one in there), default=-1) + 1, **stated)
        made.save(force_insert=True)
        _fill(made, stages, keeps=bool(data.key))
        shaping.told(actor, act, "pipeline.created", made, changed({}, audited(made)))
    return made


def change_pipeline(actor: Actor, key: str, data: PipelineData, *, seen: str = "") -> Pipeline:
    """Changes what a pipeline is called. ``seen`` is the :func:`state` of the form: Conflict when somebody changed the
    pipeline meanwhile.
    """
    demand_shape(actor)
    with acting(actor, "pipeline.changed") as act:
        others = [one for one in shaping.locked() if one.key != key]
        row = shaping.pipeline_of(key)
        shaping.demand_unchanged(seen, state(row))
        before = audited(row)
        for name, value in _stated(data, others).items():
            setattr(row, name, value)
        shaping.keep(actor, act, "pipeline.changed", row, changed(before, audited(row)))
    return row


def reorder_pipelines(actor: Actor, keys: Sequence[str]) -> None:
    """Puts the pipelines in this order; those that are not named come behind. New deals go the first one."""
    demand_shape(actor)
    with acting(actor, "pipeline.reordered") as act:
        rest = {one.key: one for one in shaping.locked()}
        order = [rest.pop(key) for key in dict.fromkeys(keys) if key in rest]
        order += rest.values()
        for place, one in enumerate(order):
            one.place = place
        Pipeline.objects.bulk_update(order, ["place"])
        shaping.told(actor, act, "pipeline.reordered", order[0])


def archive_pipeline(actor: Actor, key: str) -> Pipeline:
    """Takes a pipeline away; deals that ended in it stay. Conflict while deals are open in it, and for the last one."""
    demand_shape(actor)
    with acting(actor, "pipeline.archived") as act:
        there = shaping.locked()
        row = shaping.pipeline_of(key)
        if row.archived_at is not None:
            return row
        if not any(one.archived_at is None for one in there if one.pk != row.pk):
            raise Conflict(_("This is the last pipeline. Add another one first."))
        if count := open_deals(key):
            sentence = ngettext(
                "%(num)s deal is open in this pipeline. Move it to another one first.",
                "%(num)s deals are open in this pipeline. Move them to another one first.",
                count,
            )
            raise Conflict(sentence % {"num": count})
        row.archived_at = clock.now()
        shaping.keep(actor, act, "pipeline.archived", row)
    return row


def bring_back_pipeline(actor: Actor, key: str) -> Pipeline:
    """Brings an archived pipeline back, with its stages."""
    demand_shape(actor)
    with acting(actor, "pipeline.brought_back") as act:
        there = shaping.locked()
        row = shaping.pipeline_of(key)
        if row.archived_at is None:
            return row
        _demand_room(there)
        _refuse_same(row.name, [one for one in there if one.pk != row.pk])
        row.archived_at = None
        shaping.keep(actor, act, "pipeline.brought_back", row)
    return row


def open_deals(key: str) -> int:
    """How many deals outside the trash are open in a pipeline."""
    stages = Stage.objects.filter(pipeline__key=key, kind=OPEN).values_list("key", flat=True)
    return Deal.objects.filter(live=True, stage__in=list(stages)).count()


def state(row: Pipeline) -> str:
    """What a form saw of this pipeline."""
    return shaping.settled_state({**audited(row), "is_archived": row.archived_at is not None})


def audited(row: Pipeline) -> dict[str, Any]:
    """What the audit keeps of a pipeline."""
    return {"name": row.name} | {f"name.{language}": name for language, name in row.names.items()}


# -------------------------------------------------------------------- pieces
def _stated(data: PipelineData, others: Sequence[Pipeline]) -> dict[str, Any]:
    stated = shaping.named(data.name, data.names)
    _refuse_same(stated["name"], others)
    return stated


def _refuse_same(name: str, others: Sequence[Pipeline]) -> None:
    shaping.refuse_same(name, others, _("There is a pipeline called “%(name)s” already. Give this one another name."))


def _demand_room(there: Sequence[Pipeline]) -> None:
    if sum(one.archived_at is None for one in there) >= MOST_PIPELINES:
        sentence = _("There are %(most)s pipelines already. Archive one that nobody needs.")
        raise Invalid({"": [sentence % {"most": MOST_PIPELINES}]})


def _fill(home: Pipeline, given: Sequence[StageData], *, keeps: bool) -> None:
    """Makes the stages of a new pipeline: open ones in their order, then won and lost."""
    kinds = [one.kind for one in given]
    if kinds.count(WON) != 1 or kinds.count(LOST) != 1 or OPEN not in kinds or not set(kinds) <= set(KINDS):
        raise Invalid(
            {"stages": [_("A pipeline has open stages, one where deals are won and one where they are lost.")]}
        )
    if len(given) > MOST_STAGES:
        raise Invalid({"stages": [_("A pipeline has at most %(most)s stages.") % {"most": MOST_STAGES}]})
    taken = set(Stage.objects.values_list("key", flat=True))
    made: list[Stage] = []
    keys: dict[str, str] = {}
    for place, one in enumerate(sorted(given, key=lambda one: KINDS.index(one.kind))):
        key = shaping.given_key(one.key, taken) if keeps else shaping.free_key(one.name, taken)
        stated = stated_of(replace(one, leads_to=()), one.kind, made)
        taken.add(key)
        keys[one.key] = key
        made.append(Stage(pipeline=home, key=key, kind=one.kind, place=place, **stated))
    for row, one in zip(made, sorted(given, key=lambda one: KINDS.index(one.kind)), strict=True):
        row.leads_to = [keys[key] for key in one.leads_to if key in keys]
    Stage.objects.bulk_create(made)
