"""No text that anybody stores or sends becomes an element, a handler, a link that runs, or a template."""
# ruff: noqa: E501 - tables of what is sent

import contextlib
import csv
import io
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.core.errors import Invalid
from rapport.core.importing import running
from rapport.core.importing.models import ImportRun
from rapport.core.objects import registry, saving
from rapport.core.records.models import Record
from rapport.people.models import Company, Person
from rapport.workspace.actions.roles import RoleData, create_role
from rapport.workspace.actions.teams import TeamData, create_team
from rapport.workspace.actions.users import UserData, create_user
from tests.security.fuzzing import routes
from tests.security.pages import check_answer, strangers
from tests.security.payloads import FORM_PAYLOADS, LONG
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PARTS = 4  # as many tests, so that several processes share the work
HTMX = {"HX-Request": "true"}
LINES = {
    "person": ("first_name", "last_name", "job_title", "source", "linkedin", "language", "email", "emails", "phone", "tags",
               "address_street", "address_postcode", "address_city", "address_region", "address_country", "about"),
    "company": ("name", "website", "industry", "vat_id", "email", "emails", "phone", "tags", "address_street",
                "address_city", "address_country", "about"),
}  # fmt: skip
# Fields that take only what is an address, a number or a choice: they must refuse, and show what was typed as text.
STRICT = {"linkedin", "email", "emails", "phone", "website", "language", "industry"}


def _check(browser: Client, path: str, **more: Any) -> str:
    response = browser.get(path, **more)
    assert response.status_code in (200, 400, 404, 422), (path[:80], response.status_code)
    return check_answer(response, told=f"GET {path[:80]}")


def _post(browser: Client, path: str, data: Any, **more: Any) -> Any:
    response = browser.post(path, data, **more)
    assert response.status_code < 500, path
    check_answer(response, told=f"POST {path} {str(data)[:120]}")
    return response


def test_there_are_enough_of_them() -> None:
    assert len(FORM_PAYLOADS) >= 98


@pytest.mark.parametrize(
    "foreign", ["<p><b onclick=x>a</b>", "<p><script>1</script>", "<p><img src=x onerror=y>", "<p><base href=/>"]
)
def test_what_is_foreign_is_found_each_time(foreign: str) -> None:
    """Also by a reader that has read such tags before, and what is harmless on one page is so on the next."""
    for _page in range(2):
        assert strangers(foreign)
        assert not strangers('<p><script src="/static/a.js"><b onclick=x></script>')


def _walk(browser: Client, path: str, record: int, given: dict[str, str], payload: str) -> None:
    """The other pages and answers that show what a record holds."""
    _post(browser, f"/activities/{record}/note", {"body": "\n".join(FORM_PAYLOADS)}, headers=HTMX)
    _post(browser, f"/activities/{record}/call", {"body": payload, "minutes": payload}, headers=HTMX)
    _post(browser, f"/{path}/{record}/fact/tags", {"tags": payload[:60], "version": "1"}, headers=HTMX)
    name = "first_name" if path == "people" else "name"
    before = Record.objects.get(pk=record)
    version = str(registry.get(before.kind).model._default_manager.get(pk=record).version)  # type: ignore[attr-defined]
    for other in ("1", "2"):
        saved = _post(browser, f"/{path}/{record}/edit", {**given, name: payload[:140] + other, "version": version})
    assert saved.status_code == 409, "the conflict shows both sides"
    for page in ("/edit", "/share", "/history"):
        _check(browser, f"/{path}/{record}{page}")
    assert _post(browser, f"/{path}/{record}/trash", {}).status_code == 302
    _check(browser, f"/{path}?trash=1")  # with the toast that names it
    _post(browser, f"/{path}/{record}/restore", {}, headers=HTMX)
    _check(browser, f"/{path}/{record}/history")


