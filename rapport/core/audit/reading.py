"""The audit as people read it: who did what to which record, when, through which door, before and after.

Newest act first, and inside an act its newest event: so what was done in one go stands together. Pages go by the pair
(act, event), along an index each for all, for one user and for one kind.
"""

import csv
import datetime
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db.models import Max, Min, Q, QuerySet
from django.db.models.expressions import Col
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.audit.rights import demand_audit
from rapport.core.events import doors
from rapport.core.events.kinds import EventKind, house_kinds
from rapport.core.events.models import Act, Change, Event, EventLink
from rapport.core.objects import registry
from rapport.core.timeline.reading import in_words, kind_of
from rapport.lib.csv_safe import neutral_all
from rapport.lib.relative_dates import day_bounds
from rapport.lib.wording import alone

PAGE = 50
_ACT = Col(Act._meta.db_table, Act._meta.get_field("id"))
_CHUNK = 500  # lines of a file read at once
_NAMES = {
    "name": gettext_lazy("Name"), "email": gettext_lazy("E-mail"), "role": gettext_lazy("Role"),
    "team": gettext_lazy("Team"), "active": gettext_lazy("Active"), "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"), "currency": gettext_lazy("Currency"), "country": gettext_lazy("Country"),
    "hue": gettext_lazy("Brand colour"), "parent": gettext_lazy("Belongs to"), "address": gettext_lazy("Address"),
    "path": gettext_lazy("Page"), "format": gettext_lazy("Format"), "columns": gettext_lazy("Columns"),
    "kind": gettext_lazy("Object"), "how": gettext_lazy("How"), "user": gettext_lazy("User"),
    "unique_identities": gettext_lazy("Unique e-mails"), "live": gettext_lazy("Live"), "with": gettext_lazy("With"),
    "reason": gettext_lazy("Reason"), "works_as": gettext_lazy("Administrators work as"),
    "until": gettext_lazy("Valid until"), "field": gettext_lazy("Field"), "label": gettext_lazy("Label"),
    "type": gettext_lazy("Type"), "group": gettext_lazy("Group"), "hint": gettext_lazy("Hint"),
    "required": gettext_lazy("Required"), "unique": gettext_lazy("Unique"), "indexed": gettext_lazy("Indexed"),
    "options": gettext_lazy("Options"), "places": gettext_lazy("Digits after the point"),
    "to": gettext_lazy("Leads to"), "accepts": gettext_lazy("Takes"), "part": gettext_lazy("Part"),
    "for": gettext_lazy("For whom"), "order": gettext_lazy("Order"), "left_out": gettext_lazy("Left out"),
    "groups": gettext_lazy("Groups"),
}  # fmt: skip
_WORDS = {
    ("how", "link"): gettext_lazy("Link that works once"), ("how", "password"): gettext_lazy("Password"),
    ("with", "all"): gettext_lazy("Everybody"), ("with", "team"): gettext_lazy("Team"),
    ("with", "nobody"): gettext_lazy("Nobody"), ("part", "facts"): gettext_lazy("Facts"),
    ("part", "panels"): gettext_lazy("Related"), ("part", "columns"): gettext_lazy("Columns"),
    ("part", "quick"): gettext_lazy("Fields asked first"), ("for", "everybody"): gettext_lazy("Everybody"),
}  # fmt: skip
_MOST_NAMED = 4  # columns of an export
_HIDDEN = ("changes", "account", "method", "user")


@dataclass(frozen=True)
class Question:
    """What the reader wants to see. Days are those of the reader's time zone, both included."""

    user: int | None = None
    kind: str = ""
    record: int | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    door: str = ""


@dataclass(frozen=True)
class Line:
    """One event in words. ``place`` is the cursor behind it; ``details`` are pairs of name and value."""

    event: Event
    sentence: str
    icon: str
    tone: str
    by: str
    door: str
    title: str
    path: str
    place: str
    names_thing: bool = False  # the sentence names what was done, so the title only says where
    changes: tuple[tuple[str, str, str], ...] = ()
    details: tuple[tuple[str, str], ...] = field(default=())


