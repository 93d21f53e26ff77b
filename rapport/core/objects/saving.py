"""The one save path. Screens, import, automation and the API all write through it, singly or in batches.

Order of work, in one transaction: rights, values, rules, rows, child rows, event with before and after.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import F
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand, locale_of, readable_fields, writable_fields
from rapport.core.access.visible import get_record, not_found, seen_among, visible_to
from rapport.core.access.words import field_target
from rapport.core.errors import Conflict, Invalid, NotAllowed
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.events.models import Act, Change
from rapport.core.fields import ChildField, Field, Link, Locale
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft, Saver
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.models import TITLE_LIMIT, Record
from rapport.lib import clock
from rapport.lib.text import fold, shorten
from rapport.lib.wording import inside

Values = Mapping[str, Any]


def create(actor: Actor, spec: ObjectSpec, values: Values, *, act: Act | None = None) -> Any:
    """Makes one record. Invalid with sentences by field if a value or a rule does not hold; nothing is written then."""
    with unless_taken(), acting(actor, f"{spec.key}.create", act=act) as mine:
        (draft,) = create_many(actor, spec, [values], act=mine)
        if draft.errors:
            raise Invalid(draft.errors)
        return draft.instance


def create_many(actor: Actor, spec: ObjectSpec, rows: Sequence[Values], *, act: Act) -> list[Draft]:
    """Makes many records under an open act. A draft that comes back with errors was not stored, the others were."""
    demand(actor, spec, "create")
    locale, saver = _saver(actor, spec)
    drafts = [_new_draft(actor, spec, values, locale) for values in rows]
    saver.prepare(drafts)
    _settle(spec, drafts)
    for draft in drafts:
        _require(spec, draft)
    _check_links(actor, spec, drafts)
    saver.check(drafts)
    good = [draft for draft in drafts if not draft.errors]
    for draft in good:
        for key, value in draft.values.items():
            spec.by_key[key].set(draft.instance, value)
        _entitle(spec, saver, draft)
    records = [Record(kind=spec.key, title=draft.instance.title) for draft in good]
    Record.objects.bulk_create(records)
    for draft, record in zip(good, records, strict=True):
        draft.instance.record = record
    spec.model._default_manager.bulk_create([draft.instance for draft in good])
    _write_children(spec, good)
    saver.stored(good)
    _keep_in_view(actor, spec, good)
    emit(actor, act, [_fact(spec, saver, draft, "created") for draft in good])
    return drafts


def update(
    actor: Actor,
    spec: ObjectSpec,
    record_id: int,
    values: Values,
    *,
    version: int | None = None,
    act: Act | None = None,
) -> Any:
    """Changes one record. ``version`` is the one the actor looked at: Conflict if there is a newer one."""
    with unless_taken(), acting(actor, f"{spec.key}.update", act=act) as mine:
        get_record(actor, spec, record_id, "edit")
        drafts = update_many(actor, spec, [(record_id, version, values)], act=mine)
        if not drafts:  # it went to the trash, or out of reach, in the moment before its row was locked
            raise not_found(spec)
        (draft,) = drafts
        if draft.errors:
            raise Invalid(draft.errors)
        if act is None and not draft.values:
            mine.delete()  # nothing changed: no trace of an act that did nothing
        return draft.instance


def update_many(
    actor: Actor, spec: ObjectSpec, rows: Sequence[tuple[int, int | None, Values]], *, act: Act
) -> list[Draft]:
    """Changes many records under an open act. Unchanged ones come back without values and leave no event.

    Records the actor may not edit are left out of the answer. Conflict as in :func:`update`.
    """
    locale, saver = _saver(actor, spec)
    wanted = [record_id for record_id, _version, _values in rows]
    editable = locked(seen_among(actor, spec, wanted, "edit"))
    instances = {instance.pk: instance for instance in editable}
    pairs = [(instances[pk], version, values) for pk, version, values in rows if pk in instances]
    for instance, version, _values in pairs:
        if version is not None and version != instance.version:
            raise _conflict(actor, spec, instance, version)
    drafts = [_changed_draft(actor, spec, instance, values, locale) for instance, _version, values in pairs]
    saver.prepare(drafts)
    _settle(spec, drafts)
    _load_before(spec, drafts)
    for draft in drafts:
        draft.values = {
            key: value
            for key, value in draft.values.items()
            if spec.by_key[key].to_json(value) != spec.by_key[key].to_json(draft.before[key])
        }
        _require(spec, draft)
    touched = [draft for draft in drafts if draft.values and not draft.errors]
    _check_links(actor, spec, touched)
    saver.check(touched)
    good = [draft for draft in touched if not draft.errors]
    for draft in good:
        columns = {name for key, value in draft.values.items() for name in spec.by_key[key].set(draft.instance, value)}
        columns.update(_entitle(spec, saver, draft))
        _store(actor, spec, draft.instance, columns)
    _write_children(spec, good)
    saver.stored(good)
    _keep_in_view(actor, spec, good)
    emit(actor, act, [_fact(spec, saver, draft, "updated") for draft in good])
    return drafts


def trash(actor: Actor, spec: ObjectSpec, ids: Sequence[int], *, act: Act | None = None) -> list[int]:
    """Moves records to the trash, from where they come back whole; returns the ids it moved."""
    with acting(actor, f"{spec.key}.trash", act=act) as mine:
        demand(actor, spec, "trash")
        return _set_live(actor, spec, seen_among(actor, spec, ids, "trash"), mine, live=False)


def restore(actor: Actor, spec: ObjectSpec, ids: Sequence[int], *, act: Act | None = None) -> list[int]:
    """Brings records back from the trash; Invalid if what must be unique has been taken meanwhile."""
    with unless_taken(), acting(actor, f"{spec.key}.restore", act=act) as mine:
        demand(actor, spec, "trash")
        rows = visible_to(actor, spec, "trash", live=False).filter(pk__in=ids)
        return _set_live(actor, spec, rows, mine, live=True)


def _set_live(actor: Actor, spec: ObjectSpec, rows: Any, act: Act, *, live: bool) -> list[int]:
    _locale, saver = _saver(actor, spec)
    # Of two at once the second finds nothing left to do.
    instances = list(locked(rows).select_related("record"))
    if live and (refused := saver.revive(instances)):
        raise Invalid({"": list(refused.values())})
    ids = [instance.pk for instance in instances]
    now = clock.now()
    Record.objects.filter(pk__in=ids).update(trashed_at=None if live else now)
    spec.model._default_manager.filter(pk__in=ids).update(live=live, version=F("version") + 1, updated_at=now)
    saver.living(instances, live=live)
    kind = f"{spec.key}.{'restored' if live else 'trashed'}"
    emit(actor, act, [Fact(kind, pk, changes={pk: {"live": [not live, live]}}) for pk in ids])
    return ids


def locked(rows: Any) -> Any:
    """The rows, to be locked by reading them, until the transaction ends; SQLite lets one writer at a time in anyway.

    Whoever adds to what a record holds reads it behind this lock: of two at once the second sees what the first wrote.
    In the order of the ids, so that two never wait for each other.
    """
    return rows.order_by("pk").select_for_update(of=("self",)) if connection.features.has_select_for_update else rows


@contextmanager
def unless_taken() -> Iterator[None]:
    """Two who save the same unique value at the same moment: the database lets one through, the other is told."""
    try:
        yield
    except IntegrityError as error:
        if not _is_taken(error):
            raise
        raise Invalid({"": [_("Somebody has just saved the same value. Look at it and save again.")]}) from error


# -------------------------------------------------------------------- pieces
def _is_taken(error: IntegrityError) -> bool:
    """Whether the database refused a value that must be unique, and not, say, a row that is missing."""
    cause = error.__cause__
    if connection.vendor == "sqlite":
        return getattr(cause, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_UNIQUE"
    return getattr(cause, "sqlstate", "") == "23505"


def _saver(actor: Actor, spec: ObjectSpec) -> tuple[Locale, Saver]:
    locale = locale_of(actor)
    return locale, spec.saver(spec, actor, locale)


def _new_draft(actor: Actor, spec: ObjectSpec, values: Values, locale: Locale) -> Draft:
    now = clock.now()
    draft = Draft(spec.model(created_at=now, updated_at=now), {}, is_new=True)
    for field in spec.all_fields:
        if field.default is not None:
            draft.values[field.key] = field.default
    draft.values["owner"], draft.values["team"] = actor.user_id, actor.team_id
    _clean_into(actor, spec, draft, values, locale)
    return draft


def _changed_draft(actor: Actor, spec: ObjectSpec, instance: Any, values: Values, locale: Locale) -> Draft:
    draft = Draft(instance, {})
    _clean_into(actor, spec, draft, values, locale)
    return draft


def _clean_into(actor: Actor, spec: ObjectSpec, draft: Draft, values: Values, locale: Locale) -> None:
    """Cleans what was given. A field the actor may not write is refused, not ignored."""
    writable = writable_fields(actor, spec)
    for key, value in values.items():
        field = writable.get(key)
        if field is None:
            raise NotAllowed(_("“%(key)s” cannot be changed here, or not by you.") % {"key": key})
        try:
            draft.values[key] = field.clean(value, locale)
        except (ValueError, OverflowError) as error:
            draft.refuse(key, _sentence(field, error))


def _sentence(field: Field, error: Exception) -> str:
    text = str(error)
    return text if text[:1].isupper() or text[:1] == "“" else f"{field.label}: {text}"


def _require(spec: ObjectSpec, draft: Draft) -> None:
    for field in spec.all_fields:
        if not field.required or field.key in draft.errors:
            continue
        given = field.key in draft.values
        if (draft.is_new or given) and field.is_empty(draft.values.get(field.key)):
            draft.refuse(field.key, _("%(label)s is missing.") % {"label": field.label})


def _settle(spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    for field in spec.all_fields:
        if isinstance(field, ChildField) and (given := [draft for draft in drafts if field.key in draft.values]):
            for draft, value in zip(
                given, field.settle_many([draft.values[field.key] for draft in given]), strict=True
            ):
                draft.values[field.key] = value


def _check_links(actor: Actor, spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    """Refuses links to what is not there or not to be seen. One query for each field that was given."""
    for field in spec.all_fields:
        if not isinstance(field, Link):
            continue
        own = {"user": actor.user_id, "team": actor.team_id}.get(field.table)
        linked = [draft for draft in drafts if draft.values.get(field.key) not in (None, own)]
        model = field_target(field) if linked else None
        if model is None:
            continue
        target = registry.find(field.to)
        ids = {draft.values[field.key] for draft in linked}
        rows = seen_among(actor, target, ids) if target else model._default_manager.filter(pk__in=ids)
        known = set(rows.values_list("pk", flat=True))
        for draft in linked:
            if draft.values[field.key] not in known:
                sentence = _("There is no such %(label)s, or you may not see it.")
                draft.refuse(field.key, sentence % {"label": inside(field.label)})


def _load_before(spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    keys = dict.fromkeys(key for draft in drafts for key in draft.values)
    for key in keys:
        field = spec.by_key[key]
        if isinstance(field, ChildField):
            stored = field.load_many([draft.instance.pk for draft in drafts])
            for draft in drafts:
                draft.before[key] = stored.get(draft.instance.pk, [])
        else:
            for draft in drafts:
                draft.before[key] = field.get(draft.instance)


def _entitle(spec: ObjectSpec, saver: Saver, draft: Draft) -> set[str]:
    derived = set(saver.derive(draft))
    title = shorten(saver.title(draft), TITLE_LIMIT)
    if title != draft.instance.title or draft.is_new:
        draft.instance.title, draft.instance.title_key = title, fold(title)[:TITLE_LIMIT]
        derived |= {"title", "title_key"}
    elif not draft.instance.title_key and title:
        draft.instance.title_key = fold(title)[:TITLE_LIMIT]
        derived.add("title_key")
    return derived


def _store(actor: Actor, spec: ObjectSpec, instance: Any, columns: Iterable[str]) -> None:
    """Writes the named columns if the version is still the one that was read."""
    read = instance.version
    instance.version, instance.updated_at = read + 1, clock.now()
    values = {name: getattr(instance, name) for name in {*columns, "version", "updated_at"}}
    if not spec.model._default_manager.filter(pk=instance.pk, version=read).update(**values):
        raise _conflict(actor, spec, instance, read)
    if "title" in values:
        Record.objects.filter(pk=instance.pk).update(title=instance.title)


def _write_children(spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    for field in spec.all_fields:
        if isinstance(field, ChildField):
            pairs = [
                (draft.instance, draft.before.get(field.key, []), draft.values[field.key])
                for draft in drafts
                if field.key in draft.values and (draft.values[field.key] or draft.before.get(field.key))
            ]
            if pairs:
                field.write_many(pairs)


def _keep_in_view(actor: Actor, spec: ObjectSpec, drafts: Sequence[Draft]) -> None:
    """Refuses a save that would take the record out of the actor's own sight."""
    if actor.all_rights or not drafts:
        return
    ids = [draft.instance.pk for draft in drafts]
    seen = set(seen_among(actor, spec, ids).values_list("pk", flat=True))
    if len(seen) != len(set(ids)):
        raise Invalid({"owner": [_("With this owner and team you would no longer see the record. Choose others.")]})


