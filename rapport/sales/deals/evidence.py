"""What deals say about people: who is a customer, who was one, with whom something is going on."""

import datetime
from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from rapport.lib import clock
from rapport.sales.deals.models import Deal

CUSTOMER_MONTHS = 24  # for so long after the last won deal somebody is a customer


def customers(ids: Collection[int]) -> Iterable[int]:
    """Those of some people who have bought within the last 24 months."""
    return _won(ids).filter(closed_on__gte=since()).values_list("person_id", flat=True)


def former_customers(ids: Collection[int]) -> Iterable[int]:
    """Those of them who have bought at all: longer ago, where they are no customers."""
    return _won(ids).values_list("person_id", flat=True)


def with_open_deals(ids: Collection[int]) -> Iterable[int]:
    """Those of them whose deal is open."""
    return Deal.objects.filter(person_id__in=ids, live=True, status="open").values_list("person_id", flat=True)


def customers_of(ids: Collection[int]) -> Mapping[int, Collection[int]]:
    """Whose deals some are: for each the company and the person. One query."""
    rows = Deal.objects.filter(pk__in=ids).values_list("pk", "company_id", "person_id")
    return {pk: tuple(other for other in others if other) for pk, *others in rows}


def _won(ids: Collection[int]) -> QuerySet[Deal]:
    return Deal.objects.filter(person_id__in=ids, live=True, status="won")


def since() -> datetime.date:
    """From which day on a won deal makes a customer (UTC: a day more or less changes nobody's standing for long)."""
    today = clock.now().date()
    return today - datetime.timedelta(days=round(CUSTOMER_MONTHS * 30.4375))