@pytest.mark.sqlite_only  # what is drawn knows no database; test_hostile_texts keeps such texts in both
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", ["person", "company"])
def test_fields_of_a_record(world: World, kind: str, part: int) -> None:
    spec, browser = registry.get(kind), world.client("ann")
    for payload in FORM_PAYLOADS[part::PARTS]:
        short = payload[:150]
        refused = _post(browser, f"/{spec.path}/new", dict.fromkeys(LINES[kind], short) | {"form_token": short})
        assert refused.status_code == 422
        given = {key: short[:60] if key == "tags" else short for key in LINES[kind] if key not in STRICT}
        made = _post(browser, f"/{spec.path}/new", given, headers=HTMX)
        assert made.status_code in (204, 422), short
        if made.status_code == 204:
            record = spec.model._default_manager.latest("pk").pk  # type: ignore[attr-defined]
            _check(browser, f"/{spec.path}/{record}")
            if record % 12 == 0:
                _walk(browser, spec.path, record, given, payload)
    _check(browser, f"/{spec.path}")
    _check(browser, "/")


@pytest.mark.sqlite_only  # what is drawn knows no database
@pytest.mark.parametrize("part", range(PARTS))
def test_texts_in_addresses(world: World, part: int) -> None:
    browser = world.client("ann")
    saving.create(world.actor("ann"), registry.get("person"), {"first_name": "A", "last_name": "B", "tags": "x"})
    for payload in FORM_PAYLOADS[part::PARTS]:
        several = {"q": payload, "first_name.contains": payload, "tags": payload, "address.city.contains": payload}
        for path, data in (
            ("/people", several), ("/people", {payload: "x"}), ("/people", {"sort": payload}), ("/people", {"where": payload}),
            ("/people/filter", {"in": payload, "f": "first_name", "o": payload, "v": payload, "v_text": payload}),
            ("/people/filter", {"f": payload, "add": "1", "v": payload}),
            ("/people/filter", {"f": "company", "o": "any", "add": "1", "v_text": payload}), ("/palette", {"q": payload}),
            ("/choose/company", {"q": payload}), ("/people/new", {"first_name": payload}), ("/import", {"kind": payload}),
            ("/people/export", {"format": payload}),
        ):  # fmt: skip
            _check(browser, path, data=data)
        _post(browser, "/people/doubles", {"first_name": payload, "last_name": payload, "email": payload})
        _post(browser, "/people/new", {"first_name": "A", "last_name": "B", "company_text": payload})
        _post(Client(), "/sign-in", {"email": payload, "password": payload, "next": payload})


@pytest.mark.sqlite_only  # what is drawn knows no database
def test_names_of_users_teams_roles_and_the_workspace(world: World) -> None:
    browser = world.client("ada", is_proven=True)
    ada = world.actor("ada")
    for number, payload in enumerate(FORM_PAYLOADS):
        with contextlib.suppress(Invalid):  # two of them may clean to the same text
            create_user(ada, UserData(payload[:110], f"u{number}@example.com", world.roles["member"].pk))
            create_team(ada, TeamData(payload[:110], world.alpha.pk))
            create_role(ada, RoleData(payload[:110]))
    for number, payload in enumerate(FORM_PAYLOADS[::6]):
        user = {"name": payload[:110], "email": f"v{number}@example.com", "role": world.roles["member"].pk}
        _post(browser, "/settings/users/new", user)
        _post(
            browser, "/settings/users/new", {"name": payload[:110], "email": payload, "role": payload, "team": payload}
        )
        _post(browser, "/settings/general", {"name": payload, "hue": "30", "currency": payload, "country": payload})
        _post(browser, "/profile", {"name": payload, "language": payload, "time_zone": payload, "theme": payload})
        data = {"name": payload[:110], "hue": "30", "currency": "EUR", "country": "DE"}
        _post(browser, "/settings/general", data)
        _post(browser, "/profile", {"name": payload[:110], "language": "en", "time_zone": "UTC"})
        _check(browser, "/")
    person = saving.create(world.actor("ada"), registry.get("person"), {"first_name": "A", "last_name": "B"})
    for path in ("/settings/users", "/settings/teams", "/settings/roles", "/settings/general", "/profile", "/people",
                 f"/people/{person.pk}", f"/people/{person.pk}/share", "/people/new", "/people/filter?f=owner"):  # fmt: skip
        _check(browser, path)


