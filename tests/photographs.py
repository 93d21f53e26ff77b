"""Photographs the product for the documentation: ``make photographs``.

Starts Rapport with its sample company on a workspace of its own, and afterwards walks through the first hour.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PORT = 8377
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(folder: Path) -> None:
    """Writes the pictures into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "RAPPORT_DATA": data, "PYTHONUNBUFFERED": "1"}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "rapport.cli", "run", "--port", str(PORT)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as house:
            try:
                said = ""
                while not (link := re.search(r"http://\S+/sign-in/\S+", said)):
                    said += house.stdout.readline() if house.stdout else ""
                photograph(folder, link.group(0))
            finally:
                house.send_signal(signal.SIGTERM)
    walk = [sys.executable, "-m", "pytest", "-q", "-m", "browser", "tests/e2e/test_first_hour.py"]
    subprocess.run(walk, env={**os.environ, "RAPPORT_PHOTOGRAPHS": str(folder.absolute())}, check=True)


def photograph(folder: Path, link: str) -> None:
    """People and a person, light and dark, on a desk and on a phone."""
    program = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page(viewport=DESK)
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Skip").click()
        page.wait_for_url("**/")
        state = page.context.storage_state()
        base = f"http://127.0.0.1:{PORT}"
        page.goto(f"{base}/people")
        person = page.locator("tbody a.name").first.get_attribute("href") or "/people"
        for scheme in ("light", "dark"):
            for size, name in ((DESK, ""), (PHONE, "-phone")):
                context = browser.new_context(
                    viewport=size, color_scheme=scheme, storage_state=state, has_touch=bool(name)
                )
                shoot(context.new_page(), folder, base, person, f"{scheme}{name}")
                context.close()
        browser.close()


def shoot(page: Page, folder: Path, base: str, person: str, suffix: str) -> None:
    """The three pages that show most."""
    for name, path in (("people", "/people?lifecycle=customer,lead"), ("person", person), ("new-person", "/people")):
        page.goto(f"{base}{path}")
        page.wait_for_load_state("networkidle")
        if name == "new-person":
            if "phone" in suffix:
                continue
            page.keyboard.press("c")
            first, last = page.locator("tbody a.name").first.inner_text().split(" ", 1)
            page.get_by_label("First name").fill(first)
            page.get_by_label("Last name").fill(last)
            page.locator("#doubles").get_by_text(f"{first} {last}").first.wait_for()
        page.screenshot(path=folder / f"{name}-{suffix}.png", animations="disabled")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
