"""Links made at run time: their rows say what their values say, through all that happens to records."""

import io
import json
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core import fields
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.audit.erase import erase
from rapport.core.changes.models import BulkRun
from rapport.core.changes.undo import undo
from rapport.core.errors import BadQuery
from rapport.core.events.models import Act
from rapport.core.exporting import files as exporting
from rapport.core.fields import Option
from rapport.core.importing.models import ExternalId
from rapport.core.merging.merge import merge
from rapport.core.objects import saving
from rapport.core.records.models import RecordLink
from rapport.core.tests.bringing import Files, counts
from rapport.people.models import Company
from tests import house
from tests.fields import made_at_run_time

pytestmark = pytest.mark.django_db
KINDS = ("c_one", "c_many", "c_said")


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    leading: dict[str, Any] = {"custom": True, "to": "company"}
    made_at_run_time(
        monkeypatch,
        company=(
            fields.Link("c_one", "One", **leading),
            fields.Links("c_many", "Many", **leading),
            fields.LabelledLinks("c_said", "Said", options=(Option("a", "Agent"), Option("b", "Buyer")), **leading),
        ),
    )


def value(key: str, *ids: int) -> Any:
    if key == "c_one":
        return ids[0] if ids else None
    return [{"id": number, "label": "a"} for number in ids] if key == "c_said" else list(ids)


def stored(record_id: int, key: str) -> Any:
    return house.company().by_key[key].get(Company.objects.get(pk=record_id))


def led(key: str) -> set[tuple[int, int]]:
    """The rows, after a look at whether each record's value says the same."""
    rows = set(RecordLink.objects.filter(field_key=key).values_list("from_record_id", "to_record_id"))
    field = house.company().by_key[key]
    told = {(one.pk, number) for one in Company.objects.all() for _table, number in field.targets(field.get(one))}
    assert rows == told
    return rows


def found(actor: Actor, path: str, operator: str, operand: str = "") -> set[str]:
    rows = list_page(actor, house.company(), ListQuery(Term(path, operator, operand)), []).rows
    return {row.title for row in rows}


@pytest.mark.parametrize("key", KINDS)
def test_it_works(ada: Actor, key: str) -> None:
    one, two = house.a_company(ada, "One").pk, house.a_company(ada, "Two").pk
    made = house.a_company(ada, "From", **{key: value(key, one)}).pk
    assert led(key) == {(made, one)}
    saving.update(ada, house.company(), made, {key: value(key, two)})
    assert led(key) == {(made, two)}
    undo(ada, Act.objects.latest("pk").pk)
    assert led(key) == {(made, one)} and stored(made, key) == value(key, one)
    saving.trash(ada, house.company(), [one])
    assert found(ada, key, "any", str(one)) == {"From"}, "what is in the trash is still led to, until it is erased"
    saving.restore(ada, house.company(), [one])
    assert led(key) == {(made, one)}
    saving.update(ada, house.company(), made, {key: value(key)})
    assert led(key) == set() and found(ada, key, "filled") == set()


@pytest.mark.parametrize("key", KINDS)
def test_an_erased_record_leaves_no_number_behind(ada: Actor, key: str) -> None:
    one, two = house.a_company(ada, "One").pk, house.a_company(ada, "Two").pk
    made = house.a_company(ada, "From", **{key: value(key, one)}).pk
    other = house.a_company(ada, "Other", **{key: value(key, two)}).pk
    erase(ada, one)
    assert led(key) == {(other, two)}
    assert not stored(made, key) and str(one) not in json.dumps(Company.objects.get(pk=made).custom)
    assert found(ada, key, "empty") == {"From", "Two"}


@pytest.mark.parametrize("key", KINDS)
def test_a_merge_moves_what_leads_to_the_loser_and_an_undo_leads_it_back(ada: Actor, key: str) -> None:
    one, two = house.a_company(ada, "One").pk, house.a_company(ada, "Two").pk
    made = house.a_company(ada, "From", **{key: value(key, two)}).pk
    mine = house.a_company(ada, "Mine").pk
    saving.update(ada, house.company(), two, {key: value(key, mine)})
    merge(ada, house.company(), one, [two])
    assert stored(made, key) == value(key, one) and stored(one, key) == value(key, mine)
    assert led(key) >= {(made, one), (one, mine)}
    undo(ada, Act.objects.filter(kind="company.merge").latest("pk").pk)
    assert stored(made, key) == value(key, two) and not stored(one, key)
    assert led(key) == {(made, two), (two, mine)}
    assert not BulkRun.objects.exists()


def test_two_links_to_what_is_merged_become_one_and_the_first_label_stays(ada: Actor) -> None:
    one, two = house.a_company(ada, "One").pk, house.a_company(ada, "Two").pk
    links = [{"id": one, "label": ""}, {"id": two, "label": "b"}]
    made = house.a_company(ada, "From", c_said=links).pk
    merge(ada, house.company(), one, [two])
    assert stored(made, "c_said") == [{"id": one, "label": "b"}]


