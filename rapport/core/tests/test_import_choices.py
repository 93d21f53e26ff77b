"""What people settle for an import: what values mean, how days are written, what rows may do; and how it is paused."""

import datetime
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core.errors import Conflict, Invalid
from rapport.core.importing import looking, proposing, running, runs, storing
from rapport.core.importing.models import ExternalId, ImportRow, ImportRun
from rapport.core.importing.options import Options
from rapport.core.importing.preview import preview, raw_rows
from rapport.core.importing.running import Report
from rapport.core.importing.targets import targets
from rapport.core.tests.bringing import HEADER, Files, counts
from rapport.lib.pace import Pace
from rapport.people.models import Company, Person
from tests import house

pytestmark = pytest.mark.django_db
MOVE = "External ID,Last name,Company (external ID)\n"


def bring(files: Files, ada: Actor, content: str, kind: str = "person", **options: Any) -> Report:
    run = files.prepare(ada, content, kind)
    mode, match = options.pop("mode", ""), options.pop("match", runs.USUAL)
    settled = Options.of({**run.options, **options})
    runs.choose(ada, run.pk, runs.columns_of(run), match, mode=mode, options=settled)
    return running.run(ada, run.pk)


# ------------------------------------------------------------------ mode
def test_it_works(files: Files, ada: Actor) -> None:
    house.a_person(ada, "Old", "One", email="old@example.com")
    content = HEADER + "Ann,Berg,ann@example.com,,\nOld,New,old@example.com,,\n"
    assert counts(bring(files, ada, content, mode="create")) == (1, 0, 0, 1, 0)
    assert Person.objects.get(email="old@example.com").last_name == "One"
    content = HEADER + "Cy,Berg,cy@example.com,,Hexa\nOld,New,old@example.com,,\n"
    assert counts(bring(files, ada, content, mode="update")) == (0, 1, 0, 1, 0)
    assert not Company.objects.exists()
    reasons = dict(ImportRow.objects.filter(outcome="skipped").values_list("line", "reason"))
    assert reasons[2] == "There is no record to update." and "already" in reasons[3]


def test_updating_needs_something_to_find_records_by(files: Files, ada: Actor) -> None:
    with pytest.raises(Invalid, match="by which field"):
        bring(files, ada, "Last name\nBerg\n", mode="update", match="")
    with pytest.raises(Invalid, match="no mode"):
        bring(files, ada, "E-mail\na@example.com\n", mode="sideways")


# ------------------------------------------------------------------ other systems
def test_a_move_from_another_system_can_be_repeated(files: Files, ada: Actor) -> None:
    firms = "External ID,Name\nC-1,Hexa\nC-2,Octa\n"
    people = MOVE + "P-1,Berg,C-1\nP-2,Dahl,C-2\nP-3,Ohne,C-9\n"
    assert counts(bring(files, ada, firms, "company", source="OldCRM")) == (2, 0, 0, 0, 0)
    assert counts(bring(files, ada, people, source="OldCRM")) == (2, 0, 0, 0, 1)
    assert Person.objects.get(last_name="Berg").company.title == "Hexa"
    renamed = firms.replace("Hexa", "Hexa AG")
    assert counts(bring(files, ada, renamed, "company", source="OldCRM")) == (0, 1, 1, 0, 0)
    assert counts(bring(files, ada, people, source="OldCRM")) == (0, 0, 2, 0, 1)
    assert ExternalId.objects.count() == 4
    # The numbers of another system mean other records.
    assert counts(bring(files, ada, firms, "company", source="Another")) == (2, 0, 0, 0, 0)


def test_the_number_of_a_trashed_record_is_free_again(files: Files, ada: Actor) -> None:
    bring(files, ada, "External ID,E-mail\n7,a@example.com\n")
    Person.objects.get().record.__class__.objects.update(trashed_at=datetime.datetime.now(datetime.UTC))
    Person.objects.update(live=False)
    assert counts(bring(files, ada, "External ID,Last name\n7,Neu\n")) == (1, 0, 0, 0, 0)
    assert ExternalId.objects.get().record_id == Person.objects.get(live=True).pk


def test_nobody_takes_over_the_number_of_a_record_they_may_not_change(files: Files, ada: Actor) -> None:
    bring(files, ada, "External ID,Name\n4711,Secret\n", "company", source="Hub")
    secret = Company.objects.get()
    own = house.role("Own", levels=house.levels("own"))
    ann = house.actor("Ann", own)
    for _again in range(2):
        report = bring(files, ann, "External ID,Name\n4711,Hers\n4712,Free\n", "company", source="Hub")
        assert report.counts["failed"] == 0 and Company.objects.filter(title="Hers").count() == 1
    assert counts(report) == (0, 0, 2, 0, 0)
    assert ExternalId.objects.get(value="4711").record_id == secret.pk
    assert ExternalId.objects.get(value="4712").record_id == Company.objects.get(title="Free").pk
    assert counts(bring(files, ada, "External ID,Name\n4711,Confidential\n", "company", source="Hub"))[1] == 1
    assert Company.objects.get(pk=secret.pk).title == "Confidential"
    assert Company.objects.filter(title="Hers").exists()


