"""What the history of stages tells, against examples worked by hand."""

import datetime

import pytest

from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.sales.deals.actions import lose_deal, move_deal, win_deal
from rapport.sales.deals.models import Deal
from rapport.sales.pipelines import queries

pytestmark = pytest.mark.django_db
START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def sold(world):
    """Three deals: won after 2 + 4 days, lost after 6 days, and one that waits in Discovery since day 1.

    day 0: A, B, C are made (Qualified) · day 1: C to Discovery · day 2: A to Proposal · day 6: A won, B lost.
    """
    ada = world.actor("ada")
    with clock.as_of(START):
        company = saving.create(ada, registry.get("company"), {"name": "Hexa"})
        a, b, c = (saving.create(ada, registry.get("deal"), {"name": name, "company": company.pk}).pk for name in "ABC")
    with clock.as_of(START + DAY):
        move_deal(ada, c, "discovery")
    with clock.as_of(START + 2 * DAY):
        move_deal(ada, a, "proposal")
    with clock.as_of(START + 6 * DAY):
        win_deal(ada, a)
        lose_deal(ada, b, reason="price")
    with clock.as_of(START + 10 * DAY):
        yield ada


def test_it_works(sold) -> None:
    """Qualified was left after 2, 6 and 1 days: 3 on average, 2 in the middle."""
    stays = queries.time_in_stages(START, START + 7 * DAY)
    assert set(stays) == {"qualified", "proposal"}
    qualified = stays["qualified"]
    assert (qualified.count, qualified.mean, qualified.median) == (3, 3 * 86400, 2 * 86400)
    assert stays["proposal"].mean == 4 * 86400
    assert set(queries.time_in_stages(START, START + 5 * DAY)) == {"qualified"}


def test_conversion_counts_each_deal_once_and_refuses_to_guess(sold) -> None:
    found = queries.conversions(START)
    qualified = found["qualified"]
    assert (qualified.won, qualified.lost, qualified.open) == (1, 1, 1)
    assert (qualified.share, qualified.interval) == (None, None)
    assert (found["proposal"].won, found["proposal"].decided) == (1, 1)
    assert "discovery" not in queries.conversions(START, ripe=9.5 * DAY)
    assert queries.conversions(START + DAY)["discovery"].open == 1
    assert "qualified" not in queries.conversions(START + DAY)


def test_where_deals_wait(sold) -> None:
    waiting = queries.bottleneck()
    assert waiting is not None
    assert (waiting.stage, waiting.count, waiting.seconds) == ("discovery", 1, 9 * 86400)
    assert waiting.oldest == START + DAY
    assert queries.bottleneck(Deal.objects.filter(live=True, status="won")) is None


def test_velocity(sold) -> None:
    found = queries.velocity(datetime.date(2026, 3, 1), datetime.date(2026, 4, 1))
    assert (found.won, found.decided, found.seconds) == (1, 2, 6 * 86400)
    assert queries.velocity(datetime.date(2026, 4, 1), datetime.date(2026, 5, 1)).seconds == 0


def test_what_is_in_the_trash_does_not_count(sold) -> None:
    saving.trash(sold, registry.get("deal"), list(Deal.objects.values_list("pk", flat=True)))
    assert queries.conversions(START) == queries.waiting() == queries.time_in_stages(START, START + 9 * DAY) == {}


def test_shares_have_an_interval_once_there_are_thirty() -> None:
    assert queries.Conversion("x", 10, 19, 5).share is None
    enough = queries.Conversion("x", 26, 58, 7)
    assert enough.share == pytest.approx(26 / 84)
    assert enough.interval == pytest.approx((0.2207, 0.4148), abs=0.0005)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634)]
)
def test_wilson_as_in_the_tables(hits, count, low, high) -> None:
    assert queries.wilson(hits, count) == pytest.approx((low, high), abs=0.0005)


def test_wilson_needs_one() -> None:
    with pytest.raises(ValueError, match="at least one"):
        queries.wilson(0, 0)
