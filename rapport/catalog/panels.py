"""Panels of the catalogue: the variants and prices of a product, the prices of a list."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.catalog.prices.models import Price
from rapport.catalog.products import options
from rapport.core.access.levels import Level, level_of, locale_of, readable_fields
from rapport.core.access.visible import titles_seen, visible_to
from rapport.core.objects import registry
from rapport.core.objects.registry import Panel, PanelRow
from rapport.lib.dates import format_date
from rapport.lib.money import format_amount

MOST_ROWS = 20


def add_panels() -> None:
    """Adds them."""
    registry.contribute("product", panels=[
        Panel("variants", _("Variants"), variants_of, template="catalog/variants.html"),
        Panel("prices", _("Price lists"), prices_of_product, most=MOST_ROWS,
              add_url=lambda pk: f"/prices/new?product={pk}", add_label=_("New price for this product"),
              all_url=lambda pk: f"/prices?product={pk}", empty=_("On no price list yet.")),
    ])  # fmt: skip
    registry.contribute("price_list", panels=[
        Panel("prices", _("Prices"), prices_of_list, most=MOST_ROWS,
              add_url=lambda pk: f"/prices/new?price_list={pk}", add_label=_("New price on this list"),
              all_url=lambda pk: f"/prices?price_list={pk}", empty=_("No prices on this list yet.")),
    ])  # fmt: skip


def variants_of(actor: Actor, product_id: int) -> list[dict[str, Any]]:
    """One part for the template: the variants that the actor sees, and whether more can be made. Two queries."""
    spec = registry.get("product")
    own = visible_to(actor, spec).filter(pk=product_id).values_list("parent_id", "options").first()
    if own is None or own[0]:
        return []
    rows = visible_to(actor, spec).filter(parent=product_id).order_by("title_key", "pk")
    shown = readable_fields(actor, spec)
    found = rows.values_list("pk", "title", "options", "sku")[: options.MOST_VARIANTS]
    lines = [
        {
            "title": title,
            "url": f"/products/{pk}",
            "detail": " · ".join(filter(None, (", ".join(v for vs in options.read(text).values() for v in vs), sku))),
        }
        for pk, title, text, sku in found
    ]
    wanted = options.count(options.read(own[1])) if own[1] and "options" in shown else 0
    may = level_of(actor, "product", "create") is not Level.NONE
    if not lines and not may:
        return []
    return [{"id": product_id, "lines": lines, "missing": wanted > len(lines) and may, "may": may}]


def prices_of_product(actor: Actor, product_id: int) -> Sequence[PanelRow]:
    """The prices of a product on all lists, by list and quantity; lists one may not see without name. Two queries."""
    return _rows(actor, "product", product_id, "price_list")


def prices_of_list(actor: Actor, list_id: int) -> Sequence[PanelRow]:
    """The prices on a list, by product and quantity; products one may not see without name. Two queries."""
    return _rows(actor, "price_list", list_id, "product")


def _rows(actor: Actor, of: str, pk: int, other: str) -> Sequence[PanelRow]:
    spec = registry.get("price")
    if level_of(actor, "price", "view") is Level.NONE or "amount" not in readable_fields(actor, spec):
        return []
    order = (f"{other}__title_key", F("from_quantity").asc(nulls_first=True), "pk")
    prices = list(visible_to(actor, spec).filter(**{f"{of}_id": pk}).order_by(*order)[:MOST_ROWS])
    ids = [number for price in prices if (number := getattr(price, f"{other}_id"))]
    titles = titles_seen(actor, registry.get(other), ids) if ids else {}
    return [_row(actor, price, titles.get(getattr(price, f"{other}_id"), "–")) for price in prices]


def _row(actor: Actor, price: Price, title: str) -> PanelRow:
    language = locale_of(actor).language
    parts = [format_amount(price.amount_minor or 0, price.amount_currency, language)]
    if price.from_quantity and price.from_quantity > 0:
        parts.append(_now("from %(quantity)s") % {"quantity": f"{price.from_quantity.normalize():f}"})
    if price.valid_until:
        parts.append(_now("until %(day)s") % {"day": format_date(price.valid_until, language)})
    elif price.valid_from:
        parts.append(_now("since %(day)s") % {"day": format_date(price.valid_from, language)})
    return PanelRow(title, f"/prices/{price.pk}", detail=" · ".join(parts))
