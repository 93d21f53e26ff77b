"""Writes a plan in bulk: the same rows that the engine's save path makes, without its questions.

A plan breaks no rule (the engine accepts it in small), so nothing is checked again here. A test compares both ways
row by row.
"""

import datetime
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model

from rapport.accounts.actor import Actor
from rapport.activities.models import ActivityLink
from rapport.core.events.emit import SALT_BYTES, data_digest
from rapport.core.events.models import Act, Change, Event, EventLink
from rapport.core.fields import Locale
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft, Saver
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records import rows
from rapport.core.records.models import TITLE_LIMIT, Record
from rapport.core.search import entries, keeping, scopes
from rapport.core.search.models import SearchEntry
from rapport.core.tags.models import Tag, TagLink
from rapport.lib.text import fold, shorten
from rapport.people.identities import norm, unique_key
from rapport.people.models import Affiliation, Identity
from rapport.sample.engine import KINDS, plural
from rapport.sample.plan import ActivityPlan, CompanyPlan, PersonPlan
from rapport.sample.rows import insert, unchecked
from rapport.sample.staff import Colleague
from rapport.sample.trade import Words

CHUNK = 20_000  # people in one transaction


def write(
    act: Act,
    companies: Iterable[CompanyPlan],
    colleagues: Sequence[Colleague],
    words: Words,
    people: int,
    say: Callable[[str], None],
) -> dict[str, int]:
    """Writes everything, one transaction for each chunk; returns how many of each kind."""
    total: Counter[str] = Counter()
    with unchecked():
        tags = _tags(words)
        for chunk in _chunks(companies):
            with transaction.atomic():
                counts = _Chunk(act, colleagues, tags).write(chunk)
                total.update(counts)
                act.counts = {"created": sum(total.values())}
                act.save(update_fields=["counts"])
            say(f"{total[plural('person')]:,} of {people:,} people")
    return dict(total)


def _chunks(companies: Iterable[CompanyPlan]) -> Iterator[list[CompanyPlan]]:
    chunk: list[CompanyPlan] = []
    size = 0
    for company in companies:
        chunk.append(company)
        size += len(company.people)
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _tags(words: Words) -> dict[str, int]:
    """Ids of the tags of a sample, by name."""
    keys = {fold(name): name for name, _weight in words.tags}
    Tag.objects.bulk_create([Tag(name=name, key=key) for key, name in keys.items()], ignore_conflicts=True)
    ids = dict(Tag.objects.filter(key__in=list(keys)).values_list("key", "pk"))
    return {name: ids[key] for key, name in keys.items()}


@dataclass
class _Kind:
    """What saving needs to know of one kind of object, looked up once."""

    spec: ObjectSpec
    saver: Saver
    defaults: dict[str, Any]
    instance: Callable[[], Any]
    apart: frozenset[str]

    @classmethod
    def of(cls, key: str) -> "_Kind":
        spec = registry.get(key)
        defaults = {one.key: one.default for one in spec.all_fields if one.default is not None}
        return cls(
            spec,
            spec.saver(spec, Actor.system(via="command"), Locale()),
            defaults,
            rows.blank(spec.model),
            scopes.apart_in(key),
        )


