"""Who may do what: every address, every method, every role, with the numbers of records one may not see.

A refusal is no proof: after each sweep the record is compared with what it was.
"""
# ruff: noqa: E501 - tables of what is sent

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.accounts.models import Role, Team, User, Workspace
from rapport.activities.actions import NoteInput, add_note
from rapport.core.access.models import Share
from rapport.core.access.pages import ListQuery
from rapport.core.changes.bulk_runs import start
from rapport.core.changes.undo import undo
from rapport.core.errors import NotFound
from rapport.core.events.models import Act, Event
from rapport.core.exporting import runs as exports
from rapport.core.exporting.models import ExportRun
from rapport.core.importing.models import ImportRun
from rapport.core.jobs.models import Job
from rapport.core.objects import registry, saving
from rapport.core.objects.bulk import Order
from rapport.core.records.models import Record
from rapport.people.models import Company, Identity, Person
from rapport.workspace.actions.teams import TeamData, create_team
from tests.contracts.test_addresses import PUBLIC
from tests.security.fuzzing import routes
from tests.world import World

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
STRANGERS = ("mia", "ann", "ray")
# One stranger asks PostgreSQL, too: what the others differ in are their roles, which no database knows.
ASKING = ("mia", *(pytest.param(who, marks=pytest.mark.sqlite_only) for who in ("ann", "ray")))
SECRET = "Zipporah Hiddenfield"
# What a form might carry to get at more than it shows.
GRASPING = {
    "first_name": "Stolen", "name": "Stolen", "body": "Stolen", "title": "Stolen", "version": "1", "owner": "1", "team": "1",
    "live": "", "record_id": "1", "record": "1", "id": "1", "pk": "1", "lifecycle_set": "customer", "custom": '{"a": 1}',
    "is_admin": "1", "all_rights": "1", "user_id": "1", "role": "1", "with": "user:1", "edit": "1", "do": "trash", "all": "1",
    "active": "0", "title_key": "x", "created_at": "2000-01-01", "updated_at": "2000-01-01", "deleted": "1", "kind": "person",
    "levels": "{}", "level.*.view": "all", "parent": "1", "about": "1", "end": "1", "match": "id", "column.0": "id",
}  # fmt: skip


class Foreign:
    """Records of a team that nobody but administrators and its own member sees."""

    def __init__(self, world: World) -> None:
        self.team = create_team(_system(), TeamData("Gamma", None))
        world.zoe = world.add("Zoe Zimmer", "member", self.team)  # type: ignore[attr-defined]
        self.zoe = world.actor("zoe")
        self.company = saving.create(self.zoe, registry.get("company"), {"name": "Hiddenfield Ltd"})
        self.person = saving.create(
            self.zoe, registry.get("person"),
            {"first_name": "Zipporah", "last_name": "Hiddenfield", "email": "zip@hidden.example", "company": self.company.pk},
        )  # fmt: skip
        self.note = add_note(self.zoe, NoteInput(f"{SECRET} owes us", (self.person.pk,)))
        self.act = Act.objects.filter(user_id=self.zoe.user_id).latest("pk")
        self.run = _import(world.client("zoe"))
        self.job = start(self.zoe, registry.get("person"), Order("trash"), [])
        self.export, _job = exports.start(self.zoe, registry.get("person"), ListQuery(), "csv")

    def number(self, route: str) -> int:
        """The number that belongs into an address."""
        if route.startswith("acts/"):
            return int(self.act.pk)
        if route.startswith("import/"):
            return int(self.run.pk)
        if route.startswith("exports/"):
            return int(self.export.pk)
        if route.startswith("jobs/"):
            return int(self.job.pk)
        if "user_id" in route:
            return int(self.zoe.user_id or 0)
        if "team_id" in route:
            return int(self.team.pk)
        if "role_id" in route:
            return Role.objects.get(key="member").pk
        if route.startswith("companies"):
            return int(self.company.pk)
        return int(self.note.pk if route.startswith(("notes", "calls")) else self.person.pk)

    def state(self) -> Any:
        """Everything that must stay as it is."""
        ids = [self.company.pk, self.person.pk, self.note.pk]
        return [
            list(Person.objects.filter(pk=self.person.pk).values()),
            list(Company.objects.filter(pk=self.company.pk).values()),
            list(Record.objects.filter(pk__in=ids).order_by("pk").values()),
            list(Identity.objects.filter(record_id__in=ids).values()),
            Share.objects.filter(record_id__in=ids).count(),
            Event.objects.filter(subject_id__in=ids).count(),
            Act.objects.filter(undoes=self.act).count(),
            list(ImportRun.objects.filter(pk=self.run.pk).values("state", "mapping", "match", "format")),
            list(Job.objects.filter(pk__in=(self.job.pk, self.export.job_id)).order_by("pk").values("state", "cancel_asked")),
            list(ExportRun.objects.filter(pk=self.export.pk).values("state", "stored_name")),
            list(User.objects.order_by("pk").values("email", "name", "role_id", "team_id", "is_active", "password")),
            list(Role.objects.order_by("pk").values()), list(Team.objects.order_by("pk").values()),
            list(Workspace.objects.values()),
        ]  # fmt: skip


