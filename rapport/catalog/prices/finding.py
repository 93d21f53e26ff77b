"""What a product costs: one answer, with the reason for it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from rapport.catalog.prices.models import Price, PriceList
from rapport.catalog.products.bundles import parts_of
from rapport.catalog.products.models import Product
from rapport.core.records.models import RecordLink
from rapport.lib.reckoning import rounded

# Where a price comes from. What is kept of it with a line is plain JSON, so that it tells what was, whatever becomes of
# the list.
LISTED, OWN, PARENT, PARTS, NONE = "list", "product", "parent", "parts", ""


@dataclass(frozen=True)
class Found:
    """A price in smallest units of ``currency``, None where there is none in it; ``why`` is for :func:`why_words`."""

    minor: int | None
    currency: str
    why: Mapping[str, Any]


def price_of(
    product: Product, quantity: Decimal, currency: str, on: datetime.date, price_list: PriceList | None = None
) -> Found:
    """What one of ``product`` costs if somebody takes ``quantity`` of it on a day, in a currency.

    A price of the list comes first: that of the product before that of the product it is a variant of, then that from
    the highest quantity reached, then the one that began last. Else its own price, else that of its parent, else what
    the parts of a bundle cost together. Negative quantities (credits) count as positive ones. A few queries.
    """
    found = _alone(product, quantity, currency, on, price_list)
    if found.minor is None and product.price_minor is None:
        found = _of_parts(product, quantity, currency, on, price_list) or found
    return found


def list_for(company_id: int | None, on: datetime.date) -> PriceList | None:
    """The price list that a company gets on a day: its own, else that for everybody else; of several the newest.

    Two queries at most.
    """
    valid = PriceList.objects.filter(_valid(on), live=True).order_by(F("valid_from").desc(nulls_last=True), "-pk")
    if company_id:
        own = RecordLink.objects.filter(to_record=company_id, field_key="companies").values("from_record")
        if (found := valid.filter(pk__in=own).first()) is not None:
            return found
    return valid.filter(is_default=True).first()


def why_words(why: Mapping[str, Any]) -> str:
    """“Price list Wholesale 2027, from 10”; empty for a price that somebody entered."""
    match why.get("kind"):
        case "list" if why.get("from"):
            return _("Price list %(name)s, from %(quantity)s") % {"name": why["list"], "quantity": why["from"]}
        case "list":
            return _("Price list %(name)s") % {"name": why["list"]}
        case "product":
            return _("Price of the product")
        case "parent":
            return _("Price of the product it is a variant of")
        case "parts":
            return _("Sum of its parts")
    return ""


def _alone(
    product: Product, quantity: Decimal, currency: str, on: datetime.date, price_list: PriceList | None
) -> Found:
    """The price without looking at parts."""
    if price_list is not None and (price := _listed(product, abs(quantity), currency, on, price_list)):
        since = f"{price.from_quantity.normalize():f}" if price.from_quantity and price.from_quantity > 0 else ""
        return Found(price.amount_minor, currency, {"kind": LISTED, "list": price_list.title, "from": since})
    for kind, one in ((OWN, product), (PARENT, product.parent if product.parent_id else None)):
        if one is not None and one.price_minor is not None and one.price_currency == currency:
            return Found(one.price_minor, currency, {"kind": kind})
    return Found(None, currency, {"kind": NONE})


def _listed(
    product: Product, quantity: Decimal, currency: str, on: datetime.date, price_list: PriceList
) -> Price | None:
    reached = Q(from_quantity__isnull=True) | Q(from_quantity__lte=quantity)
    ids = [pk for pk in (product.pk, product.parent_id) if pk]
    rows = Price.objects.filter(
        reached, _valid(on), product__in=ids, price_list=price_list, live=True, amount_currency=currency
    )

    def rank(price: Price) -> tuple[Any, ...]:
        is_own = price.product_id == product.pk
        return (is_own, price.from_quantity or Decimal(0), price.valid_from or datetime.date.min, price.pk)

    return max(rows, key=rank, default=None)


def _of_parts(
    product: Product, quantity: Decimal, currency: str, on: datetime.date, price_list: PriceList | None
) -> Found | None:
    """What the parts of a bundle cost; None where it is no bundle, or one of them has no price."""
    parts = parts_of(product.pk)
    there = Product.objects.select_related("parent").in_bulk([pk for pk, _count in parts])
    total = 0
    for pk, count in parts:
        found = _alone(there[pk], quantity * count, currency, on, price_list) if pk in there else None
        if found is None or found.minor is None:
            return None
        total += rounded(count * found.minor)
    return Found(total, currency, {"kind": PARTS}) if parts else None


def _valid(on: datetime.date) -> Q:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return begun & (Q(valid_until__isnull=True) | Q(valid_until__gte=on))
