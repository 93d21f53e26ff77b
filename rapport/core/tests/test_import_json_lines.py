"""Import of lines of JSON: exports of ours (all types go there and back in test_round_trips), and others."""

import pytest

from rapport.accounts.actor import Actor
from rapport.core.errors import Invalid
from rapport.core.tests.bringing import Files
from rapport.people.models import Person

pytestmark = pytest.mark.django_db


def test_it_works(ada: Actor, files: Files) -> None:
    line = '{"id": 7, "title": "Mia Berg", "first_name": "Mia", "company": {"id": 3, "title": "Hexa"}}'
    report = files.bring(ada, f"\ufeff{line}\n")
    assert report.counts["created"] == 1
    mia = Person.objects.get()
    assert (mia.title, mia.company.title) == ("Mia", "Hexa")


def test_each_key_of_other_systems_is_a_column(ada: Actor, files: Files) -> None:
    content = '{"First name": "Mia", "Last name": "Berg"}\n{"Last name": "Holm", "E-mail": "ole@x.example", "x": [1]}\n'
    run = files.prepare(ada, content)
    assert run.format["header"] == ["First name", "Last name", "E-mail", "x"]
    assert files.bring(ada, content).counts["created"] == 2
    assert Person.objects.get(last_name="Holm").email == "ole@x.example"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"id": 1, "title": "A"}\n{"id": 2,\n', "Line 2 is no JSON object"),
        ('{"id": 1, "title": "A"}\n[1]\n', "Line 2 is no JSON object"),
        ('{"id": 1, "title": "A"}\n\n{"id": 1, "title": "A"}\n', "Line 2 is empty"),
        ('{"id": 1, "title": "A", "company": "Hexa"}\n', "Line 1: “company” is not written as an export"),
        ('{"id": 1, "title": "A", "birthday": "soon"}\n', "Line 1: “birthday” is not written as an export"),
        ('{"id": 1, "title": "A", "emails": 7}\n', "Line 1: “emails” is not written as an export"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(ada: Actor, files: Files, content: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        files.prepare(ada, content)
    assert said in " ".join(refused.value.errors["file"])
