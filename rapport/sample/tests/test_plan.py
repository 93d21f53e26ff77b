"""The plan of a sample: the same every time, believable, and harmless."""

import datetime

from rapport.sample import plan

TODAY = datetime.date(2026, 6, 1)


def people(number: int, today: datetime.date = TODAY) -> list[plan.PersonPlan]:
    return [person for company in plan.companies(number, today) for person in company.people]


def test_a_sample_is_the_same_every_time() -> None:
    assert list(plan.companies(200, TODAY)) == list(plan.companies(200, TODAY))


def test_another_day_moves_the_dates_and_nothing_else() -> None:
    later = people(100, TODAY + datetime.timedelta(days=7))
    for before, after in zip(people(100), later, strict=True):
        assert (before.values, before.owner) == (after.values, after.owner)
        assert after.at - before.at == datetime.timedelta(days=7)


def test_a_sample_has_exactly_as_many_people_as_asked_for() -> None:
    assert [len(people(number)) for number in (1, 2, 77, 300)] == [1, 2, 77, 300]


def test_no_mail_can_reach_anybody() -> None:
    for company in plan.companies(500, TODAY):
        assert company.values["domain"].endswith(".example")
        assert all(
            one.values.get("email", "@x.example").endswith(f"@{company.values['domain']}")
            for one in company.people
            if "email" in one.values
        )


def test_no_two_people_share_an_address() -> None:
    emails = [person.values["email"] for person in people(2000) if "email" in person.values]
    assert len(emails) == len(set(emails))


def test_nothing_happens_in_the_future_and_notes_are_recent() -> None:
    midnight = datetime.datetime.combine(TODAY, datetime.time(), datetime.UTC)
    happened = [activity.at for person in people(500) for activity in person.activities]
    assert all(person.at < midnight for person in people(500))
    assert midnight - datetime.timedelta(days=plan.ACTIVITY_DAYS) <= min(happened) <= max(happened) < midnight


def test_names_become_addresses_that_can_be_typed() -> None:
    assert plan.slug("Müller & Söhne") == "mueller-soehne"
    assert plan.slug("Łódź") == "lodz"
    assert plan.slug("N’Diaye") == "ndiaye"
