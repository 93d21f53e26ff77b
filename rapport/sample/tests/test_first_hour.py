"""The welcome, the blueprints and the page of the sample: what is set up, what goes, what stays."""

import threading

import pytest

from rapport.accounts import workspace
from rapport.accounts.models import Role, Team, User, Workspace
from rapport.activities.actions import NoteInput, add_note
from rapport.activities.models import Meeting, Task
from rapport.core.jobs import worker
from rapport.core.objects import registry, saving
from rapport.core.views.models import View
from rapport.people.models import Company, Person
from rapport.sample import clearing, deal_words, loading, meeting_words
from rapport.sample.blueprints import BLUEPRINTS, Choice, apply
from rapport.sample.trades import TRADES
from tests.world import World

pytestmark = pytest.mark.django_db
ANSWERS = {"trade": "bakery", "language": "de", "country": "AT", "currency": "", "sample": "1"}


def work() -> None:
    worker.work(threading.Event(), once=True)


def test_it_works(world: World) -> None:
    ada = world.client("ada")
    assert ada.get("/welcome").status_code == 200
    answer = ada.post("/welcome", ANSWERS)
    assert answer.status_code == 303 and answer["Location"] == "/?sample=coming"
    assert 'hx-get="/settings/sample/progress"' in ada.get(answer["Location"]).content.decode()
    assert ada.get("/settings/sample/progress").status_code == 200
    work()
    assert ada.get("/settings/sample/progress").headers["HX-Redirect"] == "/"  # with the sample, and its banner
    house = Workspace.objects.get()
    assert (house.trade, house.sample, house.currency, house.time_zone) == ("bakery", "bakery", "EUR", "Europe/Vienna")
    assert house.hours[5] == [["06:00", "18:00"]] and not house.hours[6]
    assert house.welcomed_at is not None
    assert Person.objects.filter(company=None).exists() and Company.objects.exists()
    assert Team.objects.filter(name="Backstube").exists()
    assert View.objects.filter(name="Stammkunden", shared="all").exists()
    assert User.objects.get(pk=world.ada.pk).language == "de"


def test_skipping_changes_nothing_but_that_nobody_asks_again(world: World) -> None:
    assert world.client("ada").post("/welcome/skip").status_code == 303
    house = Workspace.objects.get()
    assert house.welcomed_at is not None and house.trade == "" and house.name == "Rapport"
    assert not Person.objects.exists()


@pytest.mark.parametrize("key", ["trade", "language", "country", "currency"])
def test_what_is_no_answer_is_refused_and_nothing_set_up(world: World, key: str) -> None:
    answer = world.client("ada").post("/welcome", {**ANSWERS, key: "nonsense"})
    assert answer.status_code == 422
    assert Workspace.objects.get().welcomed_at is None and not View.objects.exists()


@pytest.mark.parametrize("name", ["ann", "mia"])
def test_only_administrators_set_up_and_clear(world: World, name: str) -> None:
    loading.load(people=3)
    client = world.client(name)
    assert client.post("/welcome", ANSWERS).status_code == 403
    for verb in ("clear", "keep", "load"):
        assert client.post(f"/settings/sample/{verb}", {"trade": "shop"}).status_code == 403
    assert "You are looking at a sample company" not in client.get("/").content.decode()


@pytest.mark.parametrize("key", list(BLUEPRINTS))
def test_every_blueprint_can_be_applied_twice(world: World, key: str) -> None:
    ada = world.actor("ada")
    for _time in range(2):
        apply(ada, Choice(key, "en", "GB"))
    views = View.objects.values_list("kind", "name")
    assert len(views) == len(set(views)) == len(BLUEPRINTS[key].views)
    for view in View.objects.all():
        path = registry.get(view.kind).path
        assert world.client("ann").get(f"/{path}?view={view.pk}").status_code == 200
    level = Role.objects.get(key="member").levels["*"]["view"]
    assert level == ("all" if BLUEPRINTS[key].sees_all else "team")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("key", list(TRADES))
def test_every_trade_has_a_sample_that_comes_and_goes(world: World, key: str, language: str) -> None:
    counts = loading.load(key, 30, language=language)
    assert counts["people"] == 30 and counts["calls"] + counts["notes"] > 10
    emails = [email for email in Person.objects.values_list("email", flat=True) if email]
    assert all(email.endswith(".example") for email in emails)
    assert workspace.current().sample == key
    clearing.clear()
    assert not Person.objects.exists() and workspace.current().sample == ""


def test_the_page_tells_what_goes_and_the_job_takes_it(world: World) -> None:
    loading.load(people=6)
    ada = world.actor("ada")
    own = saving.create(ada, registry.get("person"), {"first_name": "Real"})
    made_up = Person.objects.exclude(pk=own.pk)[0].pk
    add_note(ada, NoteInput("Only about the sample", (made_up,)))
    add_note(ada, NoteInput("About both", (made_up, own.pk)))
    size = clearing.size()
    assert (size.counts["person"], size.own) == (6, 1)
    client = world.client("ada")
    page = client.get("/settings/sample").content.decode()
    assert f"Clear {size.total} records" in page
    assert "You are looking at a sample company" in page
    asked = client.post("/settings/sample/clear")
    assert asked.status_code == 200 and f"{size.total} made-up records go for good" in asked.content.decode()
    answer = client.post("/settings/sample/clear", {"sure": "1"})
    assert answer.status_code == 303
    work()
    assert client.get(answer["Location"], headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert list(Person.objects.values_list("title", flat=True)) == ["Real"]
    assert "You are looking at a sample company" not in client.get("/").content.decode()


def test_kept_it_is_mentioned_no_more(world: World) -> None:
    loading.load(people=3)
    client = world.client("ada")
    assert client.post("/settings/sample/keep").status_code == 303
    assert "You are looking at a sample company" not in client.get("/").content.decode()
    assert Person.objects.count() == 3


@pytest.mark.sqlite_only
def test_another_one_comes_in_the_place_of_the_first(world: World) -> None:
    loading.load(people=3)
    client = world.client("ada")
    assert "“Shop”" in client.post("/settings/sample/load", {"trade": "shop"}).content.decode()
    first = client.post("/settings/sample/load", {"trade": "shop", "sure": "1"})
    assert client.post("/settings/sample/load", {"trade": "shop", "sure": "1"})["Location"] == first["Location"]
    work()
    assert Workspace.objects.get().sample == "shop"
    assert Person.objects.count() == loading.USUAL_PEOPLE


@pytest.mark.sqlite_only
@pytest.mark.slow
def test_a_german_sample_speaks_german_throughout(world: World) -> None:
    assert all("de" in trade.words for trade in TRADES.values())
    loading.load("software", 100, language="de")
    words, said = TRADES["software"].words["de"], meeting_words.speaking("de")
    steps = deal_words.speaking("software", "de").steps
    assert set(Task.objects.values_list("title", flat=True)) <= {*(title for title, *_steps in words.tasks), *steps}
    assert set(Meeting.objects.values_list("place", flat=True)) <= {*said.places, said.fair[1]}
    titles = set(Meeting.objects.exclude(repeat="").values_list("title", flat=True))
    assert titles == set(said.series)
    english = meeting_words.speaking("en")
    begun = tuple(title.partition("{")[0] for title in english.titles)
    assert not [title for title in Meeting.objects.values_list("title", flat=True) if title.startswith(begun)]
