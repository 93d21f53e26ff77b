"""What the foot of a list tells of a column: how many have a value, the sum, the average, the ends.

One pass over what the filter leaves, of at most ``MOST_SUMMED`` records at once; beyond, it says so, and all of them
are counted when somebody asks for that (:mod:`.tallies`). Money is told for each currency by itself, unless there are
rates to add them by; then these are told, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal as Number
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of
from rapport.core.access.pages import ListQuery, rows_matching
from rapport.core.access.tallies import Tally, tally
from rapport.core.errors import BadQuery
from rapport.core.fields import ChildField, Field, Locale, Money
from rapport.core.fields.money import Amount
from rapport.core.money_rates.adding import add, average
from rapport.lib.wording import grouped

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_SUMMED = 10_000
MOST_SUMS = 12  # columns of one foot
KINDS: dict[str, str | Promise] = {
    "count": gettext_lazy("Count"),
    "filled": gettext_lazy("Filled"),
    "sum": gettext_lazy("Sum"),
    "avg": gettext_lazy("Average"),
    "min": gettext_lazy("Lowest"),
    "max": gettext_lazy("Highest"),
}
_MOST_CURRENCIES = 3  # in one foot; the others are told in its title


@dataclass(frozen=True)
class Told:
    """One foot: what it is (“Sum”), the value in words, more of it for its title, and what it was converted by."""

    kind: str
    label: Any
    text: str
    title: str = ""
    rates: tuple[str, ...] = ()


def kinds_of(field: Field) -> list[str]:
    """What can be told of a field: numbers have sums, dates have ends, everything can be filled."""
    if isinstance(field, ChildField) or field.control == "none" or not field.operators:
        return []
    if field.numeric and field.type != "percent":
        return list(KINDS)
    if field.numeric:
        return ["count", "filled", "avg", "min", "max"]
    return ["count", "filled", "min", "max"] if field.type in ("date", "moment") else ["count", "filled"]


def read_sums(fields: dict[str, Field], text: str) -> dict[str, str]:
    """``revenue.sum,size.filled`` by field, less what is unknown. BadQuery for too many."""
    found = {}
    for part in text.split(",")[: MOST_SUMS + 1]:
        key, _dot, kind = part.strip().rpartition(".")
        if key in fields and kind in kinds_of(fields[key]):
            found[key] = kind
    if len(found) > MOST_SUMS:
        raise BadQuery(_("At most %(most)s columns are summed.") % {"most": MOST_SUMS})
    return found


def sums(
    actor: Actor, spec: "ObjectSpec", query: ListQuery, wanted: dict[str, str], fields: dict[str, Field]
) -> tuple[dict[str, Told], bool]:
    """By field what its foot tells, and whether it is of the first ``MOST_SUMMED`` of more."""
    ids = rows_matching(actor, spec, query).order_by().values("pk")
    is_cut = ids[: MOST_SUMMED + 1].count() > MOST_SUMMED
    rows = spec.model._default_manager.filter(pk__in=ids[:MOST_SUMMED])
    return in_words(tally(actor, rows, wanted, fields), wanted, fields, locale_of(actor)), is_cut


def in_words(counted: Tally, wanted: Mapping[str, str], fields: Mapping[str, Field], locale: Locale) -> dict[str, Told]:
    """What was counted, as the foot tells it."""
    told = {}
    for key, kind in wanted.items():
        field, units = fields[key], counted.columns.get(key, {})
        if isinstance(field, Money) and kind not in ("count", "filled"):
            told[key] = _money(units, field, kind, locale)
        else:
            count, value = units.get("", (0, None))
            told[key] = Told(kind, KINDS[kind], _words(field, kind, count, value, counted.every, locale))
    return told


def _words(field: Field, kind: str, count: int, value: Any, every: int, locale: Locale) -> str:
    if kind == "count":
        return grouped(count)
    if kind == "filled":
        return f"{round(100 * count / every) if every else 0} %"
    if value is None or not count:
        return "–"
    if kind == "avg":
        value = (Number(str(value)) / count).quantize(Number("0.01"))
        text = f"{value:f}".rstrip("0").rstrip(".") if value % 1 else grouped(int(value))
        return text.replace(".", ",") if locale.language == "de" and value % 1 else text
    stored = field.from_json(value) if field.custom else value
    return field.cell(stored, locale).text


def _money(units: Mapping[str, tuple[int, Any]], field: Money, kind: str, locale: Locale) -> Told:
    known = [(code, count, value) for code, (count, value) in sorted(units.items()) if value is not None]
    each = [(code, value / count if kind == "avg" else value) for code, count, value in known]
    amounts: Sequence[str] = [field.show(Amount(round(value), code), locale).text for code, value in each]
    if kind in ("sum", "avg") and len(amounts) > 1:
        added = add([Amount(int(value), code) for code, _count, value in known])
        if added.total is not None:
            every = sum(count for _code, count, _value in known)
            total = added.total if kind == "sum" else average(added.total, every)
            rates = tuple(rate.words(locale) for rate in added.used)
            title = " · ".join((*amounts, *rates))
            return Told(kind, KINDS[kind], f"≈ {field.show(total, locale).text}", title=title, rates=rates)
        missing = _("Not added up: no rate for %(currencies)s.") % {"currencies": ", ".join(added.without)}
        return Told(kind, KINDS[kind], " · ".join(amounts[:_MOST_CURRENCIES]), " · ".join(amounts), (missing,))
    text = " · ".join(amounts[:_MOST_CURRENCIES]) or "–"
    return Told(kind, KINDS[kind], text, title=" · ".join(amounts))
