"""Doors: signing in, sessions, forms of other sites, addresses that lead away, headers and cookies."""
# ruff: noqa: E501 - tables of what is sent

import re
import time
from statistics import median
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client, RequestFactory

from rapport.accounts.models import SignInLink, User
from rapport.core.records.models import Record
from rapport.ui.screens.going import back_to, is_own_path
from rapport.workspace.actions.links import make_sign_in_link
from tests.security.fuzzing import routes
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db
AWAY = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "http:evil.example", "/%5cevil.example",
    "javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\n/evil.example", "//evil.example/..;/people", " //evil.example",
    "/people%0d%0aLocation:x", "/people\r\nSet-Cookie: a=b", "https:///evil.example", "//127.0.0.1:8000@evil.example", "/sign-out", "",
    "http://127.0.0.1:8000.evil.example", "/\u2028/evil.example", "\x00//evil.example", "/sign-in/abc", "//", "/" * 3000,
)  # fmt: skip


def _token(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def test_signing_in_leads_nowhere_else(world: World) -> None:
    for target in AWAY:
        response = Client().post("/sign-in", {"email": "ann@example.com", "password": PASSWORD, "next": target})
        location = response.headers["Location"]
        assert response.status_code == 303 and re.match(r"/(?![/\\])", location), (target, location)
        assert "evil" not in location.partition("?")[0] and "\n" not in location and "\r" not in location
        signed_in = world.client("ann").get("/sign-in", {"next": target})
        assert re.match(r"/(?![/\\])", signed_in.headers["Location"]), target


@pytest.mark.sqlite_only  # refused before anything is asked of a database
def test_forms_of_other_sites_are_refused_everywhere(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.ada)
    people, acts = Record.objects.count(), User.objects.filter(is_active=True).count()
    for _name, route in sorted(routes()):
        route = re.sub(r"<(str|slug):[^>]*>", "person", re.sub(r"<object:[^>]*>", "people", route))
        path = "/" + re.sub(r"<int:[^>]*>", str(world.ann.pk), route)
        for headers in ({}, {"origin": "https://evil.example"}, {"HX-Request": "true"}, {"X-CSRFToken": "x" * 32}):
            response = browser.post(
                path, {"first_name": "X", "last_name": "Y", "name": "X", "body": "x"}, headers=headers
            )
            assert response.status_code in (403, 405), (path, response.status_code)
    assert (Record.objects.count(), User.objects.filter(is_active=True).count()) == (people, acts)
    anonymous = Client(enforce_csrf_checks=True)
    assert anonymous.post("/sign-in", {"email": "ann@example.com", "password": PASSWORD}).status_code == 403
    other = Client(enforce_csrf_checks=True)
    token = _token(other.get("/sign-in"))
    assert browser.post("/people/new", {"first_name": "X", "csrfmiddlewaretoken": token}).status_code == 403


def test_cookies_and_headers(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/sign-in")
    before = {name: morsel.value for name, morsel in browser.cookies.items()}
    data = {"email": "ann@example.com", "password": PASSWORD, "csrfmiddlewaretoken": _token(page)}
    response = browser.post("/sign-in", data)
    session = response.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"] and session["samesite"] == "Lax" and session["path"] == "/" and not session["domain"]
    csrf = response.cookies[settings.CSRF_COOKIE_NAME]
    assert csrf["httponly"] and csrf["samesite"] == "Lax" and csrf.value != before.get(settings.CSRF_COOKIE_NAME)
    for path in (
        "/",
        "/people",
        "/profile",
        "/nowhere",
        "/palette",
        "/people/export",
        "/import",
        "/sign-in",
        "/imports",
    ):
        answer = browser.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["Referrer-Policy"] == "same-origin" and answer.headers["X-Frame-Options"] == "DENY", path
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "Access-Control-Allow-Origin" not in answer.headers, path
    assert browser.generic("TRACE", "/people").status_code == 405


def test_a_session_is_made_anew_and_ends_with_its_reason(world: World) -> None:
    planted = Client()
    planted.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    planted.post("/sign-in", {"email": "ann@example.com", "password": PASSWORD})
    assert planted.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32
    stolen = Client()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = planted.cookies[settings.SESSION_COOKIE_NAME].value
    assert stolen.get("/people").status_code == 200
    planted.post("/sign-out")
    assert stolen.get("/people").status_code == 302, "signing out ends it on the server"
    here, there = world.client("ann"), world.client("ann")
    changed = {"current": PASSWORD, "password": "another harbour 77", "again": "another harbour 77"}
    assert here.post("/profile/password", changed).status_code == 303
    assert here.get("/people").status_code == 200 and there.get("/people").status_code == 302
    world.client("ada").post(f"/settings/users/{world.ann.pk}/switch", {"active": "0"})
    assert here.get("/people").status_code == 302
    world.client("ada").post(f"/settings/users/{world.ann.pk}/switch", {"active": "1"})
    assert here.get("/people").status_code == 302, "it does not come back to life"


def test_guessing_is_slowed_whatever_the_visitor_says_of_the_way(world: World) -> None:
    statuses = [
        Client().post("/sign-in", {"email": f"nobody{n}@example.com", "password": "x"}, headers={"X-Forwarded-For": f"10.0.0.{n}"})
        .status_code for n in range(11)
    ]  # fmt: skip
    assert statuses[:10] == [422] * 10 and statuses[10] == 429, "one address"
    other = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post("/sign-in", {"email": " ANN@example.com ", "password": "x"}).status_code
        for n in range(11)
    ]
    assert other[10] == 429, "one account"
    right = Client(REMOTE_ADDR="192.0.2.99").post("/sign-in", {"email": "ann@example.com", "password": PASSWORD})
    assert right.status_code == 429 and int(right.headers["Retry-After"]) > 0, "also for the right password"


def test_unknown_wrong_and_switched_off_cost_the_same(world: World, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    User.objects.update(password=make_password(PASSWORD))
    User.objects.filter(pk=world.bob.pk).update(is_active=False)
    User.objects.filter(pk=world.eve.pk).update(password="!nothing usable")
    taken: dict[str, list[float]] = {}
    texts = set()
    for turn in range(3):
        for number, who in enumerate(("ann", "bob", "eve", "unknown")):
            browser = Client(REMOTE_ADDR=f"198.51.100.{turn * 9 + number}")
            started = time.perf_counter()
            page = browser.post("/sign-in", {"email": f"{who}@example.com", "password": "wrong"})
            taken.setdefault(who, []).append(time.perf_counter() - started)
            texts.add(re.sub(r'value="[^"]*"|[A-Za-z0-9]{64}', "", page.content.decode()))
            assert page.status_code == 422
    assert len(texts) == 1, "and say the same"
    middles = [median(times) for times in taken.values()]
    assert min(middles) > max(middles) / 3, {who: f"{median(times):.3f}" for who, times in taken.items()}


def test_a_link_signs_in_once_and_looking_at_it_uses_nothing_up(world: World) -> None:
    path = make_sign_in_link(world.actor("ada"), world.ann).address.removeprefix(settings.BASE_URL)
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        assert Client().generic(method, path).status_code in (200, 405)
    assert SignInLink.objects.get(user=world.ann).used_at is None
    assert len(path.rpartition("/")[2]) >= 43
    first, second = Client(), Client()
    assert first.post(path).status_code == 303 and second.post(path).status_code == 404
    assert (
        second.get(path).content == Client().get("/sign-in/" + "x" * 43).content or second.get(path).status_code == 404
    )
    assert settings.SESSION_COOKIE_NAME not in second.cookies


def test_another_host_gets_nothing(world: World) -> None:
    browser = world.client("ada", is_proven=True)
    for host in (
        "evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1:8000@evil.example",
        "[::1",
        "a b",
        "evil.example:80",
        "localhost\x00",
    ):
        assert browser.get("/people", headers={"host": host}).status_code == 400, host
    sent = {"host": "127.0.0.1:8000", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    page = browser.post(f"/settings/users/{world.ann.pk}/link", headers=sent).content.decode()
    assert "evil.example" not in page and settings.BASE_URL + "/sign-in/" in page


def test_undo_returns_only_to_our_own_pages(world: World) -> None:
    for referer in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "http://[", ""):
        assert world.client("ann").post("/acts/1/undo", headers={"referer": referer}).headers["Location"] == "/"


def test_no_referer_leads_to_another_machine(world: World) -> None:
    referer = {"referer": "http://testserver//evil.example/x"}
    assert not is_own_path("//evil.example/x") and not is_own_path("/\\evil.example") and is_own_path("/people")
    asked = RequestFactory().get("/", headers=referer)
    assert back_to(asked, "/people")["Location"] == "/people"
    assert "evil" not in Client().post("/people/new", headers=referer).headers["Location"]
    assert world.client("ann").post("/acts/1/undo", headers=referer).headers["Location"] == "/"


def test_passwords_stay_out_of_log_page_and_database(world: World, caplog: pytest.LogCaptureFixture) -> None:
    secret = "Tr0ub4dor-and-three"
    with caplog.at_level("DEBUG"):
        page = Client().post("/sign-in", {"email": "ann@example.com", "password": secret})
        other = world.client("ann").post("/profile/password", {"current": secret, "password": secret, "again": "x"})
    assert secret not in caplog.text and secret not in page.content.decode() + other.content.decode()
    assert (
        world.client("ada", is_proven=True).get(f"/settings/users/{world.ann.pk}").content.decode().count("argon2") == 0
    )