def _system() -> Any:
    from rapport.accounts.actor import Actor  # noqa: PLC0415 - beside its only use

    return Actor.system()


def _import(browser: Client) -> ImportRun:
    file = SimpleUploadedFile("people.csv", b"First name,Last name,E-mail\nA,B,a@file.example\n")
    assert browser.post("/import", {"kind": "person", "file": file}).status_code == 302
    return ImportRun.objects.latest("pk")


@pytest.fixture
def foreign(world: World) -> Foreign:
    return Foreign(world)


def _path(route: str, number: int) -> str:
    while "<" in route:
        start, end = route.index("<"), route.index(">") + 1
        inner = route[start + 1 : end - 1]
        route = (
            route[:start]
            + {"int": str(number), "slug": "last_name", "str": "x", "object": "people"}[inner.partition(":")[0]]
            + route[end:]
        )
    return "/" + route.replace("choose/last_name", "choose/person")


def _numbered() -> list[tuple[str, str]]:
    return [(name, route) for name, route in sorted(routes()) if "<int:" in route]


@pytest.mark.parametrize("who", ASKING)
def test_numbers_of_what_one_may_not_see_open_nothing(world: World, foreign: Foreign, who: str) -> None:
    browser, before = world.client(who), foreign.state()
    for _name, route in _numbered():
        path = _path(route, foreign.number(route))
        for method in METHODS:
            body = "&".join(f"{key}={value}" for key, value in GRASPING.items()) if method != "GET" else ""
            response = browser.generic(method, path, body, content_type="application/x-www-form-urlencoded")
            passes = route.endswith(("/next", "/previous")) or route.startswith("acts/")
            allowed = (403, 404, 405, 302, 204) if passes else (403, 404, 405)
            asks_first = response.status_code == 303 and response.headers["Location"].startswith("/confirm")
            assert asks_first or response.status_code in allowed, (who, method, path, response.status_code)
            text = response.content.decode() + str(response.headers.get("HX-Trigger", ""))
            assert "Hiddenfield" not in text and "Zipporah" not in text, (who, method, path)
        assert foreign.state() == before, (who, path)


@pytest.mark.sqlite_only  # turned away before anything is asked of a database
@pytest.mark.parametrize("how", ["anonymous", "switched off"])
def test_without_an_account_every_address_leads_to_the_door(world: World, foreign: Foreign, how: str) -> None:
    browser = Client() if how == "anonymous" else world.client("ann")
    User.objects.filter(pk=world.ann.pk).update(is_active=False)
    before = foreign.state()
    for name, route in sorted(routes()):
        if name in PUBLIC or name == "sign-out":
            continue
        for method in METHODS:
            for headers in ({}, {"HX-Request": "true"}) if method in ("GET", "POST") else ({},):
                response = browser.generic(method, _path(route, foreign.number(route)), "", headers=headers)
                if headers:
                    assert response.status_code == 401, (method, route)
                else:
                    assert response.status_code == 302, (method, route)
                    assert response.headers["Location"].startswith("/sign-in"), (method, route)
    assert foreign.state() == before