def test_labels_are_options_or_any_words(ada: Actor) -> None:
    one = house.a_company(ada, "One").pk
    field = house.company().by_key["c_said"]
    for given in ("One [Agent]", f"{one} [a]", [{"id": one, "label": "agent"}], [{"title": "one", "label": "Agent"}]):
        made = house.a_company(ada, "From", c_said=given).pk
        assert stored(made, "c_said") == [{"id": one, "label": "a"}], given
    assert field.cell(field.load_many([made])[made], fields.Locale()).text == "One (Agent)"
    with pytest.raises(ValueError, match="Agent, Buyer"):
        field.clean("One [Boss]", fields.Locale())
    free = fields.LabelledLinks("c_free", "Free", custom=True, to="company")
    assert free.clean("7 [any words]; Acme [x]; Brackets [1] []", fields.Locale()) == [
        {"id": 7, "label": "any words"}, {"title": "Acme", "label": "x"}, {"title": "Brackets [1]", "label": ""},
    ]  # fmt: skip


@pytest.mark.parametrize("key", KINDS)
def test_files_carry_them_by_name_and_by_number(ada: Actor, files: Files, key: str) -> None:
    one = house.a_company(ada, "One").pk
    label = str(house.company().by_key[key].label)
    words = "One [Agent]" if key == "c_said" else "One"
    assert counts(files.bring(ada, f"Name;{label}\nA;{words}\n", "company"))[0] == 1
    a = Company.objects.get(title="A").pk
    assert stored(a, key) == value(key, one)
    for fmt in ("csv", "xlsx", "jsonl"):
        out = io.BytesIO()
        exporting.export(ada, house.company(), ListQuery(Term("name", "is", "A")), fmt, out)
        if fmt == "csv":
            assert words in out.getvalue().decode()
        if fmt == "jsonl":
            told = json.loads(out.getvalue())[key]
            wanted = {"id": one, "title": "One"} | ({"label": "Agent"} if key == "c_said" else {})
            assert told == (wanted if key == "c_one" else [wanted])
    saving.update(ada, house.company(), a, {key: value(key)})
    assert counts(files.bring(ada, f"Name;{label} (ID)\nA;{one}\n", "company", match="title"))[1] == 1
    assert {to for _from, to in led(key)} == {one}


def test_one_is_found_by_its_number_in_another_system(ada: Actor, files: Files) -> None:
    one = house.a_company(ada, "One").pk
    ExternalId.objects.create(source="import", kind="company", value="K-7", record_id=one)
    files.bring(ada, "Name;One (external ID)\nA;K-7\n", "company")
    assert stored(Company.objects.get(title="A").pk, "c_one") == one


def test_labels_are_filtered_by(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = house.a_company(ada, "One").pk, house.a_company(ada, "Two").pk
    house.a_company(ada, "Agent", c_said=[{"id": one, "label": "a"}, {"id": two, "label": "b"}])
    house.a_company(ada, "Buyer", c_said=[{"id": one, "label": "b"}])
    house.a_company(ada, "Silent", c_said=[{"id": one, "label": ""}])
    assert found(ada, "c_said.label", "any", "a") == {"Agent"}
    assert found(ada, "c_said.label", "any", "Agent,b") == {"Agent", "Buyer"}
    assert found(ada, "c_said.label", "none", "b") == {"One", "Two", "Silent"}
    assert found(ada, "c_said.label", "filled") == {"Agent", "Buyer"}
    assert found(ada, "c_said.name", "is", "Two") == {"Agent"}, "the hop is there, too"
    free = fields.LabelledLinks("c_said", "Said", custom=True, to="company")
    made_at_run_time(monkeypatch, company=(free,))
    house.a_company(ada, "Typed", c_said=[{"id": one, "label": "Old friend"}])
    assert found(ada, "c_said.label", "contains", "FRIEND") == {"Typed"}
    assert found(ada, "c_said.label", "is", "a") == {"Agent"}
    with pytest.raises(BadQuery):
        found(ada, "c_said.other", "is", "a")


def test_a_label_tells_only_of_links_that_are_seen(ada: Actor) -> None:
    hidden, own = house.a_company(ada, "Hidden").pk, house.a_company(ada, "Own").pk
    saving.update(ada, house.company(), own, {"c_said": [{"id": hidden, "label": "a"}]})
    rep = house.actor("Rep", house.role("Rep", levels=house.levels("own")))
    Company.objects.filter(pk=own).update(owner=rep.user_id)
    Company.objects.filter(pk=hidden).update(owner=None)
    assert found(ada, "c_said.label", "any", "a") == {"Own"}
    assert found(rep, "c_said.label", "any", "a") == set() and found(rep, "c_said.label", "filled") == set()
