"""What people feel, measured in a browser: ``python -m bench.felt``.

Starts ``rapport run`` on a new workspace with the sample company, then again, and looks with Chromium: how long until
the first answer, what a first visit of each page weighs, how long from a press to the next paint (Event Timing, in
steps of 8 ms; what is faster than 16 ms is told as 16), and what the web process holds in memory afterwards.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PORT = 8379
BASE = f"http://127.0.0.1:{PORT}"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGES = ("/", "/people", "{person}", "/tasks", "/calendar", "/notifications", "/settings/general")
_OBSERVE = """() => {
  window.slow = 16;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.interactionId) window.slow = Math.max(window.slow, entry.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: false });
}"""


def main() -> int:
    """Measures and prints one line of JSON for each figure."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with rapport(data) as (seconds, _link, _process):
            tell("first start, seconds to the first answer", seconds)
        with rapport(data) as (seconds, link, process), sync_playwright() as playwright:
            tell("restart, seconds to the first answer", seconds)
            program = next(filter(None, map(shutil.which, BROWSERS)))
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            state = signed_in(browser, link)
            context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(f"{BASE}/people")
            person = page.locator("tbody a[href^='/people/']").first.get_attribute("href") or ""
            for path in PAGES:
                weigh(browser, state, path.format(person=person))
            for name, felt in presses(page, person).items():
                tell(f"press to paint, ms: {name}", felt)
            tell("processes below, MB", memory(process.pid))
            browser.close()
    return 0


def tell(name: str, value: object) -> None:
    """One figure."""
    print(json.dumps({name: value}), flush=True)


@contextmanager
def rapport(data: Path) -> Iterator[tuple[float, str, subprocess.Popen[str]]]:
    """``rapport run``: the seconds until a page was answered, the sign-in link of a first start, the process."""
    environment = {**os.environ, "RAPPORT_DATA": str(data), "PYTHONUNBUFFERED": "1"}
    for name in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE"):  # a second start finds what the first one compiled
        environment.pop(name, None)
    began = time.monotonic()
    command = [sys.executable, "-m", "rapport.cli", "run", "--port", str(PORT)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            while not answers():
                time.sleep(0.01)
            seconds = round(time.monotonic() - began, 2)
            said = ""
            while process.stdout and "Ctrl-C" not in said:
                said += process.stdout.readline()
            found = re.search(r"http://\S+/sign-in/\S+", said)
            yield seconds, found.group(0) if found else "", process
        finally:
            process.send_signal(signal.SIGTERM)


def answers() -> bool:
    """Whether a page is answered."""
    try:
        with urllib.request.urlopen(f"{BASE}/sign-in", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def signed_in(browser: Browser, link: str) -> str:
    """The cookies of somebody who signed in, in a file."""
    context: BrowserContext = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")
    path = str(Path(tempfile.mkdtemp()) / "state.json")
    context.storage_state(path=path)
    context.close()
    return path


def weigh(browser: Browser, state: str, path: str) -> None:
    """What a first visit of a page sends over the wire, without the headers of the answers."""
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900}, service_workers="block")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds: dict[str, str] = {}
    sent: dict[str, float] = defaultdict(float)

    def count(one: dict[str, Any]) -> None:
        sent[one["requestId"]] += one["encodedDataLength"]

    wire.on("Network.responseReceived", lambda one: kinds.update({one["requestId"]: one["type"]}))
    wire.on("Network.dataReceived", count)
    page.goto(f"{BASE}{path}")
    page.wait_for_load_state("networkidle")
    total = sum(sent.values())
    script = sum(size for one, size in sent.items() if kinds.get(one) == "Script")
    name = re.sub(r"\d+", "N", path)
    tell(f"weight of {name}, KiB (of it script)", [round(total / 1024, 1), round(script / 1024, 1)])
    context.close()


def presses(page: Page, person: str) -> dict[str, float]:
    """The longest time from a press to the next paint, for each of some things that are done all day."""
    found: dict[str, float] = {}

    def felt(name: str, path: str, do: Callable[[], None]) -> None:
        page.goto(f"{BASE}{path}")
        page.wait_for_load_state("networkidle")
        page.mouse.move(500, 500)
        page.wait_for_timeout(300)
        page.evaluate(_OBSERVE)
        do()
        page.wait_for_timeout(400)
        found[name] = page.evaluate("window.slow")

    for name, path, do in (
        ("walk a list, select, look", "/people", lambda: keys(page, *"jjjxjx", "Space")),
        ("open the palette and type", "/people", lambda: keys(page, "Control+k", *"anna")),
        ("select a page", "/people", lambda: page.locator("thead input[type=checkbox]").click()),
        ("open the filter", "/people", lambda: page.get_by_role("button", name="Filter", exact=True).click()),
        ("change tabs of the composer", person, lambda: keys(page, "l", "Escape", "t", "Escape")),
        ("write a note", person, lambda: keys(page, "n", *"likes tea")),
        ("open a fact", person, page.locator("#fact-first_name a").first.click),
        ("tick a task", "/tasks", page.locator("main .tick").first.click),
        ("next week", "/calendar", page.get_by_role("link", name=re.compile("^Next")).first.click),
    ):
        felt(name, path, do)
    return found


def keys(page: Page, *pressed: str) -> None:
    """Press keys as somebody quick does."""
    for key in pressed:
        page.keyboard.press(key, delay=30)


def memory(parent: int) -> list[int]:
    """Megabytes that are resident in each process below ``rapport run``, what they hold in common counted in each."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    grandchildren = [Path(f"/proc/{child}/task/{child}/children").read_text().split() for child in children]
    sizes = []
    for child in [*children, *(one for some in grandchildren for one in some)]:
        rollup = Path(f"/proc/{child}/smaps_rollup").read_text()
        sizes.append(int(re.findall(r"^Rss:\s+(\d+)", rollup, re.M)[0]) // 1024)
    return sizes


if __name__ == "__main__":
    sys.exit(main())
