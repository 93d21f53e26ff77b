"""Import: every row ends somewhere, with a reason; nothing is lost, doubled or told to the wrong reader."""

from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core.errors import Invalid
from rapport.core.events.models import Act, Event
from rapport.core.importing import mapping, runs
from rapport.core.importing.models import ImportRun
from rapport.core.objects import saving
from rapport.core.tests.bringing import HEADER, Files, counts
from rapport.people.models import Affiliation, Company, Person
from tests import house

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ reading
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_delimiter_and_german_headers_are_found(
    files: Files, ada: Actor, encoding: str, delimiter: str
) -> None:
    rows = [
        ["Vorname", "Nachname", "E-Mail-Adresse", "Telefon", "Firma", "Straße", "PLZ", "Ort", "Land", "Geburtsdatum"],
        [
            "Jürgen",
            "Groß",
            "j@groß.example",
            "030 1234567",
            "Müller GmbH",
            "Am Weg 1",
            "10115",
            "Köln",
            "Österreich",
            "3.4.1980",
        ],
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert counts(files.bring(ada, text.encode(encoding))) == (1, 0, 0, 0, 0)
    person = Person.objects.get()
    assert (person.title, person.email, person.company.title) == ("Jürgen Groß", "j@groß.example", "Müller GmbH")
    address = (person.address_street, person.address_postcode, person.address_city, person.address_country)
    assert address == ("Am Weg 1", "10115", "Köln", "Österreich")
    assert person.birthday is not None and person.birthday.isoformat() == "1980-04-03"


def test_english_headers_are_found(ada: Actor) -> None:
    header = [
        "First Name",
        "Surname",
        "Email",
        "Phone number",
        "Organization",
        "Street",
        "Zip",
        "City",
        "Country",
        "Shoe size",
    ]
    found = mapping.guess(ada, house.person(), header)
    assert list(found.values()) == [
        "first_name", "last_name", "email", "phone", "company",
        "address.street", "address.postcode", "address.city", "address.country",
    ]  # fmt: skip
    assert 9 not in found


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Anna Berg", "Anna", "Berg"),
        ("Anna Maria van der Berg", "Anna Maria", "van der Berg"),
        ("Berg, Anna", "Anna", "Berg"),
        ("Cher", "", "Cher"),
    ],
)
def test_a_whole_name_in_one_column_is_taken_apart(files: Files, ada: Actor, name: str, first: str, last: str) -> None:
    files.bring(ada, f'Name;E-Mail\n"{name}";a@example.com\n')
    person = Person.objects.get()
    assert (person.first_name, person.last_name) == (first, last)


def test_a_last_name_called_name_stays_a_last_name_beside_a_first_name(ada: Actor) -> None:
    assert mapping.guess(ada, house.person(), ["Vorname", "Name"]) == {0: "first_name", 1: "last_name"}


