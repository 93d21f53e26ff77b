"""The audit: what the house does is told with before and after, and only those who may read it do."""

import csv
import io
import json
import re
import threading
from datetime import timedelta

import pytest
from django.test import Client

from rapport.core.audit.reading import Question, lines
from rapport.core.audit.verify import verify
from rapport.core.events import consumers, pump
from rapport.core.events.models import Event, Parked
from rapport.core.jobs import worker
from rapport.core.jobs.models import Job
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.web import denials
from rapport.workspace.actions import house, links, roles, teams, users
from rapport.workspace.actions.house import WorkspaceData
from rapport.workspace.actions.roles import RoleData
from rapport.workspace.actions.teams import TeamData
from rapport.workspace.actions.users import NewPassword, UserData
from tests.world import World


def last(kind: str) -> Event:
    """The newest event of a kind."""
    return Event.objects.filter(kind=kind).latest("pk")


def page(client: Client, query: str = "") -> str:
    """The audit as text, without markup and with single blanks."""
    answer = client.get(f"/settings/audit{query}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestWhatIsTold:
    def test_it_works(self, world: World) -> None:
        ada = world.actor("ada")
        data = UserData("Ann Archer", "new@example.com", world.roles["manager"].pk, world.beta.pk)
        users.change_user(ada, world.ann.pk, data)
        event = last("user.changed")
        assert event.user_id == world.ada.pk and event.subject_id is None
        assert event.data["user"] == world.ann.pk
        assert event.data["changes"] == {
            "email": ["ann@example.com", "new@example.com"],
            "role": ["Member", "Manager"],
            "team": ["Alpha", "Beta"],
        }

    def test_every_verb_of_the_house_leaves_an_event(self, world: World) -> None:
        ada = world.actor("ada")
        made = users.create_user(
            ada, UserData("Cleo", "cleo@example.com", world.roles["member"].pk), password="a quiet 1"
        )
        users.switch_off(ada, made.pk)
        users.switch_on(ada, made.pk)
        links.make_sign_in_link(ada, made)
        users.set_password(world.actor("ann"), world.ann.pk, NewPassword("another 22 x", current=world.password))
        team = teams.create_team(ada, TeamData("Gamma", world.top.pk))
        teams.change_team(ada, team.pk, TeamData("Delta", None))
        teams.remove_team(ada, team.pk)
        role = roles.create_role(ada, RoleData("Intern", {"*": {"view": "own"}}))
        roles.change_role(ada, role.pk, RoleData("Intern", {"*": {"view": "team"}}, {"person": {"email": "hidden"}}))
        roles.remove_role(ada, role.pk)
        house.change_workspace(ada, WorkspaceData("Ours", 30, "CHF", "CH", True))
        told = set(Event.objects.values_list("kind", flat=True))
        assert told >= {
            "user.created", "user.switched_off", "user.switched_on", "user.link_made", "user.password_set",
            "team.created", "team.changed", "team.removed", "role.created", "role.changed", "role.removed",
            "workspace.changed",
        }  # fmt: skip
        assert last("role.changed").data["changes"] == {"*.view": ["own", "team"], "person/email": [None, "hidden"]}
        assert last("team.changed").data["changes"] == {"name": ["Gamma", "Delta"], "parent": [world.top.name, None]}
        assert last("workspace.changed").data["changes"]["currency"] == ["EUR", "CHF"]
        pump.drain()
        assert verify().is_whole

    def test_no_secret_is_told(self, world: World) -> None:
        ada = world.actor("ada")
        address = links.make_sign_in_link(ada, world.ann).address
        users.set_password(world.actor("ann"), world.ann.pk, NewPassword("quiet as a fox 9", current=world.password))
        told = " ".join(map(str, Event.objects.values_list("data", flat=True)))
        assert address.rpartition("/")[2] not in told and "fox" not in told and "argon2" not in told

    def test_sign_ins_good_and_bad_and_the_way_out(self, world: World) -> None:
        client = Client()
        client.post("/sign-in", {"email": "ann@example.com", "password": "wrong"})
        client.post("/sign-in", {"email": "my password by mistake", "password": "x"})
        assert [event.data["user"] for event in Event.objects.filter(kind="user.sign_in_failed").order_by("pk")] == [
            world.ann.pk,
            None,
        ]
        assert "mistake" not in str(last("user.sign_in_failed").data)
        client.post("/sign-in", {"email": "ann@example.com", "password": world.password})
        assert last("user.signed_in").data == {"how": "password", "address": "127.0.0.1"}
        client.post("/sign-out")
        assert last("user.signed_out").user_id == world.ann.pk

    def test_knocking_at_a_shut_door_is_told_once(self, world: World) -> None:
        client = Client()
        for _try in range(15):
            client.post("/sign-in", {"email": "ann@example.com", "password": "wrong"})
        assert Event.objects.filter(kind="user.sign_in_failed").count() == 10
        assert Event.objects.filter(kind="user.sign_in_throttled").count() == 1
        with clock.frozen(clock.now() + timedelta(minutes=16)):
            for _try in range(12):
                client.post("/sign-in", {"email": "ann@example.com", "password": "wrong"})
        assert Event.objects.filter(kind="user.sign_in_throttled").count() == 2

    def test_a_refused_request_is_told_but_not_without_end(self, world: World) -> None:
        denials._lately.clear()
        client = world.client("ann")
        for _try in range(denials.MOST + 5):
            assert client.get("/settings/users?q=secret").status_code == 403
        told = Event.objects.filter(kind="access.denied")
        assert told.count() == denials.MOST
        assert told[0].data == {"method": "GET", "path": "/settings/users"} and told[0].user_id == world.ann.pk

    def test_an_export_is_told_with_its_columns(self, world: World) -> None:
        saving.create(world.actor("ada"), registry.get("person"), {"first_name": "Mia"})
        answer = world.client("ada").get("/people/export?format=csv")
        assert b"Mia" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        event = last("export.made")
        assert (event.user_id, event.data["kind"], event.data["format"]) == (world.ada.pk, "person", "csv")
        assert "email" in event.data["columns"]


class TestTheScreen:
    def test_only_those_who_may_see_it(self, world: World) -> None:
        for name in ("ann", "mia", "ray"):
            client = world.client(name)
            for path in ("/settings/audit", "/settings/audit/export"):
                assert client.get(path).status_code == 403
            for path in ("/settings/audit/check", "/settings/audit/replay"):
                assert client.post(path).status_code == 403
            assert "/settings/audit" not in client.get("/profile").content.decode()
        assert 'href="/settings/audit"' in world.client("ada").get("/profile").content.decode()

    def test_it_says_who_did_what_before_and_after(self, world: World) -> None:
        person = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Mia", "job_title": "Head"})
        saving.update(world.actor("bob"), registry.get("person"), person.pk, {"job_title": "Chief", "company": ""})
        text = page(world.client("ada"))
        assert "Bob Baker changed Mia" in text
        assert re.search(r"Job title\s+Head\s+Chief", text)
        assert "waits for the seal" in text

    def test_it_narrows_to_user_kind_record_and_days(self, world: World) -> None:
        spec, ada = registry.get("person"), world.client("ada")
        person = saving.create(world.actor("ann"), spec, {"first_name": "Mia"})
        saving.create(world.actor("bob"), spec, {"first_name": "Tom"})
        today = clock.today("UTC")
        for query, there, not_there in (
            (f"?user={world.ann.pk}", "Ann Archer created Mia", "Tom"),
            ("?kind=person.created", "created Mia", "made a team"),
            (f"?record={person.pk}", "created Mia", "created Tom"),
            (f"?since={today}&until={today}", "created Mia", "never"),
            ("?user=0", "made a team", "created Mia"),
        ):
            text = page(ada, query).partition("Show")[2]
            assert there in text and not_there not in text, query
        assert "Nothing found" in page(ada, "?until=2001-01-01")

    @pytest.mark.parametrize(
        "query", ["?record=x", "?since=yesterday", "?user=%00", "?after=1.x", "?kind=%00", "?page=9"]
    )
    def test_what_makes_no_sense_does_no_harm(self, world: World, query: str) -> None:
        page(world.client("ada"), query)

    def test_it_pages_by_key_and_misses_nothing(self, world: World) -> None:
        saving_actor = world.actor("ann")
        for number in range(120):
            saving.create(saving_actor, registry.get("person"), {"first_name": f"N{number:03}"})
        client, query, seen = world.client("ada"), "?kind=person.created", set[str]()
        for _page in range(4):
            answer = client.get(f"/settings/audit{query}").content.decode()
            seen |= set(re.findall(r">(N\d\d\d)<", answer))
            older = re.search(r'href="/settings/audit(\?[^"]*after=[^"]*)"', answer)
            if older is None:
                break
            query = older.group(1).replace("&amp;", "&")
        assert len(seen) == 120

    def test_it_goes_out_as_csv_without_formulas(self, world: World) -> None:
        saving.create(world.actor("ann"), registry.get("person"), {"first_name": "=1+1"})
        answer = world.client("ada").get("/settings/audit/export?kind=person.created")
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
        assert rows[0][:3] == ["number", "at", "user"]
        assert rows[1][3] == "person.created" and rows[1][6] == "'=1+1"
        assert last("audit.exported").user_id == world.ada.pk

    def test_it_is_asked_by_the_door_page_after_page(self, world: World) -> None:
        ada = world.actor("ada")
        for number in range(3):
            for via in ("screen", "command"):
                saving.create(ada.through(via), registry.get("person"), {"first_name": f"{via}{number}"})
        question = Question(door="command")
        first = lines(ada, question, size=2)
        rest = lines(ada, question, after=first[-1].place, size=2)
        assert [line.title for line in (*first, *rest)] == ["command2", "command1", "command0"]
        text = page(world.client("ada"), "?door=command")
        assert "command2" in text and "screen2" not in text
        assert "screen2" in page(world.client("ada"), "?door=nowhere")

    def test_it_goes_out_as_json_a_line_for_each_entry(self, world: World) -> None:
        person = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Mia"})
        answer = world.client("ada").get("/settings/audit/export?format=jsonl&kind=person.created")
        assert answer.headers["Content-Disposition"].endswith('.jsonl"')
        (line,) = b"".join(answer.streaming_content).splitlines()  # type: ignore[attr-defined]
        told = json.loads(line)
        assert (told["kind"], told["record"], told["via"]) == ("person.created", person.pk, "screen")
        assert told["changes"]["first_name"][1] == "Mia"
        assert last("audit.exported").data["format"] == "jsonl"

    def test_a_check_is_a_job_and_its_verdict_is_shown(self, world: World) -> None:
        client = world.client("ada")
        assert "Not checked yet" in page(client)
        pump.drain()
        assert client.post("/settings/audit/check").status_code == 303
        assert Job.objects.get(kind="audit.verify").state == "queued"
        worker.work(threading.Event(), once=True)
        assert "Whole Last check" in page(client)

    def test_what_could_not_be_handled_can_be_tried_again(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(consumers, "_consumers", {})
        broken = [True]

        @consumers.on("person.created", name="place order")
        def handle(happening: consumers.Happening) -> None:
            if broken[0]:
                raise RuntimeError

        consumers.begin()
        saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Mia"})
        pump.drain()
        client = world.client("ada")
        assert "place order · person.created" in page(client)
        broken[0] = False
        client.post("/settings/audit/replay", {"id": Parked.objects.get().pk})
        pump.drain()
        assert not Parked.objects.exists() and "place order" not in page(client)


@pytest.mark.django_db
def test_an_export_is_told_with_names_of_objects_and_fields_and_not_with_all_of_them(world: World) -> None:
    list(world.client("ann").get("/people/export?format=csv").streaming_content)
    line = lines(world.actor("ada"), Question(kind="export.made"))[0]
    details = dict(line.details)
    assert details["Object"] == "People" and details["Columns"].startswith("First name, Last name, ")
    assert " more" in details["Columns"] and "first_name" not in details["Columns"]
