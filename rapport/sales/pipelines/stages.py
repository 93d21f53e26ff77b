"""Verbs on stages: add, change, reorder, archive, bring back.

Each is one transaction with its event, and in force for every process at its next request. For those with the right to
shape the workspace. A pipeline has one stage where deals are won and one where they are lost: they come with it and
stay.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, Term
from rapport.core.access.pages import ListQuery
from rapport.core.access.special import may_right
from rapport.core.access.visible import visible_to
from rapport.core.audit.notes import changed
from rapport.core.changes import bulk_runs
from rapport.core.definitions.fields import demand_shape
from rapport.core.definitions.options import TONES
from rapport.core.errors import Conflict, Invalid
from rapport.core.events.emit import acting
from rapport.core.fields import Field
from rapport.core.jobs.models import Job
from rapport.core.objects import registry
from rapport.core.objects.bulk import Order
from rapport.lib import clock
from rapport.lib.text import clean_block
from rapport.sales.deals.models import Deal
from rapport.sales.pipelines import shaping
from rapport.sales.pipelines.models import LOST, OPEN, WON, Pipeline, Stage

MOST_STAGES = 30  # of one pipeline, archived ones not counted
MOST_DAYS = 3650
MOST_CRITERIA = 2000  # signs of the exit criteria
FIXED = {WON: 100, LOST: 0}  # probability in percent of where a deal ends
_NEVER_REQUIRED = ("name", "stage")  # every deal has them
_NOT_ASKED = ("none", "lines", "records", "tags", "links", "labelled_links")  # controls of what has rows of its own


@dataclass(frozen=True)
class StageData:
    """What a form says of a stage; see :class:`~rapport.sales.pipelines.models.Stage`. ``key`` and ``kind`` count
    only where a stage comes along with its pipeline: later they never change.
    """

    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    probability: int | None = 0
    tone: str = "grey"
    target_days: int | None = None
    rot_days: int | None = None
    exit_criteria: str = ""
    required: Sequence[str] = ()
    leads_to: Sequence[str] = ()
    key: str = ""
    kind: str = OPEN


def requirable() -> dict[str, Field]:
    """The fields that a stage may ask for, by key: those of the house and those made here."""
    return {
        one.key: one
        for one in registry.get("deal").all_fields
        if not one.read_only and one.control not in _NOT_ASKED and one.key not in _NEVER_REQUIRED
    }


def get_stage(actor: Actor, key: str) -> Stage:
    """The stage, for one who may change it; NotFound."""
    demand_shape(actor)
    return shaping.stage_of(key)


def add_stage(actor: Actor, pipeline: str, data: StageData) -> Stage:
    """A new open stage, behind the other open ones of its pipeline (by key)."""
    demand_shape(actor)
    with acting(actor, "stage.created") as act:
        shaping.locked()
        home = shaping.pipeline_of(pipeline)
        there = list(home.stages.all())
        _demand_room(there)
        stated = stated_of(data, OPEN, there)
        taken = set(Stage.objects.values_list("key", flat=True))
        key = shaping.given_key(data.key, taken) if data.key else shaping.free_key(stated["name"], taken)
        made = Stage(pipeline=home, key=key, kind=OPEN, place=_behind(home), **stated)
        made.save(force_insert=True)
        _end_last(home)
        shaping.told(actor, act, "stage.created", made, changed({}, audited(made)))
    return made


def change_stage(actor: Actor, key: str, data: StageData, *, seen: str = "") -> Stage:
    """Changes all of a stage but its key and kind. ``seen`` is the :func:`state` of the form: Conflict when somebody
    changed the stage meanwhile.

    Open deals in it that had its probability get the new one, by a job whose act can be undone: those that the actor
    may edit. A probability that somebody entered by hand stays.
    """
    demand_shape(actor)
    with acting(actor, "stage.changed") as act:
        shaping.locked()
        row = shaping.stage_of(key)
        shaping.demand_unchanged(seen, state(row))
        before, old = audited(row), row.probability
        others = [one for one in row.pipeline.stages.all() if one.pk != row.pk]
        for name, value in stated_of(data, row.kind, others).items():
            setattr(row, name, value)
        shaping.keep(actor, act, "stage.changed", row, changed(before, audited(row)))
        if row.probability != old:
            _follow(actor, row, old)
    return row


def reorder_stages(actor: Actor, pipeline: str, keys: Sequence[str]) -> None:
    """Puts the open stages of a pipeline in this order; those that are not named come behind, and the ends last."""
    demand_shape(actor)
    with acting(actor, "stage.reordered") as act:
        shaping.locked()
        home = shaping.pipeline_of(pipeline)
        rest = {one.key: one for one in home.stages.all() if one.kind == OPEN}
        order = [rest.pop(key) for key in dict.fromkeys(keys) if key in rest]
        order += rest.values()
        for place, one in enumerate(order):
            one.place = place
        Stage.objects.bulk_update(order, ["place"])
        _end_last(home)
        shaping.told(actor, act, "stage.reordered", home)


def archive_stage(actor: Actor, key: str, *, into: str = "") -> Job | None:
    """Takes a stage away. Deals in it go to the stage ``into`` (its key) by a job, which is answered; None where there
    were none. What that stage refuses stays where it is, is told by the job, and can still be moved by hand.

    Conflict for the last open stage, for the ends of a pipeline, and where there are deals that the actor may not edit.
    """
    demand_shape(actor)
    with acting(actor, "stage.archived") as act:
        shaping.locked()
        row = shaping.stage_of(key)
        if row.archived_at is not None:
            return None
        _demand_open(row)
        has_deals = holds_deals(key)
        target = _target(row, into) if has_deals or into else None
        if has_deals:
            _demand_all(actor, key)
        row.archived_at = clock.now()
        _lead_on(row, target)
        shaping.keep(actor, act, "stage.archived", row)
        if target is None or not has_deals:
            return None
        every = ListQuery(condition=Term("stage", "any", key))
        return bulk_runs.start(actor, registry.get("deal"), Order("edit", "stage", target.key), every)


def bring_back_stage(actor: Actor, key: str) -> Stage:
    """Brings an archived stage back, behind the other open ones. Deals that left it stay where they are."""
    demand_shape(actor)
    with acting(actor, "stage.brought_back") as act:
        shaping.locked()
        row = shaping.stage_of(key)
        if row.archived_at is None:
            return row
        others = [one for one in row.pipeline.stages.all() if one.pk != row.pk]
        _demand_room(others)
        _refuse_same(row.name, others)
        row.archived_at, row.place = None, _behind(row.pipeline)
        shaping.keep(actor, act, "stage.brought_back", row)
        _end_last(row.pipeline)
    return row


def state(row: Stage) -> str:
    """What a form saw of this stage."""
    return shaping.settled_state({**audited(row), "is_archived": row.archived_at is not None})


def audited(row: Stage) -> dict[str, Any]:
    """What the audit keeps of a stage."""
    told: dict[str, Any] = {"name": row.name, "probability": row.probability, "tone": row.tone}
    told |= {"target_days": row.target_days, "rot_days": row.rot_days, "exit_criteria": row.exit_criteria}
    told |= {"required": list(row.required), "leads_to": list(row.leads_to)}
    told |= {f"name.{language}": name for language, name in row.names.items()}
    return {key: value for key, value in told.items() if value not in ("", None, [])}


def holds_deals(key: str) -> bool:
    """Whether any deal outside the trash is in this stage."""
    return Deal.objects.filter(live=True, stage=key).exists()


def stated_of(data: StageData, kind: str, others: Sequence[Stage]) -> dict[str, Any]:
    """What a form says, in order; Invalid with a sentence by part of the form. ``others`` of the same pipeline."""
    stated = shaping.named(data.name, data.names)
    _refuse_same(stated["name"], others)
    living = {one.key for one in others if one.archived_at is None}
    return {
        **stated,
        "probability": FIXED.get(kind, _probability(data.probability)),
        "tone": data.tone if data.tone in TONES else "grey",
        "target_days": _days("target_days", data.target_days),
        "rot_days": _days("rot_days", data.rot_days),
        "exit_criteria": _criteria(data.exit_criteria),
        "required": _known("required", data.required, requirable(), _("There is no field “%(key)s” to ask for.")),
        "leads_to": _known("leads_to", data.leads_to, living, _("There is no stage “%(key)s” in this pipeline.")),
    }


# -------------------------------------------------------------------- pieces
def _refuse_same(name: str, others: Sequence[Stage]) -> None:
    sentence = _("There is a stage called “%(name)s” in this pipeline already. Give this one another name.")
    shaping.refuse_same(name, others, sentence)


def _demand_room(there: Sequence[Stage]) -> None:
    if sum(one.archived_at is None for one in there) >= MOST_STAGES:
        sentence = _("This pipeline has %(most)s stages already. Archive one that nobody needs.")
        raise Invalid({"": [sentence % {"most": MOST_STAGES}]})


def _demand_open(row: Stage) -> None:
    if row.kind != OPEN:
        raise Conflict(_("Every pipeline keeps the stages where deals are won and lost. They can be renamed."))
    if not row.pipeline.stages.filter(kind=OPEN, archived_at=None).exclude(pk=row.pk).exists():
        raise Conflict(_("This is the last open stage of its pipeline. Add another one first."))


def _target(row: Stage, into: str) -> Stage:
    living = Stage.objects.filter(kind=OPEN, archived_at=None, pipeline__archived_at=None).exclude(pk=row.pk)
    found = living.filter(key=into).first()
    if found is None:
        raise Invalid({"into": [_("There are deals in this stage. Choose the one that takes them.")]})
    return found


def _demand_all(actor: Actor, key: str) -> None:
    mine = visible_to(actor, registry.get("deal"), "edit").filter(stage=key).count()
    if not may_right(actor, "bulk") or mine < Deal.objects.filter(live=True, stage=key).count():
        raise Conflict(_("There are deals in this stage that you may not move. Ask somebody who may edit all deals."))


def _lead_on(row: Stage, target: Stage | None) -> None:
    """What led to the stage leads to the one that takes its deals: a deal must not be caught for want of a way.

    Conflict where a stage would lead nowhere, which would mean everywhere.
    """
    for one in row.pipeline.stages.exclude(pk=row.pk):
        if row.key not in one.leads_to:
            continue
        own = target is not None and target.pipeline_id == row.pipeline_id and target.pk != one.pk
        ways = [target.key if key == row.key and target and own else key for key in one.leads_to]
        one.leads_to = list(dict.fromkeys(key for key in ways if key != row.key))
        if not one.leads_to and one.archived_at is None:
            sentence = _("From “%(stage)s” deals go only here. Change that first, or they could go everywhere.")
            raise Conflict(sentence % {"stage": one.name})
        one.save(update_fields=["leads_to"])


def _follow(actor: Actor, row: Stage, old: int) -> None:
    """Lets a job bring the new probability to the open deals that had the stage's own."""
    there = Deal.objects.filter(live=True, stage=row.key, probability=old)
    if there.exists() and may_right(actor, "bulk"):
        those = AllOf((Term("stage", "any", row.key), Term("probability", "is", str(Decimal(old)))))
        order = Order("edit", "probability", str(row.probability))
        bulk_runs.start(actor, registry.get("deal"), order, ListQuery(condition=those))


