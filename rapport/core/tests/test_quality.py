"""What checks find, how that is kept, and who is told of it."""

import datetime

import pytest

from rapport.accounts.actor import Actor
from rapport.core.changes import acts
from rapport.core.changes.preview import preview
from rapport.core.changes.undo import undo
from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.errors import Conflict, Invalid, NotAllowed, NotFound
from rapport.core.events import pump
from rapport.core.events.models import Event
from rapport.core.objects import saving
from rapport.core.quality import checks, leaving, reading, running
from rapport.core.quality.models import Finding, QualityDay, QualityRun
from rapport.core.timeline.reading import kind_of
from rapport.lib import clock, pace
from rapport.people.models import Company, Identity, Person
from tests import house


@pytest.fixture(autouse=True)
def fresh_mind() -> None:
    """No test knows what another one remembered."""
    house.forget()


@pytest.fixture
def ada(db: None) -> Actor:
    """The administrator."""
    return house.admin()


def told(actor: Actor, key: str, kind: str = "person") -> list[int]:
    """The records that a check shows to an actor."""
    spec = checks.registry.get(kind)
    return sorted(row.record.pk for row in reading.page(actor, spec, checks.of(spec)[key]).rows)


def check() -> None:
    running.check_all(house.person())
    running.check_all(house.company())