def test_columns_that_mean_nothing_are_named(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, "E-mail,Shoe size,\na@example.com,43,x\n")
    assert runs.ignored(run) == ["Shoe size", "Column 3"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04 a workbook", "CSV"),
        (b"%PDF-1.7 a letter", "CSV"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 300, "no text"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(files: Files, ada: Actor, content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        files.prepare(ada, content)
    assert not ImportRun.objects.exists()


def test_a_file_with_a_header_alone_brings_nothing_and_leaves_no_act(files: Files, ada: Actor) -> None:
    report = files.bring(ada, HEADER)
    assert counts(report) == (0, 0, 0, 0, 0)
    assert report.act is None and not Act.objects.filter(kind="import").exists()


def test_every_bad_row_says_why_and_the_good_ones_come_in(files: Files, ada: Actor) -> None:
    report = files.bring(
        ada,
        HEADER
        + "Ann,Good,ann@example.com,,\n"
        + ",,,,\n"
        + "too,few\n"
        + "too,many,cells@example.com,,,more\n"
        + "Bad,Mail,nonsense,,\n"
        + "Nul,By\x00te,nul@example.com,,\n"
        + f"{'x' * 400},Long,long@example.com,,\n"
        + "Bad,Phone,p@example.com,abc,\n"
        + "Bob,Good,bob@example.com,,\n",
    )
    assert counts(report) == (2, 0, 0, 1, 6)
    reasons = dict(report.problems)
    assert sorted(reasons) == [4, 5, 6, 7, 8, 9]
    assert "2 columns" in reasons[4] and "6 columns" in reasons[5]
    assert "@" in reasons[6] and "NUL" in reasons[7] and "400" in reasons[8] and "Phone" in reasons[9]


def test_a_quotation_mark_that_is_never_closed_ends_in_one_failed_row(files: Files, ada: Actor) -> None:
    report = files.bring(
        ada, HEADER + 'Ann,Good,ann@example.com,,\nBob,"Open,bob@example.com,,\nCy,Lost,cy@example.com,,\n'
    )
    assert counts(report) == (1, 0, 0, 0, 1)


def test_a_file_that_cannot_be_read_to_its_end_says_so(files: Files, ada: Actor) -> None:
    good = "".join(
        f"Ann,Good,ann{number}@example.com,,\n" for number in range(30)
    )  # beyond the rows that are looked at first
    report = files.bring(ada, HEADER + good + 'Bob,"' + "x" * 5_000_000 + '",b@example.com,,\n')
    assert counts(report) == (30, 0, 0, 0, 1)
    assert "too large" in report.error
    assert ImportRun.objects.get().state == "failed"


# ------------------------------------------------------------------ new, changed, the same
def test_the_same_file_twice_brings_nothing_new(files: Files, ada: Actor) -> None:
    content = HEADER + "Ann,Berg,ann@example.com,030 1234567,Hexa\nBob,Ohne,,,Hexa\nCleo,Ohne,,+49 40 123456,\n"
    assert counts(files.bring(ada, content)) == (3, 0, 0, 0, 0)
    again = files.bring(ada, content)
    assert counts(again) == (0, 0, 3, 0, 0)
    assert again.act is None
    assert (Person.objects.count(), Company.objects.count()) == (3, 1)
    assert counts(files.bring(ada, content, match="")) == (0, 0, 3, 0, 0)


def test_a_namesake_is_somebody_else(files: Files, ada: Actor) -> None:
    files.bring(ada, HEADER + "Ann,Berg,,030 1234567,\n")
    assert counts(files.bring(ada, HEADER + "Ann,Berg,,030 7654321,\n")) == (1, 0, 0, 0, 0)


def test_the_same_person_twice_in_one_file_is_one_person(files: Files, ada: Actor) -> None:
    report = files.bring(
        ada,
        HEADER + "Ann,Berg,ann@example.com,,\nAnn,Berg,ANN@example.com,030 1234567,\nAnn,Berg,ann@example.com,,\n"
        "No,Mail,,,\nNo,Mail,,,\n",
    )
    assert counts(report) == (2, 1, 2, 0, 0)
    assert Person.objects.get(email="ann@example.com").phone == "030 1234567"


def test_an_update_changes_only_what_the_file_says(files: Files, ada: Actor) -> None:
    person = house.a_person(
        ada, "Ann", "Berg", email="ann@example.com", phone="030 1234567", about="Old friend", tags=["VIP"],
        address={"street": "Am Weg 1", "city": "Bonn"},
    )  # fmt: skip
    report = files.bring(ada, "E-mail,Last name,Phone,Tags,City\nann@example.com,Bergmann,,Fair,Köln\n")
    assert counts(report) == (0, 1, 0, 0, 0)
    person.refresh_from_db()
    assert (person.title, person.phone, person.about) == ("Ann Bergmann", "030 1234567", "<p>Old friend</p>")
    assert (person.address_street, person.address_city) == ("Am Weg 1", "Köln")
    assert house.person().field("tags").get(person) == ["Fair", "VIP"]
    assert counts(files.bring(ada, "E-mail,Tags\nann@example.com,VIP\n")) == (0, 0, 1, 0, 0)


def test_a_person_is_found_by_any_of_her_addresses_and_keeps_the_first(files: Files, ada: Actor) -> None:
    person = house.a_person(
        ada, emails=[{"value": "first@example.com"}, {"value": "second@example.com", "label": "private"}]
    )
    assert counts(files.bring(ada, "E-mail,Source\nSecond@example.com,Fair\n")) == (0, 1, 0, 0, 0)
    person.refresh_from_db()
    assert (person.email, person.source) == ("first@example.com", "Fair")


def test_records_are_found_by_phone_by_name_or_by_number(files: Files, ada: Actor) -> None:
    person = house.a_person(ada, "Mia", "Berg", phone="+49 30 1234567")
    assert counts(files.bring(ada, "Phone,Source\n030 1234567,A\n", match="phone")) == (0, 1, 0, 0, 0)
    assert counts(files.bring(ada, "First name,Last name,Source\nmia,BERG,B\n", match="title")) == (0, 1, 0, 0, 0)
    assert counts(files.bring(ada, f"id,Source\n{person.pk},C\n", match="id")) == (0, 1, 0, 0, 0)
    person.refresh_from_db()
    assert person.source == "C"
    assert Person.objects.count() == 1


def test_companies_are_found_by_name_where_there_is_no_mail(files: Files, ada: Actor) -> None:
    content = "Firma;Branche;Umsatz\nHexa GmbH;Handel;1.000 EUR\nHEXA GmbH;;\n"
    assert counts(files.bring(ada, content, "company")) == (1, 0, 1, 0, 0)
    assert counts(files.bring(ada, content, "company")) == (0, 0, 2, 0, 0)


def test_two_records_of_one_phone_are_not_guessed_between(files: Files, ada: Actor) -> None:
    house.a_person(ada, "Mia", phone="030 1234567")
    house.a_person(ada, "Tom", phone="030 1234567")
    report = files.bring(ada, "Phone,Source\n030 1234567,A\n", match="phone")
    assert counts(report) == (0, 0, 0, 0, 1)
    assert "2 records" in report.problems[0][1]


def test_the_mail_of_a_trashed_person_does_not_stand_in_the_way(files: Files, ada: Actor) -> None:
    person = house.a_person(ada, email="ann@example.com")
    saving.trash(ada, house.person(), [person.pk])
    assert counts(files.bring(ada, HEADER + "Ann,New,ann@example.com,,\n")) == (1, 0, 0, 0, 0)


def test_a_company_is_found_by_its_title_or_made_in_the_same_act(files: Files, ada: Actor) -> None:
    there = house.a_company(ada, "Hexa")
    report = files.bring(
        ada, HEADER + "A,A,a@example.com,,hexa\nB,B,b@example.com,,Neu AG\nC,C,c@example.com,,Neu AG\n"
    )
    assert counts(report) == (3, 0, 0, 0, 0)
    assert Person.objects.get(email="a@example.com").company_id == there.pk
    new = Company.objects.get(title="Neu AG")
    assert Affiliation.objects.filter(company=new).count() == 2
    assert Event.objects.get(subject_id=new.pk).act_id == report.act


def test_owner_and_team_are_found_by_name_or_mail(files: Files, world: Any) -> None:
    ada = world.actor("ada")
    report = files.bring(
        ada, "E-mail,Owner,Team\na@x.example,bob@example.com,Alpha\nb@x.example,Eve Ellis,Beta\nc@x.example,Nobody,\n"
    )
    assert counts(report) == (2, 0, 0, 0, 1)
    assert Person.objects.get(email="a@x.example").owner == world.bob
    assert Person.objects.get(email="b@x.example").team == world.beta
    assert "Nobody" in report.problems[0][1]