def test_a_number_found_by_another_field_stays_with_what_may_only_be_seen(files: Files, ada: Actor) -> None:
    bring(files, ada, "External ID,E-mail\n7,a@example.com\n", source="Hub")
    ann = house.actor("Ann", house.role("Reader", levels=house.levels(edit="own")))
    content = "External ID,E-mail\n7,b@example.com\n"
    assert counts(bring(files, ann, content, match="email", source="Hub")) == (1, 0, 0, 0, 0)
    assert ExternalId.objects.get().record_id == Person.objects.get(email="a@example.com").pk
    # Who may change both says which of them it is.
    assert counts(bring(files, ada, content, match="email", source="Hub")) == (0, 0, 1, 0, 0)
    assert ExternalId.objects.get().record_id == Person.objects.get(email="b@example.com").pk


def test_the_number_of_what_cannot_be_seen_is_as_unknown_as_any_other(files: Files, ada: Actor) -> None:
    bring(files, ada, "External ID,Name\n4711,Secret\n", "company", source="Hub")
    ann = house.actor("Ann", house.role("Own", levels=house.levels("own")))
    assert counts(bring(files, ann, MOVE + "1,Berg,4711\n2,Dahl,4712\n", source="Hub")) == (0, 0, 0, 0, 2)
    hidden, unknown = ImportRow.objects.filter(outcome="failed").order_by("line").values_list("reason", flat=True)
    assert hidden.replace("4711", "4712") == unknown


# ------------------------------------------------------------------ values
def test_a_cell_that_cannot_be_read_fails_its_row_or_is_left_out(files: Files, ada: Actor) -> None:
    content = "E-mail,Last name,Birthday\na@example.com,Berg,soon\n"
    assert counts(bring(files, ada, content)) == (0, 0, 0, 0, 1)
    report = bring(files, ada, content, lenient=True)
    assert counts(report) == (1, 0, 0, 0, 0)
    (row,) = ImportRow.objects.filter(outcome="created")
    assert "Birthday" in row.reason
    assert runs.noted_rows(row.run) == [(2, row.reason)]


def test_several_addresses_in_one_cell_are_all_kept(files: Files, ada: Actor) -> None:
    content = 'E-mail,Phone\n"a@x.example; b@x.example",030 1234567; 040 1234567\n'
    assert counts(files.bring(ada, content)) == (1, 0, 0, 0, 0)
    person = Person.objects.get()
    assert (person.email, person.phone) == ("a@x.example", "030 1234567")
    for key, values in (("emails", ["a@x.example", "b@x.example"]), ("phones", ["030 1234567", "040 1234567"])):
        assert [item["value"] for item in house.person().field(key).get(person)] == values


def test_a_phone_without_a_country_code_belongs_to_the_country_of_its_row(files: Files, ada: Actor) -> None:
    content = "E-mail,Phone,Country\na@x.example,01 42 68 53 00,Frankreich\nb@x.example,030 1234567,\n"
    assert counts(files.bring(ada, content + "c@x.example,+39 06 698 12345,France\n")) == (3, 0, 0, 0, 0)
    phones = dict(Person.objects.values_list("email", "phone"))
    assert phones["a@x.example"] == "+33 1 42 68 53 00"
    assert (phones["b@x.example"], phones["c@x.example"]) == ("030 1234567", "+39 06 698 12345")
    assert counts(files.bring(ada, content)) == (0, 0, 2, 0, 0)


def test_what_a_value_means_is_settled_for_the_whole_file(files: Files, ada: Actor) -> None:
    content = "Name,Branche\nA,Softwareentwicklung\nB,Unsinn\nC,Leer\nD,Handel\n"
    meant = {"softwareentwicklung": "software", "unsinn": None, "leer": ""}
    assert counts(bring(files, ada, content, "company", values={"industry": meant})) == (3, 0, 0, 0, 1)
    found = dict(Company.objects.values_list("title", "industry"))
    assert found == {"A": "software", "C": "", "D": "retail"}


def test_options_are_proposed_by_closeness_and_never_taken_unasked(files: Files, ada: Actor) -> None:
    industry: Any = house.company().field("industry")
    for text, option in (
        ("Sofware", "software"), ("Manufacturing (heavy)", "manufacturing"), ("Bauwesen", None), ("xyz", None),
        ("N/A", ""),
    ):  # fmt: skip
        assert proposing.closest(industry, text) == option, text
    content = "Name,Industry\nA,Sofware\nB,Sofware\n"
    run = files.prepare(ada, content, "company")
    facts = looking.look(files.folder / "list.csv", storing.format_of(run))
    (value,) = proposing.unknown_values(industry, facts[1])
    assert (value.text, value.count, value.proposed) == ("Sofware", 2, "software")
    assert counts(files.bring(ada, content, "company")) == (0, 0, 0, 0, 2)


