"""The pipelines as they are at this moment, without a question: they travel with the pinned definitions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from django.utils.text import format_lazy

from rapport.core.definitions.speaking import spoken
from rapport.core.fields import Choice, Option
from rapport.core.objects import registry
from rapport.sales.pipelines.models import OPEN, Pipeline, Stage


@dataclass(frozen=True)
class StageInfo:
    """A stage as everybody but its settings page knows it; see :class:`~rapport.sales.pipelines.models.Stage`."""

    key: str
    name: Any
    kind: str
    probability: int
    tone: str
    target_days: int | None
    rot_days: int | None
    exit_criteria: str
    required: tuple[str, ...]
    leads_to: tuple[str, ...]
    pipeline: str
    is_archived: bool


@dataclass(frozen=True)
class PipelineInfo:
    """A pipeline with its stages in their order, archived ones last."""

    key: str
    name: Any
    stages: tuple[StageInfo, ...]
    is_archived: bool

    @property
    def living(self) -> tuple[StageInfo, ...]:
        """The stages that a deal may be in from now on."""
        return tuple(stage for stage in self.stages if not stage.is_archived)

    @property
    def open(self) -> tuple[StageInfo, ...]:
        """Those of them where nothing is decided yet: the columns of the board."""
        return tuple(stage for stage in self.living if stage.kind == OPEN)

    @property
    def first(self) -> StageInfo:
        """Where a new deal begins."""
        return self.open[0]

    def ending(self, kind: str) -> StageInfo:
        """The stage where deals are won, or lost."""
        return next(stage for stage in self.living if stage.kind == kind)


@dataclass(frozen=True)
class Pipelines:
    """All pipelines in their order, archived ones last. There is always one that is not archived."""

    every: tuple[PipelineInfo, ...] = ()

    @property
    def living(self) -> tuple[PipelineInfo, ...]:
        """Those that a deal may go from now on."""
        return tuple(one for one in self.every if not one.is_archived)

    @property
    def first(self) -> PipelineInfo:
        """The one that a deal goes if nobody says otherwise."""
        return self.living[0]

    @cached_property
    def stages(self) -> dict[str, StageInfo]:
        """All stages by their key."""
        return {stage.key: stage for one in self.every for stage in one.stages}

    @cached_property
    def by_key(self) -> dict[str, PipelineInfo]:
        """All pipelines by their key."""
        return {one.key: one for one in self.every}


@dataclass(frozen=True, eq=False)
class StageChoice(Choice):
    """The stage of a deal: one of all stages of all pipelines, which it brings along."""

    pipelines: Pipelines = field(default_factory=Pipelines)


def read() -> Pipelines:
    """All pipelines, read from the tables: two queries."""
    stages: dict[int, list[Stage]] = {}
    for stage in Stage.objects.all():
        stages.setdefault(stage.pipeline_id, []).append(stage)
    found = [_info(one, stages.get(one.pk, ())) for one in Pipeline.objects.all()]
    return Pipelines(tuple(sorted(found, key=lambda one: one.is_archived)))


def current() -> Pipelines:
    """The pipelines that the pinned definitions know. No query."""
    return cast(StageChoice, registry.get("deal").by_key["stage"]).pipelines


def options_of(pipelines: Pipelines) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """What the fields stage and pipeline offer. Where there are several pipelines, stages say of which they are."""
    several = len(pipelines.living) > 1
    stages = tuple(
        Option(
            stage.key,
            format_lazy("{} · {}", stage.name, one.name) if several else stage.name,
            stage.tone,
            is_archived=stage.is_archived or one.is_archived,
        )
        for one in pipelines.every
        for stage in one.stages
    )
    return stages, tuple(Option(one.key, one.name, is_archived=one.is_archived) for one in pipelines.every)


def _info(one: Pipeline, stages: Sequence[Stage]) -> PipelineInfo:
    made = [
        StageInfo(
            stage.key, spoken(stage.name, stage.names), stage.kind, stage.probability, stage.tone, stage.target_days,
            stage.rot_days, stage.exit_criteria, tuple(stage.required), tuple(stage.leads_to), one.key,
            stage.archived_at is not None,
        )
        for stage in stages
    ]  # fmt: skip
    ordered = tuple(sorted(made, key=lambda stage: stage.is_archived))
    return PipelineInfo(one.key, spoken(one.name, one.names), ordered, one.archived_at is not None)
