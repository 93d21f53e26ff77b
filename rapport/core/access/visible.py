"""The one door for every read: which records an actor may see, edit or trash, and which of them meet a condition.

The two need each other: a role may hold a condition, and a condition that goes through a link must not see further
than the actor does.
"""

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import Exact, In
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, Condition, Meaning, Term, from_json, understand
from rapport.core.access.levels import Level, all_called, called, level_of, locale_of
from rapport.core.access.models import Share, in_force
from rapport.core.access.planners import Plain
from rapport.core.errors import BadQuery, NotAllowed, NotFound
from rapport.core.fields import Field, Link, Links, Locale, link_rows, snapshot
from rapport.core.fields.base import join_values, split_values
from rapport.core.fields.labelled_links import OfLabels
from rapport.core.fields.links import MOST_DIGITS
from rapport.core.fields.operators import EMPTY, FILLED, Operator
from rapport.core.objects import registry
from rapport.core.records.aliases import currents
from rapport.core.records.among import among
from rapport.core.records.known import as_value, listed_later
from rapport.core.records.models import living, part_of
from rapport.lib.prepared import Prepared, hole
from rapport.lib.wording import inside

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

# Up to so many visible records are fetched by id and then sorted; beyond, the sort's index is walked instead.
FEW = 2_000
_KEPT_SECONDS = 60.0
_MOST_QUESTIONS = 1_000
_questions: dict[Hashable, Prepared] = {}
_sights: dict[Hashable, bool] = {}
_many: dict[tuple[Any, ...], float] = {}


def visible_to(actor: Actor, spec: "ObjectSpec", action: str = "view", *, live: bool = True) -> "QuerySet[Any]":
    """Records of a kind that the actor may ``action``. No joins, so no doubles; everything is one plain filter."""
    rows = spec.model._default_manager.filter(living(live))
    allowed = condition_for(actor, spec, action)
    return rows.none() if allowed is None else rows.filter(allowed)


def condition_for(actor: Actor, spec: "ObjectSpec", action: str, *, walking: bool = False) -> Q | None:
    """The rule of :func:`visible_to` as a condition; None where nothing is visible, empty where everything is.

    ``walking`` keeps SQLite from starting at owner or team: the caller reads along the index of its sort.
    """
    level = level_of(actor, spec.key, action)
    if level is Level.NONE:
        return None
    allowed = Q()
    if spec.parents is not None:
        allowed = spec.parents(actor, action, level)
    elif level is not Level.ALL:
        allowed = reach(actor, level, action, walking=walking)
    return allowed & role_filter(actor, spec)


def reach(actor: Actor, level: Level, action: str, *, walking: bool = False) -> Q:
    """What a level below ``ALL`` reaches: the actor's own, the teams', and what was shared with either."""
    teams = teams_within(actor, level)
    shares = shared_ids(actor, action)
    if walking:
        mine = Q(Exact(Plain(F("owner_id")), actor.user_id or 0))
        ours = Q(In(Plain(F("team_id")), list(teams))) if teams else Q()
        shared = Q(In(Plain(F("pk")), shares))
    else:
        mine, ours = Q(owner_id=actor.user_id or 0), Q(team_id__in=teams) if teams else Q()
        shared = Q(pk__in=shares)
    return (mine | ours | shared) if teams else (mine | shared)


def teams_within(actor: Actor, level: Level) -> tuple[int, ...]:
    """The teams whose records a level reaches."""
    if level is Level.TEAM and actor.team_id:
        return (actor.team_id,)
    return actor.team_ids_below if level is Level.TEAM_BELOW else ()


def shared_ids(actor: Actor, action: str = "view") -> "QuerySet[Any]":
    """Ids of what is shared with the actor or the actor's team; for more than viewing, with the right to change."""
    shares = Share.objects.filter(
        in_force(), Q(user_id=actor.user_id) | Q(team_id=actor.team_id, team_id__isnull=False)
    )
    return (shares if action == "view" else shares.filter(can_edit=True)).values("record_id")


def role_filter(actor: Actor, spec: "ObjectSpec") -> Q:
    """The condition that the actor's role puts on every record of this kind; empty if there is none.

    One that cannot be understood any more (its field is gone) lets nothing through.
    """
    if actor.all_rights or actor.role is None or not (stored := actor.role.filters.get(spec.key)):
        return Q()
    try:
        return compile_trusted(actor, spec, stored)
    except BadQuery:
        return Q(pk__in=())