@pytest.mark.parametrize(
    ("days", "order", "first"),
    [
        (["03/04/2020", "25/12/2020"], "dmy", "2020-04-03"),
        (["03/04/2020", "12/25/2020"], "mdy", "2020-03-04"),
        (["43924", "44190"], "serial", "2020-04-03"),
        (["3.4.2020", "25.12.2020"], "", "2020-04-03"),
        (["2020-04-03", "20201225"], "", "2020-04-03"),
    ],
)
def test_the_order_of_days_is_found_from_all_of_them(
    files: Files, ada: Actor, days: list[str], order: str, first: str
) -> None:
    run = files.prepare(ada, "E-mail,Birthday\n" + "".join(f"p{n}@x.example,{day}\n" for n, day in enumerate(days)))
    assert run.options["orders"] == ({"birthday": order} if order else {})
    assert counts(running.run(ada, run.pk)) == (2, 0, 0, 0, 0)
    assert str(Person.objects.get(email="p0@x.example").birthday) == first


def test_days_that_can_be_read_both_ways_are_asked_about(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, "E-mail,Birthday\na@x.example,03/04/2020\n")
    (_mail, birthday) = looking.look(files.folder / "list.csv", storing.format_of(run))
    assert birthday.is_ambiguous() and run.options["orders"] == {"birthday": "dmy"}


@pytest.mark.parametrize(
    ("amounts", "first"),
    [(["1.250", "3,5"], "1250"), (["1,250", "3.5"], "1250"), (["1.250", "2,75"], "1250"), (["2.120", "3.5"], "2.12")],
)
def test_the_decimal_sign_is_found_from_all_numbers(files: Files, ada: Actor, amounts: list[str], first: str) -> None:
    content = "Name;Umsatz\n" + "".join(f"F{n};{amount} EUR\n" for n, amount in enumerate(amounts))
    files.bring(ada, content, "company")
    amount = house.company().field("revenue").get(Company.objects.get(title="F0"))
    assert amount.minor == round(float(first) * 100)


def test_the_first_rows_are_shown_as_they_will_be_read(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, "E-mail,Birthday,Status,City\na@x.example,3.4.1980,lead,'=Bonn\nbad,soon,,\n")
    known = targets(ada, house.person())
    chosen = {number: known[key] for number, key in runs.columns_of(run).items()}
    first, second = preview(ada, run, chosen, Options(), raw_rows(run))
    assert [cell.text for cell in first.cells] == ["a@x.example", "3 Apr 1980", "Lead", "=Bonn"]
    assert "@" in second.cells[0].problem and second.cells[1].problem and not second.cells[2].problem


# ------------------------------------------------------------------ standing still
def test_an_import_stands_still_and_goes_on(files: Files, ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "Pace", lambda **_usual: Pace(2, most=2))
    run = files.prepare(ada, HEADER + "".join(f"P,N{number},p{number}@x.example,,\n" for number in range(6)))
    runs.start(ada, run.pk)

    def stop(_done: int, _total: int) -> None:
        if ImportRow.objects.count() == 4:
            runs.pause(ada, run.pk)

    report = running.run(ada, run.pk, progress=stop)
    assert report.halted == "paused" and Person.objects.count() == 4
    assert runs.get_run(ada, run.pk).state == "paused"
    with pytest.raises(Conflict):
        runs.pause(ada, run.pk)
    assert runs.go_on(ada, run.pk).state == "queued"
    with pytest.raises(Conflict):
        runs.go_on(ada, run.pk)
    assert counts(running.run(ada, run.pk)) == (6, 0, 0, 0, 0)
    assert list(ImportRow.objects.order_by("line").values_list("line", flat=True)) == list(range(2, 8))


def test_a_paused_import_can_be_cancelled_and_one_that_was_can_go_on(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, HEADER + "A,B,a@example.com,,\n")
    runs.start(ada, run.pk)
    runs.pause(ada, run.pk)
    runs.cancel(ada, run.pk)
    found = ImportRun.objects.get()
    assert found.state == "cancelled" and found.ended_at is not None and runs.can_go_on(found)
    runs.take_over(ada, run.pk)
    assert counts(running.run(ada, run.pk)) == (1, 0, 0, 0, 0)


def test_a_dry_run_lists_what_would_become_of_rows(files: Files, ada: Actor) -> None:
    run = files.prepare(ada, HEADER + "A,B,a@example.com,,\nC,D,bad,,\nA,B,a@example.com,,\n")
    for _again in range(2):
        report = running.run(ada, run.pk, dry_run=True, progress=lambda _done, _total: None)
        assert counts(report) == (1, 0, 1, 0, 1)
    rows = list(ImportRow.objects.order_by("line").values_list("line", "outcome", "is_trial"))
    assert rows == [(2, "created", True), (3, "failed", True), (4, "unchanged", True)]
    assert counts(running.run(ada, run.pk)) == (1, 0, 1, 0, 1)
    assert len(runs.failed_rows(run)) == len(runs.failed_rows(run, trial=True)) == 1
