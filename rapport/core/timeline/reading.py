"""The history of one record, as people read it: what was done with it, and what was changed on it.

Reads along the index on (record, moment): a page costs the same few queries wherever it is and however long it is.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.discreet import as_read
from rapport.core.access.levels import Level, called, level_of, locale_of, readable_fields
from rapport.core.access.visible import role_filter, seen_among, titles_seen
from rapport.core.errors import NotFound
from rapport.core.events.kinds import EventKind, house_kinds
from rapport.core.events.models import Act, Change, Event, EventLink
from rapport.core.fields import ChildField, Field, Link, Locale
from rapport.core.fields.base import Titles
from rapport.core.mentions.noting import names_on
from rapport.core.objects import registry
from rapport.core.objects.linking import show_seen
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.aliases import losers_of
from rapport.core.records.known import as_value, listed_later
from rapport.core.records.models import Record, RecordModel
from rapport.core.records.titles import titles_of
from rapport.core.timeline.models import Pin
from rapport.core.timeline.walking import ALL, FILE_KINDS, Wanted, condition_of, links_of, some_links
from rapport.lib.prepared import Prepared, hole
from rapport.lib.wording import alone

PAGE = 30
MOST_NEW = 50
_LATE = datetime.timedelta(minutes=10)


@dataclass(frozen=True)
class Entry:
    """One line of a timeline. ``id`` is the event's and serves as the cursor of the next page.

    A main entry tells of an activity (``text``, ``detail``, ``quote`` as the activity stands now); upkeep
    carries ``changes``: label, text before and text after of each field the reader may see. ``subject_id`` is
    the record it happened to, ``subject_kind`` what that is. ``names`` are the users the quotation names, ``file_id``
    the file it tells of, ``by_id`` who did it. ``at`` (UTC) is where it stands.
    """

    id: int
    kind: str
    icon: str
    tone: str
    heading: str
    by: str
    at: datetime.datetime
    text: str
    detail: str
    quote: str
    changes: tuple[tuple[str, str, str], ...]
    subject_id: int
    is_main: bool
    names: tuple[str, ...] = ()
    subject_kind: str = ""
    file_id: int = 0
    by_id: int | None = None


def timeline(
    actor: Actor,
    spec: ObjectSpec,
    record: RecordModel,
    *,
    before: int | None = None,
    since: int | None = None,
    wanted: Wanted = ALL,
    size: int = PAGE,
) -> list[Entry]:
    """The newest ``size`` entries of a record the actor may see, those behind the entry ``before``, or from ``since``
    on, that entry included, to older ones.

    What happened to other records is told while these are out of the trash and may be seen. Fewer than ``size``
    entries: there are no older ones.
    """
    condition = condition_of(actor, wanted)
    entries: list[Entry] = []
    while condition is not None and len(entries) < size:
        missing = size - len(entries)
        links = some_links(record.pk, condition, missing, before=before, since=since)
        places = {link.event_id: link.at for link in links}
        told = _entries(actor, spec, record, [link.event for link in links])
        entries += [replace(entry, at=places[entry.id]) for entry in told]
        if len(links) < missing:
            break
        before, since = links[-1].event_id, None
    return entries


def pinned(actor: Actor, spec: ObjectSpec, record: RecordModel) -> list[Entry]:
    """The entries that were pinned, the last one first. One query where there are none."""
    pins = _PINS(record=record.pk)
    gone = {pin.event.subject_id for pin in pins if _subject(pin.event).trashed_at is not None} - {record.pk}
    hidden = gone - set(losers_of(record.pk)) if gone else gone
    events = [pin.event for pin in pins if pin.event.subject_id not in hidden]
    return _entries(actor, spec, record, events) if events else []


_PINS = Prepared(
    lambda: (
        Pin.objects.filter(record_id=hole("record"))
        .select_related("event__user", "event__subject", "event__act")
        .order_by("-at", "-pk")
    )
)


def entry_of(actor: Actor, spec: ObjectSpec, record: RecordModel, event_id: int) -> Entry:
    """One entry of a record's timeline; NotFound if the actor may not see it there."""
    links = some_links(record.pk, Q(event_id=event_id), 1)
    found = _entries(actor, spec, record, [link.event for link in links])
    if not found:
        raise NotFound(_("There is no such entry, or you may not see it."))
    return found[0]


def newer(actor: Actor, spec: ObjectSpec, record: RecordModel, after: int) -> list[Entry]:
    """What others added behind the entry ``after``, newest first; at most :data:`MOST_NEW`. One query if nothing.

    Events get their numbers in the order in which they happen, and a moment that is late by as much as a long import
    takes; so the walk through the index goes back a while before the entry.
    """
    edge = Event.objects.filter(pk=after).values_list("at", flat=True).first() if after else None
    links = links_of(record.pk, Q(event_id__gt=after) & ~Q(event__user_id=actor.user_id))
    if edge is not None:
        links = links.filter(at__gte=edge - _LATE)
    return _entries(actor, spec, record, [link.event for link in links[:MOST_NEW]])


