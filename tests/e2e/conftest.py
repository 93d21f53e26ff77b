"""The browser of the journeys: the machine's own Chromium, which may talk to this machine alone."""

import os
import re
import shutil
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.e2e.site import Site, sign_in
from tests.world import World

# Playwright keeps an event loop in this thread; Django would take the test itself for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

_ARTIFACTS = Path(__file__).parents[2] / "test-artifacts"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Every other machine has no address. (Stopping requests one by one would switch off the browser's cache.)
_STAY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]"
_failed = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A file, as in a real workspace: one in memory is a single connection, on which what threads change would mix."""
    database = settings.DATABASES["default"]
    database["TEST"]["NAME"] = str(settings.DATA_FOLDER / "browser.sqlite3")
    # It may be lost with the machine: no waiting for the disk, and no overwriting of what each test leaves behind.
    database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;PRAGMA secure_delete=OFF;"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.fail("Browser tests need Chromium on the PATH; “make chromium” installs it.", pytrace=False)
    with sync_playwright() as playwright:
        # Root has no sandbox of its own, and /dev/shm is small in containers.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", _STAY_HERE]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor: no cookies, English, a laptop's window."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/Berlin")
    context.set_default_timeout(10_000)
    yield context
    context.close()
    for (
        thread
    ) in threading.enumerate():  # what the server is still answering would hold the tables while they are emptied
        if "process_request_thread" in thread.name:
            thread.join(10)


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """One tab. A script error in it fails the test; of a failed test a screenshot is kept."""
    page = context.new_page()
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            errors.append(message.text)

    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", listen)
    yield page
    if errors or request.node.stash.get(_failed, False):
        _ARTIFACTS.mkdir(exist_ok=True)
        name = re.sub(r"[^\w-]+", "-", request.node.name)
        page.screenshot(path=_ARTIFACTS / f"{name}.png", full_page=True)
    assert not errors, "The page reported: " + "; ".join(errors)


@pytest.fixture
def site(live_server: LiveServer, world: World, context: BrowserContext, page: Page) -> Site:
    """The small world behind a real server; Ann is signed in."""
    sign_in(context, live_server.url, world, "ann")
    return Site(page, live_server.url, world)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the fixtures whether the test has failed."""
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report
