"""Every route, visited by every kind of visitor, answers as ``routes.txt`` declares.

The routes come from the table of addresses: a new one without a line fails here, and the line that would be true now is
told. Read it before you put it in, for it says who may. A route of every object has one line (``*-edit``), and one more
for each object that differs.

What is asked for belongs to Otto, who may do all with what is his own. In this order come: nobody signed in · Nora,
with no rights · Olga, with those of Otto, but it is not hers · Otto · Tess, with those of a team · Ray, who may read ·
an administrator who works as a normal role, without a staff session · one who looks on as Tess · an administrator.

Letters: ``y`` may · ``b`` may, and what was sent is refused · ``d`` is led to the door · ``c`` is asked “Is it you?” ·
``3`` 403 · ``4`` 404 · ``5`` alone: no such method here. Sent is by htmx, for which a refusal
has its status; nothing of it stays.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from jinja2 import Environment

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Workspace
from rapport.activities.actions import CallInput, NoteInput, add_note, log_call
from rapport.activities.meetings.actions import MeetingInput, plan_meeting
from rapport.activities.tasks.actions import TaskInput, add_step, add_task
from rapport.core.access.pages import ListQuery
from rapport.core.changes.bulk_runs import start
from rapport.core.definitions.fields import FieldData, create_field
from rapport.core.definitions.models import ObjectDef
from rapport.core.events.models import Event
from rapport.core.exporting import runs as exports
from rapport.core.files.actions import add_file
from rapport.core.importing.models import ImportRun
from rapport.core.notices.models import Notice
from rapport.core.objects import registry, saving
from rapport.core.objects.bulk import Order
from rapport.core.views import saved
from rapport.lib import clock
from rapport.people.duplicates import running
from rapport.people.duplicates.models import DuplicatePair
from rapport.sales.leads.models import Route, ScoreRule
from rapport.ui import rendering
from rapport.ui.addressing import AnyMade
from rapport.web import denials
from tests import house
from tests.contracts.stock import MADE, make, spec_of
from tests.security.fuzzing import routes
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only, pytest.mark.slow]
TABLE = Path(__file__).with_name("routes.txt")
VISITORS = ("nobody", "nora", "olga", "otto", "tess", "ray", "normal", "onlooker", "ada")
SELDOM = ("nobody", "tess", "ray", "normal", "onlooker")  # of what all objects have, visit people only
FULL = "person"
DERIVED = {name.partition("-")[2] for name, _route in routes() if name.startswith(f"{FULL}-")}
NO_METHOD = "5"
# What some addresses need to be asked at all, by what all objects have.
ASKED = {"card": {"by": "lifecycle"}, "day": {"by": "birthday"}, "groups-more": {"show": "groups", "by": "owner"},
         "groups-figures": {"show": "groups", "by": "owner"}, "bulk": {"do": "trash"},
         "deal-card": {"by": "stage"}, "deal-day": {"by": "closes_on"},
         "lead-card": {"by": "status"}, "lead-day": {"by": "answer_by"},
         "deal-lines-decide": {"version": "1"}}  # fmt: skip
WORDS = {"kind": "person", "check": "owner", "key": "owner", "part": "facts", "state": "later", "stop": "1",
         "slug": "records", "token": "x", "pipeline": "sales", "stage": "negotiation"}  # fmt: skip


class Otto:
    """What is Otto's, and the numbers by which addresses ask for it."""

    def __init__(self, world: World) -> None:
        for name, level in (("Nora Nihil", "none"), ("Olga Own", "own"), ("Otto Own", "own"), ("Tess Team", "team")):
            role = house.role(name, levels=house.levels(level))
            world.roles[role.key] = role
            setattr(world, name.split()[0].lower(), world.add(name, role.key, world.alpha))
        self.actor: Actor = world.actor("otto")
        people = registry.get("person")
        lea = {"first_name": "Lea", "phone": "030 5550"}
        one, other = (saving.create(self.actor, people, {**lea, "last_name": name}) for name in ("Lind", "Lindt"))
        about = (one.pk,)
        self.records = {
            "person": one.pk,
            "company": saving.create(self.actor, registry.get("company"), {"name": "Hexa"}).pk,
            "note": add_note(self.actor, NoteInput("A word", about)).pk,
            "call": log_call(self.actor, CallInput(about)).pk,
            "task": add_task(self.actor, TaskInput("Write", about)).pk,
            "meeting": plan_meeting(self.actor, MeetingInput("Talk", clock.now(), 30, about=about)).pk,
            "segment": saving.create(self.actor, registry.get("segment"), {"name": "Fair", "object": "person"}).pk,
            MADE: saving.create(self.actor, spec_of(MADE), {"name": "Oven"}).pk,
        }
        for spec in registry.declared():
            if spec.key not in self.records:
                self.records[spec.key] = make(self.actor, spec).pk
        self.events = {kind: Event.objects.filter(subject_id=pk).earliest("pk") for kind, pk in self.records.items()}
        running.search_all("person")
        browser = world.client("otto")
        browser.post("/import", {"kind": "person", "file": SimpleUploadedFile("p.csv", b"Last name\nBerg\n")})
        job = start(self.actor, people, Order("trash"), [other.pk])
        user = self.actor.user_id
        field = create_field(world.actor("ada"), people, FieldData("Shoe size", "integer"))
        add_step(self.actor, self.records["task"], "First")
        self.numbers = {
            "object_id": ObjectDef.objects.get().pk,
            **{f"{key}_id": pk for key, pk in self.records.items()},
            "step_id": 1,
            "user_id": user,
            "team_id": world.alpha.pk,
            "role_id": world.roles["member"].pk,
            "act_id": self.events["person"].act_id,
            "job_id": job.pk,
            "field_id": field.pk,
            "file_id": add_file(self.actor, one.pk, "a.txt", [b"text"]).pk,
            "notice_id": Notice.objects.create(user_id=user, kind="mentioned", record_id=one.pk, at=clock.now()).pk,
            "pair_id": DuplicatePair.objects.get(one_id=one.pk).pk,
            "passkey_id": 1,
            "rule_id": ScoreRule.objects.earliest("pk").pk,
            "route_id": Route.objects.create(name="South").pk,
        }
        self.runs = {"import": ImportRun.objects.get().pk, "exports": exports.start(
            self.actor, people, ListQuery(), "csv")[0].pk}  # fmt: skip
        self.views = {
            key: saved.save_view(self.actor, registry.get(key), "Mine", saved.Shape()).pk for key in self.records
        }

    def path(self, route: str) -> str:
        """The address of a route, with Otto's numbers in it."""
        route = route.replace("<object:spec>", registry.get(MADE).path)
        kinds = [spec.key for spec in registry.every() if f"{route}/".startswith(f"{spec.path}/")]
        kind = kinds[0] if kinds else "person"
        numbers = {
            **self.numbers,
            "record_id": self.records[kind],
            "view_id": self.views[kind],
            "event_id": self.events[kind].pk,
            "run_id": self.runs.get(route.partition("/")[0], self.runs["exports"]),
            **({"key": "note"} if "/draft/" in route else {}),
        }
        while "<" in route:
            before, _sign, rest = route.partition("<")
            inner, _sign, after = rest.partition(">")
            name = inner.partition(":")[2]
            route = f"{before}{numbers.get(name) or WORDS.get(name, '1')}{after}"
        return f"/{route}"