def _is_own(event: Event, record: RecordModel) -> bool:
    """Whether it happened to the record, or to one that was merged into it: of what is in the trash nothing else is
    told here.
    """
    return event.subject_id == record.pk or _subject(event).trashed_at is not None


def _entries(actor: Actor, spec: ObjectSpec, record: RecordModel, events: Sequence[Event]) -> list[Entry]:
    locale = locale_of(actor)
    subjects = _subjects(actor, record, events)
    others = _others(actor, spec, record, events)
    changes = _changes(actor, spec, record, events, locale)
    entries = []
    for event in events:
        own = _is_own(event, record)
        subject = subjects.get(_subject(event).pk)
        if subject is None and not own:
            continue
        told = changes.get(event.pk)
        if told is not None and not told and event.kind.endswith(".updated"):
            continue  # only fields the reader may not see, or that are not told
        entry = _entry(actor, event, subject, told or (), locale, record.pk)
        entries.append(replace(entry, detail=" · ".join(filter(None, (*others.get(event.pk, ()), entry.detail)))))
    return _with_names(entries)


def _with_names(entries: list[Entry]) -> list[Entry]:
    """The entries with the users that their quotations name; asks only where there is an “@”."""
    ids = [entry.subject_id for entry in entries if "@" in entry.quote]
    if not ids:
        return entries
    names = names_on(ids)
    return [replace(entry, names=tuple(names.get(entry.subject_id, ()))) for entry in entries]


def _entry(
    actor: Actor,
    event: Event,
    subject: Any,
    changes: tuple[tuple[str, str, str], ...],
    locale: Locale,
    record_id: int,
) -> Entry:
    kind, about = kind_of(event.kind)
    heading, text, detail, quote = (
        alone(kind.said(event.data)),
        "" if event.subject_id == record_id else _called(actor, event),
        _doing(event.act),
        "",
    )
    if kind.main and about and about.telling and subject is not None:
        telling = about.telling(as_read(actor, about, subject), locale)
        heading, text, detail, quote = str(telling.heading), telling.text, telling.detail, telling.quote
    return Entry(
        id=event.pk,
        kind=event.kind,
        icon=kind.icon,
        tone=kind.tone,
        heading=heading,
        by=event.user.name if event.user else "Rapport",
        at=event.at,
        text=text,
        detail=detail,
        quote=quote,
        changes=changes,
        subject_id=_subject(event).pk,
        is_main=kind.main,
        subject_kind=_subject(event).kind,
        file_id=int(event.data.get("file") or 0) if event.kind in FILE_KINDS else 0,
        by_id=event.user_id,
    )


def _called(actor: Actor, event: Event) -> str:
    """What the record that it happened to is called to its reader."""
    record = _subject(event)
    spec = registry.find(record.kind)
    return called(actor, spec, record.title) if spec else record.title


def _doing(act: Act) -> str:
    """What the act was called, and that it was an undo where it was."""
    return " · ".join(filter(None, (_("Undo") if act.kind == "undo" else "", act.label)))


def kind_of(key: str) -> tuple[EventKind, ObjectSpec | None]:
    """The kind of event called ``key`` and the object it belongs to; a plain one for rooms that are gone."""
    spec = registry.find(key.partition(".")[0])
    known = spec.event_kinds.get(key) if spec else house_kinds().get(key)
    return known or EventKind(key, key.replace(".", " ").replace("_", " ")), spec


def _subject(event: Event) -> Record:
    """The record it happened to. What stands on a timeline has one."""
    assert event.subject is not None  # noqa: S101 - events of the house have no links, so none leads here
    return event.subject


def _subjects(actor: Actor, record: RecordModel, events: Sequence[Event]) -> dict[int, Any]:
    """The records that the events happened to, by id, as far as the actor sees them. One query for each kind.

    The record itself needs none unless its own telling does (the page of an activity).
    """
    by_kind: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if not _is_own(event, record) or kind_of(event.kind)[0].main:
            by_kind[_subject(event).kind].add(_subject(event).pk)
    found: dict[int, Any] = {}
    for kind, ids in by_kind.items():
        if (spec := registry.find(kind)) is not None:
            found.update({row.pk: row for row in _seen(actor, spec, ids, record.pk)})
    return found


def _others(actor: Actor, spec: ObjectSpec, record: RecordModel, events: Sequence[Event]) -> dict[int, list[str]]:
    """Titles of the other records that main events belong to: whom a call was with, on her company's timeline.

    Left out are those that the record itself links to (her company, on her own page) and those not to be seen.
    """
    main = [event.pk for event in events if kind_of(event.kind)[0].main]
    if not main:
        return {}
    near = {record.pk, *(field.get(record) for field in spec.all_fields if isinstance(field, Link) and field.to)}
    rows = _OTHERS(events=as_value(main), near=as_value([pk for pk in near if pk is not None]))
    by_kind: dict[str, set[int]] = defaultdict(set)
    for _event_id, record_id, kind in rows:
        by_kind[kind].add(record_id)
    titles: dict[int, str] = {}
    for kind, ids in by_kind.items():
        if (about := registry.find(kind)) is not None:
            titles.update(titles_seen(actor, about, list(ids)))
    told: dict[int, list[str]] = defaultdict(list)
    for event_id, record_id, _kind in rows:
        if record_id in titles:
            told[event_id].append(titles[record_id])
    return told


