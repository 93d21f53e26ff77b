"""Lines of a deal: prices with their reason, the amount follows, discounts above the limit wait, Undo takes back."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest

from rapport.accounts.models import Role
from rapport.catalog.discounts.models import DiscountLimit
from rapport.catalog.lines import changing
from rapport.catalog.lines.drawing import rows
from rapport.catalog.lines.models import LineItem
from rapport.core.changes.acts import latest_act
from rapport.core.changes.undo import undo
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound
from rapport.core.fields.money import Amount
from rapport.core.merging.merge import merge
from rapport.core.money_rates.models import MoneyRate
from rapport.core.notices.models import Notice
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.sales.deals.actions import reopen_deal, win_deal
from rapport.sales.deals.models import Deal

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(world):
    return world.actor("ann")


@pytest.fixture
def company(ann):
    return saving.create(ann, registry.get("company"), {"name": "Hexa Logistics"})


@pytest.fixture
def deal(ann, company):
    return saving.create(ann, registry.get("deal"), {"name": "Fleet", "company": company.pk})


@pytest.fixture
def sensor(ann):
    given = {
        "name": "Sensor",
        "sku": "SE-1",
        "price": Amount(10000, "EUR"),
        "cost": Amount(6000, "EUR"),
        "tax_rate": 19,
    }
    return saving.create(ann, registry.get("product"), {**given, "tax_rate": Decimal(19)})


DEAL = registry.get("deal")


def fresh(deal):
    return Deal.objects.get(pk=deal.pk)


def add(ann, deal, **given):
    return changing.add_line(ann, DEAL, deal.pk, given)


def lines(deal):
    return changing.stored_lines(DEAL, deal.pk)


def decide(actor, deal, **said):
    return changing.decide_discounts(actor, DEAL, deal.pk, version=fresh(deal).version, **said)


@pytest.fixture
def limit(world):
    DiscountLimit.objects.create(role=world.roles["member"], percent=Decimal(10))
    Role.objects.filter(key="manager").update(rights=["bulk", "merge", "discounts"])


def test_it_works(ann, deal, sensor):
    add(ann, deal, product=sensor.pk, quantity="3")
    add(ann, deal, title="Delivery", price=4999)
    (first, second) = lines(deal)
    assert (first["title"], first["price"], first["why"], first["tax"]) == ("Sensor", 10000, {"kind": "product"}, "19")
    assert (second["quantity"], second["currency"]) == ("1", "EUR")
    now = fresh(deal)
    assert (now.amount_minor, now.amount_currency, now.weighted_minor) == (34999, "EUR", 3500)
    assert list(LineItem.objects.order_by("place").values_list("total_minor", flat=True)) == [30000, 4999]


def test_a_price_follows_the_quantity_until_somebody_enters_one(ann, deal, sensor, company):
    prices = saving.create(ann, registry.get("price_list"), {"name": "Hexa", "companies": [company.pk]})
    given = {"price_list": prices.pk, "product": sensor.pk, "amount": Amount(8000, "EUR"), "from_quantity": Decimal(10)}
    saving.create(ann, registry.get("price"), given)
    add(ann, deal, product=sensor.pk, quantity="2")
    changing.change_line(ann, DEAL, deal.pk, 1, {"quantity": "10"})
    assert (lines(deal)[0]["price"], lines(deal)[0]["why"]) == (8000, {"kind": "list", "list": "Hexa", "from": "10"})
    changing.change_line(ann, DEAL, deal.pk, 1, {"price": 7777})
    changing.change_line(ann, DEAL, deal.pk, 1, {"quantity": "2"})
    assert (lines(deal)[0]["price"], lines(deal)[0]["why"]) == (7777, {})
    changing.ask_price_again(ann, DEAL, deal.pk, 1)
    assert lines(deal)[0]["price"] == 10000


def test_lines_are_moved_removed_and_undone_with_the_amount(ann, deal, sensor):
    for title in ("A", "B", "C"):
        add(ann, deal, title=title, price=100)
    changing.move_line(ann, DEAL, deal.pk, 3, 0)
    assert [line["title"] for line in lines(deal)] == ["C", "A", "B"]
    changing.remove_line(ann, DEAL, deal.pk, 1)
    assert fresh(deal).amount_minor == 200
    undo(ann, latest_act(ann, deal.pk))
    assert [line["title"] for line in lines(deal)] == ["C", "A", "B"]
    assert fresh(deal).amount_minor == 300
    with pytest.raises(NotFound):
        changing.remove_line(ann, DEAL, deal.pk, 9)


def test_the_amount_of_a_deal_with_products_is_theirs(ann, deal):
    add(ann, deal, title="A", price=100)
    with pytest.raises(Invalid) as refused:
        saving.update(ann, DEAL, deal.pk, {"amount": Amount(5, "EUR")})
    assert "amount" in refused.value.errors
    changing.remove_line(ann, DEAL, deal.pk, 1)
    assert saving.update(ann, DEAL, deal.pk, {"amount": Amount(5, "EUR")}).amount_minor == 5


def test_recurring_optional_and_negative_lines(ann, deal):
    add(ann, deal, title="Licence", price=1000, recurring="monthly", periods=12)
    add(ann, deal, title="Extra", price=99999, optional=True)
    add(ann, deal, title="Credit", price=500, quantity="-2")
    add(ann, deal, title="Group", heading=True)
    assert fresh(deal).amount_minor == 12000 - 1000


def test_lines_of_one_deal_are_in_one_currency(ann, deal):
    add(ann, deal, title="A", price=100)
    with pytest.raises(Invalid):
        add(ann, deal, title="B", price=100, currency="JPY")
    other = saving.create(ann, DEAL, {"name": "Yen", "company": deal.company_id, "amount": Amount(5, "JPY")})
    add(ann, other, title="B", price=100, quantity="0.5")
    assert (fresh(other).amount_minor, fresh(other).amount_currency) == (50, "JPY")


@pytest.mark.parametrize("given", [{"title": ""}, {"title": "A", "quantity": "x"}, {"title": "A", "discount": "101"},
                                   {"title": "A", "price": 10**16}, {"title": "A", "product": 4711}])  # fmt: skip
def test_what_is_no_line_is_refused_whole(ann, deal, given):
    with pytest.raises((Invalid, NotFound)):
        add(ann, deal, **given)
    assert lines(deal) == []
    with pytest.raises(Invalid):
        saving.update(ann, DEAL, deal.pk, {"lines": [{"currency": "EUR", **given}]})


def test_four_hundred_lines(ann, deal):
    many = [{"title": f"Line {number}", "price": 33, "quantity": "0.5", "currency": "EUR"} for number in range(400)]
    saving.update(ann, DEAL, deal.pk, {"lines": many})
    changing.move_line(ann, DEAL, deal.pk, 400, 0)
    assert fresh(deal).amount_minor == 400 * 17
    assert [line["id"] for line in lines(deal)][:2] == [400, 1]


# -------------------------------------------------------------------- discounts
def test_a_discount_above_the_limit_waits_and_holds_the_deal_up(ann, world, deal, sensor, limit):
    add(ann, deal, product=sensor.pk)
    changing.change_line(ann, DEAL, deal.pk, 1, {"discount": "10"})
    assert fresh(deal).approval == ""
    changing.change_line(ann, DEAL, deal.pk, 1, {"discount": "25"})
    assert (fresh(deal).approval, lines(deal)[0]["approval_of"]["percent"]) == ("waiting", "25")
    assert list(Notice.objects.filter(kind="discount_asked").values_list("user__name", flat=True)) == ["Mia Moss"]
    with pytest.raises(Invalid) as refused:
        win_deal(ann, deal.pk)
    assert "stage" in refused.value.errors
    with pytest.raises(NotAllowed):
        decide(ann, deal, approve=True)
    mia = world.actor("mia")
    decide(mia, deal, approve=True, reason="A reference")
    assert fresh(deal).approval == "approved"
    assert Notice.objects.filter(kind="discount_approved", user=world.ann).exists()
    with pytest.raises(Conflict):
        decide(mia, deal, approve=True)
    changing.change_line(ann, DEAL, deal.pk, 1, {"discount": "20"})
    assert fresh(deal).approval == "approved"  # no more than what was approved
    assert win_deal(ann, deal.pk).status == "won"


def test_a_declined_discount_says_why_and_ends_with_a_lower_one(ann, world, deal, sensor, limit):
    add(ann, deal, product=sensor.pk, discount="50")
    mia = world.actor("mia")
    with pytest.raises(Invalid):
        decide(mia, deal, approve=False)
    decide(mia, deal, approve=False, reason="Too much")
    assert (fresh(deal).approval, lines(deal)[0]["approval_of"]["reason"]) == ("declined", "Too much")
    with pytest.raises(Invalid):
        win_deal(ann, deal.pk)
    changing.change_line(ann, DEAL, deal.pk, 1, {"discount": "5"})
    assert fresh(deal).approval == ""


def test_new_terms_by_an_approver_or_without_a_limit_end_a_declined_discount(ann, world, deal, sensor, limit):
    mia = world.actor("mia")
    add(ann, deal, product=sensor.pk, discount="50")
    decide(mia, deal, approve=False, reason="Too much")
    changing.change_line(mia, DEAL, deal.pk, 1, {"note": "Declined"})
    assert fresh(deal).approval == "declined"  # the terms are what they were
    changing.change_line(mia, DEAL, deal.pk, 1, {"discount": "0"})
    assert (fresh(deal).approval, lines(deal)[0]["approval_of"]) == ("", {})
    changing.change_line(ann, DEAL, deal.pk, 1, {"discount": "50"})
    DiscountLimit.objects.all().delete()
    changing.change_line(ann, DEAL, deal.pk, 1, {"discount": "0"})
    assert win_deal(ann, deal.pk).status == "won"


def test_a_closed_deal_keeps_its_amount_and_its_products(ann, world, deal, sensor, limit):
    add(ann, deal, product=sensor.pk)
    changing.change_line(ann, DEAL, deal.pk, 1, {"price": 20000})
    raised = latest_act(ann, deal.pk)
    win_deal(ann, deal.pk)
    for somebody in (ann, world.actor("ada")):
        with pytest.raises(Invalid) as refused:
            changing.change_line(somebody, DEAL, deal.pk, 1, {"price": 1})
        assert "Reopen" in str(refused.value)
    assert undo(ann, raised).left_count == 1
    assert fresh(deal).amount_minor == 20000
    saving.update(ann, DEAL, deal.pk, {"name": "Fleet 2", "amount": Amount(20000, "EUR")})
    reopen_deal(ann, deal.pk)
    changing.change_line(ann, DEAL, deal.pk, 1, {"price": 19000})
    win_deal(ann, deal.pk)
    plain = saving.create(ann, DEAL, {"name": "Plain", "company": deal.company_id, "amount": Amount(500, "EUR")})
    win_deal(ann, plain.pk, values={"amount": Amount(700, "EUR")})
    with pytest.raises(Invalid):
        saving.update(ann, DEAL, plain.pk, {"amount": Amount(5, "EUR")})
    undo(ann, latest_act(ann, plain.pk))
    assert (fresh(plain).status, fresh(plain).amount_minor) == ("open", 500)


def test_products_become_one_on_closed_deals_too_and_a_declined_discount_stays(ann, world, deal, sensor, limit):
    ada = world.actor("ada")
    twin = saving.create(ann, registry.get("product"), {"name": "Sensor", "price": Amount(10000, "EUR")})
    held = saving.create(ann, DEAL, {"name": "Held up", "company": deal.company_id})
    add(ann, deal, product=twin.pk)
    add(ann, held, product=twin.pk, discount="50")
    decide(ada, held, approve=False, reason="Too much")
    win_deal(ann, deal.pk)
    merge(ada, registry.get("product"), sensor.pk, [twin.pk])
    assert [lines(one)[0]["product"] for one in (deal, held)] == [sensor.pk, sensor.pk]
    assert (fresh(deal).status, fresh(held).approval) == ("won", "declined")


def test_a_lower_price_is_a_discount_too_and_nobody_approves_their_own(ann, deal, sensor, limit):
    add(ann, deal, product=sensor.pk)
    changing.change_line(ann, DEAL, deal.pk, 1, {"price": 5000})
    assert fresh(deal).approval == "waiting"
    claimed = [{**line, "approval": "approved", "approval_of": {"percent": "50"}} for line in lines(deal)]
    saving.update(ann, DEAL, deal.pk, {"lines": claimed})
    assert fresh(deal).approval == "waiting"


@pytest.mark.parametrize("given", [{"price": -9000}, {"price": 9000, "quantity": "-1"}])
def test_whatever_takes_from_the_sum_waits_for_whoever_has_a_limit(ann, deal, sensor, limit, given):
    add(ann, deal, product=sensor.pk)
    add(ann, deal, title="Goodwill", **given)
    assert (fresh(deal).approval, lines(deal)[1]["approval_of"]["percent"]) == ("waiting", "")
    assert "Waits for approval" in rows(ann, lines(deal))[1]["approval"]


def test_what_was_usual_for_many_is_a_discount_for_one(ann, deal, sensor, company, limit):
    prices = saving.create(ann, registry.get("price_list"), {"name": "Hexa", "companies": [company.pk]})
    given = {"price_list": prices.pk, "product": sensor.pk, "amount": Amount(1000, "EUR")}
    saving.create(ann, registry.get("price"), {**given, "from_quantity": Decimal(1000)})
    add(ann, deal, product=sensor.pk, quantity="1000")
    changing.change_line(ann, DEAL, deal.pk, 1, {"price": 1001})
    assert fresh(deal).approval == ""
    changing.change_line(ann, DEAL, deal.pk, 1, {"quantity": "1"})
    assert fresh(deal).approval == "waiting"


def test_undo_wins_no_deal_whose_discount_waits(ann, deal, sensor, limit):
    add(ann, deal, product=sensor.pk)
    win_deal(ann, deal.pk)
    reopen_deal(ann, deal.pk)
    reopened = latest_act(ann, deal.pk)
    changing.change_line(ann, DEAL, deal.pk, 1, {"price": 100})
    with suppress(Invalid, Conflict):
        undo(ann, reopened)
    assert (fresh(deal).status, fresh(deal).approval) == ("open", "waiting")


def test_a_price_in_another_currency_is_measured_by_the_rate_or_waits(ann, company, sensor, limit):
    dollars = saving.create(ann, DEAL, {"name": "US", "company": company.pk, "amount": Amount(5, "USD")})
    add(ann, dollars, product=sensor.pk, price=20000)
    assert fresh(dollars).approval == "waiting"  # nobody knows what is usual
    MoneyRate.objects.create(base="EUR", currency="USD", rate=Decimal("0.5"), on=clock.today("UTC"))
    changing.change_line(ann, DEAL, dollars.pk, 1, {"price": 19000})
    assert fresh(dollars).approval == ""  # 200.00 is usual
    changing.change_line(ann, DEAL, dollars.pk, 1, {"price": 100})
    assert (fresh(dollars).approval, lines(dollars)[0]["approval_of"]["percent"]) == ("waiting", "99.5")


def test_another_company_gets_its_own_usual_price(ann, world, deal, sensor, company, limit):
    prices = saving.create(ann, registry.get("price_list"), {"name": "Hexa", "companies": [company.pk]})
    given = {"price_list": prices.pk, "product": sensor.pk, "amount": Amount(1000, "EUR")}
    saving.create(ann, registry.get("price"), given)
    add(ann, deal, product=sensor.pk)
    other = saving.create(ann, registry.get("company"), {"name": "Other"})
    saving.update(ann, DEAL, deal.pk, {"company": other.pk})
    assert (fresh(deal).approval, fresh(deal).amount_minor) == ("waiting", 1000)
    assert Notice.objects.filter(kind="discount_asked").exists()


def test_another_rhythm_is_measured_by_what_it_comes_to(ann, deal, limit):
    given = {"name": "Licence", "price": Amount(10000, "EUR"), "recurring": "monthly"}
    licence = saving.create(ann, registry.get("product"), given)
    add(ann, deal, product=licence.pk)
    assert (fresh(deal).approval, fresh(deal).amount_minor) == ("", 120000)
    changing.change_line(ann, DEAL, deal.pk, 1, {"recurring": "yearly", "periods": 1, "price": 110000})
    assert fresh(deal).approval == ""
    changing.change_line(ann, DEAL, deal.pk, 1, {"recurring": "once", "price": 10000})
    assert (fresh(deal).approval, lines(deal)[0]["approval_of"]["percent"]) == ("waiting", "91.67")


def test_only_what_was_looked_at_is_approved_and_no_more_of_it(world, ann, deal, sensor, limit):
    add(ann, deal, product=sensor.pk, price=5000)
    seen, mia = fresh(deal).version, world.client("mia")
    url = f"/deals/{deal.pk}/lines"
    assert f'name="version" value="{seen}"' in mia.get(url).content.decode()
    changing.change_line(ann, DEAL, deal.pk, 1, {"price": 1})
    assert mia.post(f"{url}/decide", {"do": "approve", "version": seen}).status_code == 409
    assert mia.post(f"{url}/decide", {"do": "approve"}).status_code == 400
    assert fresh(deal).approval == "waiting"
    assert mia.post(f"{url}/decide", {"do": "approve", "version": seen + 1}).status_code == 303
    assert fresh(deal).approval == "approved"
    changing.change_line(ann, DEAL, deal.pk, 1, {"quantity": "100000"})
    assert fresh(deal).approval == "waiting"


# -------------------------------------------------------------------- screens
def test_the_editor_works_without_scripts(world, ann, deal, sensor):
    browser, url = world.client("ann"), f"/deals/{deal.pk}/lines"
    assert browser.get(f"/deals/{deal.pk}").status_code == 200
    assert browser.post(f"{url}/add", {"product_text": "SE-1", "quantity": "2"}).status_code == 303
    browser.post(f"{url}/add", {"product_text": "Delivery"})
    browser.post(f"{url}/add", {"product_text": "Phase one", "heading": "1"})
    assert browser.post(f"{url}/2", {"do": "save", "price": "12.50", "discount": "10 %"}).status_code == 303
    page = browser.get(url).content.decode()
    assert "Price of the product" in page and "€211.25" in page
    assert browser.get(f"{url}?edit=2").status_code == 200
    refused = browser.post(f"{url}/2", {"do": "save", "quantity": "many"})
    assert refused.status_code == 422 and "Quantity:" in refused.content.decode()
    assert browser.post(f"{url}/2", {"do": "burn"}).status_code == 400
    assert browser.post(f"{url}/3", {"do": "move", "to": "0"}, headers={"HX-Request": "true"}).status_code == 200
    assert [line["title"] for line in lines(deal)] == ["Phase one", "Sensor", "Delivery"]


def test_lines_obey_the_rights_of_their_deal(world, ann, deal):
    add(ann, deal, title="A", price=100)
    url = f"/deals/{deal.pk}/lines"
    assert world.client("eve").get(url).status_code == 404
    page = world.client("ray").get(url)
    assert page.status_code == 200 and "hx-post" not in page.content.decode().split('id="lines"')[1]
    assert world.client("ray").post(f"{url}/add", {"product_text": "B"}).status_code == 403
    assert world.client("eve").post(f"{url}/1", {"do": "remove"}).status_code == 404
    Role.objects.filter(key="member").update(field_rules={"deal": {"lines": "hidden"}})
    assert world.client("bob").get(url).status_code == 404


def test_products_are_offered_by_sku_while_they_are_active(world, ann, sensor):
    found = world.client("ann").get("/products/offered?q=SE-1").content.decode()
    assert "Sensor" in found and "SE-1 · €100.00" in found
    saving.update(ann, registry.get("product"), sensor.pk, {"active": False})
    assert "Sensor" not in world.client("ann").get("/products/offered?q=SE-1").content.decode()


def test_limits_are_set_by_whoever_manages_roles(world, deal):
    member = world.roles["member"]
    admin = world.client("ada")
    assert admin.post("/settings/discounts", {f"limit_{member.pk}": "12,5 %"}).status_code == 303
    assert DiscountLimit.objects.get().percent == Decimal("12.5")
    assert admin.post("/settings/discounts", {f"limit_{member.pk}": "200"}).status_code == 422
    assert admin.post("/settings/discounts", {f"limit_{member.pk}": ""}).status_code == 303
    assert not DiscountLimit.objects.exists()
    assert world.client("ann").get("/settings/discounts").status_code == 403


def test_history_keeps_lines_as_they_were(ann, deal):
    add(ann, deal, title="A", price=100)
    undo(ann, latest_act(ann, deal.pk))
    assert lines(deal) == [] and json.dumps(lines(deal)) == "[]"
    assert fresh(deal).amount_minor is None
