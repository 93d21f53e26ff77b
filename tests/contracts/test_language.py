"""German throughout: a complete catalogue, pages without a left-over English word, dates and numbers in German form."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from rapport.activities.actions import NoteInput, add_note
from rapport.core.access.levels import ACTION_WORDS, LEVEL_WORDS
from rapport.core.fields import Choice, Field
from rapport.core.objects import registry, saving
from tests import catalogue, house
from tests.contracts.stock import SPECS, make
from tests.world import World

LANGUAGES = list(catalogue.catalogues())
ENGLISH = re.compile(
    r"\b(the|and|of|or|with|your|you|this|that|is|are|not|no|new|search|save|add|edit|open|cancel|close|remove|settings|"
    r"people|company|companies|owner|tags|trash|undo|create|created|changed|filter by|sort by|sign|password|language|"
    r"today|yesterday|ago|note|call|calls|all|mine|next|previous|select|choose|nothing|file|when|show|more|first|last|"
    r"records?|roles?|users?|fields?|values?|rows?|columns?|history|timeline|views?|sections?|language|country|phone|address)\b",
    re.IGNORECASE,
)
# What people typed stays as it is, so do names of places and currencies, and the keys that addresses are written in.
AS_IT_IS = re.compile(
    r"\bRead only\b|New, VIP, very|^New$|Bekannt sind: .*"
    r"|^ALL\b|^Isle of Man$|^New York$|New Salem$|^Port of Spain$"
)
READ_ATTRIBUTES = {"aria-label", "title", "placeholder", "alt"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class Spoken(HTMLParser):
    """All that a page says: its text and the attributes that are shown or read out."""

    def __init__(self) -> None:
        super().__init__()
        self.lang = ""
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._silent += tag in ("script", "style", "kbd", "code")
        self.lang = self.lang or (given.get("lang") or "" if tag == "html" else "")
        self.said += [value for name, value in attrs if value and name in READ_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "kbd", "code")

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))


def spoken(html: str) -> Spoken:
    page = Spoken()
    page.feed(html)
    return page


def english_in(page: Spoken) -> list[str]:
    return [text for text in page.said if ENGLISH.search(AS_IT_IS.sub("", text))]


@pytest.fixture
def german(world: World) -> Iterator[World]:
    """The small workspace, in which everybody reads German."""
    house.forget()
    type(world.ann).objects.update(language="de", time_zone="Europe/Berlin")
    for name in ("ann", "ada"):
        getattr(world, name).refresh_from_db()
    yield world
    translation.activate("en")


@cache
def collected() -> Catalog:
    """The texts of the code, read once."""
    return catalogue.collected()


def strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_exactly_the_texts_there_are(language: str) -> None:
    here = {(message.context, message.id) for message in catalogue.read(catalogue.catalogues()[language]) if message.id}
    wanted = {(message.context, message.id) for message in collected() if message.id}
    assert wanted - here == set(), "new texts: run `make catalogue` and translate them"
    assert here - wanted == set(), "texts that are gone: run `make catalogue`"


def test_texts_are_marked_with_words_that_are_collected() -> None:
    named = re.compile(r"^from django\.utils\.translation import (?:\w*gettext\w*) as (\w+)$", re.MULTILINE)
    words = {word for file in catalogue.PACKAGE.rglob("*.py") for word in named.findall(file.read_text("utf-8"))}
    assert words - set(catalogue.KEYWORDS) == set(), "name it _ or _now, or add it to tests/catalogue.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_a_guess(language: str) -> None:
    messages = [message for message in catalogue.read(catalogue.catalogues()[language]) if message.id]
    assert [message.id for message in messages if message.fuzzy or not all(strings(message))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    wrong = []
    for message in catalogue.read(catalogue.catalogues()[language]):
        if not message.id:
            continue
        source = message.id[-1] if isinstance(message.id, tuple) else message.id
        wanted = sorted(PLACEHOLDER.findall(source))
        wrong += [text for text in strings(message) if sorted(PLACEHOLDER.findall(text)) != wanted]
    assert not wrong, wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    with translation.override(language):
        for message in catalogue.read(catalogue.catalogues()[language]):
            if isinstance(message.id, str) and message.id and not message.context:
                assert translation.gettext(message.id) == message.string, "compile it: `make messages`"


def test_german_quotes_are_german() -> None:
    texts = [
        text for message in catalogue.read(catalogue.catalogues()["de"]) if message.id for text in strings(message)
    ]
    wrong = [text for text in texts if "“all”" not in text and text.count("„") != text.count("“")]
    assert not wrong, wrong
    assert [text for text in texts if "”" in text and "“all”" not in text] == []


def words_of(field: Field) -> list[Any]:
    options = [option.label for option in field.options] if isinstance(field, Choice) else []
    return [field.label, field.group, field.hint, *options, *(operator.words for operator in field.operators)]


@pytest.mark.parametrize("kind", SPECS)
def test_every_word_of_an_object_is_lazy_and_known_to_the_catalogue(kind: str) -> None:
    spec = registry.get(kind)
    words = [spec.label, spec.plural, *(event.sentence for event in spec.event_kinds.values())]
    words += [word for field in spec.all_fields for word in words_of(field)]
    words += [*ACTION_WORDS.values(), *LEVEL_WORDS.values()]
    known = {message.id for message in collected()}
    # A text without letters (“1–10”) reads the same everywhere.
    telling = [word for word in words if re.search(r"[^\W\d]", str(word))]
    assert [word for word in telling if isinstance(word, str)] == [], "translated too early: use gettext_lazy"
    with translation.override("en"):
        assert [str(word) for word in telling if str(word) not in known] == []


SIGNED_OUT = ("/sign-in", "/sign-in/used-or-unknown")
PAGES = (
    "/", "/people", "/people?q=nobody", "/people?trash=1", "/people/new", "/people/{pk}", "/people/{pk}/edit",
    "/people/{pk}/history", "/people/{pk}/share", "/people/filter", "/people/filter?f=last_activity_at&o=within",
    "/people?last_activity_at.within=30d&lifecycle.any=lead%2Ccustomer", "/companies", "/companies/new",
    "/companies/filter?f=created_at&o=in", "/notes", "/calls", "/import", "/imports", "/settings", "/profile",
    "/settings/general", "/settings/users", "/settings/users/new", "/settings/roles", "/settings/roles/new",
    "/settings/teams", "/settings/teams/new", "/palette", "/palette?q=neu",
)  # fmt: skip
REFUSED = ("/nowhere", "/people/999999", "/people?nonsense=1")


@pytest.mark.parametrize("url", (*PAGES, *REFUSED))
@pytest.mark.django_db
def test_a_german_reads_german(german: World, url: str) -> None:
    actor = german.actor("ada")
    record = make(actor, registry.get("person"), 3)
    add_note(actor, NoteInput("Rückruf vereinbart", (record.pk,)))
    saving.update(actor, registry.get("person"), record.pk, {"lifecycle": "customer", "tags": ["Messe"]})
    response = german.client("ada", is_proven=True).get(url.format(pk=record.pk))
    assert (response.status_code == 200) == (url in PAGES)
    page = spoken(response.content.decode())
    assert page.said
    assert page.lang in ("de", "")  # parts of pages carry no language of their own
    assert not (left := english_in(page)), left


@pytest.mark.parametrize("url", SIGNED_OUT)
@pytest.mark.django_db
def test_before_signing_in_the_browser_says_which_language(world: World, url: str) -> None:
    page = spoken(Client(headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"}).get(url).content.decode())
    assert page.lang == "de"
    assert not (left := english_in(page)), left
    assert spoken(Client(headers={"accept-language": "fr,en;q=0.5"}).get(url).content.decode()).lang == "en"


@pytest.mark.django_db
def test_a_language_does_not_stay_for_the_next_visitor(german: World) -> None:
    assert spoken(german.client("ada").get("/people").content.decode()).lang == "de"
    assert spoken(Client().get("/sign-in").content.decode()).lang == "en"


@pytest.mark.django_db
def test_dates_and_numbers_are_written_the_german_way(german: World) -> None:
    actor = german.actor("ada")
    values = {"name": "Kranz Maschinenbau", "revenue": "1234567.50 EUR", "size": "201-1000"}
    record = saving.create(actor, registry.get("company"), values)
    said = " ".join(spoken(german.client("ada").get(f"/companies/{record.pk}").content.decode()).said)
    assert "1.234.567,50" in said
    assert "201–1.000" in said
    born = make(actor, registry.get("person"), 5, birthday="1980-04-09")
    said = " ".join(spoken(german.client("ada").get(f"/people/{born.pk}").content.decode()).said)
    assert "09.04.1980" in said


@pytest.mark.django_db
def test_an_import_speaks_german(german: World) -> None:
    browser = german.client("ada")
    table = SimpleUploadedFile("liste.csv", "Vorname;Nachname;E-Mail\nJörg;Maß;joerg@example.com\n".encode())
    page = browser.post("/import", {"kind": "person", "file": table}, follow=True)
    assert page.status_code == 200
    assert not (left := english_in(spoken(page.content.decode()))), left


@pytest.mark.django_db
def test_refusals_and_notices_are_german(german: World) -> None:
    browser = german.client("ada")
    refused = browser.post("/people/new", {"email": "keine-adresse"})
    assert refused.status_code == 422
    page = spoken(refused.content.decode())
    assert not (left := english_in(page)), left
    assert any("@-Zeichen" in text for text in page.said)
    made = make(german.actor("ada"), registry.get("person"), 9)
    done = browser.post(f"/people/{made.pk}/trash", follow=True)
    page = spoken(done.content.decode())
    assert not (left := english_in(page)), left
    assert any("Papierkorb" in text for text in page.said)