@pytest.fixture
def otto(world: World) -> Otto:
    return Otto(world)


def _browser(world: World, visitor: str) -> Client:
    if visitor == "nobody":
        return Client()
    if visitor == "normal":  # from here on, until all is taken back
        Workspace.objects.update(works_as=world.roles["member"])
        workspace.forget()
    browser = world.client(
        "ada" if visitor in ("normal", "onlooker", "ada") else visitor, is_proven=visitor != "normal"
    )
    if visitor == "onlooker":
        assert browser.post(f"/settings/users/{world.tess.pk}/view-as").status_code == 303  # type: ignore[attr-defined]
    return browser


def _ask(browser: Client, method: str, path: str, name: str) -> Any:
    asked = ASKED.get(name) or ASKED.get(name.partition("-")[2], {})
    return browser.get(path, asked) if method == "GET" else browser.post(path, asked, headers={"HX-Request": "true"})


def _letter(response: Any) -> str:
    status, headers = response.status_code, response.headers
    place = headers.get("Location") or headers.get("HX-Redirect", "")
    if status == 401 or (status == 302 and place.startswith("/sign-in")):
        return "d"
    if place.startswith("/confirm"):
        return "c"
    if status in (400, 409, 422):
        return "b"
    return {403: "3", 404: "4", 405: "5", 503: "y"}.get(status, "y" if status < 400 else "?")  # 503: not ready