@pytest.mark.parametrize("who", ASKING)
def test_settings_change_nothing_for_others(world: World, foreign: Foreign, who: str) -> None:
    browser, before = world.client(who), foreign.state()
    for _name, route in sorted(routes()):
        if route.startswith("settings"):
            for method in METHODS:
                response = browser.generic(method, _path(route, foreign.number(route)), "name=x&role=1&active=0")
                index = route == "settings" and method in ("GET", "HEAD")  # the list of pages, which holds one's own
                assert index or response.status_code in (403, 405), (who, method, route)
    assert foreign.state() == before


def test_who_may_only_read_writes_nothing(world: World) -> None:
    person = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Open", "last_name": "Book"})
    ray = world.client("ray")
    assert ray.get(f"/people/{person.pk}").status_code == 200
    acts = Act.objects.exclude(kind="access.denied")  # that it was refused is noted
    before = list(Person.objects.values()), Record.objects.count(), Share.objects.count(), acts.count()
    for _name, route in sorted(routes()):
        # Views, notices, first steps and how pages are arranged are one's own; counting all only reads.
        if route.startswith(
            ("sign", "confirm", "profile", "settings", "notifications", "first-steps", "tour")
        ) or route.endswith(("/views", "/arrange/<slug:part>", "/sums/all")):
            continue
        response = ray.post(_path(route, person.pk), GRASPING | {"ids": str(person.pk)})
        assert response.status_code in (403, 404, 405, 302, 303, 400), (route, response.status_code)
    now = list(Person.objects.values()), Record.objects.count(), Share.objects.count(), acts.count()
    assert now == before


def test_a_form_writes_only_the_fields_it_shows(world: World) -> None:
    ann = world.client("ann")
    person = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "A", "last_name": "B"})
    more = {"first_name": "A2", "last_name": "B", "version": "1", "live": "", "title": "X", "title_key": "x",
            "lifecycle_set": "lead", "custom": '{"x": 1}', "record_id": "999", "created_at": "2000-01-01", "is_admin": "1"}  # fmt: skip
    before = Person.objects.values().get(pk=person.pk)
    assert ann.post(f"/people/{person.pk}/edit", more).status_code == 302
    after = Person.objects.values().get(pk=person.pk)
    changed = {key for key in after if after[key] != before[key]}
    assert changed <= {"first_name", "title", "title_key", "version", "updated_at"}, changed
    assert after["title"] == "A2 B" and after["version"] == 2
    ann.post("/profile", {"name": "Ann", "language": "en", "time_zone": "UTC", "role": world.roles["administrator"].pk,
                          "is_admin": "1", "email": "x@example.com", "team": world.beta.pk, "is_active": "0"})  # fmt: skip
    user = User.objects.get(pk=world.ann.pk)
    assert (user.role_id, user.email, user.team_id, user.is_active) == (
        world.ann.role_id, "ann@example.com", world.alpha.pk, True,
    )  # fmt: skip


def test_bulk_acts_reach_no_further_than_rights(world: World, foreign: Foreign) -> None:
    before = foreign.state()
    for who in STRANGERS:
        for verb in ("trash", "restore", "tag", "untag", "mine", "edit", "assign"):
            for data in ({"ids": [foreign.person.pk, foreign.company.pk]}, {"all": "1"}, {"all": "1", "in.trash": "1"}):
                given = {"do": verb, "tag": "x", "field": "job_title", "job_title": "Stolen", "save": "1", **data}
                response = world.client(who).post("/people/bulk", given)
                assert response.status_code in (302, 403)
    assert foreign.state() == before
    bobs = saving.create(world.actor("bob"), registry.get("person"), {"first_name": "Bobs", "last_name": "Own"})
    world.client("ann").post("/people/bulk", {"do": "trash", "all": "1"})  # a member may trash only what is hers
    assert Person.objects.get(pk=bobs.pk).live
    job = start(world.actor("ann"), registry.get("person"), Order("trash"), [foreign.person.pk])
    from rapport.ui.jobs import bulk_job  # noqa: PLC0415 - beside its only use

    task = type("Task", (), {"args": job.args, "actor": world.actor("ann"), "progress": lambda *_: None})()
    bulk_job(task)
    assert Person.objects.get(pk=foreign.person.pk).live


