"""Lists of products from shops and ERPs are matched by the titles of their columns."""

import pytest

from rapport.core.importing import mapping
from rapport.core.objects import registry

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Artikelnummer|Bezeichnung|Warengruppe|ME|VK netto|EK netto|MwSt-Satz",
         "sku|name|category|unit|price|cost|tax_rate"),
        ("Product name|Product code|Unit price|Cost price|VAT rate|Billing frequency|Product description",
         "name|sku|price|cost|tax_rate|recurring|description"),
    ],
)  # fmt: skip
def test_it_works(world, header, expected):
    titles = header.split("|")
    found = mapping.guess(world.actor("ada"), registry.get("product"), titles)
    assert [found.get(number) for number in range(len(titles))] == expected.split("|")