def test_files_their_names_headers_and_cells(world: World) -> None:
    browser = world.client("ann")
    for start in range(0, len(FORM_PAYLOADS), 12):
        some = [text.replace("\n", " ").replace("\r", " ") for text in FORM_PAYLOADS[start : start + 12]]
        quoted = ['"' + text.replace('"', '""') + '"' for text in some]
        head = ["First name", "E-mail", *quoted[2:]]
        lines = [",".join(head), *(",".join([text] * len(head)) for text in quoted)]
        file = SimpleUploadedFile(some[0][:100] + ".csv", "\n".join(lines).encode("utf-8", "replace"))
        response = _post(browser, "/import", {"kind": "person", "file": file})
        assert response.status_code in (302, 422)
        if response.status_code == 422:
            continue
        run = ImportRun.objects.latest("pk")
        _check(browser, f"/import/{run.pk}")
        columns = {f"column.{number}": key for number, key in enumerate(("first_name", "email", "last_name"))}
        _post(browser, f"/import/{run.pk}", {**columns, "match": some[1], "do": "check"})
        assert _post(browser, f"/import/{run.pk}", {**columns, "match": "", "do": "start"}).status_code == 302
        running.run(world.actor("ann"), run.pk)
        _check(browser, f"/import/{run.pk}")
        failed = browser.get(f"/import/{run.pk}/failed")
        _no_formula(b"".join(failed).decode())  # type: ignore[arg-type]
    _check(browser, "/imports")
    _no_formula(b"".join(browser.get("/people/export")).decode())  # type: ignore[arg-type]


def _no_formula(table: str) -> None:
    for row in csv.reader(io.StringIO(table.removeprefix("\ufeff"))):
        for cell in row:
            assert not re.match(r"[\s]*[=+\-@＝＋－＠](?![0-9.,]*$)(?!\d[\d ]*$)", cell), cell


@pytest.mark.sqlite_only  # what is drawn knows no database
def test_what_comes_by_other_doors_is_shown_as_text(world: World) -> None:
    """A text that no form would let through, as an older version or another program may have stored it."""
    ann = world.actor("ann")
    company = saving.create(ann, registry.get("company"), {"name": "C"})
    person = saving.create(ann, registry.get("person"), {"first_name": "A", "last_name": "B", "company": company.pk})
    browser = world.client("ann")
    for address in [text for text in FORM_PAYLOADS if "script:" in text.lower() or text.startswith(("//", "data:"))]:
        Person._default_manager.filter(pk=person.pk).update(
            linkedin=address[:150], email=address[:60], phone=address[:60]
        )
        Company._default_manager.filter(pk=company.pk).update(website=address[:150], title=address[:100])
        for path in (f"/people/{person.pk}", "/people", f"/companies/{company.pk}", "/companies"):
            text = browser.get(path).content.decode()
            assert not strangers(text), (address, path, strangers(text))


def test_very_long_texts_are_refused_or_kept_but_break_nothing(world: World) -> None:
    browser = world.client("ann")
    for text in LONG:
        for kind, keys in LINES.items():
            _post(browser, f"/{registry.get(kind).path}/new", dict.fromkeys(keys, text))
        _post(browser, "/people/new", {"first_name": "A", "last_name": "B", "about": text})
        _check(browser, "/people", data={"q": text[:4000]})
        _check(browser, "/palette", data={"q": text[:4000]})


@pytest.mark.sqlite_only  # headers know no database
def test_every_answer_carries_the_policy(world: World) -> None:
    for browser in (world.client("ada"), world.client("ray"), Client()):
        for _name, route in sorted(routes()):
            path = "/" + re.sub(r"<int:[^>]*>", "999999", re.sub(r"<(str|slug):[^>]*>", "x", route))
            for method in ("get", "post", "put", "options"):
                check_answer(getattr(browser, method)(path), told=f"{method} {path}")
        for path in ("/nowhere", "/static/nothing.js", "/%00", "/people/", "/settings/users/1/"):
            check_answer(browser.get(path), told=path)
        check_answer(browser.get("/", headers={"host": "evil.example"}), told="another host")


def test_toasts_stay_json_in_ascii(world: World) -> None:
    browser = world.client("ann")
    name = 'Zoë "<b>\u2028北京</b>" \\'
    made = browser.post("/people/new", {"first_name": name, "last_name": "B", "another": "1"}, headers=HTMX)
    assert made.headers["HX-Trigger"].isascii()
    assert "北京" in json.loads(made.headers["HX-Trigger"])["toast"]["text"]