def test_undo_is_no_way_around_lost_rights(world: World, foreign: Foreign) -> None:
    with pytest.raises(NotFound):
        undo(world.actor("mia"), foreign.act.pk)
    person = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "Was", "last_name": "Mine"})
    act = Act.objects.filter(user_id=world.ann.pk).latest("pk")
    saving.update(world.actor("ada"), registry.get("person"), person.pk,
                  {"owner": foreign.zoe.user_id, "team": foreign.team.pk, "first_name": "Renamed"})  # fmt: skip
    said = world.client("ann").post(f"/acts/{act.pk}/undo", headers={"HX-Request": "true"})
    assert "Renamed" not in said.headers["HX-Trigger"]
    assert Person.objects.get(pk=person.pk).live
    User.objects.filter(pk=world.bob.pk).update(role=world.roles["read_only"])
    note = add_note(world.actor("ann"), NoteInput("x", (saving.create(
        world.actor("ann"), registry.get("company"), {"name": "C"}).pk,)))  # fmt: skip
    Act.objects.filter(events__subject_id=note.pk).update(user_id=world.bob.pk)
    world.client("bob").post(f"/acts/{Act.objects.get(events__subject_id=note.pk).pk}/undo")
    assert Record.objects.get(pk=note.pk).trashed_at is None


def test_sharing_gives_only_what_one_has(world: World, foreign: Foreign) -> None:
    ann = world.client("ann")
    for target in (f"user:{world.ann.pk}", f"team:{world.alpha.pk}"):
        assert ann.post(f"/people/{foreign.person.pk}/share", {"with": target, "edit": "1"}).status_code == 404
    world.client("zoe").post(f"/people/{foreign.person.pk}/share", {"with": f"user:{world.ann.pk}"})
    assert ann.get(f"/people/{foreign.person.pk}").status_code == 200
    assert (
        ann.post(f"/people/{foreign.person.pk}/share", {"with": f"user:{world.bob.pk}", "edit": "1"}).status_code == 403
    )
    assert ann.post(f"/people/{foreign.person.pk}/edit", {"first_name": "X", "version": "1"}).status_code == 403
    share = Share.objects.get(record_id=foreign.person.pk)
    own = saving.create(world.actor("ann"), registry.get("person"), {"first_name": "O", "last_name": "W"})
    ann.post(f"/people/{own.pk}/share", {"end": str(share.pk)})  # another record's share, by its number
    assert Share.objects.filter(pk=share.pk).exists()


def test_lists_palette_choices_doubles_exports_and_counts_hold_no_stranger(world: World, foreign: Foreign) -> None:
    paths = (
        "/people", "/people?q=zip", "/people?email.contains=hidden", "/people?company.name.contains=hidden", "/people/export",
        "/people/export?format=jsonl", "/companies", "/companies?q=hidden", "/notes", "/palette?q=zip", "/palette?q=hidden",
        "/choose/person?q=zip", "/choose/company?q=hidden", "/choose/note?q=zip", "/", "/people?trash=1", "/imports", "/exports",
        f"/people?company={foreign.company.pk}", f"/people/new?company={foreign.company.pk}",
        f"/people/filter?f=company&o=any&v={foreign.company.pk}", "/people/count?email.contains=hidden",
        f"/people?where=%7B%22any%22:[%7B%22field%22:%22company%22,%22value%22:%22{foreign.company.pk}%22%7D]%7D",
    )  # fmt: skip
    for who in STRANGERS:
        browser = world.client(who)
        for path in paths:
            response = browser.get(path)
            assert response.status_code in (200, 403), (who, path)
            text = b"".join(response).decode() if response.streaming else response.content.decode()
            assert "Hiddenfield" not in text and "Zipporah" not in text and "zip@hidden" not in text, (who, path)
        if who != "ray":
            typed = {"first_name": "Zipporah", "last_name": "Hiddenfield", "email": "zip@hidden.example"}
            assert "Hiddenfield" not in browser.post("/people/doubles", typed).content.decode()
            answer = browser.post("/people/new", {**typed, "last_name": "Other"})
            assert answer.status_code == 422 and "Hiddenfield" not in answer.content.decode()
            link = browser.post("/people/new", {"first_name": "L", "last_name": "K", "company": foreign.company.pk})
            assert link.status_code == 422 and "Hiddenfield" not in link.content.decode()


