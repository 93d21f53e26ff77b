"""The one save path. Screens, import, automation and the API all write through it, singly or in batches.

Order of work, in one transaction: rights, values, rules, rows, child rows, event with before and after.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import F
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand, locale_of, readable_fields
from rapport.core.access.visible import asked_alike, get_record, not_found, seen_among, titles_seen, visible_to
from rapport.core.errors import Conflict, Invalid
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.events.models import Act, Change
from rapport.core.fields import Field, Locale
from rapport.core.mentions.noting import note_mentions
from rapport.core.notices.saved import tell_of_saved
from rapport.core.objects import drafts, living, storing
from rapport.core.objects.conditional import obey
from rapport.core.objects.drafts import Values
from rapport.core.objects.filing import settle_files
from rapport.core.objects.linking import settle_links
from rapport.core.objects.saver import Draft, Saver
from rapport.core.objects.spec import ObjectSpec
from rapport.core.objects.uniqueness import check_unique, taken_meanwhile
from rapport.core.records.among import among
from rapport.core.records.known import as_value, listed_later
from rapport.core.records.locking import locked
from rapport.core.records.models import Record
from rapport.core.search import entries, keeping
from rapport.lib import clock
from rapport.lib.prepared import Prepared
from rapport.lib.wording import inside


def create(
    actor: Actor, spec: ObjectSpec, values: Values, *, act: Act | None = None, kept: Values | None = None
) -> Any:
    """Makes one record. Invalid with sentences by field if a value or a rule does not hold; nothing is written then.

    ``kept`` as in :func:`create_many`.
    """
    with unless_taken(), acting(actor, f"{spec.key}.create", act=act) as mine:
        (draft,) = create_many(actor, spec, [values], act=mine, kept=kept)
        if draft.errors:
            raise Invalid(draft.errors)
        return draft.instance


def create_many(
    actor: Actor,
    spec: ObjectSpec,
    given: Sequence[Values],
    *,
    act: Act,
    cleaned: bool = False,
    kept: Values | None = None,
    standing: Sequence[Values] = (),
) -> list[Draft]:
    """Makes many records under an open act. A draft that comes back with errors was not stored, the others were.

    ``cleaned`` says that the values are what the fields' ``clean`` returned before. ``kept`` are values that the house
    takes over from a record which the actor may edit: nobody is asked whether the actor could have typed them.
    ``standing`` are, for each, values of fields that nobody writes, as another house had them: since when it is there.
    """
    demand(actor, spec, "create")
    locale, saver = _saver(actor, spec, act)
    made = drafts.new_many(actor, spec, given, locale, cleaned=cleaned, kept=kept)
    for draft, values in zip(made, standing, strict=False):
        drafts.stand(spec, draft, values)
    saver.prepare(made)
    drafts.settle(spec, made)
    drafts.require(spec, made)
    obey(actor, spec, made, locale)
    drafts.check_links(actor, spec, made)
    settle_links(actor, spec, made)
    settle_files(spec, made)
    saver.check(made)
    check_unique(actor, spec, made)
    good = [draft for draft in made if not draft.errors]
    if good:
        storing.insert(spec, saver, good)
        entries.write(spec, good)
        saver.stored(good)
        _keep_in_view(actor, spec, good)
        named = note_mentions(actor, spec, good, act)
        events = emit(actor, act, _facts(spec, saver, good, "created"))
        tell_of_saved(actor, spec, good, events, act, named)
    return made


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
        changed = update_many(actor, spec, [(record_id, version, values)], act=mine)
        if not changed:
            get_record(actor, spec, record_id, "edit")  # says why not
            raise not_found(spec)  # it came back in this very moment
        (draft,) = changed
        if draft.errors:
            raise Invalid(draft.errors)
        if act is None and not draft.values:
            mine.delete()  # nothing changed: no trace of an act that did nothing
        return draft.instance


def update_many(
    actor: Actor,
    spec: ObjectSpec,
    given: Sequence[tuple[int, int | None, Values]],
    *,
    act: Act,
    cleaned: bool = False,
) -> list[Draft]:
    """Changes many records under an open act. Unchanged ones come back without values and leave no event.

    Records the actor may not edit are left out of the answer. Conflict as in :func:`update`, ``cleaned`` as in
    :func:`create_many`.
    """
    locale, saver = _saver(actor, spec, act)
    wanted = [record_id for record_id, _version, _values in given]
    instances = {instance.pk: instance for instance in _editable(actor, spec)(ids=as_value(wanted))}
    pairs = [(instances[pk], version, values) for pk, version, values in given if pk in instances]
    for instance, version, _values in pairs:
        if version is not None and version != instance.version:
            raise _conflict(actor, spec, instance, version)
    made = drafts.changed_many(
        actor, spec, [(instance, values) for instance, _version, values in pairs], locale, cleaned=cleaned
    )
    saver.prepare(made)
    drafts.settle(spec, made)
    drafts.load_before(spec, made)
    settle_links(actor, spec, made)
    settle_files(spec, made)
    drafts.keep_changes(spec, made)
    drafts.require(spec, made)
    obey(actor, spec, made, locale)
    touched = [draft for draft in made if draft.values and not draft.errors]
    drafts.check_links(actor, spec, touched)
    saver.check(touched)
    check_unique(actor, spec, touched)
    good = [draft for draft in touched if not draft.errors]
    if good:
        if stale := storing.update(spec, saver, good):
            raise _conflict(actor, spec, stale[0].instance, stale[0].instance.version - 1)
        entries.write(spec, good)
        saver.stored(good)
        _keep_in_view(actor, spec, good)
        named = note_mentions(actor, spec, good, act)
        events = emit(actor, act, _facts(spec, saver, good, "updated"))
        tell_of_saved(actor, spec, good, events, act, named)
    return made


def _editable(actor: Actor, spec: ObjectSpec) -> Prepared:
    def make() -> Any:
        return locked(seen_among(actor, spec, listed_later("ids"), "edit"))

    return asked_alike(actor, ("editable", spec.key), make)


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
    _locale, saver = _saver(actor, spec, act)
    # Of two at once the second finds nothing left to do.
    instances = list(locked(rows).select_related("record"))
    ids = [instance.pk for instance in instances]
    if live and (refused := _barred(actor, spec, saver, instances, act)):
        raise Invalid({"": list(dict.fromkeys(refused.values()))})
    now = clock.now()
    Record.objects.filter(among("pk", ids)).update(trashed_at=None if live else now)
    spec.model._default_manager.filter(among("pk", ids)).update(live=live, version=F("version") + 1, updated_at=now)
    saver.living(instances, live=live)
    keeping.set_live(ids, live=live)
    living.settle(act, ids, live=live)
    kind = f"{spec.key}.{'restored' if live else 'trashed'}"
    emit(actor, act, [Fact(kind, pk, changes={pk: {"live": [not live, live]}}) for pk in ids])
    return ids


def _barred(actor: Actor, spec: ObjectSpec, saver: Saver, instances: Sequence[Any], act: Act) -> dict[int, str]:
    """Of records that shall leave the trash those that may not, each with a sentence."""
    if merged := living.barred(act, [instance.pk for instance in instances]):
        return merged
    return taken_meanwhile(actor, spec, instances) | saver.revive(instances)


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


def _saver(actor: Actor, spec: ObjectSpec, act: Act) -> tuple[Locale, Saver]:
    locale = locale_of(actor)
    saver = spec.saver(spec, actor, locale)
    saver.act = act
    return locale, saver


def _keep_in_view(actor: Actor, spec: ObjectSpec, saved: Sequence[Draft]) -> None:
    """Refuses a save that would take the record out of the actor's own sight."""
    if actor.all_rights:
        return
    ids = {draft.instance.pk for draft in saved}
    if len(titles_seen(actor, spec, list(ids))) != len(ids):
        raise Invalid({"owner": [_("With this owner and team you would no longer see the record. Choose others.")]})


def _facts(spec: ObjectSpec, saver: Saver, saved: Sequence[Draft], verb: str) -> list[Fact]:
    """What the history shall know of saved drafts: before and after of every field."""
    kind = f"{spec.key}.{verb}"
    # Most fields take a value as it is; asking them for each of millions takes longer than writing it.
    told = {
        key: (field.is_empty, None if type(field).to_json is Field.to_json else field.to_json)
        for key, field in spec.by_key.items()
    }
    facts = []
    for draft in saved:
        fields: dict[str, list[Any]] = {}
        for key, value in draft.values.items():
            if draft.is_new and (value is None or value == ""):
                continue
            is_empty, to_json = told[key]
            if not draft.is_new:
                before = draft.before[key]
                fields[key] = [to_json(before), to_json(value)] if to_json else [before, value]
            elif not is_empty(value):
                fields[key] = [None, to_json(value) if to_json else value]
        pk = draft.instance.record_id
        at = saver.stands_at(draft) if draft.is_new else None
        facts.append(Fact(kind, pk, others=saver.belongs_to(draft), changes={pk: fields}, stands_at=at))
    return facts


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
