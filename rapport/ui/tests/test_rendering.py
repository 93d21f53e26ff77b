"""Pages and fragments, the toasts that go with them, and the frame they stand in."""

import json

import pytest
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory

from rapport.ui.kit import kit
from rapport.ui.rendering import flash, render, take_flashes, toast, trigger


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/kit")
    request.session = SessionStore()
    return request


@pytest.fixture(autouse=True)
def no_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame's values come from the product; here the sample stands in for them."""
    monkeypatch.setattr(engines["jinja2"], "template_context_processors", [], raising=False)


def test_the_kit_shows_every_component_without_inline_script_or_style(request_: HttpRequest) -> None:
    html = kit(request_).content.decode()
    assert html.count("<h1") == 1
    assert " style=" not in html
    assert " onclick" not in html
    assert "<script>" not in html


def test_the_page_carries_the_safe_settings_of_htmx(request_: HttpRequest) -> None:
    html = kit(request_).content.decode()
    config = json.loads(html.split('name="htmx-config" content=\'')[1].split("'>")[0])
    assert config["historyCacheSize"] == 0
    assert not config["allowEval"]
    assert not config["allowScriptTags"]
    assert not config["includeIndicatorStyles"]
    assert config["selfRequestsOnly"]


def test_the_theme_of_the_cookie_is_drawn_by_the_server(rf: RequestFactory) -> None:
    rf.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in kit(rf.get("/kit")).content.decode()
    rf.cookies["theme"] = '"><script>'
    assert "data-theme=" not in kit(rf.get("/kit")).content.decode().split("<head>")[0]


def test_a_fragment_is_one_block_and_keeps_the_stored_toasts(request_: HttpRequest) -> None:
    flash(request_, "Saved")
    answer = render(request_, "plain.html", fragment="heading", status=422)
    assert (answer.status_code, answer.content) == (422, b"")
    assert [kept["text"] for kept in take_flashes(request_)] == ["Saved"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("HTTP_HX_REQUEST", "true"),  # a badge that was on its way when somebody saved
        ("HTTP_X_REQUESTED_WITH", "fetch"),  # the page again, for its living parts
        ("HTTP_SEC_FETCH_MODE", "cors"),  # what the service worker keeps
    ],
)
def test_what_a_script_asks_for_keeps_the_stored_toasts(request_: HttpRequest, header: str, value: str) -> None:
    flash(request_, "Saved")
    request_.META[header] = value
    render(request_, "plain.html")
    assert [kept["text"] for kept in take_flashes(request_)] == ["Saved"]


def test_a_page_that_shows_none_keeps_the_stored_toasts(request_: HttpRequest) -> None:
    flash(request_, "Saved")
    render(request_, "plain.html", {"flashes": ()})
    assert [kept["text"] for kept in take_flashes(request_)] == ["Saved"]


def test_a_stored_toast_is_shown_once(request_: HttpRequest) -> None:
    flash(request_, "“Ann” was moved to trash", undo_url="/undo/7")
    html = render(request_, "plain.html").content.decode()
    assert "“Ann” was moved to trash" in html
    assert 'action="/undo/7"' in html
    assert "“Ann”" not in render(request_, "plain.html").content.decode()


def test_toasts_join_the_other_events_of_an_answer_in_ascii() -> None:
    answer = HttpResponse()
    trigger(answer, "person:changed", {"id": 3})
    toast(answer, "“Ünal” saved", undo_url="/undo/1")
    header = answer.headers["HX-Trigger"]
    assert header.isascii()
    assert json.loads(header) == {
        "person:changed": {"id": 3},
        "toast": {"text": "“Ünal” saved", "tone": "green", "undo": "/undo/1"},
    }
