"""What leads to a record by links that were made at run time: the other side of those fields.

A reader finds there what they would find from the front: records they may see, by fields their role does not hide.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.fetching import fetch
from rapport.core.access.levels import Level, all_called, level_of, locale_of, readable_fields, writable_fields
from rapport.core.access.visible import condition_for, few_visible, get_record, seen_among, unindexed
from rapport.core.fields import Field, LabelledLinks, Link, Links
from rapport.core.objects import registry, saving
from rapport.core.objects.registry import Panel
from rapport.core.records.among import among
from rapport.core.records.models import RecordLink

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

SHOWN = 8  # of a panel at first
MORE = 25  # that follow each time
Few = dict[str, list[int] | None]  # by kind, the records that an actor sees, where they are few


@dataclass(frozen=True)
class Lead:
    """A ``field`` of another object that leads to the records of some kind."""

    spec: "ObjectSpec"
    field: Link | Links

    @property
    def title(self) -> str:
        """What stands above these records on the page of the one that they lead to."""
        return str(self.field.reverse) or f"{self.spec.plural} · {self.field.label}"

    @property
    def key(self) -> str:
        """Under which key its panel is known."""
        return f"linked-{self.spec.key}-{self.field.key}"


@dataclass(frozen=True)
class Linked:
    """A record that leads here. ``note`` is the label of the link, ``detail`` something more of the record."""

    id: int
    title: str
    note: str
    detail: str
    may_edit: bool


class Stretch(list[Linked]):
    """Some of the records that lead to ``record_id``, the newest first; ``more``: there are others behind the last.

    ``can_link``: the reader may let others lead here; ``can_create``: also new ones.
    """

    def __init__(self, lead: Lead, record_id: int, rows: Sequence[Linked], *, more: bool, rights: set[str]) -> None:
        super().__init__(rows)
        self.lead, self.record_id, self.more = lead, record_id, more
        self.can_link, self.can_create = bool(rights), "create" in rights


def leads(actor: Actor, kind: str) -> list[Lead]:
    """All fields made at run time that lead to records of this kind and that the actor may read."""
    return [lead for lead in _leads(actor, kind) if lead.field.custom]


def lead_of(actor: Actor, kind: str, other: str, key: str) -> Lead | None:
    """One of them, or the field by which records are in a segment."""
    return next((lead for lead in _leads(actor, kind) if (lead.spec.key, lead.field.key) == (other, key)), None)


def _leads(actor: Actor, kind: str) -> Iterator[Lead]:
    for other in registry.every():
        if level_of(actor, other.key, "view") is not Level.NONE:
            for field in readable_fields(actor, other).values():
                if isinstance(field, Link | Links) and field.has_rows and field.to == kind:
                    yield Lead(other, field)


def stretch(
    actor: Actor, lead: Lead, record_id: int, *, before: int | None = None, size: int = SHOWN, few: Few | None = None
) -> Stretch:
    """The newest that lead to a record and that the actor sees, or those older than ``before``. ``few`` keeps what
    panels of one page ask alike: which records of a kind the actor sees, where they are few.
    """
    few = {} if few is None else few
    if lead.spec.key not in few:
        few[lead.spec.key] = few_visible(actor, lead.spec)
    found = list(_seen(actor, lead, record_id, before, few[lead.spec.key])[: size + 1])
    rows = found[:size]
    rights = _rights(actor, lead)
    ids = [pk for pk, _label, _title in rows]
    editable = set(seen_among(actor, lead.spec, ids, "edit").values_list("pk", flat=True)) if ids and rights else set()
    titles = all_called(actor, lead.spec, [(pk, title) for pk, _label, title in rows])
    details = _details(actor, lead, ids)
    words = lead.field.label_words if isinstance(lead.field, LabelledLinks) else str
    lines = [Linked(pk, titles[pk], words(label), details.get(pk, ""), pk in editable) for pk, label, _title in rows]
    return Stretch(lead, record_id, lines, more=len(found) > size, rights=rights)


def _seen(actor: Actor, lead: Lead, record_id: int, before: int | None, few: list[int] | None) -> Any:
    """Walked along the index of what leads here; each is looked at by its number, until enough are seen."""
    rows = RecordLink.objects.filter(to_record_id=record_id, field_key=lead.field.key)
    if before is not None:
        rows = rows.filter(from_record_id__lt=before)
    if few is not None:  # one who sees fifty need not be led past a million
        rows = rows.filter(among("from_record_id", few))
    allowed = condition_for(actor, lead.spec, "view", walking=True)
    there = unindexed(lead.spec).filter(Q(pk__in=()) if allowed is None else allowed, pk=OuterRef("from_record_id"))
    return (
        rows.filter(Exists(there))
        .order_by("-from_record_id")
        .values_list("from_record_id", "label", "from_record__title")
    )


def may_link(actor: Actor, lead: Lead) -> bool:
    """Whether the actor may change the field by which others lead here."""
    return bool(_rights(actor, lead))


def _rights(actor: Actor, lead: Lead) -> set[str]:
    """What the actor may do to let records lead here."""
    if actor.looks_on or lead.field.key not in writable_fields(actor, lead.spec):
        return set()
    return {one for one in ("create", "edit") if level_of(actor, lead.spec.key, one) is not Level.NONE}


def _details(actor: Actor, lead: Lead, ids: Sequence[int]) -> dict[int, str]:
    """Of each the first that its list would say, beside its name."""
    readable = readable_fields(actor, lead.spec)
    known = (readable[key] for key in (*lead.spec.phone_columns, *lead.spec.columns) if key in readable)
    field: Field | None = next((one for one in known if one.path != "title" and one.type in _SHORT), None)
    if field is None or not ids:
        return {}
    locale = locale_of(actor)
    return {row.id: field.cell(row.values[field.key], locale).text for row in fetch(lead.spec, list(ids), [field])}


_SHORT = frozenset({"text", "choice", "date", "moment", "email", "phone", "integer", "decimal", "money"})


# -------------------------------------------------------------------- linking and unlinking
def link(actor: Actor, lead: Lead, other_id: int, record_id: int, label: str = "") -> bool:
    """Lets another record lead to this one; False if nothing changed. A single link leads nowhere else then."""
    other = get_record(actor, lead.spec, other_id, "edit")
    if not isinstance(lead.field, Links):
        return _save(actor, lead, other, record_id)
    others = [item for item in _items(lead.field, other_id) if lead.field.number(item) != record_id]
    return _save(actor, lead, other, [*others, lead.field.placed({"label": label}, record_id)])


def unlink(actor: Actor, lead: Lead, other_id: int, record_id: int) -> bool:
    """Lets another record lead to this one no more; False if it did not."""
    other = get_record(actor, lead.spec, other_id, "edit")
    if not isinstance(lead.field, Links):
        return lead.field.get(other) == record_id and _save(actor, lead, other, None)
    items = _items(lead.field, other_id)
    kept = [item for item in items if lead.field.number(item) != record_id]
    return len(kept) < len(items) and _save(actor, lead, other, kept)


def value_for(lead: Lead, record_id: int, label: str = "") -> Any:
    """What a new record holds that leads here."""
    return [lead.field.placed({"label": label}, record_id)] if isinstance(lead.field, Links) else record_id


def _items(field: Links, other_id: int) -> list[Any]:
    return list(field.to_json(field.load_many([other_id]).get(other_id)))


def _save(actor: Actor, lead: Lead, other: Any, value: Any) -> bool:
    """``other`` was read before its items: what somebody links meanwhile is a Conflict, not lost."""
    saved = saving.update(actor, lead.spec, other.pk, {lead.field.key: value}, version=other.version)
    return bool(saved.version != other.version)


# -------------------------------------------------------------------- panels
def panels(actor: Actor, kind: str) -> list[Panel]:
    """A panel for each of these fields."""
    few: Few = {}
    return [_panel(lead, few) for lead in leads(actor, kind)]


def _panel(lead: Lead, few: Few) -> Panel:
    def rows(actor: Actor, record_id: int) -> Stretch:
        return stretch(actor, lead, record_id, few=few)

    return Panel(lead.key, lead.title, rows, template="record/linked.html", empty=_("None yet"))


registry.add_panels(panels)