_OTHERS = Prepared(
    lambda: (
        EventLink.objects.filter(event_id__in=listed_later("events"))
        .exclude(record_id__in=listed_later("near"))
        .exclude(record_id=F("event__subject_id"))
        .values_list("event_id", "record_id", "record__kind")
    )
)


def _seen(actor: Actor, spec: ObjectSpec, ids: Collection[int], record_id: int) -> list[Any]:
    """The subjects of one kind that the actor sees. What is about the record at hand is seen with it."""
    if spec.beside is None or level_of(actor, spec.key, "view") is Level.NONE or role_filter(actor, spec):
        return list(seen_among(actor, spec, ids))
    beside = spec.beside(ids, record_id)
    rows = _living(spec.model)(ids=as_value(list(beside))) if beside else []
    return rows + (list(seen_among(actor, spec, set(ids) - beside)) if set(ids) - beside else [])


@lru_cache(maxsize=64)
def _living(model: Any) -> Prepared:
    return Prepared(lambda: model._default_manager.filter(pk__in=listed_later("ids"), live=True))


def _changes(
    actor: Actor, spec: ObjectSpec, record: RecordModel, events: Sequence[Event], locale: Locale
) -> dict[int, tuple[tuple[str, str, str], ...]]:
    """What each event of upkeep changed, in words. What a record was made with is not told: its facts show it."""
    ids = [event.pk for event in events if event.kind.endswith(".updated")]
    if not ids:
        return {}
    readable = {record.pk: readable_fields(actor, spec)}
    for event in events:
        about = registry.find(_subject(event).kind)
        if event.subject_id not in readable and about is not None:
            readable[event.subject_id] = readable_fields(actor, about)
    values: dict[int, list[tuple[Field, Any, Any]]] = {}
    for event_id, record_id, fields in _CHANGED(events=as_value(ids)):
        values.setdefault(event_id, []).extend(_told(readable.get(record_id, {}), fields))
    _hide_links(actor, values.values())
    titles = _titles(values.values())
    return {
        event_id: tuple(
            (str(field.label), _words(field, old, titles, locale), _words(field, new, titles, locale))
            for field, old, new in triples
        )
        for event_id, triples in values.items()
    }


_CHANGED = Prepared(
    lambda: Change.objects.filter(event_id__in=listed_later("events")).values_list("event_id", "record_id", "fields")
)


def in_words(
    actor: Actor,
    changes: Sequence[tuple[Mapping[str, Field], Mapping[str, Sequence[Any]]]],
    *,
    all_links: bool = False,
) -> list[tuple[tuple[str, str, str], ...]]:
    """Label, text before and text after of changes, each given with the fields its reader may see. Three queries, and
    those that hide records the reader may not see.

    ``all_links``: the reader may read of everything (the audit log).
    """
    locale = locale_of(actor)
    triples = [_told(readable, fields) for readable, fields in changes]
    if not all_links:
        _hide_links(actor, triples)
    titles = _titles(triples)
    return [
        tuple(
            (str(field.label), _words(field, old, titles, locale), _words(field, new, titles, locale))
            for field, old, new in told
        )
        for told in triples
    ]


def _told(readable: Mapping[str, Field], fields: Mapping[str, Sequence[Any]]) -> list[tuple[Field, Any, Any]]:
    """The readable changes with their values; none of fields that only repeat another one that changed, too."""
    return [
        (field, field.from_json(before), field.from_json(after))
        for key, field in readable.items()
        if key in fields and not any(other in fields for other in field.repeats)
        for before, after in [fields[key]]
    ]


def _hide_links(actor: Actor, values: Collection[list[tuple[Field, Any, Any]]]) -> None:
    """Fields that name several records name only what the reader may see, also in what they were before."""
    told = [triple for triples in values for triple in triples if isinstance(triple[0], ChildField)]
    rows = [{field.key: value} for field, *both in told for value in both]
    show_seen(actor, {field for field, _before, _after in told}, rows)


def _titles(values: Collection[list[tuple[Field, Any, Any]]]) -> Titles:
    """What records, users and teams that the values point to are called. One query for all."""
    return titles_of(
        {
            target
            for triples in values
            for field, before, after in triples
            for target in (*field.targets(before), *field.targets(after))
        }
    )


def _words(field: Field, value: Any, titles: Titles, locale: Locale) -> str:
    if field.is_empty(value):
        return ""
    cell = field.cell_with(value, titles, locale)
    return cell.hint if cell.shape == "moment" else cell.text or _("something")
