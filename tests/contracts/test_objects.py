"""What holds for every object, whoever asks and through whichever door.

People are those of the small workspace (tests/world.py). The record is Ann's, in team Alpha. Anonymous visitors are
sent to the sign-in page; who may not know of it gets 404, who may see it but not do it 403.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from rapport.core.access.levels import ACTIONS, Level, level_of
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.access.visible import get_record, visible_to
from rapport.core.changes.undo import undo
from rapport.core.errors import NotAllowed, NotFound
from rapport.core.events.models import Act, Change, Event, EventLink
from rapport.core.exporting import files
from rapport.core.fields import snapshot
from rapport.core.fields.snapshot import Snapshot
from rapport.core.objects import registry, saving
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.models import Record
from rapport.core.timeline.reading import timeline
from tests import house
from tests.contracts.stock import MADE, SPECS, make, sample_values, spec_of
from tests.fields import CUSTOM, made_at_run_time
from tests.world import Rows, World, around_tests

PEOPLE = ("ada", "mia", "ann", "bob", "eve", "ray")
ANONYMOUS = "anonymous"
SEE = {"ada", "mia", "ann", "bob", "ray"}
EDIT = {"ada", "mia", "ann", "bob"}
TRASH = {"ada", "mia", "ann"}
CREATE = EXPORT = {"ada", "mia", "ann", "bob", "eve"}

pytestmark = pytest.mark.django_db


@dataclass
class Case:
    """One kind of object and a record of it that belongs to Ann."""

    spec: ObjectSpec
    record: Any
    world: World

    @property
    def url(self) -> str:
        return f"/{self.spec.path}/{self.record.pk}"

    def browser(self, who: str) -> Client:
        return Client() if who == ANONYMOUS else self.world.client(who)

    def version(self) -> int:
        version: int = type(self.record).objects.get(pk=self.record.pk).version
        return version

    def live(self) -> bool:
        live: bool = type(self.record).objects.get(pk=self.record.pk).live
        return live


@pytest.fixture(scope="module", params=[*SPECS, MADE])
def made(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, world_rows: tuple[Rows, Snapshot]
) -> Iterator[tuple[ObjectSpec, Any, Snapshot]]:
    """A record of the kind, made once for all tests of it, and the definitions that hold then.

    Objects have fields of every type besides their own: what is made at run time obeys the same contracts.
    """
    with around_tests(django_db_blocker, world_rows):
        with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
            house.forget()
            objects = {MADE: spec_of(MADE)} if request.param == MADE else {}
            made_at_run_time(patch, objects, **dict.fromkeys((*SPECS, *objects), CUSTOM))
            spec = registry.get(request.param)
            record, definitions = make(World().actor("ann"), spec, 7), snapshot.latest()
        snapshot.forget()
        yield spec, record, definitions


@pytest.fixture
def case(
    made: tuple[ObjectSpec, Any, Snapshot], db: None, monkeypatch: pytest.MonkeyPatch, no_fields_made: None
) -> Iterator[Case]:
    spec, record, definitions = made
    house.forget()
    monkeypatch.setattr(snapshot, "_latest", definitions)
    yield Case(spec, record, World())
    house.forget()


def expected(who: str, may: set[str], *, sees: bool | None = None) -> int:
    """The status for somebody: 200 stands for “it was done”, also where the answer leads on."""
    if who == ANONYMOUS:
        return 302
    if who in may:
        return 200
    return 403 if (who in SEE if sees is None else sees) else 404


def check(response: HttpResponse, who: str, may: set[str], *, sees: bool | None = None) -> bool:
    """Checks status and destination; True if it was done."""
    wanted = expected(who, may, sees=sees)
    if wanted == 302:
        assert response.status_code == 302 and response.headers["Location"].startswith("/sign-in")
    elif wanted == 200:
        assert response.status_code in (200, 204, 302), response.content[:300]
        assert "/sign-in" not in response.headers.get("Location", "")
    else:
        assert response.status_code == wanted, response.content[:300]
    return wanted == 200


# ------------------------------------------------------------------ the engine
@pytest.mark.parametrize("who", PEOPLE)
def test_it_works(case: Case, who: str) -> None:
    actor = case.world.actor(who)
    for action, may in (("view", SEE), ("edit", EDIT), ("trash", TRASH)):
        there = visible_to(actor, case.spec, action).filter(pk=case.record.pk).exists()
        assert there == (who in may), action
        if who in may:
            assert get_record(actor, case.spec, case.record.pk, action).pk == case.record.pk
        else:
            with pytest.raises(NotAllowed if who in SEE else NotFound):
                get_record(actor, case.spec, case.record.pk, action)
    ids = [row.id for row in list_page(actor, case.spec, ListQuery(), []).rows]
    assert (case.record.pk in ids) == (who in SEE)


@pytest.mark.parametrize("who", PEOPLE)
def test_create_edit_trash_restore_and_undo(case: Case, who: str) -> None:
    actor, spec = case.world.actor(who), case.spec
    values = sample_values(case.world.actor("ann"), spec, 8)
    changed = {key: value for key, value in values.items() if key not in ("about", "company", "email")}
    if who in EDIT:
        before = {f.key: f.to_json(f.get(get_record(actor, spec, case.record.pk))) for f in spec.all_fields}
        saving.update(actor, spec, case.record.pk, changed)
        assert undo(actor, Act.objects.latest("pk").pk).left == []
        after = {f.key: f.to_json(f.get(get_record(actor, spec, case.record.pk))) for f in spec.all_fields}
        assert {key for key in before if before[key] != after[key]} <= {"updated_at"}
    else:
        with pytest.raises(NotAllowed if who in SEE else NotFound):
            saving.update(actor, spec, case.record.pk, changed)
    if level_of(actor, spec.key, "trash") is Level.NONE:
        with pytest.raises(NotAllowed):
            saving.trash(actor, spec, [case.record.pk])
        return
    assert saving.trash(actor, spec, [case.record.pk]) == ([case.record.pk] if who in TRASH else [])
    assert case.live() == (who not in TRASH)
    assert saving.restore(actor, spec, [case.record.pk]) == ([case.record.pk] if who in TRASH else [])
    assert case.live()


def test_every_change_is_an_event_that_timeline_and_audit_can_tell(case: Case) -> None:
    ada = case.world.actor("ada")
    case.world.actor("ada")
    saving.update(ada, case.spec, case.record.pk, {"tags": ["contract"]})
    saving.trash(ada, case.spec, [case.record.pk])
    saving.restore(ada, case.spec, [case.record.pk])
    events = Event.objects.filter(subject_id=case.record.pk)
    kinds = set(case.spec.event_kinds)
    assert [event.kind.rpartition(".")[2] for event in events.order_by("pk")] == [
        "created", "updated", "trashed", "restored",
    ]  # fmt: skip
    assert {event.kind for event in events} <= kinds
    for event in events:
        assert EventLink.objects.filter(event=event, record_id=case.record.pk, at=event.at).exists()
        assert Change.objects.filter(event=event, record_id=case.record.pk).count() == 1
    told = timeline(ada, case.spec, get_record(ada, case.spec, case.record.pk))
    assert all(entry.heading and entry.icon and entry.by for entry in told)
    assert len(told) == 4


@pytest.mark.parametrize("fmt", ["csv", "jsonl"])
@pytest.mark.parametrize("who", PEOPLE)
def test_an_export_holds_what_its_reader_may_export(case: Case, who: str, fmt: str) -> None:
    actor = case.world.actor(who)
    may = {"ada", "mia", "ann"}
    if level_of(actor, case.spec.key, "export") is Level.NONE:
        return
    out = io.BytesIO()
    files.export(actor, case.spec, ListQuery(), fmt, out)
    content = out.getvalue().decode("utf-8-sig")
    lines = content.splitlines() if fmt == "jsonl" else content.splitlines()[1:]
    assert any(str(case.record.pk) in line for line in lines) == (who in may)


def test_whatever_a_kind_is_called_its_events_have_a_sentence_and_a_privacy_class() -> None:
    for spec in registry.every():
        for key, kind in spec.event_kinds.items():
            assert key.startswith(f"{spec.key}.") and str(kind.sentence).strip(), key
            assert kind.privacy in ("personal", "business", "none"), key
        for field in spec.all_fields:
            assert field.privacy in ("personal", "business", "none"), field.key
            assert str(field.label).strip()


# ------------------------------------------------------------------ the screens
@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_the_list(case: Case, who: str) -> None:
    response = case.browser(who).get(f"/{case.spec.path}")
    if check(response, who, set(PEOPLE)):
        assert (case.url.encode() + b'"' in response.content) == (who in SEE)
    for part in ("count", "filter"):
        check(case.browser(who).get(f"/{case.spec.path}/{part}"), who, set(PEOPLE))


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_the_record_page_its_history_and_its_short_address(case: Case, who: str) -> None:
    browser = case.browser(who)
    for url in (case.url, f"{case.url}/history", f"/r/{case.record.pk}"):
        check(browser.get(url), who, SEE)
    if who != ANONYMOUS:
        for url in (f"/{case.spec.path}/999999999", "/r/999999999"):
            assert browser.get(url).status_code == 404


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_the_form_of_a_new_record(case: Case, who: str) -> None:
    before = Record.objects.count()
    browser = case.browser(who)
    check(browser.get(f"/{case.spec.path}/new"), who, CREATE, sees=True)
    response = browser.post(f"/{case.spec.path}/new", {"form_token": "once"})
    assert response.status_code in ((302,) if who == ANONYMOUS else (403,) if who not in CREATE else (422,))
    assert Record.objects.count() == before, "an empty form makes nothing"


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_the_form_of_a_record(case: Case, who: str) -> None:
    browser = case.browser(who)
    done = check(browser.get(f"{case.url}/edit"), who, EDIT)
    version = case.version()
    check(browser.post(f"{case.url}/edit", {"version": version, "tags": "by form"}), who, EDIT)
    assert (case.version() > version) == done
    if done:
        stale = browser.post(f"{case.url}/edit", {"version": version, "tags": "too late"})
        assert stale.status_code == 409


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_a_fact_is_changed_in_place(case: Case, who: str) -> None:
    browser, version = case.browser(who), case.version()
    done = check(browser.get(f"{case.url}/fact/tags"), who, EDIT)
    check(browser.post(f"{case.url}/fact/tags", {"version": version, "tags": "in place"}), who, EDIT)
    assert (case.version() > version) == done
    if done:
        assert browser.get(f"{case.url}/fact/created_at").status_code == 404


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_the_trash_and_back(case: Case, who: str) -> None:
    browser = case.browser(who)
    done = check(browser.post(f"{case.url}/trash"), who, TRASH)
    assert case.live() == (not done)
    if not done:
        saving.trash(case.world.actor("ada"), case.spec, [case.record.pk])
    check(browser.post(f"{case.url}/restore"), who, TRASH)
    assert case.live() == done
    assert browser.get(f"{case.url}/trash").status_code in (302, 405), "looking changes nothing"


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_bulk_acts_reach_what_may_be_changed(case: Case, who: str) -> None:
    browser, version = case.browser(who), case.version()
    url = f"/{case.spec.path}/bulk"
    response = browser.post(url, {"do": "tag", "tag": "bulk", "ids": [case.record.pk]})
    assert response.status_code in (302, 403), response.content[:200]
    assert (case.version() > version) == (who in EDIT)
    browser.post(url, {"do": "trash", "ids": [case.record.pk]})
    assert case.live() == (who not in TRASH)


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_the_export(case: Case, who: str) -> None:
    response = case.browser(who).get(f"/{case.spec.path}/export")
    check(response, who, EXPORT, sees=True)


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_sharing(case: Case, who: str) -> None:
    browser = case.browser(who)
    done = check(browser.get(f"{case.url}/share"), who, EDIT)
    browser.post(f"{case.url}/share", {"with": f"user:{case.world.eve.pk}"})
    seen = visible_to(case.world.actor("eve"), case.spec).filter(pk=case.record.pk).exists()
    assert seen == (done and case.spec.parents is None), "what is seen through its records is shared with them"


@pytest.mark.parametrize("who", [*PEOPLE, ANONYMOUS])
def test_an_act_is_undone_by_its_author_or_an_administrator(case: Case, who: str) -> None:
    saving.update(case.world.actor("ann"), case.spec, case.record.pk, {"tags": ["undo me"]})
    act, version = Act.objects.latest("pk"), case.version()
    case.browser(who).post(f"/acts/{act.pk}/undo")
    assert (case.version() > version) == (who in {"ann", "ada"})


def test_an_unknown_filter_or_order_is_a_400_that_names_it(case: Case) -> None:
    browser = case.browser("ann")
    for query in ("nonsense=1", "sort=nonsense", "where={}", "after=x", "owner=²", "any.1.nonsense=1"):
        response = browser.get(f"/{case.spec.path}?{query}")
        assert response.status_code == 400, query
        assert b"Traceback" not in response.content


def test_actions_are_those_of_the_levels() -> None:
    assert set(ACTIONS) == {"view", "create", "edit", "trash", "export", "import"}
