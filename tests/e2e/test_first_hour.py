"""The first hour: a newcomer starts Rapport, brings 10,000 own customers, works with one, and takes the import back.

The product runs as ``rapport run`` does it: web and worker as processes of their own, on a fresh workspace. With
``RAPPORT_PHOTOGRAPHS`` set to a folder the journey is photographed into it (``make photographs``).
"""

import csv
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ROWS = 10_000
HEADER = ("Vorname", "Nachname", "E-Mail", "Telefon", "Firma", "Ort", "Status", "Quelle")
FIRST = ("Jürgen", "Anna", "Zoë", "Max", "Wojciech", "İpek")
PLACES = ("Köln", "Bonn", "Ulm", "Kiel")
IMPORT_AT_MOST = 120_000  # ms
SAMPLE_AT_MOST = 60_000  # ms


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Rapport running on a workspace of its own: its address and the first sign-in link."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "RAPPORT_DATA": str(tmp_path / "var"), "PYTHONUNBUFFERED": "1"}
    for name in ("DATABASE_URL", "RAPPORT_URL"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "rapport.cli", "run", "--empty", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True) as house:
        assert house.stdout is not None
        said = ""
        for line in house.stdout:
            said += line
            if found := re.search(r"http://\S+/sign-in/\S+", said):
                break
        else:
            pytest.fail(f"rapport run ended: {said}")
        try:
            yield f"http://127.0.0.1:{port}", found.group(0)
        finally:
            house.send_signal(signal.SIGTERM)
            house.wait(timeout=20)


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    """A sheet as it comes from a German office: semicolons, cp1252 where it fits, else UTF-8."""
    path = tmp_path / "Kunden.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file, delimiter=";")
        sheet.writerow(HEADER)
        for number in range(ROWS):
            sheet.writerow(
                (
                    FIRST[number % len(FIRST)],
                    f"Müller-{number}",
                    f"kunde{number}@firma{number % 400}.example",
                    f"0221 {2_000_000 + number}",
                    f"Firma {number % 400} GmbH",
                    PLACES[number % len(PLACES)],
                    ("Kunde", "Lead", "")[number % 3],
                    "Messe",
                )
            )
    return path


def photograph(page: Page, name: str) -> None:
    """Keeps a picture of the page if pictures were asked for."""
    if folder := os.environ.get("RAPPORT_PHOTOGRAPHS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_newcomer_is_at_work_with_own_customers(page: Page, address: tuple[str, str], customers: Path) -> None:
    base, link = address

    page.goto(link)
    photograph(page, "first-hour-1-link")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to Rapport")
    page.get_by_role("radio", name="Bakery").check()
    page.get_by_label("Show me a sample company").check()
    photograph(page, "first-hour-2-welcome")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("link", name="Clear it")).to_be_visible(timeout=SAMPLE_AT_MOST)  # home, by itself
    first_steps = page.locator("#home-first-steps")
    expect(first_steps).to_contain_text("0 of 8 done")
    photograph(page, "first-hour-2-home")

    first_steps.get_by_role("link", name="Look around").click()
    for number in range(1, 7):
        expect(page.locator("#tour")).to_contain_text(f"Tour · {number} of 7")
        if number == 4:
            photograph(page, "first-hour-2-tour")
        page.locator("#tour").get_by_role("link", name="Next").click()
    expect(page.locator("#tour")).to_contain_text("7 of 7")
    page.wait_for_load_state("load")
    expect(page.locator("#tour [type=submit]").last).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#tour")).to_have_count(0)

    page.get_by_role("link", name="Clear it").click()
    photograph(page, "first-hour-2-sample")
    page.get_by_role("button", name=re.compile(r"Clear [\d,]+ records")).click()
    expect(page.locator("main")).to_contain_text("made-up records go for good")
    page.get_by_role("button", name=re.compile(r"Clear [\d,]+ records")).click()
    expect(page.get_by_role("link", name="Go on")).to_be_visible(timeout=SAMPLE_AT_MOST)
    page.goto(f"{base}/settings/users/new")
    page.get_by_label("Name").fill("Cara Colleague")
    page.get_by_label("E-mail").fill("cara@bakery.example")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("Cara Colleague")
    page.goto(f"{base}/")
    expect(first_steps).to_contain_text("2 of 8 done")

    first_steps.get_by_role("link", name="Import your customers").click()
    page.set_input_files("input[type=file]", str(customers))
    photograph(page, "first-hour-3-file")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Columns of the file")
    photograph(page, "first-hour-4-columns")
    page.get_by_role("button", name="Start import").click()
    undo = page.get_by_role("link", name="Undo import")
    expect(undo).to_be_visible(timeout=IMPORT_AT_MOST)
    expect(page.locator("main")).to_contain_text("10,000")
    photograph(page, "first-hour-5-result")
    result = page.url

    page.goto(f"{base}/people")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.goto(f"{base}/people?address.city=K%C3%B6ln&lifecycle=customer&sort=title")
    expect(page.locator(".chip.on")).to_have_count(2)
    photograph(page, "first-hour-6-filtered")
    page.locator("tbody a.name").first.click()
    page.wait_for_load_state("load")  # the tabs are there before what makes them work
    expect(page.locator(".who .title")).to_contain_text("Müller-")
    name = page.locator(".who .title").inner_text()

    page.get_by_role("tab", name="Call").click()
    page.get_by_label("Minutes").fill("14")
    page.get_by_label("What was said").fill("Wants the autumn price list.")
    page.get_by_role("button", name="Log call").click()
    timeline = page.locator("#history")
    expect(timeline).to_contain_text("Outgoing call")
    expect(timeline).to_contain_text("Wants the autumn price list.")
    photograph(page, "first-hour-7-call")

    page.goto(result)
    page.get_by_role("link", name="Undo import").click()
    page.locator("main").get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("main")).to_contain_text(re.compile("Undone|undone|taken back"), timeout=IMPORT_AT_MOST)
    photograph(page, "first-hour-8-undone")
    page.goto(f"{base}/people")
    expect(page.locator("main")).to_contain_text("No people yet")
    page.goto(f"{base}/people?trash=1&q={FIRST[0]}")
    expect(page.locator("tbody tr").first).to_be_visible()
    assert name
