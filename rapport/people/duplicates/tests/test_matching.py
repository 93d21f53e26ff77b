"""Which records are told to be one, and why."""

import random

import pytest

from rapport.people.duplicates import blocking, matching, profiles
from rapport.people.duplicates.profiles import Profile
from rapport.people.duplicates.words import reason_words


def crowd(*special: Profile) -> list[Profile]:
    """Some special ones among a few hundred others, so that names and towns have a rarity."""
    dice = random.Random(7)
    name = lambda: "".join(dice.choices("abcdefghiklmnoprstu", k=8))  # noqa: E731
    others = [
        Profile(1000 + number, name(), name(), city=dice.choice(("berlin", "hamburg", "ulm")), company=number % 40 + 1)
        for number in range(300)
    ]
    return [*special, *others]


def found(*special: Profile) -> dict[tuple[int, int], list[str]]:
    pairs = matching.all_pairs(crowd(*special), blocking.PEOPLE)
    return {(pair.one.id, pair.other.id): reason_words(pair.reasons) for pair in pairs}


def test_it_works() -> None:
    one = Profile(1, first="mia", last="berg", phones=("+49301234567",))
    other = Profile(2, first="mia", last="bergh", phones=("+49301234567",))
    assert found(one, other) == {(1, 2): ["same phone", "names 0.98 alike"]}


def test_the_same_address_and_name_are_one() -> None:
    one = Profile(1, first="mia", last="berg", emails=("mia@berg.example",))
    assert (1, 2) in found(one, one._replace(id=2, last="berger"))


def test_a_family_with_one_telephone_is_not_one() -> None:
    one = Profile(1, first="mia", last="berg", phones=("+49301234567",))
    assert not found(one, one._replace(id=2, first="otto"))


def test_names_may_stand_the_other_way_round() -> None:
    one = Profile(1, first="mia", last="berg", company=7, city="ulm")
    assert (1, 2) in found(one, one._replace(id=2, first="berg", last="mia"))


def test_another_birthday_speaks_against() -> None:
    one = Profile(1, first="mia", last="berg", born="19800229")
    assert (1, 2) in found(one, one._replace(id=2))
    assert (1, 2) not in found(one, one._replace(id=2, born="19930714"))


def test_what_forty_share_tells_nobody_apart() -> None:
    people = [Profile(number, first=f"a{number}", last=f"b{number * 7}", phones=("+4930",)) for number in range(60)]
    assert list(blocking.pairs(people, blocking.PEOPLE[1])) == []


def test_companies_are_one_by_their_domain_and_name() -> None:
    one = Profile(1, last=profiles.company_name("Hexa Logistics GmbH"), domain="hexa.example")
    other = Profile(2, last=profiles.company_name("HEXA Logistics AG"), domain="hexa.example")
    rest = [Profile(100 + number, last=f"firm {number}", domain=f"f{number}.example") for number in range(200)]
    pairs = list(matching.all_pairs([one, other, *rest], blocking.COMPANIES))
    assert [(pair.one.id, pair.other.id) for pair in pairs] == [(1, 2)]
    assert reason_words(pairs[0].reasons) == ["same domain", "same name"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [("Müller & Söhne GmbH & Co. KG", "muller sohne"), ("The Group Ltd.", "the group ltd"), ("Öko e.V.", "oko")],
)
def test_the_legal_form_is_no_part_of_a_name(given: str, expected: str) -> None:
    assert profiles.company_name(given) == expected


def test_streets_are_read_however_they_are_shortened() -> None:
    assert profiles.street("Hauptstr. 5") == profiles.street("Hauptstraße 5")


def test_free_mail_is_nobodys_domain() -> None:
    assert profiles.own_domain(("gmail.com", "www.hexa.example")) == "hexa.example"
