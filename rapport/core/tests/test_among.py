"""The lookup for one of many values finds what ``in`` finds."""

import pytest

from rapport.core.records.among import among
from rapport.core.records.models import Record
from rapport.people.models import Identity

pytestmark = pytest.mark.django_db


def records(number: int) -> list[int]:
    """Ids of new records, and an identity for each."""
    made = Record.objects.bulk_create(Record(kind="person", title=f"“{n}” \\ % {n}") for n in range(number))
    ids = [record.pk for record in Record.objects.order_by("-pk")[: len(made)]]
    Identity.objects.bulk_create(Identity(record_id=pk, kind="email", value=f"{pk}@x", norm=f"{pk}@x") for pk in ids)
    return ids


@pytest.mark.parametrize("number", [0, 1, 49, 50, 400])
def test_it_works(number: int) -> None:
    ids = records(number + 3)
    wanted = ids[:number]
    assert set(Record.objects.filter(among("pk", wanted)).values_list("pk", flat=True)) == set(wanted)
    assert Identity.objects.filter(among("record_id", set(wanted)), kind="email").count() == number
    titles = Record.objects.filter(pk__in=wanted).values_list("title", flat=True)
    assert Record.objects.filter(among("title", list(titles)), pk__in=ids).count() == number


def test_another_question_is_asked_as_it_is() -> None:
    ids = records(60)
    assert Identity.objects.filter(among("record_id", Record.objects.filter(pk__in=ids[:2]))).count() == 2


def test_numbers_beyond_the_database_find_nothing() -> None:
    ids = records(60)
    assert Record.objects.filter(among("pk", [*ids, 2**62])).count() == 60
