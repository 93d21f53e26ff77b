"""What something costs whom: lists, quantity breaks, days, variants and bundles, each with its reason."""

import datetime
from decimal import Decimal

import pytest

from rapport.catalog.prices.finding import list_for, price_of, why_words
from rapport.catalog.products.actions import make_variants
from rapport.catalog.products.models import Product
from rapport.core.errors import Conflict, Invalid
from rapport.core.fields.money import Amount
from rapport.core.objects import registry, saving

pytestmark = pytest.mark.django_db
DAY = datetime.date(2027, 3, 1)


@pytest.fixture
def ada(world):
    return world.actor("ada")


def product(ada, name="Cake", **values):
    return saving.create(ada, registry.get("product"), {"name": name, **values})


def listed(ada, price_list, one, amount, quantity=None, **values):
    given = {"price_list": price_list.pk, "product": one.pk, "amount": Amount(amount, "EUR"), **values}
    return saving.create(ada, registry.get("price"), {**given, "from_quantity": quantity})


def price_list(ada, name="Wholesale", **values):
    return saving.create(ada, registry.get("price_list"), {"name": name, **values})


def cost(one, quantity, on_list=None, on=DAY, currency="EUR"):
    found = price_of(Product.objects.get(pk=one.pk), Decimal(quantity), currency, on, on_list)
    return found.minor, why_words(found.why)


def test_it_works(ada):
    cake, wholesale = product(ada, price=Amount(2000, "EUR")), price_list(ada)
    listed(ada, wholesale, cake, 1800)
    listed(ada, wholesale, cake, 1500, Decimal(10))
    assert cost(cake, 1) == (2000, "Price of the product")
    assert cost(cake, 9, wholesale) == (1800, "Price list Wholesale")
    assert cost(cake, 10, wholesale) == (1500, "Price list Wholesale, from 10")
    assert cost(cake, 1, wholesale, currency="USD") == (None, "")


def test_a_price_holds_for_its_days_and_the_later_one_wins(ada):
    cake, wholesale = product(ada), price_list(ada)
    listed(ada, wholesale, cake, 1800, valid_until=datetime.date(2027, 2, 28))
    assert cost(cake, 1, wholesale) == (None, "")
    listed(ada, wholesale, cake, 1900, valid_from=datetime.date(2027, 1, 1))
    listed(ada, wholesale, cake, 1700, valid_from=DAY)
    assert cost(cake, 1, wholesale)[0] == 1700
    assert cost(cake, 1, wholesale, on=datetime.date(2027, 2, 28))[0] == 1900


def test_a_company_gets_its_list_and_others_that_for_everybody_else(ada):
    hexa, other = (saving.create(ada, registry.get("company"), {"name": name}) for name in ("Hexa", "Other"))
    usual = price_list(ada, "Usual", is_default=True)
    own = price_list(ada, "Hexa’s", companies=[hexa.pk])
    later = price_list(ada, "Later", is_default=True, valid_from=DAY + datetime.timedelta(days=1))
    assert list_for(hexa.pk, DAY).pk == own.pk
    assert list_for(other.pk, DAY).pk == list_for(None, DAY).pk == usual.pk
    assert list_for(None, DAY + datetime.timedelta(days=1)).pk == later.pk


def test_a_variant_without_a_price_costs_what_its_product_does(ada):
    shirt = product(ada, "Shirt", sku="S", price=Amount(1000, "EUR"), options="Size: S, M; Colour: red")
    made = make_variants(ada, shirt.pk)
    assert [(one.title, one.sku) for one in made] == [("Shirt (S, red)", "S-S-RED"), ("Shirt (M, red)", "S-M-RED")]
    assert cost(made[0], 1) == (1000, "Price of the product it is a variant of")
    with pytest.raises(Conflict):
        make_variants(ada, shirt.pk)


def test_nobody_counts_to_millions_of_variants(world, ada):
    many = ";".join(f"{name}: {','.join('123456789')}" for name in "ABCDEFG")
    with pytest.raises(Invalid, match="4782969 variants"):
        product(ada, "Too many", options=many)
    before = product(ada, "Of earlier days")
    Product.objects.filter(pk=before.pk).update(options=many.replace(";", "\n").replace(",", ", "))
    assert world.client("ada").get(f"/products/{before.pk}").status_code == 200
    with pytest.raises(Invalid, match="4782969 variants"):
        make_variants(ada, before.pk)


def test_a_variant_has_values_that_its_product_offers(ada):
    shirt = product(ada, "Shirt", options="Size: S, M")
    with pytest.raises(Invalid) as refused:
        product(ada, "Shirt XL", parent=shirt.pk, options="Size: XL")
    assert refused.value.errors == {"options": ["“Size” is one of: S, M."]}
    variant = product(ada, "Shirt S", parent=shirt.pk, options="Size: S")
    with pytest.raises(Invalid):
        product(ada, "Of a variant", parent=variant.pk)
    with pytest.raises(Invalid):
        saving.update(ada, registry.get("product"), shirt.pk, {"parent": variant.pk})


def test_a_bundle_costs_what_its_parts_do_unless_it_says_otherwise(ada):
    cake, candle = product(ada, price=Amount(2000, "EUR")), product(ada, "Candle", price=Amount(35, "EUR"))
    parts = [{"id": cake.pk, "label": ""}, {"id": candle.pk, "label": "2.5"}]
    party = product(ada, "Party", parts=parts)
    assert cost(party, 1) == (2000 + 88, "Sum of its parts")
    saving.update(ada, registry.get("product"), party.pk, {"price": Amount(1999, "EUR")})
    assert cost(party, 1) == (1999, "Price of the product")
    with pytest.raises(Invalid):
        product(ada, "Bundle of bundles", parts=[{"id": party.pk, "label": "1"}])
    with pytest.raises(Invalid):
        product(ada, "Nothing of it", parts=[{"id": cake.pk, "label": "-1"}])


def test_an_sku_is_unique_among_live_products(ada):
    first = product(ada, sku="CAKE-1")
    with pytest.raises(Invalid) as refused:
        product(ada, "Another", sku="CAKE-1")
    assert "sku" in refused.value.errors
    saving.trash(ada, registry.get("product"), [first.pk])
    assert product(ada, "Another", sku="CAKE-1").sku == "CAKE-1"