def _behind(home: Pipeline) -> int:
    """The place behind the last open stage."""
    last = home.stages.filter(kind=OPEN).aggregate(last=Max("place"))["last"]
    return 0 if last is None else last + 1


def _end_last(home: Pipeline) -> None:
    """Won, then lost, behind all others."""
    place = _behind(home)
    home.stages.filter(kind=WON).update(place=place)
    home.stages.filter(kind=LOST).update(place=place + 1)


def _probability(value: int | None) -> int:
    if value is None or not 0 <= value <= 100:
        raise Invalid({"probability": [_("Enter a whole number from 0 to 100.")]})
    return value


def _days(name: str, value: int | None) -> int | None:
    if value is not None and not 1 <= value <= MOST_DAYS:
        raise Invalid(
            {name: [_("Enter a number of days from 1 to %(most)s, or leave it empty.") % {"most": MOST_DAYS}]}
        )
    return value


def _criteria(text: str) -> str:
    try:
        return clean_block(text, MOST_CRITERIA)
    except ValueError as error:
        raise Invalid({"exit_criteria": [str(error)]}) from None


def _known(name: str, keys: Sequence[str], known: Collection[str], sentence: str) -> list[str]:
    for key in keys:
        if key not in known:
            raise Invalid({name: [sentence % {"key": str(key)[:60]}]})
    return list(dict.fromkeys(keys))
