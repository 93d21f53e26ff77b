"""E-mail addresses and phone numbers as a field: a list, the first of which stands for all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.core.access.finding import begins, near
from rapport.core.fields import Cell, ChildField, Locale
from rapport.core.fields import operators as op
from rapport.core.fields.operators import Operator
from rapport.core.objects import registry
from rapport.core.records import rows
from rapport.core.records.among import among
from rapport.core.records.known import as_value, listed_later
from rapport.lib.emails import check_email, normalise_email
from rapport.lib.phones import check_phone, normalise_phone, with_code
from rapport.lib.prepared import Prepared, hole
from rapport.lib.search_words import email_words, phone_words
from rapport.lib.text import clean_line
from rapport.people.models import Identity

_VALUES = Prepared(
    lambda: (
        Identity.objects.filter(record_id__in=listed_later("records"), kind=hole("kind"))
        .order_by("record_id", "place", "pk")
        .values_list("record_id", "value", "label")
    )
)

MOST = 50  # identities of one kind on one record
_COLUMNS = ("record_id", "kind", "value", "norm", "label", "place", "unique_key")


def norm(kind: str, value: str) -> str:
    """The form in which two spellings of one address or number are equal."""
    return normalise_email(value) if kind == "email" else normalise_phone(value, workspace.current().country)


def unique_key(record_kind: str, kind: str, normalised: str) -> str | None:
    """What the database keeps unique. Only e-mails: colleagues share a switchboard, families one telephone."""
    if kind != "email" or not workspace.current().unique_identities:
        return None
    return f"{record_kind}:{normalised}"


@dataclass(frozen=True, eq=False)
class Identities(ChildField):
    """All e-mails (``kind`` email) or phones of a record: a list of ``{"value", "label"}``, the main one first.

    A label of None, as text brings it, keeps the label that the address has.
    """

    kind: str = "email"
    record_kind: str = "person"
    privacy: str = "personal"

    type: ClassVar[str] = "identities"
    control: ClassVar[str] = "lines"
    operators: ClassVar[tuple[Operator, ...]] = (op.CONTAINS, op.IS, op.STARTS, op.EMPTY, op.FILLED)

    def clean(self, value: Any, locale: Locale) -> Any:
        items = value.replace("\n", ",").replace(";", ",").split(",") if isinstance(value, str) else value or []
        found: dict[str, dict[str, str | None]] = {}
        for item in items:
            raw = item if isinstance(item, Mapping) else {"value": item}
            text = str(raw.get("value") or "").strip()
            if not text:
                continue
            checked = check_email(text) if self.kind == "email" else check_phone(text, locale.country)
            label = None if raw.get("label") is None else clean_line(str(raw["label"]), 60)
            found.setdefault(norm(self.kind, checked), {"value": checked, "label": label})
        if len(found) > MOST:
            raise ValueError(_("at most %(most)s are possible.") % {"most": MOST})
        return list(found.values())

    def from_text(self, text: str, locale: Locale) -> Any:
        return self.clean(text, locale)

    def form_value(self, value: Any, locale: Locale) -> Any:
        return "\n".join(item["value"] for item in value or [])

    def to_text(self, value: Any) -> str:
        return ", ".join(item["value"] for item in value or [])

    def show(self, value: Any, locale: Locale) -> Cell:
        values = tuple(item["value"] for item in value)
        return Cell(", ".join(values), shape="block", items=values, hint="\n".join(values))

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, list[dict[str, str]]] = defaultdict(list)
        for record_id, value, label in _VALUES(records=as_value(record_ids), kind=self.kind):
            found[record_id].append({"value": value, "label": label})
        return found

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        changed = [instance.pk for instance, before, _after in pairs if before]
        if changed:
            Identity.objects.filter(among("record_id", changed), kind=self.kind).delete()
        made = []
        for instance, _before, values in pairs:
            for place, item in enumerate(values):
                normalised = norm(self.kind, item["value"])
                unique = unique_key(self.record_kind, self.kind, normalised)
                made.append((instance.pk, self.kind, item["value"], normalised, item["label"], place, unique))
        rows.insert(Identity, _COLUMNS, made)

    def is_missing(self) -> Q:
        return ~Q(pk__in=Identity.objects.filter(kind=self.kind).values("record_id"))

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        wanted = clean_line(value, 254)
        if not wanted:
            raise ValueError(_("give a value to compare with."))
        known = Identity.objects.filter(kind=self.kind)
        if operator is op.IS:
            return Q(pk__in=known.filter(norm=norm(self.kind, wanted)).values("record_id"))
        name = "icontains" if operator is op.CONTAINS else "istartswith"
        return Q(pk__in=known.filter(**{f"value__{name}": wanted}).values("record_id"))

    def finding(self, text: str) -> Q:
        """Records with an identity that begins like ``text``; phones also without their country code."""
        ranges = Q(pk__in=())
        for start in self._starts(text):
            ranges |= begins("norm", start)
        return Q(pk__in=Identity.objects.filter(ranges, kind=self.kind).values("record_id"))

    def beginning(self, text: str, most: int) -> list[int]:
        """Ids of at most ``most`` records found as by :meth:`finding`, an equal identity first."""
        if " " in text and self.kind == "email":
            return []
        found: list[int] = []
        # The narrow keys of the kind's own table: the spine's rows would cost twice as much.
        whose = registry.get(self.record_kind).model._default_manager.values("pk")
        for start in self._starts(text):  # one after the other: each is read along the index
            rows = Identity.objects.filter(near("norm", start), kind=self.kind, record_id__in=whose)
            found += rows.order_by("norm", "record_id").values_list("record_id", flat=True)[:most]
        return list(dict.fromkeys(found))[:most]

    def _starts(self, text: str) -> set[str]:
        if self.kind == "email":
            return {normalise_email(text)}
        digits = "".join(sign for sign in text if sign.isdecimal() or sign == "+")
        return {digits, normalise_phone(text, workspace.current().country)} if len(digits) > 2 else set()

    def search_words(self, value: Any) -> list[str]:
        if self.kind == "email":
            return [word for item in value for word in email_words(item["value"])]
        country = workspace.current().country
        return [word for item in value for word in phone_words(with_code(item["value"], country))]


def holders(record_kind: str, kind: str, norms: Iterable[str]) -> dict[str, int]:
    """Which live record has each of these normalised values as a unique one: ``{norm: record id}``."""
    prefix = f"{record_kind}:"
    keys = [f"{prefix}{normalised}" for normalised in norms]
    found = Identity.objects.filter(among("unique_key", keys)).values_list("unique_key", "record_id")
    return {key.removeprefix(prefix): record_id for key, record_id in found if key} if kind == "email" else {}
