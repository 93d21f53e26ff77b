"""Rich text, percentages and several links, from the form to the table and back out of it."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest

from rapport.accounts.actor import Actor
from rapport.core import fields
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.changes.undo import undo
from rapport.core.errors import BadQuery, Invalid
from rapport.core.events.models import Act
from rapport.core.exporting import files as export_files
from rapport.core.fields import Locale
from rapport.core.objects import saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.models import RecordLink
from rapport.core.tests.bringing import Files, counts
from rapport.people.models import Company
from tests import house
from tests.fields import on_companies
from tests.world import World

pytestmark = pytest.mark.django_db

BOLD = '<p><strong>Big</strong> <a href="https://hexa.example" rel="noopener noreferrer">client</a></p>'


@pytest.fixture
def spec(monkeypatch: pytest.MonkeyPatch) -> ObjectSpec:
    return on_companies(monkeypatch)


def found(actor: Actor, spec: ObjectSpec, path: str, operator: str, value: str = "") -> list[str]:
    rows = list_page(actor, spec, ListQuery(Term(path, operator, value), sort="title"), []).rows
    return [row.title for row in rows]


def exported(actor: Actor, spec: ObjectSpec, fmt: str) -> bytes:
    out = io.BytesIO()
    export_files.export(actor, spec, ListQuery(), fmt, out)
    return out.getvalue()


def test_it_works(ada: Actor, spec: ObjectSpec) -> None:
    hexa = house.a_company(ada)
    made = saving.create(ada, spec, {"name": "C", "about": BOLD, "c_percent": "12,5 %", "c_links": [hexa.pk]})
    stored = Company.objects.get(pk=made.pk)
    assert stored.about == BOLD and stored.custom["c_percent"] == 12.5
    assert spec.by_key["c_percent"].get(stored) == Decimal("12.50")
    assert spec.by_key["c_links"].get(stored) == [hexa.pk]


# ------------------------------------------------------------------ rich text
def test_rich_text_is_found_by_its_words_not_by_its_markup(ada: Actor, spec: ObjectSpec) -> None:
    for key in ("about", "c_rich"):
        saving.create(ada, spec, {"name": key, key: "<p>Fish &amp; <b>chips</b></p><p>strong tea</p>"})
        for words in ("fish & chips", "CHIPS", "tea", "h & c"):
            assert found(ada, spec, key, "contains", words) == [key], words
        for words in ("chipsstrong", "/p", "<p>", "<b>", "em"):
            assert found(ada, spec, key, "contains", words) == [], words
        assert found(ada, spec, key, "filled") == [key]


def test_what_was_plain_text_before_is_shown_as_paragraphs(world: World) -> None:
    ada = world.actor("ada")
    made = house.a_company(ada)
    Company.objects.filter(pk=made.pk).update(about="One <b>\n\ntwo & three")
    field = house.company().by_key["about"]
    assert field.get(Company.objects.get(pk=made.pk)) == "<p>One &lt;b&gt;</p><p>two &amp; three</p>"
    page = world.client("ada").get(f"/companies/{made.pk}").content.decode()
    assert '<div class="rich" hx-disable><p>One &lt;b&gt;</p><p>two &amp; three</p></div>' in page
    before = Act.objects.count()
    saving.update(ada, house.company(), made.pk, {"about": "One <b>\n\ntwo & three"})
    assert Act.objects.count() == before, "the same words are no change"


def test_lists_show_the_words_and_ask_no_sanitiser(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    house.a_company(world.actor("ada"), about="<p>Fish &amp; <b>chips</b> &lt;i&gt;</p>")
    for path in ("rapport.lib.rich_text", "rapport.core.fields.rich_text", "rapport.ui.cells"):
        monkeypatch.setattr(f"{path}.tidy", None)
    page = world.client("ada").get("/companies?columns=about").content.decode()
    assert "Fish &amp; chips &lt;i&gt;</span>" in page and 'class="rich"' not in page


def test_lists_sanitise_what_nobody_wrote_through_rapport(world: World) -> None:
    made = house.a_company(world.actor("ada"))
    Company.objects.filter(pk=made.pk).update(about="<p>a</p><script>alert(1)</script><p>b")
    page = world.client("ada").get("/companies?columns=about").content.decode()
    assert "alert(1)" not in page and ">a" in page


def test_without_formatting_a_form_shows_plain_text(ada: Actor) -> None:
    field, locale = fields.RichText("x", "X"), Locale()
    assert field.form_value(field.clean("a\n\nb < c", locale), locale) == "a\n\nb < c"
    assert field.form_value(BOLD, locale) == BOLD
    tricky = field.clean("<p>&lt;b&gt;x&lt;/b&gt;</p>", locale)
    assert field.clean(field.form_value(tricky, locale), locale) == tricky


def test_undo_puts_formatting_back(ada: Actor) -> None:
    made = house.a_company(ada, about=BOLD)
    saving.update(ada, house.company(), made.pk, {"about": "plain"})
    assert undo(ada, Act.objects.latest("pk").pk).left == []
    assert Company.objects.get(pk=made.pk).about == BOLD


def test_more_than_fits_is_refused_beside_the_field(ada: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        house.a_company(ada, about="x" * 200_000)
    assert "at most 100 KB" in refused.value.errors["about"][0]


# ------------------------------------------------------------------ percentages
@pytest.mark.parametrize("typed", ["12.5", "12,5", "12,5 %", "12.5%", " 12,50\u00a0% ", "12.5 ％"])
def test_a_percentage_is_typed_as_people_write_it(typed: str) -> None:
    assert fields.Percent("p", "P").clean(typed, Locale()) == Decimal("12.50")


def test_a_percentage_is_shown_as_the_language_writes_it() -> None:
    field = fields.Percent("p", "P")
    assert field.cell(Decimal("12.50"), Locale(language="de")).text == "12,5\u00a0%"
    assert field.cell(Decimal("12.50"), Locale(language="en")).text == "12.5\u00a0%"
    assert field.cell(None, Locale()).shape == "empty"
    for wrong in ("%", "12 % %", "a %"):
        with pytest.raises(ValueError, match="number"):
            field.clean(wrong, Locale())


def test_percentages_are_compared(ada: Actor, spec: ObjectSpec) -> None:
    for number in ("5", "12.5", "80"):
        saving.create(ada, spec, {"name": number, "c_percent": number})
    assert found(ada, spec, "c_percent", "above", "12,5 %") == ["80"]
    assert found(ada, spec, "c_percent", "is", "12.5") == ["12.5"]
    assert found(ada, spec, "c_percent", "between", "1..20 %") == ["12.5", "5"]


# ------------------------------------------------------------------ several links
def test_links_are_filtered_from_both_sides(ada: Actor, spec: ObjectSpec) -> None:
    one, two = house.a_company(ada, "One"), house.a_company(ada, "Two")
    saving.create(ada, spec, {"name": "A", "c_links": [one.pk]})
    saving.create(ada, spec, {"name": "B", "c_links": "One; Two"})
    assert found(ada, spec, "c_links", "any", f"{one.pk},{two.pk}") == ["A", "B"]
    assert found(ada, spec, "c_links", "all", f"{one.pk},{two.pk}") == ["B"]
    assert found(ada, spec, "c_links", "none", str(two.pk)) == ["A", "One", "Two"]
    assert found(ada, spec, "c_links", "empty") == ["One", "Two"]
    assert found(ada, spec, "c_links", "filled") == ["A", "B"]
    for wrong in ("", "x", "9" * 30):
        with pytest.raises(BadQuery):
            found(ada, spec, "c_links", "any", wrong)


def test_a_link_to_nothing_is_refused_in_a_sentence(ada: Actor, spec: ObjectSpec) -> None:
    with pytest.raises(Invalid) as refused:
        saving.create(ada, spec, {"name": "A", "c_links": "Nobody knows"})
    assert "Nobody knows" in refused.value.errors["c_links"][0]
    with pytest.raises(Invalid):
        saving.create(ada, spec, {"name": "A", "c_links": [4711]})
    with pytest.raises(Invalid) as refused:
        saving.create(ada, spec, {"name": "A", "c_links": list(range(1, 300))})
    assert "at most 200" in refused.value.errors["c_links"][0]


def test_what_one_does_not_see_is_neither_shown_nor_cut(world: World, spec: ObjectSpec) -> None:
    ada, ann = world.actor("ada"), world.actor("ann")
    shared = saving.create(ann, spec, {"name": "Seen"})
    hidden = saving.create(world.actor("eve"), spec, {"name": "Hidden from Ann"})
    made = saving.create(ann, spec, {"name": "A"})
    saving.update(ada, spec, made.pk, {"c_links": [shared.pk, hidden.pk]})
    browser = world.client("ann")
    for page in ("", "/edit", "/fact/c_links"):
        text = browser.get(f"/companies/{made.pk}{page}").content.decode()
        assert "Seen" in text and "Hidden from Ann" not in text, page
    for fmt in ("csv", "jsonl"):
        told = exported(ann, spec, fmt).decode()
        assert "Seen" in told and "Hidden" not in told and f";{hidden.pk}" not in told
    saved = browser.post(f"/companies/{made.pk}/fact/c_links", {"version": "2", "c_links": ["", str(shared.pk)]})
    assert saved.status_code == 302
    browser.post(f"/companies/{made.pk}/fact/c_links", {"version": "2", "c_links": [""]})
    assert set(RecordLink.objects.values_list("to_record_id", flat=True)) == {hidden.pk}
    refused = browser.post(f"/companies/{made.pk}/fact/c_links", {"version": "3", "c_links": [str(hidden.pk), "4711"]})
    assert refused.status_code == 422, "hers stays, but nobody guesses others"


def test_a_form_ticks_off_and_names_one_more(world: World, spec: ObjectSpec) -> None:
    ann = world.actor("ann")
    one, two = (saving.create(ann, spec, {"name": name}) for name in ("One", "Two, and Co"))
    made = saving.create(ann, spec, {"name": "A", "c_links": [one.pk]})
    given: dict[str, Any] = {
        "version": "1",
        "c_links": ["", str(one.pk)],
        "c_links_add": "",
        "c_links_add_text": two.title,
    }
    assert world.client("ann").post(f"/companies/{made.pk}/fact/c_links", given).status_code == 302
    assert spec.by_key["c_links"].get(made) == sorted([one.pk, two.pk])


def test_undo_takes_links_back(ada: Actor, spec: ObjectSpec) -> None:
    one, two = house.a_company(ada, "One"), house.a_company(ada, "Two")
    made = saving.create(ada, spec, {"name": "A", "c_links": [one.pk]})
    saving.update(ada, spec, made.pk, {"c_links": [two.pk]})
    undo(ada, Act.objects.latest("pk").pk)
    assert spec.by_key["c_links"].get(made) == [one.pk]


# ------------------------------------------------------------------ files of tables
def test_they_go_out_and_come_back(ada: Actor, spec: ObjectSpec, files: Files) -> None:
    one = house.a_company(ada, "One")
    made = saving.create(ada, spec, {"name": "A", "about": BOLD, "c_percent": "12.5", "c_links": [one.pk]})
    content = exported(ada, spec, "csv")
    (row,) = [row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))) if row["Name"] == "A"]
    assert (row["About"], row["About (HTML)"]) == ("Big client", BOLD)
    assert (row["Percent"], row["Links"], row["Links (ID)"]) == ("12.5", "One", str(one.pk))
    lines = exported(ada, spec, "jsonl").splitlines()
    (told,) = [line for line in map(json.loads, lines) if line["title"] == "A"]
    assert told["c_links"] == [{"id": one.pk, "title": "One"}] and told["about"] == BOLD
    assert counts(files.bring(ada, content, "company")) == (0, 0, 2, 0, 0)
    saving.update(ada, spec, made.pk, {"about": "", "c_percent": "", "c_links": []})
    assert counts(files.bring(ada, content, "company", match="title")) == (0, 1, 1, 0, 0)
    stored = Company.objects.get(pk=made.pk)
    assert stored.about == BOLD and spec.by_key["c_links"].get(stored) == [one.pk]


def test_titles_in_a_file_become_links(ada: Actor, spec: ObjectSpec, files: Files) -> None:
    one, two = house.a_company(ada, "One"), house.a_company(ada, "Two, Inc.")
    assert counts(files.bring(ada, 'Name;Links\nA;one; \nB;"One;Two, Inc."\nC;Nobody\n', "company"))[0] == 2
    by_name = {company.title: company for company in Company.objects.all()}
    assert spec.by_key["c_links"].get(by_name["B"]) == [one.pk, two.pk]
    assert "C" not in by_name
