"""The house settings of the first hour: logo, region, working hours; and the first steps on home."""

import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.accounts.models import Workspace
from rapport.activities.actions import NoteInput, add_note
from rapport.core.objects import registry, saving
from rapport.lib import working_time
from rapport.workspace import first_steps
from rapport.workspace.models import Beginning, Logo
from tests.world import World

pytestmark = pytest.mark.django_db
GENERAL = {"name": "Northwind", "hue": "290", "currency": "CHF", "country": "CH", "unique_identities": "1"}
HOURS = {
    "has_hours": "1", "day0": "1", "day0_start": "9:00", "day0_end": "17.30", "day0_off": "12:00", "day0_on": "13:00",
    "day6": "1", "day6_start": "20:00", "day6_end": "00:00", "holiday0_on": "2026-12-25", "holiday0_yearly": "1",
    "holiday0_name": "Christmas", "holiday1_on": "2026-11-30", "holiday2_on": "",
}  # fmt: skip


def png(width: int, height: int) -> bytes:
    header = struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"\x00" * 40


def send(world: World, **values: object) -> int:
    return int(world.client("ada").post("/settings/general", {**GENERAL, **values}).status_code)


def logo(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", content, "image/png")


def test_it_works(world: World) -> None:
    assert send(world, **HOURS, time_zone="Europe/Zurich", first_weekday="6", fiscal_month="4") == 303
    house = Workspace.objects.get()
    assert (house.time_zone, house.first_weekday, house.fiscal_month) == ("Europe/Zurich", 6, 4)
    assert house.hours[0] == [["9:00", "12:00"], ["13:00", "17.30"]] and house.hours[6] == [["20:00", "24:00"]]
    assert house.holidays == [{"on": "12-25", "name": "Christmas"}, {"on": "2026-11-30", "name": ""}]
    assert working_time.read_hours(house.time_zone, house.hours, house.holidays)
    page = world.client("ada").get("/settings/general").content.decode()
    assert "Christmas" in page and 'value="17.30"' in page


def test_a_form_without_hours_leaves_them(world: World) -> None:
    before = Workspace.objects.get().hours
    assert send(world) == 303
    assert Workspace.objects.get().hours == before


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({**HOURS, "day0_start": "soon"}, "is no time of the day"),
        ({**HOURS, "day0_off": "18:00"}, "must follow each other"),
        ({**HOURS, "holiday0_on": "2026-13-45"}, "is no day"),
        ({"time_zone": "Middle/Earth"}, "There is no time zone"),
        ({"first_weekday": "9"}, "Choose a day"),
        ({"hue": "own", "own_hue": "400"}, "from 0 to 359"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(world: World, values: dict[str, str], sentence: str) -> None:
    answer = world.client("ada").post("/settings/general", {**GENERAL, **values})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Workspace.objects.get().name == "Rapport"


def test_an_own_colour_is_an_angle(world: World) -> None:
    assert send(world, hue="own", own_hue="77") == 303
    assert Workspace.objects.get().hue == 77


def test_a_logo_is_shown_to_everybody_and_can_be_taken_away(world: World) -> None:
    assert send(world, logo=logo(png(64, 64))) == 303
    digest = Workspace.objects.get().logo
    answer = Client().get(f"/logo?v={digest}")
    assert answer["Content-Type"] == "image/png" and "immutable" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert f"/logo?v={digest}" in Client().get("/sign-in").content.decode()
    assert send(world, logo_remove="1") == 303
    assert not Logo.objects.exists() and Client().get("/logo").status_code == 404


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='x'/>", b"GIF89a", png(8, 8), png(9000, 20), png(64, 64) + b"x" * 600_000]
)
def test_what_is_no_logo_is_refused(world: World, content: bytes) -> None:
    assert send(world, logo=logo(content)) == 422
    assert not Logo.objects.exists()


def steps(world: World, name: str = "ada") -> set[str]:
    actor = world.actor(name)
    return first_steps.done_by(actor, first_steps.beginning_of(actor))


def test_first_steps_are_told_from_what_was_done(world: World) -> None:
    ann = world.actor("ann")
    assert steps(world, "ann") == {"invite"}
    lea = saving.create(ann, registry.get("person"), {"first_name": "Lea"})
    add_note(ann, NoteInput("Hello", (lea.pk,)))
    assert steps(world, "ann") == {"invite", "person", "note"}
    assert steps(world, "bob") == {"invite"}
    assert send(world) == 303
    assert "house" in steps(world)


def test_first_steps_can_be_hidden_and_brought_back(world: World) -> None:
    client = world.client("ann")
    assert "First steps" in client.get("/").content.decode()
    client.post("/first-steps", {"hide": "1"})
    assert 'id="home-first-steps"' not in client.get("/").content.decode()
    assert 'id="home-first-steps"' in client.get("/?steps=1").content.decode()
    client.post("/first-steps", {"hide": "0"})
    assert 'id="home-first-steps"' in client.get("/").content.decode()


def test_a_step_is_ticked_by_hand_and_others_are_not(world: World) -> None:
    client = world.client("ann")
    assert client.post("/first-steps", {"done": "phone"}).status_code == 303
    assert client.post("/first-steps", {"done": "nonsense"}).status_code == 404
    assert Beginning.objects.get(pk=world.ann.pk).done == ["phone"]


def test_nobody_is_shown_a_step_they_may_not_do(world: World) -> None:
    page = world.client("ray").get("/").content.decode()
    assert "Import your customers" not in page and "Invite a colleague" not in page


def test_first_steps_go_when_all_of_them_are_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("ann")
    monkeypatch.setattr(first_steps, "done_by", lambda *_asked: {step.key for step in first_steps.STEPS})
    assert 'id="home-first-steps"' not in client.get("/").content.decode()
    assert 'id="home-first-steps"' in client.get("/?steps=1").content.decode()
