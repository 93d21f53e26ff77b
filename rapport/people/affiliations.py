"""Affiliations as a field: where a person works and worked, in which role, from and to."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.fields import Cell, ChildField, Locale
from rapport.core.fields.base import Carry, Titles
from rapport.core.fields.operators import Operator
from rapport.core.records import rows
from rapport.core.records.among import among
from rapport.core.records.known import as_value, listed_later
from rapport.lib.prepared import Prepared
from rapport.lib.text import clean_line
from rapport.people.models import Affiliation

_STORED = Prepared(
    lambda: (
        Affiliation.objects.filter(person_id__in=listed_later("people"))
        .order_by("person_id", "pk")
        .values_list("person_id", "company_id", "role", "since", "until", "is_main")
    )
)

MOST = 100  # affiliations of one person


@dataclass(frozen=True, eq=False)
class Affiliations(ChildField):
    """A list of ``{"company": id, "role", "since", "until", "main"}``; days as ISO text or None, oldest first."""

    type: ClassVar[str] = "affiliations"
    control: ClassVar[str] = "none"
    operators: ClassVar[tuple[Operator, ...]] = ()

    def clean(self, value: Any, locale: Locale) -> Any:
        items = []
        for item in value or []:
            if not isinstance(item, Mapping) or not item.get("company"):
                raise ValueError(_("an affiliation needs a company."))
            since, until = _day(item.get("since")), _day(item.get("until"))
            if since and until and until < since:
                raise ValueError(_("an affiliation cannot end before it begins."))
            items.append(
                {
                    "company": int(item["company"]),
                    "role": clean_line(str(item.get("role") or ""), 150),
                    "since": since,
                    "until": until,
                    "main": bool(item.get("main")),
                }
            )
        for item in [item for item in items if item["main"]][1:]:
            item["main"] = False
        if len(items) > MOST:
            raise ValueError(_("at most %(most)s are possible.") % {"most": MOST})
        return items

    def from_text(self, text: str, locale: Locale) -> Any:
        raise ValueError(_("affiliations cannot be written as text."))

    def to_text(self, value: Any) -> str:
        return ""

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(str(len(value)), shape="number")

    def targets(self, value: Any) -> Sequence[tuple[str, int]]:
        return [("record", item["company"]) for item in value or []]

    def leading_to(self, kind: str, ids: Sequence[int]) -> Q | None:
        rows = Affiliation.objects.filter(company_id__in=ids)
        return Q(pk__in=rows.values("person_id")) if kind == "company" else None

    def redirected(self, value: Any, moves: Mapping[int, int]) -> Any:
        found: list[dict[str, Any]] = []
        for item in value:
            moved = {**item, "company": moves.get(item["company"], item["company"])}
            same = next((other for other in found if {**other, "main": moved["main"]} == moved), None)
            if same is None:
                found.append(moved)
            else:
                same["main"] = same["main"] or moved["main"]
        return found

    def carried(self, value: Any, here: Carry) -> Any:
        found = [{**item, "company": here("record", item["company"])} for item in value or []]
        return [item for item in found if item["company"] is not None]

    def cell_with(self, value: Any, titles: Titles, locale: Locale) -> Cell:
        names = tuple(
            " · ".join(filter(None, (titles.get(("record", item["company"])), item["role"], item["until"])))
            for item in value or []
        )
        return Cell(", ".join(names), shape="tags", items=names)

    def load_many(self, record_ids: Sequence[int]) -> dict[int, Any]:
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for person_id, company_id, role, since, until, is_main in _STORED(people=as_value(record_ids)):
            found[person_id].append(
                {
                    "company": company_id,
                    "role": role,
                    "since": since.isoformat() if since else None,
                    "until": until.isoformat() if until else None,
                    "main": is_main,
                }
            )
        return found

    def write_many(self, pairs: Sequence[tuple[Any, Any, Any]]) -> None:
        changed = [instance.pk for instance, before, _after in pairs if before]
        if changed:
            Affiliation.objects.filter(among("person_id", changed)).delete()
        rows.insert(
            Affiliation,
            ("person_id", "company_id", "role", "since", "until", "is_main"),
            [
                (instance.pk, item["company"], item["role"], item["since"], item["until"], item["main"])
                for instance, _before, values in pairs
                for item in values
            ],
        )

    def is_missing(self) -> Q:
        return ~Q(pk__in=Affiliation.objects.values("person_id"))


def _day(value: Any) -> str | None:
    return datetime.date.fromisoformat(str(value)).isoformat() if value else None
