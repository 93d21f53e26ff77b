"""The history of acts: what somebody did, newest first, and what each act changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.core.access.levels import all_called, readable_fields
from rapport.core.access.special import may_right
from rapport.core.access.visible import visible_to
from rapport.core.changes import act_words, steps, undoers
from rapport.core.changes.undo import is_unfinished, size_of
from rapport.core.errors import NotFound
from rapport.core.events import doors
from rapport.core.events.models import LEFT, Act, Change, Event
from rapport.core.fields import Field
from rapport.core.importing.models import ImportRun
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.core.timeline.reading import in_words
from rapport.lib.prepared import Prepared, hole
from rapport.lib.wording import alone, grouped

PAGE = 50
_UNDOABLE = ("created", "updated", "trashed", "restored")  # what of an act's counts can be taken back


@dataclass(frozen=True)
class Done:
    """An act as its list tells it. ``title`` and ``record_id`` are of the record, where it is about one to be seen.

    ``counts`` are words (“3 changed”); ``undone_by`` is the act that took it back, ``can_undo`` whether to offer it.
    """

    act: Act
    heading: str
    door: str
    counts: tuple[str, ...]
    title: str = ""
    record_id: int | None = None
    undone_by: Act | None = None
    is_unfinished: bool = False
    can_undo: bool = False

    @property
    def about(self) -> str:
        """What the act was about, in a few words."""
        return act_words.about(self.act, self.title)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The counts, where the heading does not say them already."""
        return self.counts if act_words.is_told_in_numbers(self.act, self.act.counts) else ()


@dataclass(frozen=True)
class Changed:
    """A record an act changed: its title for those who may see it, and label, before and after of its fields."""

    event_id: int
    record_id: int
    kind: str
    icon: str
    title: str
    heading: str
    changes: tuple[tuple[str, str, str], ...] = field(default_factory=tuple)


def latest_act(actor: Actor, record_id: int) -> int | None:
    """The actor's newest act on a record: what “Undo” takes back. None if the actor never changed it."""
    return next(iter(_LATEST(record=record_id, user=actor.user_id or 0)), None)


_LATEST = Prepared(  # through the changes: they are found by their record, events are not
    lambda: (
        Change.objects.filter(record_id=hole("record"), event__user=hole("user"))
        .order_by("-pk")
        .values_list("event__act_id", flat=True)[:1]
    )
)