def test_the_place_of_an_unseen_record_tells_nothing(world: World, foreign: Foreign) -> None:
    for name in ("Aaron", "Zzz"):
        saving.create(world.actor("ann"), registry.get("person"), {"first_name": name, "last_name": "Own"})
    browser = world.client("ann")
    for edge in ("after", "before"):
        for sort in ("title", "-title", "created_at", "-created_at"):
            there = browser.get(f"/people?sort={sort}&{edge}={foreign.person.pk}").content.decode()
            nowhere = browser.get(f"/people?sort={sort}&{edge}=999999999").content.decode()
            assert there.count("data-row") == nowhere.count("data-row"), (edge, sort)
    for step in ("next", "previous"):
        answer = browser.get(f"/people/{foreign.person.pk}/{step}?in=sort%3Dtitle").headers["Location"]
        other = browser.get(f"/people/999999999/{step}?in=sort%3Dtitle").headers["Location"]
        assert answer.replace(str(foreign.person.pk), "N") == other.replace("999999999", "N")


def test_a_hidden_field_is_nowhere(world: World) -> None:
    person = saving.create(world.actor("ann"), registry.get("person"), {
        "first_name": "Open", "last_name": "Book", "job_title": "Spymaster", "about": "Spymaster", "email": "spy@m16.example"})  # fmt: skip
    saving.update(world.actor("ann"), registry.get("person"), person.pk, {"job_title": "Chief Spymaster"})
    hidden = dict.fromkeys(("job_title", "about", "email", "emails"), "hidden")
    Role.objects.filter(key="member").update(field_rules={"person": hidden})
    bob = world.client("bob")
    for path in ("", f"/{person.pk}", f"/{person.pk}/history", f"/{person.pk}/edit", "/export", "/export?format=jsonl",
                 f"/{person.pk}/fact/job_title", "?sort=job_title", "?job_title.contains=Spy", "?email=spy@m16.example",
                 "/filter?f=job_title", "?q=spy@m16", f"/{person.pk}/fact/email", "/new"):  # fmt: skip
        response = bob.get(f"/people{path}")
        text = b"".join(response).decode() if response.streaming else response.content.decode()
        assert "Spymaster" not in text and "m16.example" not in text.replace("q=spy@m16", "").replace(
            "spy@m16.example is no", ""), path  # fmt: skip
        if "=" in path and "format" not in path and "q=" not in path:
            assert response.status_code == 400, path
    sent = {"first_name": "Open", "last_name": "Book", "job_title": "Fool", "version": "2"}
    bob.post(f"/people/{person.pk}/edit", sent)
    assert bob.post(f"/people/{person.pk}/fact/job_title", {"job_title": "Fool", "version": "2"}).status_code == 404
    assert Person.objects.get(pk=person.pk).job_title == "Chief Spymaster"
    assert "spy@m16" not in bob.post("/people/doubles", {"email": "spy@m16.example"}).content.decode().replace(
        "value", ""
    )


def test_an_import_tells_and_changes_nothing_unseen(world: World, foreign: Foreign) -> None:
    from rapport.core.importing import running, runs  # noqa: PLC0415 - beside their only use

    before = foreign.state()
    for header, cell in (("Number in Rapport", str(foreign.person.pk)), ("E-mail", "zip@hidden.example")):
        file = SimpleUploadedFile("x.csv", f"First name,Last name,{header}\nZipporah,Hiddenfield,{cell}\n".encode())
        world.client("ann").post("/import", {"kind": "person", "file": file})
        run = ImportRun.objects.latest("pk")
        page = world.client("ann").get(f"/import/{run.pk}")
        assert page.status_code == 200
        runs.start(world.actor("ann"), run.pk)
        report = running.run(world.actor("ann"), run.pk)
        assert "Ltd" not in str(report.problems)
        assert foreign.state()[:5] == before[:5]
