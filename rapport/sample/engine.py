"""Writes a plan through the engine's save path, each piece at the time it happened."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rapport.core.errors import Invalid
from rapport.core.events.models import Act
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.sample.plan import ActivityPlan, CompanyPlan, PersonPlan
from rapport.sample.staff import Colleague

KINDS = ("company", "person", "note", "call")
Tell = Callable[[int], None]
Item = tuple[datetime.datetime, str, int | None, Any, Any]  # when, kind, owner, its plan, the plan it belongs to


def write(
    act: Act, companies: Iterable[CompanyPlan], colleagues: Sequence[Colleague], tell: Tell = lambda _done: None
) -> dict[str, int]:
    """Saves everything, day after day; returns how many of each kind. ``tell`` hears how many are saved so far."""
    counts: Counter[str] = Counter()
    ids: dict[int, int] = {}  # id() of a plan → id of its record
    for (_day, _rank, kind, owner), items in sorted(_by_day(companies).items(), key=lambda pair: pair[0][:2]):
        actor = colleagues[owner if owner is not None else 0].actor()
        spec = registry.get(kind)
        with clock.as_of(max(item[0] for item in items)):  # the history of a sample lies in the past
            drafts = saving.create_many(actor, spec, [_values(item, ids, colleagues) for item in items], act=act)
        for item, draft in zip(items, drafts, strict=True):
            if draft.errors:
                raise Invalid(draft.errors)
            ids[id(item[3])] = draft.instance.pk
        counts[plural(kind)] += len(drafts)
        tell(counts.total())
    Act.objects.filter(pk=act.pk).update(counts=act.counts)
    return dict(counts)


def plural(kind: str) -> str:
    """What records of a kind are called in counts: “people”."""
    return str(registry.get(kind).plural).lower()


def _by_day(companies: Iterable[CompanyPlan]) -> Mapping[tuple[Any, ...], list[Item]]:
    """What can be saved together: the same day, kind and owner; companies before people before what they did."""
    groups: dict[tuple[Any, ...], list[Item]] = defaultdict(list)

    def put(at: datetime.datetime, rank: int, kind: str, plan: Any, parent: Any) -> None:
        groups[at.date(), rank, kind, plan.owner].append((at, kind, plan.owner, plan, parent))

    for company in companies:
        if company.values:
            put(company.at, 0, "company", company, None)
        for person in company.people:
            put(person.at, 1, "person", person, company)
            for activity in person.activities:
                put(activity.at, 2, activity.kind, activity, person)
    return groups


def _values(item: Item, ids: Mapping[int, int], colleagues: Sequence[Colleague]) -> dict[str, Any]:
    _at, _kind, owner, plan, parent = item
    colleague = colleagues[owner] if owner is not None else None
    values = {
        **plan.values,
        "owner": colleague.user_id if colleague else None,
        "team": colleague.team_id if colleague else None,
    }
    if isinstance(plan, PersonPlan) and parent.values:
        values["company"] = ids[id(parent)]
    if isinstance(plan, ActivityPlan):
        values["about"] = [ids[id(parent)]]
    return values