def test_it_works(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@berg.con", owner=ada.user_id)
    house.a_person(ada, "Ann", "Archer", email="ann@archer.example", owner=ada.user_id)
    run = running.check_all(house.person())
    assert told(ada, "email") == [mia.pk]
    assert (run.looked_count, run.clean_count) == (2, 1)
    day = QualityDay.objects.get()
    assert (day.record_count, day.clean_count, day.on) == (2, 1, clock.today("UTC"))


def test_each_check_finds_its_own(ada: Actor) -> None:
    now = clock.now()
    lone = house.a_person(ada, "Lone", "Wolf", owner=None).pk
    late = house.a_person(ada, "Late", "Born", owner=ada.user_id).pk
    early = house.a_person(ada, "Early", "Born", owner=ada.user_id).pk
    Person.objects.filter(pk=late).update(birthday=datetime.date(now.year + 1, 1, 1))
    Person.objects.filter(pk=early).update(birthday=datetime.date(1899, 12, 31))
    deaf = house.a_person(ada, "Dea", "Fox", phone="99999999999999999", owner=ada.user_id).pk
    odd = house.a_person(ada, "Odd", "Mail", email="odd@mail.example", owner=ada.user_id).pk
    Identity.objects.filter(record_id=odd).update(value="odd(at)mail", norm="odd(at)mail")
    quiet = house.a_person(ada, "Qui", "Et", email="q@et.example", owner=ada.user_id).pk
    Person.objects.filter(pk=quiet).update(created_at=now - datetime.timedelta(days=900))
    check()
    assert told(ada, "unreachable") == sorted([lone, late, early])
    assert told(ada, "owner") == [lone]
    assert told(ada, "birthday") == sorted([late, early])
    assert told(ada, "phone") == [deaf]
    assert told(ada, "email") == [odd]
    assert told(ada, "stale") == [quiet]


def test_companies_that_share_a_number_or_a_domain_name_each_other(ada: Actor) -> None:
    one = house.a_company(ada, "Hexa", vat_id="DE 123.456-789", website="https://hexa.example").pk
    two = house.a_company(ada, "Hexa Two", vat_id="de123456789", website="https://www.hexa.example").pk
    three = house.a_company(ada, "Other", vat_id="DE1", email="info@gmail.com").pk
    house.a_company(ada, "Another", email="info2@gmail.com")
    check()
    assert told(ada, "vat", "company") == sorted([one, two])
    assert told(ada, "domain", "company") == sorted([one, two])
    assert Finding.objects.get(record_id=one, check_key="vat").other_id == two
    assert not Finding.objects.filter(record_id=three).exclude(check_key="owner").exists()


def test_what_is_saved_is_looked_at_again_and_so_is_its_twin(ada: Actor) -> None:
    one = house.a_company(ada, "Hexa", vat_id="DE1").pk
    two = house.a_company(ada, "Hexa Two", vat_id="DE1").pk
    pump.drain()  # begins here: consumers are told of what happens from now on
    check()
    assert told(ada, "vat", "company") == sorted([one, two])
    saving.update(ada, house.company(), two, {"vat_id": "DE2"})
    pump.drain()
    assert told(ada, "vat", "company") == []
    assert Finding.objects.filter(check_key="vat", gone_at__isnull=False).count() == 2


def test_what_was_put_right_and_is_wrong_again_is_found_anew(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@berg.con").pk
    check()
    leaving.leave(ada, house.person(), checks.of(house.person())["email"], [mia])
    for address in ("mia@berg.example", "mia@berg.con"):
        saving.update(ada, house.person(), mia, {"email": address})
        check()
    assert told(ada, "email") == [mia]


def test_what_is_left_is_asked_again_only_on_request(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@berg.con", owner=ada.user_id).pk
    check()
    email = checks.of(house.person())["email"]
    assert leaving.leave(ada, house.person(), email, [mia]).counts == {"left_alone": 1}
    check()
    assert told(ada, "email") == []
    assert QualityRun.objects.filter(kind="person").latest("pk").clean_count == 1
    (row,) = reading.page(ada, house.person(), email, left=True).rows
    assert (row.finding.left_by_id, row.record.pk) == (ada.user_id, mia)
    leaving.ask_again(ada, house.person(), email, [mia])
    assert told(ada, "email") == [mia]


def test_the_trash_is_not_asked_about(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@berg.con").pk
    check()
    saving.trash(ada, house.person(), [mia])
    assert told(ada, "email") == []
    check()
    assert not Finding.objects.filter(record_id=mia, gone_at=None).exists()


def test_a_required_field_made_at_run_time_is_a_check(ada: Actor) -> None:
    mia = house.a_person(ada).pk
    made = create_field(ada, house.person(), FieldData("Shoe size", is_required=True))
    check()
    (row,) = reading.page(ada, house.person(), checks.of(house.person())["required"]).rows
    assert (row.record.pk, row.finding.field) == (mia, made.key)


def test_one_sees_and_leaves_only_what_one_may(ada: Actor) -> None:
    own = house.role("Own", levels=house.levels("own"))
    bly = house.actor("Bly", own)
    theirs = house.a_person(ada, email="mia@berg.con").pk
    mine = house.a_person(ada, "Ann", email="ann@berg.con", owner=bly.user_id).pk
    check()
    email = checks.of(house.person())["email"]
    assert told(bly, "email") == [mine]
    assert reading.count(bly, house.person(), email).number == 1
    assert reading.count(ada, house.person(), email).number == 2
    with pytest.raises(NotFound):
        leaving.leave(bly, house.person(), email, [theirs])


def test_a_check_of_a_hidden_field_is_not_told(ada: Actor) -> None:
    role = house.role("Blind", levels=house.levels(), field_rules={"person": {"birthday": "hidden"}})
    assert "birthday" not in reading.told(house.actor("Bly", role), house.person())
    assert "birthday" in reading.told(ada, house.person())


def test_a_check_of_a_hidden_field_is_not_decided_on(ada: Actor) -> None:
    mia = house.a_person(ada).pk
    made = create_field(ada, house.person(), FieldData("Shoe size", is_required=True))
    check()
    role = house.role("Blind", levels=house.levels(), field_rules={"person": {made.key: "hidden"}})
    with pytest.raises(NotFound):
        leaving.leave(house.actor("Bly", role), house.person(), checks.of(house.person())["required"], [mia])
    assert Finding.objects.filter(record_id=mia, check_key="required", left_at=None).exists()


def test_a_twin_that_is_hidden_is_not_told_of(ada: Actor) -> None:
    bly = house.actor("Bly", house.role("Own", levels=house.levels("own")))
    mine = house.a_company(ada, "Mine", website="https://hexa.example", owner=bly.user_id).pk
    house.a_company(ada, "Hidden", website="https://hexa.example")
    check()
    domain = checks.of(house.company())["domain"]
    assert told(bly, "domain", "company") == [] and reading.count(bly, house.company(), domain).number == 0
    assert reading.of_record(bly, house.company(), domain, mine) is None
    assert reading.of_record(ada, house.company(), domain, mine) is not None


def test_only_administrators_start_a_check_and_set_its_months(ada: Actor) -> None:
    bly = house.actor("Bly", house.role("All", levels=house.levels()))
    stale = checks.of(house.person())["stale"]
    with pytest.raises(NotAllowed):
        running.look(bly, house.person())
    with pytest.raises(NotAllowed):
        leaving.set_months(bly, house.person(), stale, "3")
    with pytest.raises(Invalid):
        leaving.set_months(ada, house.person(), stale, "0")
    leaving.set_months(ada, house.person(), stale, "3")
    assert checks.months_of("person", stale) == 3


def test_a_run_that_was_cut_off_goes_on(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        house.a_person(ada, f"P{number}")
    monkeypatch.setattr(running, "_FIRST", 2)
    job = running.look(ada, house.person())

    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.check_all(house.person(), job=job, progress=stop)
    cut = QualityRun.objects.get()
    running.check_all(house.person(), job=job)
    again = QualityRun.objects.get()
    assert (again.pk, again.looked_count, Finding.objects.filter(check_key="unreachable").count()) == (cut.pk, 5, 5)


def test_the_job_says_what_it_found_and_names_nobody(ada: Actor) -> None:
    house.a_person(ada, email="mia@berg.con", owner=ada.user_id)
    job = running.look(ada, house.person())
    house.work()
    job.refresh_from_db()
    assert (job.state, job.result["looked_at"], job.result["clean"]) == ("done", 1, 0)
    assert "berg" not in str(job.result) + str(job.log)


def test_two_checks_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="email"):
        checks.add("person", checks.of(house.person())["email"])


def test_many_who_share_a_domain_take_few_questions(ada: Actor, django_assert_max_num_queries: object) -> None:
    for number in range(30):
        house.a_company(ada, f"Company {number}", website="https://hexa.example")
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        running.check_all(house.company())
    assert Company.objects.count() == Finding.objects.filter(check_key="domain", gone_at=None).count()


def test_what_is_left_is_asked_again_where_it_is_wrong_in_another_way(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@berg.con").pk
    check()
    leaving.leave(ada, house.person(), checks.of(house.person())["email"], [mia])
    saving.update(ada, house.person(), mia, {"email": "mia@gmial.com"})
    check()
    assert told(ada, "email") == [mia]


def test_findings_of_the_trash_are_forgotten_in_parts(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [house.a_person(ada, f"P{number}", email=f"x{number}@berg.con").pk for number in range(3)]
    check()
    saving.trash(ada, house.person(), ids[:2])
    monkeypatch.setattr(running, "_PART", 1)
    check()
    assert {*Finding.objects.filter(gone_at=None).values_list("record_id", flat=True)} == {ids[2]}


def test_leaving_is_in_the_history_with_its_reason_and_is_undone(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@berg.con", owner=ada.user_id).pk
    check()
    email = checks.of(house.person())["email"]
    act = leaving.leave(ada, house.person(), email, [mia], " an old  address ")
    event = Event.objects.get(act=act)
    assert (event.kind, event.subject_id, event.user_id) == ("finding.left_alone", mia, ada.user_id)
    assert kind_of(event.kind)[0].said(event.data) == "left “Invalid e-mail” as it is: an old address"
    assert preview(ada, act.pk).changed == 1
    assert acts.get_act(ada, act.pk).can_undo
    undo(ada, act.pk)
    assert told(ada, "email") == [mia]
    assert Finding.objects.get(record_id=mia, check_key="email").left_why == ""
    with pytest.raises(Conflict):
        undo(ada, act.pk)


def test_an_undo_takes_back_only_what_nobody_decided_anew(ada: Actor) -> None:
    ids = [house.a_person(ada, f"P{number}", email=f"x{number}@berg.con", owner=ada.user_id).pk for number in range(2)]
    check()
    email = checks.of(house.person())["email"]
    act = leaving.leave(ada, house.person(), email, ids)
    leaving.ask_again(ada, house.person(), email, ids[:1])
    newer = leaving.leave(ada, house.person(), email, ids[:1])
    undo(ada, act.pk)
    assert told(ada, "email") == ids[1:]
    undo(ada, newer.pk)
    assert told(ada, "email") == ids


def test_a_reason_can_be_given_later(ada: Actor) -> None:
    mia = house.a_person(ada, email="mia@berg.con", owner=ada.user_id).pk
    check()
    email = checks.of(house.person())["email"]
    act = leaving.leave(ada, house.person(), email, [mia])
    assert leaving.explain(ada, house.person(), email, {mia: "she wants it so"}) == 1
    assert leaving.explain(ada, house.person(), email, {mia: "she wants it so"}) == 0
    assert Finding.objects.get(record_id=mia, check_key="email").left_why == "she wants it so"
    assert Event.objects.filter(kind="finding.explained").count() == 1
    with pytest.raises(Invalid):
        leaving.explain(ada, house.person(), email, {mia: "x" * 201})
    undo(ada, act.pk)
    assert told(ada, "email") == [mia]


def test_chunks_do_not_change_what_is_found(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        house.a_company(ada, f"Company {number}", website=f"https://hexa{number % 3}.example", owner=ada.user_id)
    house.a_company(ada, "Alone", website="https://alone.example", owner=ada.user_id)
    whole = running.check_all(house.company())
    found = set(Finding.objects.values_list("record_id", "check_key", "other_id"))
    Finding.objects.all().delete()
    monkeypatch.setattr(pace, "LEAST", 1)
    monkeypatch.setattr(running, "_FIRST", 2)
    parts = running.check_all(house.company())
    assert set(Finding.objects.values_list("record_id", "check_key", "other_id")) == found
    assert (whole.looked_count, whole.clean_count) == (parts.looked_count, parts.clean_count) == (13, 1)