class _Chunk:
    """One transaction's worth of rows."""

    def __init__(self, act: Act, colleagues: Sequence[Colleague], tags: dict[str, int]) -> None:
        self.act, self.colleagues, self.tags = act, colleagues, tags
        self.kinds = {key: _Kind.of(key) for key in KINDS}
        self.plurals = {key: plural(key) for key in KINDS}
        self.counts: Counter[str] = Counter()
        self.rows: dict[type, list[Any]] = defaultdict(list)
        self.titles: dict[int, str] = {}

    def write(self, companies: Sequence[CompanyPlan]) -> Counter[str]:
        """Makes the rows of these companies and writes them, table by table."""
        records = sum(
            1 + len(company.people) + sum(len(person.activities) for person in company.people) for company in companies
        )
        self.record_ids = iter(rows.reserve(Record, records))
        self.event_ids = iter(rows.reserve(Event, records))
        for company in companies:
            self._company(company)
        tables: list[type[Model]] = [Record]
        tables += [self.kinds[key].spec.model for key in KINDS]
        tables += [Identity, Affiliation, TagLink, ActivityLink, SearchEntry, Event, EventLink, Change]
        for model in tables:
            insert(model, self.rows[model])
        keeping.index_rows(self.rows[SearchEntry])
        return self.counts

    def _company(self, company: CompanyPlan) -> None:
        latest = max((one.at for person in company.people for one in person.activities), default=None)
        company_id = None
        if company.values:
            values = _with_identities(company.values)
            company_id = self._save("company", company, values, (), last_activity_at=latest)
        for person in company.people:
            self._person(person, company_id)

    def _person(self, person: PersonPlan, company_id: int | None) -> None:
        values = _with_identities(person.values)
        if company_id is not None:
            main = {"role": values["job_title"], "since": None, "until": None, "main": True}
            values |= {"company": company_id, "affiliations": [{"company": company_id, **main}]}
        latest = max((activity.at for activity in person.activities), default=None)
        person_id = self._save("person", person, values, (), last_activity_at=latest)
        about = sorted(one for one in (person_id, company_id) if one is not None)
        for activity in person.activities:
            self._save(activity.kind, activity, {**activity.values, "about": about}, tuple(about))

    def _save(
        self,
        key: str,
        plan: CompanyPlan | PersonPlan | ActivityPlan,
        given: dict[str, Any],
        others: tuple[int, ...],
        **columns: Any,
    ) -> int:
        """What ``saving.create`` does with one record; returns its id."""
        kind = self.kinds[key]
        colleague = self.colleagues[plan.owner] if plan.owner is not None else None
        owner, team = (colleague.user_id, colleague.team_id) if colleague else (None, None)
        values = {**kind.defaults, "owner": owner, "team": team, **given}
        instance = kind.instance()
        instance.record_id, instance.created_at, instance.updated_at = next(self.record_ids), plan.at, plan.at
        instance.__dict__.update(columns)
        by_key = kind.spec.by_key
        for name, value in values.items():
            by_key[name].set(instance, value)
        draft = Draft(instance, values, is_new=True)
        kind.saver.derive(draft)
        instance.title = shorten(kind.saver.title(draft), TITLE_LIMIT)
        instance.title_key = fold(instance.title)[:TITLE_LIMIT]
        self.rows[Record].append((instance.pk, key, instance.title, None))
        self.rows[kind.spec.model].append(instance)
        self.titles[instance.pk] = instance.title
        words = entries.entry(kind.spec, kind.apart, instance, values, self.titles)
        self.rows[SearchEntry].append(words)
        self._children(key, instance.pk, values)
        changes = {
            name: [None, by_key[name].to_json(value)]
            for name, value in values.items()
            if not by_key[name].is_empty(value)
        }
        self._event(f"{key}.created", plan.at, colleague or self.colleagues[0], instance.pk, others, changes)
        self.counts[self.plurals[key]] += 1
        return int(instance.pk)

    def _children(self, key: str, pk: int, values: dict[str, Any]) -> None:
        for kind, name in (("email", "emails"), ("phone", "phones")):
            for place, item in enumerate(values.get(name, ())):
                normalised = norm(kind, item["value"])
                unique = unique_key(key, kind, normalised)
                self.rows[Identity].append((pk, kind, item["value"], normalised, item["label"], place, unique))
        for row in values.get("affiliations", ()):
            self.rows[Affiliation].append((pk, row["company"], row["role"], None, None, True))
        for tag in values.get("tags", ()):
            self.rows[TagLink].append((self.tags[tag], pk))
        for record_id in values.get("about", ()) if "about" in values and key in ("note", "call") else ():
            self.rows[ActivityLink].append((pk, record_id))

    def _event(
        self,
        kind: str,
        at: datetime.datetime,
        by: Colleague,
        subject: int,
        others: tuple[int, ...],
        fields: dict[str, Any],
    ) -> None:
        event_id = next(self.event_ids)
        salt = os.urandom(SALT_BYTES)
        digest = data_digest(salt, {}, {subject: fields})
        self.rows[Event].append(
            (event_id, kind, by.user_id, at, self.act.pk, None, subject, {}, salt, digest, None, None)
        )
        self.rows[EventLink].extend((event_id, record_id, at) for record_id in (subject, *others))
        self.rows[Change].append((event_id, subject, fields))


def _with_identities(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the lists behind ``email`` and ``phone``, as the save path keeps them."""
    completed = dict(values)
    for short, long in (("email", "emails"), ("phone", "phones")):
        if values.get(short):
            completed[long] = [{"value": values[short], "label": ""}]
    return completed
