"""Questions about people and companies: who may be there already, and who lies in the trash."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of, readable_fields
from rapport.core.access.visible import visible_to
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.text import fold
from rapport.people.identities import norm
from rapport.people.models import Identity

MOST_NAMESAKES = 100  # looked at; of a name as common as that, the company decides
MOST_ADDRESSES = 20  # of each kind are compared
# How sure we are, from 0 to 100.
SAME_EMAIL, SAME_NAME_AND_COMPANY, SAME_PHONE, SAME_NAME = 100, 80, 70, 50


@dataclass(frozen=True)
class Double:
    """A record that may be the one being typed: why, in words, and how sure that is (0 to 100)."""

    id: int
    title: str
    detail: str
    reasons: tuple[str, ...]
    confidence: int


@dataclass(frozen=True)
class TrashedTwin:
    """A record in the trash with the same e-mail; ``may_restore`` tells whether the actor can bring it back."""

    id: int
    title: str
    may_restore: bool


def likely_doubles(
    actor: Actor, spec: ObjectSpec, values: Mapping[str, Any], limit: int = 5, *, besides: int | None = None
) -> list[Double]:
    """Live records the actor sees that resemble what is being typed, the surest first. At most four queries.

    ``values`` is what the form holds so far: text, or cleaned values. ``besides`` is the record being edited.
    Fields hidden from the actor are neither compared nor shown.
    """
    readable = set(readable_fields(actor, spec))
    reasons = _same_identities(spec, values, readable)
    names = _title_keys(values) if readable & {"name", "first_name", "last_name"} else ()
    rows: list[dict[str, Any]] = []
    columns = ("pk", "title", "title_key", *_shown(spec, readable))
    visible = visible_to(actor, spec).order_by("pk")
    if reasons:
        rows += visible.filter(pk__in=list(reasons)).values(*columns)[:MOST_NAMESAKES]
    if names:
        rows += visible.filter(title_key__in=names).values(*columns)[:MOST_NAMESAKES]
    found = {row["pk"]: _judge(row, reasons.get(row["pk"], {}), names, values) for row in rows if row["pk"] != besides}
    return sorted(found.values(), key=lambda double: (-double.confidence, double.id))[:limit]


def trashed_twin(actor: Actor, spec: ObjectSpec, email: str) -> TrashedTwin | None:
    """The newest record in the trash with this e-mail that the actor may see. Three queries at most."""
    normalised = norm("email", email) if isinstance(email, str) else ""
    if "@" not in normalised or not {"email", "emails"} <= set(readable_fields(actor, spec)):
        return None
    ids = list(
        Identity.objects.filter(
            kind="email", norm=normalised, record__kind=spec.key, record__trashed_at__isnull=False
        ).values_list("record_id", flat=True)[:MOST_NAMESAKES]
    )
    if not ids:
        return None
    seen = visible_to(actor, spec, live=False).filter(pk__in=ids).order_by("-record__trashed_at", "-pk")
    twin = seen.values_list("pk", "title").first()
    if twin is None:
        return None
    may = level_of(actor, spec.key, "trash")
    restorable = may is Level.ALL or (
        may is not Level.NONE and visible_to(actor, spec, "trash", live=False).filter(pk=twin[0]).exists()
    )
    return TrashedTwin(twin[0], twin[1], restorable)


def _same_identities(spec: ObjectSpec, values: Mapping[str, Any], readable: set[str]) -> dict[int, dict[str, str]]:
    """``{record id: {"email": value, "phone": value}}`` of live records that share one. One query for each kind."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for kind, keys in (("email", ("email", "emails")), ("phone", ("phone", "phones"))):
        wanted = {norm(kind, text) for key in keys for text in _texts(values.get(key))} - {""}
        wanted = {text for text in wanted if kind == "email" or len(text) > 4}
        if not wanted or not readable.issuperset(keys):
            continue
        rows = Identity.objects.filter(kind=kind, norm__in=sorted(wanted)[:MOST_ADDRESSES], record__kind=spec.key)
        rows = rows.filter(record__trashed_at=None)
        for record_id, value in rows.values_list("record_id", "value")[:MOST_NAMESAKES]:
            found[record_id][kind] = value
    return found


def _texts(value: Any) -> list[str]:
    """Addresses or numbers in whatever a form or a cleaned value holds."""
    if isinstance(value, str):
        return [part for part in value.replace(";", ",").replace("\n", ",").split(",") if part.strip()]
    return [str(item.get("value") or "") if isinstance(item, Mapping) else str(item) for item in value or ()]


def _title_keys(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The folded name, and for people also the other way round: “Berg Mia” is “Mia Berg”."""
    parts = [fold(str(values.get(key) or "")) for key in ("first_name", "last_name")]
    if name := fold(str(values.get("name") or "")):
        return (name,)
    if not all(parts):
        return ()
    return (" ".join(parts), " ".join(reversed(parts)))


def _shown(spec: ObjectSpec, readable: set[str]) -> tuple[str, ...]:
    if spec.key == "person":
        return ("company_id", "company__title") if "company" in readable else ()
    return ("address_city",) if "address" in readable else ()


def _judge(
    row: Mapping[str, Any], same: Mapping[str, str], names: tuple[str, ...], values: Mapping[str, Any]
) -> Double:
    reasons: list[str] = []
    confidence = 0
    if "email" in same:
        reasons.append(_("same e-mail: %(value)s") % {"value": same["email"]})
        confidence = SAME_EMAIL
    if "phone" in same:
        reasons.append(_("same phone: %(value)s") % {"value": same["phone"]})
        confidence = max(confidence, SAME_PHONE)
    if row["title_key"] in names:
        reasons.append(_("same name"))
        confidence = max(confidence, SAME_NAME)
        if row.get("company_id") and str(getattr(values.get("company"), "id", values.get("company"))) == str(
            row["company_id"]
        ):
            reasons.append(_("same company"))
            confidence = max(confidence, SAME_NAME_AND_COMPANY)
    detail = row.get("company__title") or row.get("address_city") or ""
    return Double(row["pk"], row["title"], detail, tuple(reasons), confidence)