def lines(actor: Actor, question: Question, *, after: str = "", size: int = PAGE) -> list[Line]:
    """A page of the audit behind the line whose place is ``after``. Fewer than ``size``: there are no more."""
    demand_audit(actor)
    rows = _behind(_matching(actor, question), after).select_related("act", "user", "subject")
    if not question.door:
        return _in_words(actor, list(rows.order_by("-act_id", "-pk")[:size]))
    # By the acts' own number, not by the events': that is the order in which the index on doors has them.
    if place := _place(after):
        rows = rows.filter(LessThanOrEqual(_ACT, place[0]))
    return _in_words(actor, list(rows.order_by(_ACT.desc(), "-pk")[:size]))


def kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind of event, grouped by what it happens to, for a select."""

    def said(kind: EventKind) -> str:
        return alone(kind.said({"name": "…"}))

    groups = [
        (str(spec.plural), [(kind.key, f"{spec.label}: {said(kind)}") for kind in spec.event_kinds.values()])
        for spec in registry.with_archived()
    ]
    return [*groups, (_("The house"), [(kind.key, said(kind)) for kind in house_kinds().values()])]


def as_csv(actor: Actor, question: Question) -> Iterator[bytes]:
    """The audit as CSV, newest first, in pieces. Texts that a spreadsheet could take for a formula are neutralised."""
    demand_audit(actor)
    head = ["number", "at", "user", "kind", "sentence", "record", "title", "via", "act", "seal", "changes", "data"]
    yield "\N{BYTE ORDER MARK}".encode() + _csv_lines([head])
    after = ""
    while found := lines(actor, question, after=after, size=_CHUNK):
        raw = _changes([line.event.pk for line in found])
        yield _csv_lines([_cells(line, raw.get(line.event.pk, {})) for line in found])
        after = found[-1].place


def as_jsonl(actor: Actor, question: Question) -> Iterator[bytes]:
    """The audit as JSON, an object on each line, newest first, in pieces; keys as in the CSV."""
    demand_audit(actor)
    after = ""
    while found := lines(actor, question, after=after, size=_CHUNK):
        raw = _changes([line.event.pk for line in found])
        yield b"".join(orjson.dumps(_object(line, raw.get(line.event.pk, {}))) + b"\n" for line in found)
        after = found[-1].place


# -------------------------------------------------------------------- pieces
def _matching(actor: Actor, question: Question) -> "QuerySet[Event]":
    rows = Event.objects.all()
    if question.user is not None:
        rows = rows.filter(user_id=question.user) if question.user else rows.filter(user_id__isnull=True)
    if question.kind:
        rows = rows.filter(kind=question.kind)
    if question.door:
        rows = rows.filter(act__via=question.door)
    if question.record is not None:
        rows = rows.filter(pk__in=EventLink.objects.filter(record_id=question.record).values("event_id"))
    if question.since or question.until:
        rows = rows.filter(**_acts_between(actor, question))
    return rows


def _acts_between(actor: Actor, question: Question) -> dict[str, int]:
    """The acts of these days as a range of their numbers, which rise with time: that is what the indexes hold."""
    acts = Act.objects.all()
    if question.since:
        acts = acts.filter(at__gte=day_bounds(question.since, actor.time_zone)[0])
    if question.until:
        acts = acts.filter(at__lt=day_bounds(question.until, actor.time_zone)[1])
    edge = acts.aggregate(first=Min("pk"), last=Max("pk"))
    return {"act_id__gte": edge["first"] or 0, "act_id__lte": edge["last"] or 0}


def _behind(rows: "QuerySet[Event]", after: str) -> "QuerySet[Event]":
    place = _place(after)
    if place is None:
        return rows
    act, event = place
    return rows.filter(act_id__lte=act).filter(Q(act_id__lt=act) | Q(pk__lt=event))


def _place(after: str) -> tuple[int, int] | None:
    """The act and the event behind which a page begins; None for the first one."""
    act, _dot, event = after.partition(".")
    if not (act.isdecimal() and event.isdecimal() and len(act) < 19 and len(event) < 19):
        return None
    return int(act), int(event)


def _in_words(actor: Actor, events: Sequence[Event]) -> list[Line]:
    changes = _record_changes(actor, events)
    people = _users(events)
    return [_line(event, changes.get(event.pk, ()), people) for event in events]


def _line(event: Event, changes: tuple[tuple[str, str, str], ...], people: Mapping[int, str]) -> Line:
    kind, about = kind_of(event.kind)
    told = event.data.get("changes") or {}
    said = kind.said(event.data)
    names_thing = said != str(kind.sentence)
    hidden = (*_HIDDEN, "name", "file") if names_thing else _HIDDEN
    house = tuple((_named(key), _plain(pair[0]), _plain(pair[1])) for key, pair in told.items())
    return Line(
        event=event,
        sentence=said,
        icon=kind.icon,
        tone=kind.tone,
        by=event.user.name if event.user else _("Nobody") if event.act.via == "screen" else "Rapport",
        door=doors.name_of(event.act.via),
        title=(event.subject.title or f"#{event.subject_id}") if event.subject else _about(event, people),
        path=f"/{about.path}/{event.subject_id}" if about and event.subject and event.subject.title else "",
        place=f"{event.act_id}.{event.pk}",
        names_thing=names_thing,
        changes=changes or house,
        details=tuple(
            (_named(key), _detail(key, value, event.data)) for key, value in event.data.items() if key not in hidden
        ),
    )


def _about(event: Event, people: Mapping[int, str]) -> str:
    """Whom or what an event of the house is about."""
    user = event.data.get("user")
    if user is not None:
        return people.get(user) or f"#{user}"
    names = (event.data.get("changes") or {}).get("name") or [None, event.data.get("name")]
    return str(names[1] or names[0] or "")


def _users(events: Sequence[Event]) -> dict[int, str]:
    ids = {user for event in events if isinstance(user := event.data.get("user"), int)}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def _changes(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    rows = Change.objects.filter(event_id__in=ids).order_by("pk").values_list("event_id", "fields")
    for event_id, fields in rows:
        found[event_id].update(fields)
    return found


def _record_changes(actor: Actor, events: Sequence[Event]) -> dict[int, tuple[tuple[str, str, str], ...]]:
    raw = _changes([event.pk for event in events])
    told, ids = [], []
    for event in events:
        about = registry.find(event.subject.kind, archived=True) if event.subject else None
        if about is not None and event.pk in raw and set(raw[event.pk]) != {"live"}:
            ids.append(event.pk)
            told.append(({**about.retired, **about.by_key}, raw[event.pk]))
    return dict(zip(ids, in_words(actor, told, all_links=True), strict=True))


def _named(key: str) -> str:
    return str(_NAMES.get(key, key))


def _detail(key: str, value: Any, data: Mapping[str, Any]) -> str:
    """What else an event holds, with objects, fields and known words by their names; of long lists the beginning."""
    spec = registry.find(str(data.get("kind", "")), archived=True)
    if key == "kind" and spec is not None:
        return str(spec.plural)
    if key == "columns" and isinstance(value, list):
        names = [str(spec.by_key[name].label) if spec and name in spec.by_key else str(name) for name in value]
        rest = len(names) - _MOST_NAMED
        more = [_("and %(count)s more") % {"count": rest}] if rest > 0 else []
        return ", ".join([*names[:_MOST_NAMED], *more])
    return str(_WORDS.get((key, str(value))) or _plain(value))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "" if value is None else str(value)


def _object(line: Line, raw: Mapping[str, Any]) -> dict[str, Any]:
    event = line.event
    return {
        "number": event.pk, "at": event.at.isoformat(), "user": line.by, "kind": event.kind, "sentence": line.sentence,
        "record": event.subject_id, "title": line.title, "via": event.act.via, "act": event.act_id,
        "seal": event.seal_no, "changes": raw, "data": event.data,
    }  # fmt: skip


def _cells(line: Line, raw: Mapping[str, Any]) -> list[str]:
    event = line.event
    texts = [
        str(event.pk), event.at.isoformat(), line.by, event.kind, line.sentence, str(event.subject_id or ""),
        line.title, event.act.via, str(event.act_id), str(event.seal_no or ""),
        *(json.dumps(content, ensure_ascii=False) if content else "" for content in (raw, event.data)),
    ]  # fmt: skip
    return neutral_all(texts)


def _csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