def compile_trusted(actor: Actor, spec: "ObjectSpec", stored: Any) -> Q:
    """A condition written by an administrator: all fields count, also those the actor may not see."""
    return compile_condition(Actor.system(), spec, from_json(stored), locale_of(actor))


def compile_condition(actor: Actor, spec: "ObjectSpec", condition: Condition, locale: Locale | None = None) -> Q:
    """The condition as SQL's WHERE, in Django's terms."""
    locale = locale or locale_of(actor)
    if isinstance(condition, Term):
        meaning = understand(actor, spec, condition.path, condition.operator)
        field = meaning.field
        if isinstance(field, OfLabels):
            field = replace(field, seen=_leads_to_seen(actor, field.to))
        found = _where(actor, field, meaning.operator, condition.value, locale)
        if meaning.hop is None or meaning.target is None:
            return found
        return _through(actor, meaning, condition, found)
    parts = [compile_condition(actor, spec, part, locale) for part in condition.parts]
    if isinstance(condition, AllOf):
        # Never an empty Q: joined by “or” it would vanish instead of making all true.
        return Q(*parts) if parts else ~Q(pk__in=())
    found = Q(pk__in=())
    for part in parts:
        found |= part
    return found


def _where(actor: Actor, field: Field, operator: Operator, value: str, locale: Locale) -> Q:
    """What a field says itself. A link to what the actor does not see leads nowhere."""
    if (target := _narrowed(actor, field)) is None:
        return field.where(operator, value, locale)
    if operator in (EMPTY, FILLED):
        missing = is_missing(actor, field)
        return missing if operator is EMPTY else ~missing
    return field.where(operator, _seen_in(actor, target, value), locale)


def is_missing(actor: Actor, field: Field) -> Q:
    """The condition of having no value that the actor may know of."""
    if (target := _narrowed(actor, field)) is None:
        return field.is_missing()
    if isinstance(field, Link) and not field.has_rows:
        return ~Q(Exists(_one_by_one(actor, target).filter(pk=OuterRef(field.id_path))))
    return ~link_rows.leads(field.key, _leads_to_seen(actor, target.key))


def _narrowed(actor: Actor, field: Field) -> "ObjectSpec | None":
    """What a link leads to, where the actor may not see all of it."""
    target = registry.find(field.to) if isinstance(field, Link | Links) and field.to else None
    return None if target is None or sees_all(actor, target) else target


def _seen_in(actor: Actor, target: "ObjectSpec", value: str) -> str:
    """The records that a filter names, with the number of none in place of those that the actor does not see."""
    parts = split_values(value)
    numbers = {part: int(part) for part in parts if part.isdecimal() and len(part) <= MOST_DIGITS}
    moved = currents(numbers.values())
    now = {part: moved.get(number, number) for part, number in numbers.items()}
    seen = set(seen_among(actor, target, set(now.values())).values_list("pk", flat=True)) if now else set()
    return join_values(["0" if part in now and now[part] not in seen else part for part in parts])


def _leads_to_seen(actor: Actor, kind: str) -> Q:
    """Of the rows of links those whose record the actor sees: else a filter would tell what a page would not."""
    target = registry.find(kind)
    return Q(Exists(_one_by_one(actor, target).filter(pk=OuterRef("to_record_id")))) if target else Q(pk__in=())


def _one_by_one(actor: Actor, spec: "ObjectSpec", action: str = "view") -> "QuerySet[Any]":
    """What the actor may ``action``, to be asked for one record after the other."""
    allowed = condition_for(actor, spec, action, walking=True)
    return unindexed(spec).none() if allowed is None else unindexed(spec).filter(allowed)


def _through(actor: Actor, meaning: Meaning, term: Term, found: Q) -> Q:
    """The condition that the record behind a link meets another one. It must be visible, too: a filter must not tell
    what a page would not.

    Where an index tells quickly how many there are: few are named by id, among many the one behind the link is looked
    at, record by record, because to collect them all would take longer than the page. That they are many is remembered
    for a minute.
    """
    target, hop = meaning.target, meaning.hop
    assert target is not None and hop is not None  # noqa: S101 - the caller looked
    if not meaning.field.indexed:
        return hop.in_ids(visible_to(actor, target).filter(found).values("pk"))
    rules = rules_of(actor)
    key = ("behind", target.key, rules, term.path, term.operator, term.value)
    if rules is None or _many.get(key, 0.0) < time.monotonic():
        few = few_visible(actor, target)  # for one who sees fifty of them, reading a whole branch would take longer
        rows = visible_to(actor, target) if few is None else unindexed(target).filter(among("pk", few))
        ids = list(rows.filter(found).order_by().values_list("pk", flat=True)[: FEW + 1])
        if len(ids) <= FEW:
            return _leading_to_few(hop, ids)
        if len(_many) > _MOST_QUESTIONS:
            _many.clear()
        _many[key] = time.monotonic() + _KEPT_SECONDS
    there = _one_by_one(actor, target).filter(found)
    if hop.has_rows:
        return link_rows.leads(hop.key, Q(Exists(there.filter(pk=OuterRef("to_record_id")))))
    assert isinstance(hop, Link)  # noqa: S101 - several links have rows
    return Q(Exists(there.filter(pk=OuterRef(hop.id_path))))


