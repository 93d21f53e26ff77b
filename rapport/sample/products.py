"""The products of a small sample: what each trade sells, a price list for those who buy much, and deals about them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from rapport.accounts.actor import Actor
from rapport.catalog.lines.changing import add_line
from rapport.catalog.products.actions import make_variants
from rapport.catalog.products.models import Product
from rapport.core.events.models import Act, Event
from rapport.core.fields.money import Amount
from rapport.core.objects import registry, saving
from rapport.sales.deals.models import Deal

LEAST = 100  # a sample of a few people has no products
MOST_OF_ONE = 400  # pieces of a product on a deal
_CURRENCY = "EUR"


class Item(NamedTuple):
    """A product: SKU, name, category, unit, price and cost in cents, and how often it is billed."""

    sku: str
    name: str
    category: str
    unit: str
    price: int
    cost: int
    recurring: str = "once"


class Range(NamedTuple):
    """What a trade sells in one language: its price list for ``many`` pieces gives so many percent off."""

    tax: str
    wholesale: str
    many: int
    off: int
    items: tuple[Item, ...]
    bundle: tuple[str, str, Mapping[str, str]] | None = None
    options: tuple[str, str] | None = None  # SKU of a product, and in what its variants differ


_RANGES: dict[tuple[str, str], Range] = {
    ("bakery", "en"): Range(
        "7", "Cafés and hotels", 50, 20,
        (
            Item("BR-01", "Sourdough loaf", "Bread", "piece", 480, 150),
            Item("BR-02", "Rye bread", "Bread", "piece", 430, 130),
            Item("RO-01", "Roll", "Rolls", "piece", 55, 15),
            Item("RO-02", "Croissant", "Rolls", "piece", 190, 70),
            Item("CA-01", "Birthday cake", "Cakes", "piece", 3900, 1400),
            Item("CA-02", "Wedding cake, three tiers", "Cakes", "piece", 42000, 15500),
            Item("CA-03", "Almond tart", "Cakes", "piece", 2800, 1000),
            Item("SE-01", "Delivery", "Service", "trip", 900, 600),
            Item("SE-02", "Standing breakfast order", "Service", "month", 18900, 9800, "monthly"),
        ),
        ("BU-01", "Breakfast for ten", {"RO-01": "20", "RO-02": "10", "BR-01": "1"}),
        ("CA-01", "Size: 20 cm, 26 cm; Filling: lemon, chocolate"),
    ),
    ("bakery", "de"): Range(
        "7", "Cafés und Hotels", 50, 20,
        (
            Item("BR-01", "Sauerteigbrot", "Brot", "Stück", 480, 150),
            Item("BR-02", "Roggenbrot", "Brot", "Stück", 430, 130),
            Item("KL-01", "Brötchen", "Kleingebäck", "Stück", 55, 15),
            Item("KL-02", "Croissant", "Kleingebäck", "Stück", 190, 70),
            Item("TO-01", "Geburtstagstorte", "Torten", "Stück", 3900, 1400),
            Item("TO-02", "Hochzeitstorte, dreistöckig", "Torten", "Stück", 42000, 15500),
            Item("TO-03", "Mandeltarte", "Torten", "Stück", 2800, 1000),
            Item("SE-01", "Lieferung", "Service", "Fahrt", 900, 600),
            Item("SE-02", "Frühstück im Dauerauftrag", "Service", "Monat", 18900, 9800, "monthly"),
        ),
        ("PA-01", "Frühstück für zehn", {"KL-01": "20", "KL-02": "10", "BR-01": "1"}),
        ("TO-01", "Größe: 20 cm, 26 cm; Füllung: Zitrone, Schokolade"),
    ),
    ("software", "en"): Range(
        "19", "From 50 users", 50, 15,
        (
            Item("LIC-S", "Licence, starter", "Licences", "user", 1200, 200, "monthly"),
            Item("LIC-P", "Licence, professional", "Licences", "user", 2900, 450, "monthly"),
            Item("LIC-E", "Licence, enterprise", "Licences", "user", 39000, 6000, "yearly"),
            Item("ONB-1", "Onboarding", "Services", "package", 240000, 110000),
            Item("CON-D", "Consulting", "Services", "day", 120000, 62000),
            Item("TRA-1", "Training for twelve", "Services", "day", 140000, 60000),
            Item("SUP-1", "Priority support", "Support", "year", 480000, 190000, "yearly"),
        ),
        ("STA-1", "Quick start", {"ONB-1": "1", "TRA-1": "1", "CON-D": "2"}),
    ),
    ("software", "de"): Range(
        "19", "Ab 50 Personen", 50, 15,
        (
            Item("LIZ-S", "Lizenz Einstieg", "Lizenzen", "Person", 1200, 200, "monthly"),
            Item("LIZ-P", "Lizenz Professional", "Lizenzen", "Person", 2900, 450, "monthly"),
            Item("LIZ-E", "Lizenz Enterprise", "Lizenzen", "Person", 39000, 6000, "yearly"),
            Item("EIN-1", "Einführung", "Leistungen", "Paket", 240000, 110000),
            Item("BER-T", "Beratung", "Leistungen", "Tag", 120000, 62000),
            Item("SCH-1", "Schulung für zwölf", "Leistungen", "Tag", 140000, 60000),
            Item("SUP-1", "Vorrangiger Support", "Support", "Jahr", 480000, 190000, "yearly"),
        ),
        ("STA-1", "Schnellstart", {"EIN-1": "1", "SCH-1": "1", "BER-T": "2"}),
    ),
    ("shop", "en"): Range(
        "19", "Resellers", 20, 25,
        (
            Item("TS-01", "T-shirt", "Clothing", "piece", 2490, 800),
            Item("HO-01", "Hooded jumper", "Clothing", "piece", 5990, 2100),
            Item("MU-01", "Mug", "Home", "piece", 1290, 350),
            Item("PO-01", "Poster", "Home", "piece", 1890, 300),
            Item("GC-01", "Gift wrapping", "Service", "piece", 350, 90),
        ),
        ("SET-1", "Welcome set", {"TS-01": "1", "MU-01": "2"}),
        ("TS-01", "Size: S, M, L, XL; Colour: blue, white"),
    ),
    ("shop", "de"): Range(
        "19", "Wiederverkauf", 20, 25,
        (
            Item("TS-01", "T-Shirt", "Kleidung", "Stück", 2490, 800),
            Item("KA-01", "Kapuzenpullover", "Kleidung", "Stück", 5990, 2100),
            Item("BE-01", "Becher", "Wohnen", "Stück", 1290, 350),
            Item("PO-01", "Poster", "Wohnen", "Stück", 1890, 300),
            Item("GE-01", "Geschenkverpackung", "Service", "Stück", 350, 90),
        ),
        ("SET-1", "Willkommensset", {"TS-01": "1", "BE-01": "2"}),
        ("TS-01", "Größe: S, M, L, XL; Farbe: Blau, Weiß"),
    ),
    ("call_centre", "en"): Range(
        "19", "Large projects", 500, 12,
        (
            Item("IN-01", "Inbound hour", "Telephone", "hour", 3400, 2300),
            Item("OUT-1", "Outbound hour", "Telephone", "hour", 3900, 2500),
            Item("BASE", "Base fee for a project", "Telephone", "month", 49000, 21000, "monthly"),
            Item("SET-U", "Setting up a project", "Services", "package", 180000, 90000),
            Item("REP-1", "Monthly report", "Services", "report", 19000, 7000, "monthly"),
        ),
    ),
    ("call_centre", "de"): Range(
        "19", "Großprojekte", 500, 12,
        (
            Item("IN-01", "Stunde Inbound", "Telefonie", "Stunde", 3400, 2300),
            Item("OUT-1", "Stunde Outbound", "Telefonie", "Stunde", 3900, 2500),
            Item("GRUND", "Grundgebühr je Projekt", "Telefonie", "Monat", 49000, 21000, "monthly"),
            Item("EIN-1", "Einrichtung eines Projekts", "Leistungen", "Paket", 180000, 90000),
            Item("REP-1", "Monatsbericht", "Leistungen", "Bericht", 19000, 7000, "monthly"),
        ),
    ),
}  # fmt: skip


def write(act: Act, people: int, language: str, trade: str) -> int:
    """Makes them, in the act of the sample, for everybody; how many products."""
    found = _RANGES.get((trade, language)) or _RANGES.get((trade, "en"))
    if people < LEAST or found is None:
        return 0
    actor, spec = Actor.system(), registry.get("product")
    made: dict[str, Any] = {}
    for item in found.items:
        made[item.sku] = saving.create(actor, spec, {**_values(item, found), **_options(item, found)}, act=act)
    if found.options:
        made |= {one.sku: one for one in make_variants(actor, made[found.options[0]].pk, act=act)}
    if found.bundle:
        sku, name, parts = found.bundle
        linked = [{"id": made[part].pk, "label": quantity} for part, quantity in parts.items()]
        given = {"name": name, "sku": sku, "parts": linked, "tax_rate": Decimal(found.tax)}
        made[sku] = saving.create(actor, spec, given, act=act)
    _price_list(actor, act, found, made)
    return len(made)


def _values(item: Item, found: Range) -> dict[str, Any]:
    return {
        "name": item.name,
        "sku": item.sku,
        "category": item.category,
        "unit": item.unit,
        "price": Amount(item.price, _CURRENCY),
        "cost": Amount(item.cost, _CURRENCY),
        "tax_rate": Decimal(found.tax),
        "recurring": item.recurring,
    }


def _options(item: Item, found: Range) -> dict[str, str]:
    return {"options": found.options[1]} if found.options and found.options[0] == item.sku else {}


def _price_list(actor: Actor, act: Act, found: Range, made: Mapping[str, Any]) -> None:
    """Those who buy many pay less: from so many pieces on, for what is billed once."""
    wholesale = saving.create(actor, registry.get("price_list"), {"name": found.wholesale}, act=act)
    for item in found.items:
        amount = Amount(item.price * (100 - found.off) // 100, _CURRENCY)
        given = {"price_list": wholesale.pk, "product": made[item.sku].pk, "amount": amount}
        saving.create(actor, registry.get("price"), {**given, "from_quantity": Decimal(found.many)}, act=act)


def put_on_deals(act: Act) -> None:
    """Every third open deal of the sample is about products: as many of one as make up about what it is worth."""
    actor, spec = Actor.system(), registry.get("deal")
    made = Event.objects.filter(act=act)
    sold = Product.objects.filter(
        pk__in=made.filter(kind="product.created").values("subject_id"), parent=None, price_minor__gt=0, options=""
    ).order_by("pk")
    offered = list(sold.values_list("pk", "price_minor", "recurring"))
    known = Deal.objects.filter(
        pk__in=made.filter(kind="deal.created").values("subject_id"), status="open", amount_currency=_CURRENCY
    )
    worth = known.order_by("pk").values_list("pk", "amount_minor")[::3] if offered else []
    for number, (pk, amount) in enumerate(worth):
        product, price, recurring = offered[number % len(offered)]
        each = (price or 1) * (12 if recurring == "monthly" else 1)
        quantity = min(max(round((amount or 0) / each), 1), MOST_OF_ONE)
        add_line(actor, spec, pk, {"product": product, "quantity": str(quantity)}, act=act)
