"""The paste box: from a text to people, looked over in between."""

from typing import Any

import pytest

from rapport.activities.models import Note
from rapport.core.importing.models import ImportRun
from rapport.people.models import Company, Identity, Person

pytestmark = pytest.mark.django_db
SIGNATURE = """Anna Berg
Head of Purchasing
Hexa Logistics Ltd.
T: 020 7946 0018
M: 07700 900123
anna.berg@hexa-logistics.example
www.hexa-logistics.example
likes the blue ones, call before noon
"""


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def kept(client: Any, **more: str) -> Any:
    """Keeps what a person would keep of the signature above."""
    person = {
        "first_name": "Anna", "last_name": "Berg", "email": "anna.berg@hexa-logistics.example",
        "phone": "+442079460018", "mobile": "+447700900123", "company": "Hexa Logistics Ltd.",
        "job_title": "Head of Purchasing", "website": "www.hexa-logistics.example", "rest": "likes the blue ones",
    }  # fmt: skip
    given = {f"0.{part}": value for part, value in {**person, **more}.items()}
    return client.post("/paste", {"do": "keep", "count": "1", "0.take": "1", **given})


def test_it_works(world: Any) -> None:
    client = world.client("ann")
    page = text_of(client.post("/paste", {"text": SIGNATURE}))
    assert 'value="Berg"' in page and 'value="Hexa Logistics Ltd."' in page and "likes the blue ones" in page
    answer = kept(client)
    anna = Person.objects.get(live=True)
    assert answer.url == f"/people/{anna.pk}" and anna.title == "Anna Berg"
    assert Company.objects.get().website and Note.objects.get().body == "likes the blue ones"
    assert Identity.objects.filter(record_id=anna.pk, kind="phone").count() == 2


def test_somebody_who_is_there_is_named_and_not_made_twice(world: Any) -> None:
    client = world.client("ann")
    kept(client)
    assert "Perhaps there already" in text_of(client.post("/paste", {"text": SIGNATURE}))
    kept(client, job_title="Director")
    assert Person.objects.get(live=True).job_title == "Director"


def test_it_is_one_undo(world: Any) -> None:
    client = world.client("ann")
    kept(client)
    client.post(f"/acts/{ImportRun.objects.get().act_id}/undo")
    assert not Person.objects.filter(live=True).exists() and not Company.objects.filter(live=True).exists()


def test_what_is_wrong_stays_on_the_page_with_its_reason(world: Any) -> None:
    client = world.client("ann")
    answer = kept(client, email="anna.berg(at)hexa")
    assert answer.status_code == 422 and "@" in text_of(answer) and 'value="Berg"' in text_of(answer)
    assert not Person.objects.exists()


def test_only_those_chosen_are_kept(world: Any) -> None:
    client = world.client("ann")
    two = {"do": "keep", "count": "2", "0.last_name": "Berg", "1.last_name": "Dahl", "1.take": "1"}
    client.post("/paste", two)
    client.post("/paste", two)
    assert [one.last_name for one in Person.objects.all()] == ["Dahl"]
    assert client.post("/paste", {"do": "keep", "count": "1", "0.last_name": "Berg"}).status_code == 422


def test_a_table_goes_the_way_of_a_file(world: Any) -> None:
    client = world.client("ann")
    answer = client.post("/paste", {"text": "Vorname\tNachname\tE-Mail\nAnn\tBerg\tann@x.example\n"})
    assert answer.url == f"/import/{ImportRun.objects.get().pk}"


def test_a_text_without_anybody_is_said_and_stays(world: Any) -> None:
    answer = world.client("ann").post("/paste", {"text": "hello there"})
    assert answer.status_code == 422 and "hello there" in text_of(answer)
    assert world.client("ann").post("/paste", {"text": "x" * 100_001}).status_code == 413
