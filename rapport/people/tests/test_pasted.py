"""Pasted signatures and lists become people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.people.pasted import MOST_PEOPLE, people_in

GERMAN = """Mit freundlichen Grüßen

Dr. Anna van der Berg
Leiterin Einkauf

Hexa Logistik GmbH
Am Hafen 12
D-20457 Hamburg

Tel.: +49 40 1234-567
Mobil: +49 171 2345678
Fax: +49 40 1234-568
anna.berg@hexa-logistik.example
www.hexa-logistik.example
"""
ENGLISH = """Best regards,
Tom Dahl
Head of Sales | Octa Ltd.
12 King Street, London
T: 020 7946 0018 | M: 07700 900123
tom.dahl@octa.example | https://octa.example
Sent from my iPhone"""


def test_it_works() -> None:
    (anna,) = people_in(GERMAN)
    assert (anna.first_name, anna.last_name) == ("Anna", "van der Berg")
    assert (anna.job_title, anna.company) == ("Leiterin Einkauf", "Hexa Logistik GmbH")
    assert (anna.street, anna.postcode, anna.city, anna.country) == ("Am Hafen 12", "20457", "Hamburg", "DE")
    assert (anna.phone, anna.mobile) == ("+49 40 1234-567", "+49 171 2345678")
    assert anna.email == "anna.berg@hexa-logistik.example" and anna.website == "www.hexa-logistik.example"
    assert anna.rest == ["Dr. Anna van der Berg"]


def test_an_english_signature_with_bars_is_read() -> None:
    (tom,) = people_in(ENGLISH)
    assert (tom.first_name, tom.last_name, tom.job_title, tom.company) == ("Tom", "Dahl", "Head of Sales", "Octa Ltd.")
    assert (tom.phone, tom.mobile) == ("020 7946 0018", "07700 900123")
    assert tom.website == "https://octa.example"


def test_a_list_of_addresses_is_one_person_each() -> None:
    found = people_in('Anna Berg <anna@x.example>, "Dahl, Tom" <tom@x.example>; <li.wei@x.example>')
    assert [(one.first_name, one.last_name, one.email) for one in found] == [
        ("Anna", "Berg", "anna@x.example"), ("Tom", "Dahl", "tom@x.example"), ("Li", "Wei", "li.wei@x.example"),
    ]  # fmt: skip


def test_a_line_for_each_person_is_read() -> None:
    found = people_in("Anna Berg, Hexa GmbH, anna@hexa.example, 030 1234567\nTom Dahl; tom@octa.example\n")
    assert [(one.last_name, one.company, one.phone) for one in found] == [
        ("Berg", "Hexa GmbH", "030 1234567"),
        ("Dahl", "", ""),
    ]


def test_several_signatures_below_each_other_are_parted() -> None:
    found = people_in(GERMAN + "\n" + ENGLISH)
    assert [one.last_name for one in found] == ["van der Berg", "Dahl"]


def test_a_name_is_taken_from_the_address_where_nothing_else_names_one() -> None:
    (person,) = people_in("mia.lind@example.com\n030 99887766")
    assert (person.first_name, person.last_name, person.phone) == ("Mia", "Lind", "030 99887766")
    (house,) = people_in("info@hexa.example")
    assert house.last_name == "" and house.email == "info@hexa.example"


def test_what_no_rule_knows_comes_back() -> None:
    (person,) = people_in("Anna Berg\nanna@example.com\nwants the blue ones by friday, call before")
    assert person.rest and "blue" in " ".join(person.rest)


@pytest.mark.parametrize("text", ["", "   \n ", "hello there", "Best regards"])
def test_a_text_without_anybody_has_nobody(text: str) -> None:
    assert people_in(text) == []


@given(st.text(max_size=600))
def test_no_text_fails(text: str) -> None:
    assert len(people_in(text)) <= MOST_PEOPLE


def test_a_long_text_is_read_quickly() -> None:
    assert len(people_in("a.b@example.com\n" * 10_000)) <= MOST_PEOPLE
    assert people_in("0" * 90_000 + "@" * 9_000) == []


def test_a_degree_and_a_street_of_any_name_are_not_lost() -> None:
    (found,) = people_in("Dr. Çagla von der Heide\nHotel Lindenhof GmbH\nPromenade 12a · 23570 Lübeck\nc@heide.example")
    assert (found.first_name, found.last_name) == ("Çagla", "von der Heide")
    assert (found.street, found.postcode, found.city) == ("Promenade 12a", "23570", "Lübeck")
    assert found.rest == ["Dr. Çagla von der Heide"]


@pytest.mark.parametrize("line", ["Nora Novak, Head of Purchasing", "Nora Novak | Head of Purchasing"])
def test_a_name_and_a_title_in_one_line_are_two(line: str) -> None:
    (nora,) = people_in(f"Best regards\n{line}\nHexa Ltd., +44 20 7946 0018\nnora@hexa.example\n")
    assert (nora.first_name, nora.last_name, nora.job_title) == ("Nora", "Novak", "Head of Purchasing")
    assert nora.company == "Hexa Ltd."