def _answers(world: World, otto: Otto) -> dict[str, list[str]]:
    """By name of the route: what the visitors are answered, first to GET, then to POST."""
    every = list(_named())
    found: dict[str, list[str]] = {name: ["", ""] for name, _route in every}
    for visitor in reversed(VISITORS):  # she who may all comes first: a method that even she is refused is asked once
        with transaction.atomic():
            browser = _browser(world, visitor)
            cookies = browser.cookies.copy()
            for name, route in every:
                for number, method in enumerate(("GET", "POST")):
                    if found[name][number].startswith(NO_METHOD) or (visitor in SELDOM and not _is_full(name)):
                        continue
                    with transaction.atomic():
                        browser.cookies = cookies.copy()
                        letter = _letter(_ask(browser, method, otto.path(route), name))
                        found[name][number] = letter + found[name][number]
                        transaction.set_rollback(True)
            transaction.set_rollback(True)
        workspace.forget()
    return found


def _named() -> Iterator[tuple[str, str]]:
    """Every route with a name of its own."""
    seen = set[str]()
    for name, route in sorted(routes()):
        yield (f"{name}~2" if name in seen else name), route
        seen.add(name)


def _is_full(name: str) -> bool:
    """Whether all visitors come. What all objects have is derived: to one of them come all, to the others a few."""
    kind, _dash, surface = name.partition("-")
    return kind == FULL or not _is_kind(kind) or surface not in DERIVED


def _declared() -> dict[str, list[str]]:
    lines = (line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#"))
    return {name: answers for name, *answers in lines}


def _wrong(found: dict[str, list[str]]) -> Iterator[str]:
    declared = _declared()
    for name, answers in sorted(found.items()):
        said = declared.get(name) or declared.get(_surface(name))
        if said is None or (said if _is_full(name) else [_few(one) for one in said]) != answers:
            yield f"{name:28} {'  '.join(answers)}   declared: {'  '.join(said or ['nothing'])}"
    known = {*found, *map(_surface, found)}
    yield from (f"{name:28} is no route any more" for name in declared if name not in known)


def _surface(name: str) -> str:
    kind, _dash, surface = name.partition("-")
    return f"*-{surface}" if _is_kind(kind) and surface else ""


def _is_kind(name: str) -> bool:
    """Whether routes begin so that every object has; those made at run time have theirs together."""
    return name == AnyMade.key or registry.find(name) is not None


def _few(letters: str) -> str:
    """Of the letters of all visitors those of the few who come everywhere."""
    return letters if len(letters) < len(VISITORS) else "".join(
        letter for letter, visitor in zip(letters, VISITORS, strict=True) if visitor not in SELDOM
    )  # fmt: skip


def test_it_works(world: World, otto: Otto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denials, "_lately", defaultdict(deque))  # what is refused here counts for no other test
    # Who may is decided before anything is drawn.
    monkeypatch.setattr(Environment, "get_template", lambda *_name: SimpleNamespace(render=lambda _values: ""))
    monkeypatch.setattr(rendering, "render_block", lambda *_values: "")
    wrong = list(_wrong(_answers(world, otto)))
    assert not wrong, "\n" + "\n".join(wrong)
