"""The one save path: versions, before and after, what is refused, and that nothing half-done stays."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from rapport.accounts.actor import Actor
from rapport.core import fields
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound
from rapport.core.events.emit import data_digest
from rapport.core.events.models import Act, Change, Event
from rapport.core.fields.money import Amount
from rapport.core.objects import saving
from rapport.core.records.models import Record
from rapport.people.models import Person
from tests import house


def change(by: Actor, record: Any, version: int | None = None, **values: Any) -> Any:
    return saving.update(by, house.person(), record.pk, values, version=version)


def changed_fields(kind: str) -> dict[str, Any]:
    fields: dict[str, Any] = Change.objects.filter(event__kind=kind).latest("pk").fields
    return fields


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada)
    assert (mia.title, mia.title_key, mia.version, mia.owner_id) == ("Mia Berg", "mia berg", 1, ada.user_id)
    mia = change(ada, mia, version=1, last_name="Wójcik")
    assert (mia.title, mia.title_key, mia.version) == ("Mia Wójcik", "mia wojcik", 2)
    assert Record.objects.get(pk=mia.pk).title == "Mia Wójcik"
    assert changed_fields("person.updated") == {"last_name": ["Berg", "Wójcik"]}


def test_a_stale_save_is_refused_and_tells_who_changed_what(ada: Actor) -> None:
    bob = house.actor("Bob", house.role("Rep", levels=house.levels("all")))
    mia = house.a_person(ada)
    change(bob, mia, version=1, job_title="Head")
    change(ada, mia, job_title="Chief")
    with pytest.raises(Conflict, match="Bob, Ada changed this person while you were editing it") as stale:
        change(ada, mia, version=1, last_name="Mine")
    assert stale.value.current_version == 3
    assert [(told["by"], told["fields"]) for told in stale.value.changes] == [
        ("Bob", {"job_title": ["", "Head"]}),
        ("Ada", {"job_title": ["Head", "Chief"]}),
    ]
    assert Person.objects.get(pk=mia.pk).last_name == "Berg"


def test_a_conflict_does_not_tell_what_the_actor_may_not_see(ada: Actor) -> None:
    hidden = {"person": {"job_title": "hidden"}}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all"), field_rules=hidden))
    mia = house.a_person(ada)
    change(ada, mia, job_title="Secret")
    with pytest.raises(Conflict) as stale:
        change(rep, mia, version=1, last_name="Mine")
    assert [told["fields"] for told in stale.value.changes] == [{}]


def test_a_save_without_a_change_leaves_no_trace(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@x.example", company=house.a_company(ada).pk, tags="a, b")
    acts, events = Act.objects.count(), Event.objects.count()
    same = change(
        ada, mia, 1, first_name="Mia ", email="mia@x.example", company=mia.company_id, tags="b; A", language=""
    )
    assert same.version == 1
    assert (Act.objects.count(), Event.objects.count()) == (acts, events)


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("website", "hexa.example", "", "https://hexa.example"),
        ("email", "info@hexa.example", "", "info@hexa.example"),
        ("phone", "030 123456", "", "030 123456"),
        ("industry", "Handel", "", "retail"),
        ("revenue", "1.250,50 USD", None, {"minor": 125050, "currency": "USD"}),
        ("address", {"city": "Bonn"}, {}, {"city": "Bonn"}),
        ("about", "one\ntwo", "", "<p>one<br>two</p>"),
        ("tags", "VIP, vip, New", [], ["New", "VIP"]),
        ("emails", "a@x.example", [], [{"value": "a@x.example", "label": ""}]),
        ("vat_id", "DE 1", "", "DE 1"),
    ],
)
def test_before_and_after_of_a_field_are_kept(ada: Actor, key: str, value: Any, before: Any, after: Any) -> None:
    hexa = house.a_company(ada, domain="kept.example")
    saving.update(ada, house.company(), hexa.pk, {key: value})
    assert changed_fields("company.updated")[key] == [before, after]


def test_before_and_after_of_days_links_and_people_are_kept(ada: Actor) -> None:
    bob = house.actor("Bob", house.role("Rep", levels=house.levels("all")), house.team("North"))
    one, other = house.a_company(ada, "One"), house.a_company(ada, "Other")
    mia = house.a_person(ada, birthday="1990-02-01", company=one.pk)
    change(ada, mia, birthday=datetime.date(1991, 2, 1), company=other.pk, owner=bob.user_id, team=bob.team_id)
    told = changed_fields("person.updated")
    assert told["birthday"] == ["1990-02-01", "1991-02-01"]
    assert told["company"] == [one.pk, other.pk]
    assert told["owner"] == [ada.user_id, bob.user_id]
    assert told["team"] == [None, bob.team_id]


def test_the_event_of_a_new_record_holds_what_it_was_made_with(ada: Actor) -> None:
    house.a_person(ada, job_title="Head")
    told = changed_fields("person.created")
    assert told["first_name"] == [None, "Mia"] and told["job_title"] == [None, "Head"] and "phone" not in told


def test_one_verb_is_one_act_and_one_event(ada: Actor) -> None:
    mia = house.a_person(ada, company=house.a_company(ada).pk)
    acts, events = Act.objects.count(), Event.objects.count()
    change(ada, mia, job_title="Head", tags="a", email="mia@x.example")
    assert (Act.objects.count() - acts, Event.objects.count() - events) == (1, 1)
    act = Act.objects.latest("pk")
    assert (act.kind, act.counts, act.via, act.user_id) == ("person.update", {"updated": 1}, "screen", ada.user_id)


def test_the_digest_of_every_event_can_be_computed_again(ada: Actor) -> None:
    hexa = house.a_company(
        ada, "Ünïcøde “Łódź” 👩🏽‍💼", revenue=Amount(-5, "EUR"), address={"city": "Köln"}, tags="a, ß"
    )
    mia = house.a_person(ada, company=hexa.pk, birthday="2000-02-29", emails="a@x.example, b@x.example")
    change(ada, mia, job_title='Line\u2028separator \\ "quoted" </script>', lifecycle="lead")
    saving.trash(ada, house.person(), [mia.pk])
    for event in Event.objects.prefetch_related("changes"):
        changes = {row.record_id: row.fields for row in event.changes.all()}
        assert bytes(event.data_digest) == data_digest(bytes(event.salt), event.data, changes), event.kind


def test_values_that_cannot_be_read_are_named_and_nothing_is_written(ada: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        house.a_person(ada, email="no address", birthday="31.2.2020", language="klingon", phone="abc", linkedin="x:y")
    assert set(refused.value.errors) == {"email", "birthday", "language", "phone", "linkedin"}
    assert (Person.objects.count(), Record.objects.count(), Act.objects.count()) == (0, 0, 0)


def test_what_is_required_must_be_there(ada: Actor) -> None:
    with pytest.raises(Invalid, match="Name is missing"):
        house.a_company(ada, "  \u200b ")
    hexa = house.a_company(ada)
    with pytest.raises(Invalid, match="Name is missing"):
        saving.update(ada, house.company(), hexa.pk, {"name": ""})
    with pytest.raises(Invalid, match="Give a name"):
        house.a_person(ada, "", "")


@pytest.mark.parametrize("key", ["created_at", "last_activity_at", "nothing", "title", "version", "live", "__class__"])
def test_a_field_nobody_may_write_is_refused(ada: Actor, key: str) -> None:
    mia = house.a_person(ada)
    with pytest.raises(NotAllowed, match=key):
        saving.update(ada, house.person(), mia.pk, {key: "1"})


@pytest.mark.parametrize("rule", ["hidden", "read_only"])
def test_a_field_this_role_may_not_write_is_refused(ada: Actor, rule: str) -> None:
    rules = {"person": {"job_title": rule}}
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("all"), field_rules=rules))
    mia = house.a_person(rep)
    with pytest.raises(NotAllowed, match="job_title"):
        change(rep, mia, job_title="Head")
    with pytest.raises(NotAllowed):
        house.a_person(rep, job_title="Head")


def test_a_save_that_hides_the_record_from_its_author_is_refused(ada: Actor) -> None:
    north, south = house.team("North"), house.team("South")
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("team")), north)
    mia = house.a_person(rep)
    with pytest.raises(Invalid, match="no longer see"):
        change(rep, mia, owner=ada.user_id, team=south.pk)
    with pytest.raises(Invalid, match="no longer see"):
        house.a_person(rep, "Other", owner=ada.user_id, team=south.pk)
    assert Person.objects.count() == 1
    assert change(rep, mia, owner=ada.user_id).owner_id == ada.user_id, "the team still sees it"


@pytest.mark.parametrize("key", ["owner", "team", "company"])
def test_a_link_to_nothing_is_refused(ada: Actor, key: str) -> None:
    with pytest.raises(Invalid, match="There is no such") as refused:
        house.a_person(ada, **{key: 999_999})
    assert list(refused.value.errors) == [key]


@pytest.mark.parametrize("value", [10**30, -(10**18), True, "1e999 EUR", "NaN", [], {"minor": 1, "currency": "XXX"}])
def test_a_number_that_no_column_holds_is_refused(ada: Actor, value: Any) -> None:
    with pytest.raises(Invalid):
        house.a_company(
            ada, revenue={"minor": value, "currency": "EUR"} if isinstance(value, int) and value is not True else value
        )


def test_a_text_that_is_too_long_is_refused_with_both_numbers(ada: Actor) -> None:
    with pytest.raises(Invalid, match=r"151 characters; at most 150"):
        house.a_person(ada, "x" * 151)


def test_what_is_not_there_cannot_be_saved(ada: Actor) -> None:
    with pytest.raises(NotFound):
        saving.update(ada, house.person(), 999_999, {"first_name": "x"})
    hexa = house.a_company(ada)
    with pytest.raises(NotFound):
        saving.update(ada, house.person(), hexa.pk, {"first_name": "x"})


def test_a_batch_stores_what_is_good_and_names_what_is_not(ada: Actor) -> None:
    with saving.acting(ada, "import") as act:
        drafts = saving.create_many(
            ada, house.person(), [{"first_name": "Good"}, {"email": "bad"}, {"first_name": "Also good"}], act=act
        )
    assert [bool(draft.errors) for draft in drafts] == [False, True, False]
    assert Person.objects.count() == 2 and Act.objects.get().counts == {"created": 2}


def test_many_records_cost_as_many_queries_as_one(ada: Actor, django_assert_max_num_queries: Any) -> None:
    hexa = house.a_company(ada)
    rows = [
        {"first_name": f"N{number}", "email": f"n{number}@x.example", "company": hexa.pk, "tags": "a"}
        for number in range(100)
    ]
    with (
        saving.acting(ada, "import") as act,
        django_assert_max_num_queries(25 if connection.vendor == "sqlite" else 22),
    ):
        saving.create_many(ada, house.person(), rows, act=act)


def test_decimals_have_no_negative_zero() -> None:
    assert str(fields.Decimal("d", "D").clean("-0", fields.Locale())) == str(Decimal("0.0000"))
