"""Lines of a deal and what a role hides: costs and price lists are neither read nor set by who may not see them."""

import pytest

from rapport.accounts.models import Role
from rapport.catalog.lines import changing
from rapport.core.fields.money import Amount
from rapport.core.objects import registry, saving

pytestmark = pytest.mark.django_db


def test_it_works(world):
    ann = world.actor("ann")
    company = saving.create(ann, registry.get("company"), {"name": "Hexa Logistics"})
    deal = saving.create(ann, registry.get("deal"), {"name": "Fleet", "company": company.pk})
    prices = {"price": Amount(10000, "EUR"), "cost": Amount(6000, "EUR")}
    sensor = saving.create(ann, registry.get("product"), {"name": "Sensor", **prices})
    usual = saving.create(ann, registry.get("price_list"), {"name": "Zyxwv", "is_default": True})
    given = {"price_list": usual.pk, "product": sensor.pk, "amount": Amount(9000, "EUR")}
    saving.create(ann, registry.get("price"), given)
    changing.add_line(ann, registry.get("deal"), deal.pk, {"product": sensor.pk, "quantity": "1"})
    browser, url = world.client("ann"), f"/deals/{deal.pk}/lines"
    assert "Price list Zyxwv" in browser.get(url).content.decode()
    everything = dict.fromkeys(("view", "create", "edit"), "all")
    levels, hidden = {"*": everything, "price_list": {"view": "none"}}, {"product": {"cost": "hidden"}}
    Role.objects.filter(key="member").update(levels=levels, field_rules=hidden)
    assert browser.post(f"{url}/1", {"do": "save", "cost": "1.00", "quantity": "2"}).status_code == 303
    line = changing.stored_lines(registry.get("deal"), deal.pk)[0]
    assert (line["cost"], line["quantity"]) == (6000, "2")
    for address in (url, f"/deals/{deal.pk}", f"/products/{sensor.pk}"):
        page = browser.get(address).content.decode()
        assert "Sensor" in page and "Zyxwv" not in page, address