def _leading_to_few(hop: Link | Links, ids: Sequence[int]) -> Q:
    """Records that lead to one of a few: named by their ids where they are few, too."""
    if hop.has_rows:
        few = link_rows.few(hop.key, ids, FEW)
        return link_rows.leads(hop.key, to_record_id__in=ids) if few is None else among("pk", few)
    assert isinstance(hop, Link)  # noqa: S101 - several links have rows
    return among(hop.id_path, ids)


def walking(actor: Actor, spec: "ObjectSpec") -> "QuerySet[Any]":
    """All live records that the actor may view, to be read along the index of a sort or of a folded column."""
    rows = spec.model._default_manager.filter(living(True))
    allowed = condition_for(actor, spec, "view", walking=True)
    return rows.none() if allowed is None else rows.filter(allowed)


def few_visible(actor: Actor, spec: "ObjectSpec") -> list[int] | None:
    """Ids of all live records the actor sees if they are few, else None.

    For one who sees fifty of a million, walking the index of the sort would read all of it. That they are many
    is remembered for a minute (a plan, not a right); the ids themselves are read afresh each time.
    """
    if level_of(actor, spec.key, "view") in (Level.NONE, Level.ALL) and not role_filter(actor, spec):
        return None
    key = (spec.key, actor.user_id, actor.team_id, actor.role.pk if actor.role else None)
    if _many.get(key, 0.0) > time.monotonic():
        return None
    ids = _first_ids(actor, spec)
    if len(ids) <= FEW:
        return list(dict.fromkeys(ids))
    _many[key] = time.monotonic() + _KEPT_SECONDS
    return None


def _first_ids(actor: Actor, spec: "ObjectSpec") -> list[int]:
    """Up to one more than ``FEW`` ids of what the actor sees, perhaps some twice.

    What is owned, what the teams have and what is shared are read each along its own index and one after the other:
    for all three joined by “or”, planners without statistics read the table.
    """
    level = level_of(actor, spec.key, "view")
    narrowed = role_filter(actor, spec)
    if spec.parents is not None or level is Level.ALL:
        return list(visible_to(actor, spec).order_by().values_list("pk", flat=True)[: FEW + 1])
    teams = teams_within(actor, level)
    if not narrowed:
        return _first_plain(spec, actor, teams)
    rows = unindexed(spec).filter(narrowed).order_by()
    owned = rows.filter(owner_id=actor.user_id or 0).values_list("pk", flat=True)
    others = [rows.filter(pk__in=shared_ids(actor)), *([rows.filter(team_id__in=teams)] if teams else [])]
    return list(owned.union(*(other.values_list("pk", flat=True) for other in others), all=True)[: FEW + 1])


def _first_plain(spec: "ObjectSpec", actor: Actor, teams: Sequence[int]) -> list[int]:
    """The same where no condition of the role narrows it: most roles have none, and writing it for each request would
    take Django longer than reading takes.
    """
    part = part_of(spec.model, also=" AND ")
    rows = f"SELECT record_id FROM {spec.model._meta.db_table} WHERE live{part} AND "  # noqa: S608
    not_ended = "(until IS NULL OR until > CURRENT_TIMESTAMP)"
    shared = f"record_id IN (SELECT record_id FROM core_share WHERE {{}} = %s AND {not_ended})"  # noqa: S608
    parts = ["owner_id = %s", *["team_id = %s"] * len(teams), shared.format("user_id"), shared.format("team_id")]
    values = [actor.user_id or 0, *teams, actor.user_id or 0, actor.team_id or 0, FEW + 1]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(rows + part for part in parts) + " LIMIT %s", values)
        return [pk for (pk,) in cursor.fetchall()]


