"""One row of a file can say things of several records: the person, her company, a note, a second number."""

import pytest

from rapport.accounts.actor import Actor
from rapport.activities.models import Note
from rapport.core.changes import undo
from rapport.core.importing import running, runs
from rapport.core.importing.models import ImportRow
from rapport.core.importing.options import Options
from rapport.core.tags.models import TagLink
from rapport.core.tests.bringing import Files, counts
from rapport.people.models import Company, Identity, Person
from tests import house

pytestmark = pytest.mark.django_db
BOTH = "First name,Last name,E-mail,Company,Company website,Company industry,Company city,Note\n"


def _address(company: Company) -> dict[str, str]:
    found: dict[str, str] = house.company().by_key["address"].get(company)
    return found


def test_it_works(files: Files, ada: Actor) -> None:
    content = BOTH + "Ann,Berg,ann@example.com,Hexa,https://hexa.example,Logistics,Lyon,Met at the fair\n"
    assert counts(files.bring(ada, content)) == (1, 0, 0, 0, 0)
    hexa = Person.objects.get(email="ann@example.com").company
    assert (hexa.website, hexa.industry, _address(hexa)["city"]) == ("https://hexa.example", "logistics", "Lyon")
    assert [note.body for note in Note.objects.all()] == ["Met at the fair"]


def test_the_same_file_again_changes_nothing(files: Files, ada: Actor) -> None:
    content = BOTH + "Ann,Berg,ann@example.com,Hexa,https://hexa.example,Logistics,Lyon,Met at the fair\n"
    files.bring(ada, content)
    assert counts(files.bring(ada, content)) == (0, 0, 1, 0, 0)
    assert Note.objects.count() == 1 and Company.objects.count() == 1


def test_what_a_company_holds_already_stays(files: Files, ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa", website="https://old.example", address={"country": "FR"})
    content = BOTH + "Ann,Berg,ann@example.com,Hexa,https://new.example,Logistics,Lyon,\n"
    assert counts(files.bring(ada, content)) == (1, 0, 0, 0, 0)
    hexa = Company.objects.get(pk=hexa.pk)
    assert (hexa.website, hexa.industry) == ("https://old.example", "logistics")
    assert _address(hexa) == {"country": "FR", "city": "Lyon"}


def test_a_person_that_is_there_gets_her_company_filled(files: Files, ada: Actor) -> None:
    hexa = house.a_company(ada, "Hexa")
    house.a_person(ada, "Ann", "Berg", email="ann@example.com", company=hexa.pk)
    content = BOTH + "Ann,Berg,ann@example.com,Hexa,,Logistics,,\n"
    assert counts(files.bring(ada, content)) == (0, 1, 0, 0, 0)
    assert Company.objects.get(pk=hexa.pk).industry == "logistics"


def test_a_row_that_names_no_company_says_what_was_left_out(files: Files, ada: Actor) -> None:
    assert counts(files.bring(ada, BOTH + "Ann,Berg,ann@example.com,,,Logistics,,\n")) == (1, 0, 0, 0, 0)
    assert "Left out: Company" in ImportRow.objects.get(record__isnull=False).reason
    assert not Company.objects.exists()


def test_all_of_it_is_one_undo(files: Files, ada: Actor) -> None:
    report = files.bring(ada, BOTH + "Ann,Berg,ann@example.com,Hexa,,Logistics,,Met at the fair\n")
    assert report.act
    undo.undo(ada, report.act)
    assert not Person.objects.filter(live=True).exists() and not Company.objects.filter(live=True).exists()
    assert not Note.objects.filter(live=True).exists()


def test_several_columns_fill_one_list(files: Files, ada: Actor) -> None:
    content = (
        "Last Name,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Value,Phone 2 - Value,Labels\n"
        "Berg,ann@example.com ::: a.berg@example.com,ann@home.example,030 1234567,0171 2345678,* myContacts ::: Fair\n"
    )
    assert counts(files.bring(ada, content)) == (1, 0, 0, 0, 0)
    person = Person.objects.get()
    values = {kind: [one.value for one in Identity.objects.filter(record_id=person.pk, kind=kind).order_by("place")]
              for kind in ("email", "phone")}  # fmt: skip
    assert values["email"] == ["ann@example.com", "a.berg@example.com", "ann@home.example"]
    assert len(values["phone"]) == 2 and person.email == "ann@example.com"
    assert [link.tag.name for link in TagLink.objects.filter(record_id=person.pk)] == ["Fair"]


def test_an_owner_who_is_nobody_here_is_left_out_if_somebody_says_so(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, "Last name,Contact owner\nBerg,Jane Elsewhere\nDahl,Ada\n")
    options = Options.of({**run.options, "values": {"owner": {"jane elsewhere": ""}}})
    runs.choose(ada, run.pk, runs.columns_of(run), "", options=options)
    assert counts(running.run(ada, run.pk)) == (2, 0, 0, 0, 0)
    assert Person.objects.get(last_name="Dahl").owner_id == ada.user_id