def acts_of(actor: Actor, user_id: int, *, before: int | None = None, size: int = PAGE) -> list[Done]:
    """The newest acts of a user, or those behind the act ``before``: one's own; who sees the audit, everybody's."""
    if user_id != actor.user_id and not may_right(actor, "audit"):
        raise NotFound(_("There is no such user, or what they did is not yours to see."))
    rows = Act.objects.filter(user_id=user_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _told(actor, list(rows.select_related("undoes").order_by("-pk")[:size]))


def get_act(actor: Actor, act_id: int) -> Done:
    """One act: one's own; for those who see the audit, any. NotFound otherwise."""
    act = Act.objects.select_related("user", "undoes").filter(pk=act_id).first()
    if act is None or not (may_right(actor, "audit") or (act.user_id is not None and act.user_id == actor.user_id)):
        raise NotFound(_("There is no such act, or it is not yours."))
    return _told(actor, [act])[0]


def changes_of(
    actor: Actor, act: Act, *, before: int | None = None, size: int = PAGE
) -> tuple[list[Changed], int | None]:
    """What an act changed, newest first, and the event to go on with. Only what the reader may see has words."""
    start = before or steps.newest_event(act)
    if start is None:
        return [], None
    found, _seen, following = steps.read(act, start, size)
    titles = titles_of(actor, {step.record_id: step.kind for step in found})
    known = {key: readable_fields(actor, spec) for key in {s.kind for s in found} if (spec := registry.find(key))}
    nothing: dict[str, Field] = {}
    readable = [known.get(step.kind, nothing) if step.record_id in titles else nothing for step in found]
    words = in_words(actor, [(fields, step.fields) for fields, step in zip(readable, found, strict=True)])
    rows = []
    for step, told in zip(found, words, strict=True):
        spec = registry.find(step.kind)
        kind = spec.event_kinds.get(step.event_kind) if spec else None
        rows.append(
            Changed(
                event_id=step.event_id,
                record_id=step.record_id,
                kind=step.kind,
                icon=kind.icon if kind else "circle",
                title=titles.get(step.record_id, ""),
                heading=alone(str(kind.sentence)) if kind else step.event_kind,
                changes=() if set(step.fields) == {"live"} else told,
            )
        )
    return rows, following


def titles_of(actor: Actor, kinds: dict[int, str]) -> dict[int, str]:
    """What records are called, live or in the trash, as far as the actor sees them. Two queries for each kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for record_id, kind in kinds.items():
        by_kind[kind].append(record_id)
    titles: dict[int, str] = {}
    for kind, ids in by_kind.items():
        if (spec := registry.find(kind)) is not None:
            for live in (True, False):
                rows = visible_to(actor, spec, live=live).filter(pk__in=ids).values_list("pk", "title")
                titles |= all_called(actor, spec, rows)
    return titles


def count_words(counts: Mapping[str, int]) -> tuple[str, ...]:
    """What an act did, in numbers."""
    sentences = {
        "created": ngettext("%(count)s created", "%(count)s created", counts.get("created", 0)),
        "updated": ngettext("%(count)s changed", "%(count)s changed", counts.get("updated", 0)),
        "trashed": ngettext("%(count)s in the trash", "%(count)s in the trash", counts.get("trashed", 0)),
        "restored": ngettext("%(count)s restored", "%(count)s restored", counts.get("restored", 0)),
        LEFT: ngettext("%(count)s left as it is", "%(count)s left as they are", counts.get(LEFT, 0)),
        "skipped": ngettext("%(count)s row skipped", "%(count)s rows skipped", counts.get("skipped", 0)),
        "failed": ngettext("%(count)s row failed", "%(count)s rows failed", counts.get("failed", 0)),
    }
    return tuple(text % {"count": grouped(counts[key])} for key, text in sentences.items() if counts.get(key))


def _rows_of_imports(acts: Sequence[Act]) -> dict[int, dict[str, int]]:
    """For each act that is an import: how many rows changed nothing, and why."""
    ids = [act.pk for act in acts if act.kind == "import"]
    runs = ImportRun.objects.filter(act_id__in=ids).values_list("act_id", "counts") if ids else ()
    return {
        act_id: {
            LEFT: counts.get("unchanged", 0),
            "skipped": counts.get("skipped", 0),
            "failed": counts.get("failed", 0),
        }
        for act_id, counts in runs
        if act_id
    }


def _told(actor: Actor, acts: Sequence[Act]) -> list[Done]:
    first = Event.objects.filter(act=OuterRef("pk")).order_by("pk").values("subject_id")[:1]
    ids = [act.pk for act in acts if size_of(act) == 1 or act.kind.startswith(("bulk.", "undo"))]
    subjects = dict(Act.objects.filter(pk__in=ids).values_list("pk", Subquery(first)))
    kinds = dict(Record.objects.filter(pk__in=set(subjects.values())).values_list("pk", "kind"))
    alone = {subjects[act.pk] for act in acts if act.pk in subjects and size_of(act) == 1}
    titles = titles_of(actor, {pk: kind for pk, kind in kinds.items() if pk in alone}) if alone else {}
    undone, rows = _undone([act.pk for act in acts]), _rows_of_imports(acts)
    return [
        _done(act, {**act.counts, **rows.get(act.pk, {})}, subjects.get(act.pk), kinds, titles, undone.get(act.pk))
        for act in acts
    ]


def _undone(ids: Collection[int]) -> dict[int, Act]:
    return {undoing.undoes_id: undoing for undoing in Act.objects.filter(undoes_id__in=ids) if undoing.undoes_id}


def _done(
    act: Act,
    counts: Mapping[str, int],
    subject: int | None,
    kinds: Mapping[int, str],
    titles: Mapping[int, str],
    undoing: Act | None,
) -> Done:
    unfinished = undoing is not None and is_unfinished(undoing)
    return Done(
        act=act,
        heading=act_words.heading(act, kinds.get(subject or 0, "")),
        door=doors.by(act.via),
        counts=count_words(counts),
        title=titles.get(subject or 0, ""),
        record_id=subject if subject in titles else None,
        undone_by=undoing,
        is_unfinished=unfinished,
        can_undo=_changed_something(act) and (undoing is None or unfinished),
    )


def _changed_something(act: Act) -> bool:
    return undoers.of(act) is not None or any(act.counts.get(verb) for verb in _UNDOABLE)
