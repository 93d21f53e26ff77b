"""Notices as their reader sees them: by the rights of this moment, and told together where they belong together."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.access.visible import titles_seen
from rapport.core.events.models import Change
from rapport.core.notices import kinds
from rapport.core.notices.models import Notice
from rapport.core.notices.places import places_of
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.core.timeline.reading import in_words, kind_of
from rapport.lib.prepared import Prepared, hole

PAGE = 50  # notices read at once; told together they are fewer lines
MOST_COUNTED = 100  # unread notices that are looked at for the number on the bell


@dataclass(frozen=True)
class Told:
    """One line of the notices: what was told of one record in one way, ``id`` is the newest notice of it.

    ``title`` is the record (or the text of a notice about none), ``sentence`` says who did what, ``detail`` what it
    came to. ``by`` is who did it last, "" for Rapport. ``shape`` is the mark of the record: person or company.
    """

    id: int
    kind: str
    icon: str
    title: str
    sentence: str
    detail: str
    by: str
    shape: str
    at: datetime.datetime
    is_new: bool


@dataclass(frozen=True)
class Notices:
    """Some lines, newest first, and the notice behind which the next ones are; None if there are none."""

    lines: list[Told]
    next: int | None


def _asked(unread: bool, before: bool) -> Prepared:
    def make() -> Any:
        rows = Notice.objects.filter(user_id=hole("user"))
        rows = rows.filter(read_at=None) if unread else rows
        rows = rows.filter(pk__lt=hole("before")) if before else rows
        return rows.select_related("record", "by", "event__subject").order_by("-pk")[: PAGE + 1]

    return Prepared(make)


_ROWS = {(unread, before): _asked(unread, before) for unread in (False, True) for before in (False, True)}
_UNREAD = Prepared(
    lambda: (
        Notice.objects.filter(user_id=hole("user"), read_at=None)
        .order_by("-pk")
        .values_list("kind", "record_id", "record__kind", "pk")[:MOST_COUNTED]
    )
)


def unread_count(actor: Actor) -> int:
    """How many lines are unread, at most :data:`MOST_COUNTED`. One small query where there are none; else one more for
    each kind of record, and those that find what mentions stand on.
    """
    rows = _UNREAD(user=actor.user_id or 0)
    records = {record_id: Record(pk=record_id, kind=kind) for _kind, record_id, kind, _pk in rows if record_id}
    about = places_of(records[record_id] for kind, record_id, _kind, _pk in rows if kind == "mention" and record_id)
    titles = _titles(actor, [*records.values(), *about.values()])
    return len(
        {
            (kind, _place(kind, record_id, pk, about, titles))
            for kind, record_id, _kind, pk in rows
            if record_id is None or record_id in titles
        }
    )


def notices(actor: Actor, *, unread: bool = False, before: int | None = None) -> Notices:
    """What the actor was told, the newest :data:`PAGE` notices or those behind ``before``.

    What is about records that may no longer be seen is left out. A bounded number of queries.
    """
    edge = {} if before is None else {"before": before}
    rows = _ROWS[unread, before is not None](user=actor.user_id or 0, **edge)
    has_next, rows = len(rows) > PAGE, rows[:PAGE]
    return Notices(_Page(actor, rows).lines(), rows[-1].pk if has_next else None)


class _Page:
    """Some notices, with all that is needed to tell them."""

    def __init__(self, actor: Actor, rows: Sequence[Notice]) -> None:
        self.actor = actor
        self.about = places_of(row.record for row in rows if row.record is not None)
        named = [row.record for row in rows] + [row.event.subject for row in rows if row.event]
        self.titles = _titles(actor, [*named, *self.about.values()])
        changed = [row.event_id for row in rows if row.event and row.event.kind.endswith(".updated")]
        self.changes = _changes(changed)
        self.rows = [row for row in rows if self._may_be_told(row)]

    def lines(self) -> list[Told]:
        """One for each record and kind, in the order of the newest notice of each."""
        groups: dict[tuple[str, int], list[Notice]] = defaultdict(list)
        for row in self.rows:
            groups[row.kind, _place(row.kind, row.record_id, row.pk, self.about, self.titles)].append(row)
        details = self._details([group[0] for group in groups.values()])
        return [self._line(group, details.get(group[0].pk, "")) for group in groups.values()]

    def _may_be_told(self, row: Notice) -> bool:
        if row.record_id is not None and row.record_id not in self.titles:
            return False
        subject = row.event.subject if row.event else None
        if subject is None:
            return True
        if subject.pk not in self.titles:
            return False
        fields = self.changes.get(row.event_id or 0)
        spec = registry.find(subject.kind)
        return fields is None or spec is None or bool(fields.keys() & readable_fields(self.actor, spec).keys())

    def _line(self, group: Sequence[Notice], detail: str) -> Told:
        newest = group[0]
        kind = kinds.find(newest.kind)
        place = self.about.get(newest.record_id or 0)
        is_there = place is not None and place.pk in self.titles
        title, own = self.titles.get(newest.record_id or 0, ""), newest.text
        record = newest.record
        if kind.key == "mention" and place is not None and is_there:  # the text stands on what the note is about
            title, detail, record = self.titles[place.pk], title, place
        elif place is not None and is_there:
            detail = " · ".join(filter(None, (detail, self.titles[place.pk])))
        if newest.record_id is None:
            title, own = newest.text, ""
        spec = registry.find(record.kind) if record else None
        return Told(
            id=newest.pk,
            kind=kind.key,
            icon=kind.icon,
            title=title or _("No name"),
            sentence=own or self._sentence(kind, group),
            detail=detail,
            by=newest.by.name if newest.by else "",
            shape=spec.mark if spec else "",
            at=newest.at,
            is_new=any(row.read_at is None for row in group),
        )

    def _sentence(self, kind: kinds.NoticeKind, group: Sequence[Notice]) -> str:
        names = _names(group)
        event = group[0].event
        done = kind_of(event.kind)[0] if event and kind.key == "change" else None
        if done and len({row.event.kind for row in group if row.event}) == 1:
            return f"{names} {done.said(event.data if event else {})}"
        return kind.said(names)

    def _details(self, rows: Iterable[Notice]) -> dict[int, str]:
        """What the newest changes came to, in words: “Lifecycle: Lead → Customer”; of a note, its beginning."""
        told: dict[int, str] = {}
        asked = []
        for row in rows:
            subject = row.event.subject if row.event else None
            if subject is None or row.kind != "change":
                continue
            spec = registry.find(subject.kind)
            if row.event_id in self.changes and spec is not None:
                asked.append((row.pk, (readable_fields(self.actor, spec), self.changes[row.event_id])))
            elif subject.pk != row.record_id:
                told[row.pk] = self.titles.get(subject.pk, "")
        words = in_words(self.actor, [pair for _pk, pair in asked]) if asked else []
        for (pk, _pair), triples in zip(asked, words, strict=True):
            told[pk] = " · ".join(_change_words(*triple) for triple in triples[:3])
        return told


def _place(kind: str, record_id: int | None, pk: int, about: Mapping[int, Record], titles: Container[int]) -> int:
    """The record that the line of a notice is about; that of a mention is what the text stands on, if that is seen."""
    place = about.get(record_id or 0)
    if kind == "mention" and place is not None and place.pk in titles:
        return place.pk
    return record_id or -pk


def _names(group: Sequence[Notice]) -> str:
    """“Tom”, “Tom and Ines”, “Tom and 2 others”: who did it, the last one first."""
    names = list(dict.fromkeys(row.by.name if row.by else "Rapport" for row in group))
    if len(names) < 2:
        return names[0]
    if len(names) == 2:
        return _("%(name)s and %(other)s") % {"name": names[0], "other": names[1]}
    others = len(names) - 1
    return ngettext("%(name)s and %(count)s other", "%(name)s and %(count)s others", others) % {
        "name": names[0],
        "count": others,
    }


def _change_words(label: str, before: str, after: str) -> str:
    if before and after:
        return f"{label}: {before} → {after}"
    return f"{label}: {after or '–'}"


def _titles(actor: Actor, records: Iterable[Record | None]) -> dict[int, str]:
    """The titles of those of some records that the actor may see at this moment. One query for each kind."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for record in records:
        if record is not None:
            by_kind[record.kind].add(record.pk)
    found: dict[int, str] = {}
    for kind, ids in by_kind.items():
        if (spec := registry.find(kind)) is not None:
            found.update(titles_seen(actor, spec, sorted(ids)))
    return found


def _changes(event_ids: Collection[int | None]) -> dict[int, dict[str, Any]]:
    """What some events changed, by event."""
    ids = [pk for pk in event_ids if pk is not None]
    if not ids:
        return {}
    rows = Change.objects.filter(event_id__in=ids, record_id=F("event__subject_id"))
    return dict(rows.values_list("event_id", "fields"))
