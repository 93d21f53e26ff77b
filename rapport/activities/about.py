"""What an activity is about, as a field; who may see it; and the clock of the last activity."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.activities.models import ActivityLink, Call, Note
from rapport.core.access.levels import Level, level_of
from rapport.core.access.visible import reach, seen_among
from rapport.core.fields import Cell, ChildField, Locale
from rapport.core.fields.base import Titles
from rapport.core.fields.operators import Operator
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft, Saver
from rapport.core.records import rows
from rapport.core.records.models import Record
from rapport.lib.text import shorten
from rapport.people.models import Company, Person

KINDS = ("person", "company")


@dataclass(frozen=True, eq=False)
class About(ChildField):
    """Ids of the records an activity is about."""

    type: ClassVar[str] = "about"
    control: ClassVar[str] = "records"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def clean(self, value: Any, locale: Locale) -> Any:
        parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value or []
        ids = []
        for part in parts:
            if not str(part).isdecimal() or len(str(part)) > 18:
                raise ValueError(_("“%(value)s” is not the number of a record.") % {"value": part})
            ids.append(int(part))
        return sorted(set(ids))

    def from_text(self, text: str, locale: Locale) -> Any:
        return self.clean(text, locale)

    def to_text(self, value: Any) -> str:
        return ",".join(str(record_id) for record_id in value or [])

    def show(self, value: Any, locale: Locale) -> Cell:
        titles = Record.objects.filter(pk__in=value).values_list("title", flat=True)
        return Cell(", ".join(titles), shape="tags", items=tuple(titles))

    def targets(self, value: Any) -> Sequence[tuple[str, int]]:
        return [("record", record_id) for record_id in value or []]

    def cell_with(self, value: Any, titles: Titles, locale: Locale) -> Cell:
        names = tuple(titles.get(("record", record_id), f"#{record_id}") for record_id in value or [])
        return Cell(", ".join(names), shape="tags", items=names)

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, list[int]] = defaultdict(list)
        stored = ActivityLink.objects.filter(activity_id__in=record_ids).order_by("record_id")
        for activity_id, record_id in stored.values_list("activity_id", "record_id"):
            found[activity_id].append(record_id)
        return found

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        changed = [instance.pk for instance, before, _after in pairs if before]
        if changed:
            ActivityLink.objects.filter(activity_id__in=changed).delete()
        links = [(instance.pk, record_id) for instance, _before, ids in pairs for record_id in ids]
        rows.insert(ActivityLink, ("activity_id", "record_id"), links)

    def is_missing(self) -> Q:
        return ~Q(pk__in=ActivityLink.objects.values("activity_id"))


def seen_through_records(actor: Actor, action: str, level: Level) -> Q:
    """An activity is seen by its owner and by whoever sees a record it is about; the level rules over changing it."""
    seen = _seen(actor)
    return seen if action == "view" or level is Level.ALL else seen & reach(actor, level, action)


def _seen(actor: Actor) -> Q:
    if all(level_of(actor, kind, "view") is Level.ALL for kind in KINDS) and not (actor.role and actor.role.filters):
        return Q()
    seen = Q(owner_id=actor.user_id or 0)
    for kind in KINDS:
        # From the activity at hand to what it is about: the other way round would gather all that the actor sees.
        about = ActivityLink.objects.filter(activity_id=OuterRef(OuterRef("pk"))).values("record_id")
        seen |= Q(Exists(seen_among(actor, registry.get(kind), about)))
    return seen


def few_seen(actor: Actor, most: int, few_of: Callable[[str], list[int] | None]) -> list[int] | None:
    """Ids of the actor's own activities and of all about what the actor sees; None if they are more than ``most``.

    From the few people and companies that are seen to what is about them, instead of through all activities.
    """
    seen: list[int] = []
    for kind in KINDS:
        few = few_of(kind)
        if few is None and level_of(actor, kind, "view") is not Level.NONE:
            return None
        seen += few or ()
    about = ActivityLink.objects.filter(record_id__in=seen).values_list("activity_id", flat=True)
    ids = set(about[: most + 1])
    for model in (Note, Call):
        own = model._default_manager.filter(owner_id=actor.user_id or 0, live__in=(True,))
        ids.update(own.values_list("pk", flat=True)[: most + 1])
    return sorted(ids) if len(ids) <= most else None


def about_record(ids: Collection[int], record_id: int) -> set[int]:
    """Those of the activities that are about the record."""
    links = ActivityLink.objects.filter(record_id=record_id, activity_id__in=ids)
    return set(links.values_list("activity_id", flat=True))


def happened(activity: Any) -> datetime.datetime:
    """When an activity was (UTC): what people said, else when it was written down."""
    at: datetime.datetime | None = getattr(activity, "happened_at", None)
    return at or activity.created_at


def advance_clock(record_ids: Sequence[int], at: datetime.datetime) -> None:
    """Notes that something happened with these records at ``at``; the clock of the last activity only goes forward."""
    for model in (Person, Company):
        there = model._default_manager.filter(pk__in=record_ids)
        there.filter(Q(last_activity_at__lt=at) | Q(last_activity_at=None)).update(last_activity_at=at)


def wind_clock(record_ids: Collection[int]) -> None:
    """Sets the clock of the last activity anew, where an activity went, came back or moved in time."""
    for record_id in record_ids:
        about = ActivityLink.objects.filter(record_id=record_id).values("activity_id")
        written = Note.objects.filter(live=True, pk__in=about).aggregate(at=Max("created_at"))["at"]
        called = Call.objects.filter(live=True, pk__in=about).aggregate(at=Max(Coalesce("happened_at", "created_at")))[
            "at"
        ]
        at = max(filter(None, (written, called)), default=None)
        for model in (Person, Company):
            model._default_manager.filter(pk=record_id).update(last_activity_at=at)


class ActivitySaver(Saver):
    """An activity with a person belongs to her company, too, and moves the clock of the last activity."""

    def prepare(self, drafts: Sequence[Draft]) -> None:
        ids = {record_id for draft in drafts for record_id in draft.values.get("about", ())}
        companies = dict(Person.objects.filter(pk__in=ids, company__isnull=False).values_list("pk", "company_id"))
        for draft in drafts:
            if draft.is_new and draft.values.get("about"):
                about = draft.values["about"]
                also = {companies[pk] for pk in about if pk in companies}
                draft.values["about"] = sorted({*about, *also})
                draft.given = set(about)

    def check(self, drafts: Sequence[Draft]) -> None:
        ids = {record_id for draft in drafts for record_id in draft.values.get("about", ())}
        seen = {
            pk for kind in KINDS for pk in seen_among(self.actor, registry.get(kind), ids).values_list("pk", flat=True)
        }
        for draft in drafts:
            if draft.is_new and not draft.values.get("about"):
                draft.refuse("about", _("Say what this is about: a person or a company."))
            missing = set(draft.values.get("about", ())) - seen
            if not missing:
                continue
            if draft.is_new and not missing & draft.given:
                continue  # her company, which the author may not see: it belongs there all the same
            draft.refuse("about", _("There is no such record, or you may not see it."))

    def belongs_to(self, draft: Draft) -> tuple[int, ...]:
        if "about" in draft.values:
            return tuple(draft.values["about"])
        return tuple(ActivityLink.objects.filter(activity_id=draft.instance.pk).values_list("record_id", flat=True))

    def stored(self, drafts: Sequence[Draft]) -> None:
        moved: set[int] = set()
        for draft in drafts:
            if draft.is_new:
                advance_clock(draft.values["about"], happened(draft.instance))
            elif {"happened_at", "about"} & set(draft.values):
                moved |= {*self.belongs_to(draft), *draft.before.get("about", ())}
        wind_clock(moved)

    def living(self, instances: Sequence[Any], *, live: bool) -> None:
        links = ActivityLink.objects.filter(activity_id__in=[instance.pk for instance in instances])
        wind_clock(set(links.values_list("record_id", flat=True)))

    def title(self, draft: Draft) -> str:
        return shorten(" ".join(draft.instance.body.split()), 80) or str(self.spec.label)