def unindexed(spec: "ObjectSpec") -> "QuerySet[Any]":
    """All live records, to be narrowed by something that an index finds.

    ``live=True`` is the bare column, which SQLite looks up in no index: without statistics it would rather read all
    live records than a few ids.
    """
    return spec.model._default_manager.filter(live=True)


def rules_of(actor: Actor) -> Hashable | None:
    """All that the actor's rules are made of: who has the same sees the same. None where conditions take part, which
    may mean something else tomorrow.
    """
    if actor.role is not None and actor.role.filters:
        return None
    if actor.all_rights or actor.role is None:
        return actor.all_rights
    levels = actor.levels_text
    if _sees_everything(actor.role.levels):
        return levels  # what the rules ask is the same for everybody then
    below = actor.team_ids_below if Level.TEAM_BELOW.name.lower() in levels else ()
    return actor.user_id, actor.team_id, below, levels


def _sees_everything(levels: "Mapping[str, Mapping[str, str]]") -> bool:
    """Whether a role views all of every kind, and does all or nothing with each: then no rule names user or team."""
    viewed = "*" in levels and all(rights.get("view") == "all" for rights in levels.values())
    return viewed and {level for rights in levels.values() for level in rights.values()} <= {"all", "none"}


def sees_all(actor: Actor, spec: "ObjectSpec") -> bool:
    """Whether no rule narrows what the actor views of a kind."""
    rules = rules_of(actor)
    if rules is None:
        return condition_for(actor, spec, "view") == Q()
    if len(_sights) > _MOST_QUESTIONS:
        _sights.clear()
    key = (spec.key, rules, tuple(snapshot.current().objects))
    known = _sights.get(key)
    if known is None:
        known = _sights[key] = condition_for(actor, spec, "view") == Q()
    return known


def asked_alike(actor: Actor, name: Hashable, make: "Callable[[], QuerySet[Any]]") -> Prepared:
    """A question with holes that depends on ``name`` and the actor's rules alone: its SQL is kept for the next time."""
    rules = rules_of(actor)
    if rules is None:
        return Prepared(make)
    if len(_questions) > _MOST_QUESTIONS:
        for oldest in list(_questions)[: _MOST_QUESTIONS // 10]:
            _questions.pop(oldest, None)  # another thread may have taken it in this moment
    kinds = tuple(snapshot.current().objects)  # what lies with others asks about each of them
    return _questions.setdefault((name, rules, kinds), Prepared(make))


def seen_among(actor: Actor, spec: "ObjectSpec", ids: Any, action: str = "view") -> "QuerySet[Any]":
    """The live ones of some known records that the actor may ``action``; starts at the ids, whatever else there is.

    ``ids`` is a collection of few ids, or a subquery that gives them.
    """
    return _one_by_one(actor, spec, action).filter(among("pk", ids))


def titles_seen(actor: Actor, spec: "ObjectSpec", ids: Sequence[int]) -> dict[int, str]:
    """What those of some live records are called to the actor that they may view, by id."""

    def make() -> "QuerySet[Any]":
        return seen_among(actor, spec, listed_later("ids")).values_list("pk", "title")

    return all_called(actor, spec, asked_alike(actor, ("titles", spec.key), make)(ids=as_value(ids)))


def get_record(actor: Actor, spec: "ObjectSpec", record_id: int, action: str = "view", *, live: bool = True) -> Any:
    """One record, with the title that the actor may see.

    NotFound if it is not there or not to be seen, NotAllowed if seen but not to be ``action``-ed.
    """
    found = _one(actor, spec, action, live=live)(id=record_id)
    if found:
        found[0].title = called(actor, spec, found[0].title)
        return found[0]
    if action != "view" and visible_to(actor, spec, live=live).filter(pk=record_id).exists():
        raise NotAllowed(_not_allowed(spec, action))
    raise not_found(spec)


def _one(actor: Actor, spec: "ObjectSpec", action: str, *, live: bool) -> Prepared:
    def make() -> "QuerySet[Any]":
        return visible_to(actor, spec, action, live=live).filter(pk=hole("id"))

    return asked_alike(actor, ("one", spec.key, action, live), make)


def not_found(spec: "ObjectSpec") -> NotFound:
    """The one answer for what is not there and for what may not be seen."""
    return NotFound(_("There is no such %(label)s, or you may not see it.") % {"label": inside(spec.label)})


def _not_allowed(spec: "ObjectSpec", action: str) -> str:
    return _("You may see this %(label)s, but your role does not let you change it.") % {"label": inside(spec.label)}
