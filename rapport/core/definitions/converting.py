"""Converting a field to another type: looked at beforehand, done by a job, taken back with one verb.

A key never changes its meaning, for the history is full of it. So a conversion makes another field of the same name and
place, copies what can be read as a value of it, and archives the old one, whose values all stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.levels import locale_of, readable_fields
from rapport.core.access.visible import seen_among
from rapport.core.audit.notes import tell
from rapport.core.definitions import fields, loading
from rapport.core.definitions.field_types import FieldType, every, field_type, follow
from rapport.core.definitions.fields import FieldData
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Invalid
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.fields import ChildField, Choice, Field, Locale
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import LONG, Job
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.search import rebuilding
from rapport.core.views.models import View
from rapport.lib.pace import Pace
from rapport.lib.wording import grouped

CONVERT = "field.convert"
FROM = "converted_from"  # among the settings of a field: the one whose values it was made of
MOST_LOOKED_AT = 20_000  # values that a preview reads
MOST_SAMPLES = 10
MOST_OPTIONS = 50  # that are proposed for a choice
_NOT_OF_TEXT = (
    "link",
    "links",
    "labelled_links",
    "file",
    "user",
    "address",
    "rich_text",
)  # as targets: nobody writes them on one line


@dataclass(frozen=True)
class Preview:
    """What a conversion would do: ``looked_at`` values, ``fitting`` of them; ``samples`` of the others, as far as the
    actor may see them; ``all_of_them`` if no value is left that was not looked at. ``words``: different texts.
    """

    looked_at: int
    fitting: int
    samples: tuple[str, ...]
    all_of_them: bool
    words: tuple[str, ...]


def targets(row: FieldDef) -> list[FieldType]:
    """The types that a field can be converted to."""
    made = loading.field_of(row)
    if made is None or isinstance(made, ChildField) or made.read_only or row.type in _NOT_OF_TEXT:
        return []
    return [one for one in every() if one.key not in (row.type, *_NOT_OF_TEXT) and not one.read_only]


def preview(actor: Actor, field_id: int, data: FieldData) -> Preview:
    """Reads values as if they were of the other type; nothing is written."""
    row = fields.get_field(actor, field_id)
    spec, old, new = registry.get(row.kind), _made(row), _draft(row, data)
    locale = locale_of(actor)
    fitting, bad, words = 0, list[tuple[int, str]](), dict[str, None]()
    found = list(islice(_values(spec, old), MOST_LOOKED_AT + 1))
    for pk, value in found[:MOST_LOOKED_AT]:
        text = _text(old, value, locale)
        words.setdefault(text)
        if _read(new, text, locale) is None:
            bad.append((pk, text))
        else:
            fitting += 1
    samples = list[str]()
    if row.key in readable_fields(actor, spec) or row.archived_at:
        seen = set(seen_among(actor, spec, [pk for pk, _text in bad[:200]]).values_list("pk", flat=True))
        samples = list(dict.fromkeys(text for pk, text in bad if pk in seen))[:MOST_SAMPLES]
    looked_at = min(len(found), MOST_LOOKED_AT)
    return Preview(looked_at, fitting, tuple(samples), looked_at == len(found), tuple(words)[:MOST_OPTIONS])


def convert_field(actor: Actor, field_id: int, data: FieldData) -> Job:
    """Makes the field of the other type in the place of this one and lets a job copy the values. For administrators
    and others with the right to shape.
    """
    fields.demand_shape(actor)
    with acting(actor, "field.converted") as act:
        row = FieldDef.objects.select_for_update().get(pk=fields.get_field(actor, field_id).pk)
        spec = registry.get(row.kind)
        if data.type not in {one.key for one in targets(row)}:
            raise Invalid({"type": [_("Choose what the field holds.")]})
        fields.archive_field(actor, row.pk, is_converted=True)
        as_before = FieldData(row.label, data.type, row.labels, row.group, row.hint, data.options, data.settings)
        made = fields.create_field(actor, spec, as_before)
        made.position, made.settings = row.position, {**made.settings, FROM: row.pk}
        made.save(update_fields=["position", "settings"])
        _follow(spec, row.key, made.key)
        act.label = row.label
        act.save(update_fields=["label"])
        changes = {"type": [row.type, made.type]}
        tell(
            actor, act, "field.converted", {"kind": spec.key, "field": made.key, "name": row.label, "changes": changes}
        )
        loading.renew()
        return queue.enqueue(CONVERT, {"field": made.pk}, actor)


def take_back(actor: Actor, field_id: int) -> FieldDef:
    """Archives a converted field and brings the one back that it was made of, with all its values."""
    made = fields.get_field(actor, field_id)
    with transaction.atomic():
        old = fields.get_field(actor, int(made.settings.get(FROM) or 0))
        fields.archive_field(actor, made.pk, is_converted=True)
        _follow(registry.get(made.kind), made.key, old.key)
        return fields.bring_back_field(actor, old.pk)


def _follow(spec: ObjectSpec, old: str, new: str) -> None:
    """What names the old field names the new one: rules of roles first, for what was hidden stays hidden."""
    for role in Role.objects.select_for_update():
        rules = role.field_rules.get(spec.key, {})
        if old in rules:
            role.field_rules = {**role.field_rules, spec.key: {**rules, new: rules[old]}}
            role.save(update_fields=["field_rules"])
            rebuilding.ask_if_needed()
    follow(spec.key, old, new)
    for view in View.objects.filter(kind=spec.key):
        keys = [name.strip() for name in view.sort.split(",")]
        sort = ",".join(_with(_with(keys, old, new), f"-{old}", f"-{new}"))
        view.columns, view.sort = _with(view.columns, old, new), sort[: View._meta.get_field("sort").max_length]
        view.save(update_fields=["columns", "sort"])


def _with(keys: Sequence[str], old: str, new: str) -> list[str]:
    return [new if key == old else key for key in keys]


# -------------------------------------------------------------------- the work
@job(CONVERT, lane=LONG, title=gettext_lazy("Converting a field"))
def convert_job(at_work: JobAtWork) -> dict[str, Any]:
    """Copies what can be read, chunk by chunk; a record that has a value already keeps it, so it may begin again."""
    row = FieldDef.objects.filter(pk=at_work.args["field"]).first()
    before = FieldDef.objects.filter(pk=(row.settings.get(FROM) if row else 0) or 0).first()
    if row is None or before is None:
        return {}
    spec, old, new = registry.get(row.kind), _made(before), _made(row)
    actor = replace(at_work.actor, all_rights=True)  # who may shape an object may convert all that it holds
    locale, pace = locale_of(actor), Pace()
    act: Act | None = None
    done = left = 0
    pairs = _values(spec, old, missing=new)
    while chunk := list(islice(pairs, pace.size)):
        read = [(pk, _read(new, _text(old, value, locale), locale)) for pk, value in chunk]
        good = [(pk, None, {new.key: value}) for pk, value in read if value is not None]
        with acting(actor, "bulk.edit", label=f"{spec.plural}: {row.label}", act=act) as act, pace:
            pace.rows = len(chunk)
            drafts = saving.update_many(actor, spec, good, act=act, cleaned=True) if good else []
            Act.objects.filter(pk=act.pk).update(counts=act.counts)
        saved = sum(1 for draft in drafts if not draft.errors)
        done, left = done + saved, left + len(chunk) - saved
        at_work.progress(done + left)
    return {"message": _report(row.label, done, left), "url": f"/settings/fields/{spec.key}", "rows": done}


def _report(label: str, done: int, left: int) -> str:
    words = _("“%(name)s”: %(done)s values converted.") % {"name": label, "done": grouped(done)}
    if not left:
        return words
    rest = _("%(left)s could not be read as the other type; they are kept in the archived field.")
    return f"{words} {rest % {'left': grouped(left)}}"


def _made(row: FieldDef) -> Field:
    made = loading.field_of(row)
    if made is None:
        raise Invalid({"type": [_("Choose what the field holds.")]})
    return made


def _draft(row: FieldDef, data: FieldData) -> Field:
    """The field that a conversion would make, without making it."""
    known = field_type(data.type)
    if known is None or known not in targets(row):
        raise Invalid({"type": [_("Choose what the field holds.")]})
    return _made(fields.drafted(registry.get(row.kind), row, data))


def _values(spec: ObjectSpec, old: Field, missing: Field | None = None) -> Iterator[tuple[int, Any]]:
    """Ids and values of all live records that have one, in the order of their ids; read in stretches of its own, so
    that writes in between harm nothing.
    """
    last = 0
    rows = spec.model._default_manager.filter(live=True).exclude(old.is_missing()).order_by("pk")
    if missing is not None:
        rows = rows.filter(missing.is_missing())
    while found := list(rows.filter(pk__gt=last).only("custom")[:2_000]):
        last = found[-1].pk
        yield from ((row.pk, old.get(row)) for row in found)


def _text(field: Field, value: Any, locale: Locale) -> str:
    return field.cell(value, locale).text if isinstance(field, Choice) else field.to_text(value)


def _read(field: Field, text: str, locale: Locale) -> Any:
    """The text as a value; None where it is none."""
    try:
        value = field.clean(text, locale)
    except (ValueError, OverflowError):
        return None
    return None if field.is_empty(value) and not isinstance(value, bool) else value
