"""Fields with several links in the save path and on the way out: titles become ids, and nobody sees or cuts a link to
what is hidden from them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import all_called
from rapport.core.access.visible import seen_among, visible_to
from rapport.core.fields import ChildField, Field, FileField, Link, Links
from rapport.core.fields.link import Target
from rapport.core.objects import registry
from rapport.core.objects.saver import Draft
from rapport.core.records.among import among
from rapport.core.records.models import Record
from rapport.core.records.titles import oldest_by_title, title_key, titles_of
from rapport.lib.wording import inside

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


def settle_links(actor: Actor, spec: "ObjectSpec", drafts: Sequence[Draft]) -> None:
    """Makes the values of all fields for several links what will be stored; refuses what leads nowhere.

    A title means the oldest visible record that is called so. Links that are stored and that the actor does not see
    stay: leaving them out of a form that never showed them is nobody's decision. ``before`` must be loaded.
    """
    for field in spec.all_fields:
        if isinstance(field, Links):
            given = [draft for draft in drafts if field.key in draft.values]
            target = registry.find(field.to) if given else None
            if target is not None:
                _settle_field(actor, target, field, given)


def _settle_field(actor: Actor, target: "ObjectSpec", field: Links, drafts: Sequence[Draft]) -> None:
    stored = {id(draft): {field.number(item): item for item in draft.before.get(field.key) or ()} for draft in drafts}
    items = [item for draft in drafts for item in draft.values[field.key]]
    ids = {number for item in items if (number := field.number(item)) is not None}.union(*stored.values())
    seen = set(seen_among(actor, target, ids).filter(field.takes()).values_list("pk", flat=True)) if ids else set()
    keys = {title_key(field.wanted(item)) for item in items if field.number(item) is None}
    by_title = oldest_by_title(visible_to(actor, target).filter(field.takes()), keys) if keys else {}
    for draft in drafts:
        there = stored[id(draft)]
        # Hidden from the actor, or in the trash.
        wanted = {number: field.placed(item, number) for number, item in there.items() if number not in seen}
        for item in draft.values[field.key]:
            is_named = field.number(item) is None
            number = by_title.get(title_key(field.wanted(item))) if is_named else field.number(item)
            if number is None:
                sentence = _("There is no %(label)s called “%(name)s”.")
                draft.refuse(field.key, sentence % {"label": inside(target.label), "name": field.wanted(item)})
            elif number in seen or number in there or is_named:
                wanted[number] = field.placed(item, number)
            else:
                sentence = _("There is no such %(label)s, or you may not see it.")
                draft.refuse(field.key, sentence % {"label": inside(field.label)})
        draft.values[field.key] = [wanted[number] for number in sorted(wanted)]


def show_seen(actor: Actor, fields: Iterable[Field], rows: Sequence[Mapping[str, Any]]) -> None:
    """Takes links to what the actor may not see, or what is in the trash, out of the values of some rows, and gives
    single links of custom fields, which are bare numbers in their column, the titles of what they lead to.

    Also of what only a part of a value names: what a note is about, who comes to a meeting, where somebody worked.
    One query for each kind that fields with several links lead to, one and one for each kind for all others, and one
    for all custom ones, where they have any.
    """
    fields = list(fields)
    _name_custom([field for field in fields if isinstance(field, Link) and field.custom], rows)
    # A file is a row of its own, too, but one that names no record.
    children = [field for field in fields if isinstance(field, ChildField) and not isinstance(field, FileField)]
    named: dict[str | None, set[int]] = {}
    for field in children:
        ids = {number for row in rows for table, number in field.targets(row.get(field.key)) if table == "record"}
        if ids:
            named.setdefault(_kind(field), set()).update(ids)
    seen = {kind: _seen(actor, kind, ids) for kind, ids in named.items()}
    for field in children:
        for row in rows:
            if row.get(field.key) and _kind(field) in seen:
                row[field.key][:] = [item for item in row[field.key] if _leads_to(field, item) <= seen[_kind(field)]]


def seen_titles(actor: Actor, record_ids: Iterable[int]) -> dict[int, str]:
    """What records of any kind are called, those in the trash and those that the actor may not see left out.

    One query for all, and one for each kind.
    """
    by_kind: dict[str, dict[int, str]] = {}
    found = Record.objects.filter(among("pk", set(record_ids)), trashed_at=None)
    for record_id, kind, title in found.values_list("pk", "kind", "title"):
        by_kind.setdefault(kind, {})[record_id] = title
    titles: dict[int, str] = {}
    for kind, names in by_kind.items():
        spec = registry.find(kind)
        if spec is not None:
            seen = seen_among(actor, spec, list(names)).values_list("pk", flat=True)
            titles |= all_called(actor, spec, [(record_id, names[record_id]) for record_id in seen])
    return titles


def _kind(field: ChildField) -> str | None:
    """The kind of records that a field names; None where it may be any."""
    return field.to if isinstance(field, Links) else None


def _seen(actor: Actor, kind: str | None, ids: set[int]) -> set[int]:
    """Those of some records that the actor sees."""
    if kind is None:
        return set(seen_titles(actor, ids))
    target = registry.find(kind)
    return ids if target is None else set(seen_among(actor, target, ids).values_list("pk", flat=True))


def _leads_to(field: ChildField, item: Any) -> set[int]:
    return {number for table, number in field.targets([item]) if table == "record"}


def _name_custom(fields: Sequence[Link], rows: Sequence[Mapping[str, Any]]) -> None:
    """Puts targets in place of bare numbers. A title is no page: it is shown whoever may open what it names."""
    targets = {target for field in fields for row in rows for target in field.targets(row.get(field.key))}
    if not targets:
        return
    titles = titles_of(targets)
    for field in fields:
        for row in rows:
            if row.get(field.key) is not None:
                number = field.to_json(row[field.key])
                cast("dict[str, Any]", row)[field.key] = Target(number, titles.get((field.table, number), ""))