def _fact(spec: ObjectSpec, saver: Saver, draft: Draft, verb: str) -> Fact:
    fields: dict[str, list[Any]] = {}
    for key, value in draft.values.items():
        field = spec.by_key[key]
        if draft.is_new:
            if not field.is_empty(value):
                fields[key] = [None, field.to_json(value)]
        else:
            fields[key] = [field.to_json(draft.before[key]), field.to_json(value)]
    pk = draft.instance.pk
    return Fact(f"{spec.key}.{verb}", pk, others=saver.belongs_to(draft), changes={pk: fields})


def _conflict(actor: Actor, spec: ObjectSpec, instance: Any, version: int) -> Conflict:
    """Tells who changed what since ``version``, as far as the actor may see it: each version came with one change."""
    readable = readable_fields(actor, spec)
    current = spec.model._default_manager.filter(pk=instance.pk).values_list("version", flat=True).first() or 0
    newer = Change.objects.filter(record_id=instance.pk).select_related("event__user").order_by("-event_id")
    changes = [
        {
            "by": change.event.user.name if change.event.user else _("Rapport"),
            "at": change.event.at,
            "fields": {key: pair for key, pair in change.fields.items() if key in readable or key not in spec.by_key},
        }
        for change in newer[: max(current - version, 1)]
    ]
    changes.reverse()
    names = ", ".join(dict.fromkeys(str(change["by"]) for change in changes))
    message = _("%(names)s changed this %(label)s while you were editing it. Nothing was saved yet.")
    return Conflict(message % {"names": names, "label": inside(spec.label)}, current_version=current, changes=changes)
