"""The changes of an act, newest first, in runs that are taken back in one go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rapport.core.events.models import Act, Change, Event
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one record: ``fields`` maps keys to ``[before, after]``."""

    event_id: int
    event_kind: str
    record_id: int
    kind: str
    title: str
    fields: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbours that are taken back alike. ``turn`` is what that takes: trash, restore, unmake or change."""

    spec: ObjectSpec
    turn: str
    steps: list[Step]

    def halves(self) -> tuple["Stretch", "Stretch"]:
        """The newer and the older half."""
        middle = len(self.steps) // 2
        return Stretch(self.spec, self.turn, self.steps[:middle]), Stretch(self.spec, self.turn, self.steps[middle:])


def newest_event(act: Act) -> int | None:
    """The event an undo begins with."""
    return Event.objects.filter(act=act).order_by("-pk").values_list("pk", flat=True).first()


def read(act: Act, newest: int, size: int) -> tuple[list[Step], int, int | None]:
    """The changes of up to ``size`` events from ``newest`` on, how many events these are, and which is next."""
    found = Event.objects.filter(act=act, pk__lte=newest).order_by("-pk").values_list("pk", "kind")[: size + 1]
    events = list(found)
    kinds = dict(events[:size])
    rows = Change.objects.filter(event_id__in=kinds).order_by("-event_id", "-pk")
    steps = [
        Step(event_id, kinds[event_id], record_id, kind, title, fields)
        for event_id, record_id, kind, title, fields in rows.values_list(
            "event_id", "record_id", "record__kind", "record__title", "fields"
        )
    ]
    return steps, len(kinds), events[size][0] if len(events) > size else None


def runs(steps: Sequence[Step]) -> Iterator[Stretch]:
    """Neighbours of one sort; a record occurs once in a run. What belongs to rooms that are gone is left out."""
    at_hand: Stretch | None = None
    seen: set[int] = set()
    for step in steps:
        spec = registry.find(step.kind)
        if spec is None:
            continue
        turn = _turn(step)
        if at_hand is None or (at_hand.spec, at_hand.turn) != (spec, turn) or step.record_id in seen:
            if at_hand is not None:
                yield at_hand
            at_hand, seen = Stretch(spec, turn, []), set()
        at_hand.steps.append(step)
        seen.add(step.record_id)
    if at_hand is not None:
        yield at_hand


def _turn(step: Step) -> str:
    if set(step.fields) == {"live"}:
        return "trash" if step.fields["live"][1] else "restore"
    return "unmake" if step.event_kind == f"{step.kind}.created" else "change"
