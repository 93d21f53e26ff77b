"""A move from another system, photographed: ``python -m tests.move FOLDER [ROWS]``.

A messy file (cp1252, semicolons, German headers, days and numbers as people write them, doubles, bad addresses, broken
rows) is imported in the browser of a freshly started Rapport; the rows that failed are downloaded, mended and imported
again; then the whole is undone. Prints what each step took.
"""

import csv
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.photographs import BROWSERS, DESK

PORT = 8378
ROWS = 100_000
HEADER = ["Kundennr", "Nachname", "Vorname", "Telefon", "E-Mail", "Firma", "Position", "PLZ", "Ort", "Geburtstag",
          "Sprache", "Bemerkung"]  # fmt: skip
MOST_SECONDS = 900  # for one step
FIRST = ("Anna", "Jürgen", "Zoë", "Björn", "Łukasz", "François", "Mia", "Günther", "Ida", "Noël")
LAST = ("Müller", "Groß", "Weiß", "O'Brien", "Schäfer", "Öztürk", "von der Heide", "Krüger", "Ng", "Li")


def main(folder: Path, rows: int = ROWS) -> None:
    """Imports, mends and undoes, and writes the pictures into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        file = Path(data) / "kunden-alt.csv"
        write_messy(file, rows)
        environment = {**os.environ, "RAPPORT_DATA": f"{data}/house", "PYTHONUNBUFFERED": "1"}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "rapport.cli", "run", "--port", str(PORT)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as house:
            try:
                said = ""
                while not (link := re.search(r"http://\S+/sign-in/\S+", said)):
                    said += house.stdout.readline() if house.stdout else ""
                with sync_playwright() as playwright:
                    program = next(filter(None, map(shutil.which, BROWSERS)))
                    browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
                    page = browser.new_page(viewport=DESK, accept_downloads=True)
                    page.set_default_timeout(60_000)
                    page.goto(link.group(0))
                    page.get_by_role("button", name="Sign in").click()
                    page.wait_for_url("**/")
                    walk(page, file, folder)
                    browser.close()
            finally:
                house.send_signal(signal.SIGTERM)


def walk(page: Page, file: Path, folder: Path) -> None:
    """The journey itself."""
    base = f"http://127.0.0.1:{PORT}"
    page.goto(f"{base}/import?kind=person")
    began = bring(page, file)
    shoot(page, folder, "columns")
    page.get_by_role("button", name="Start import").click()
    page.wait_for_url(re.compile(r"/import/\d+$"))
    page.get_by_text(re.compile(r"rows, [\d,.]+ a second, about")).wait_for()
    shoot(page, folder, "progress")
    finish(page, began, "import")
    shoot(page, folder, "result")
    first_run = page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them").click()
    failed = file.with_name("failed.csv")
    download.value.save_as(failed)
    mended = file.with_name("mended.csv")
    print(f"rows mended: {mend(failed, mended)}")
    page.get_by_label("The mended file").set_input_files(mended)
    page.get_by_role("button", name="Import again").click()
    page.get_by_role("button", name="Start import").wait_for()
    began = time.monotonic()
    page.get_by_role("button", name="Start import").click()
    finish(page, began, "import of the mended rows")
    shoot(page, folder, "mended")
    page.goto(first_run)
    began = time.monotonic()
    page.get_by_role("button", name="Undo import").or_(page.get_by_role("link", name="Undo import")).click()
    page.wait_for_load_state("networkidle")
    shoot(page, folder, "undo")
    undo = page.get_by_role("main").get_by_role("button", name=re.compile("^Undo"))
    if undo.count():
        undo.first.click()
    page.wait_for_load_state("networkidle")
    deadline = time.monotonic() + MOST_SECONDS
    while time.monotonic() < deadline:
        page.goto(first_run)
        if page.get_by_text("This import was undone").count():
            break
        time.sleep(2)
    else:
        raise SystemExit("The undo did not end.")
    print(f"undo: {time.monotonic() - began:.1f} s")
    shoot(page, folder, "undone")


def bring(page: Page, file: Path) -> float:
    """Chooses the file and waits until its columns are shown; returns when that began."""
    page.locator("input[type=file]").set_input_files(file)
    began = time.monotonic()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Start import").wait_for()
    print(f"read the file: {time.monotonic() - began:.1f} s")
    return time.monotonic()


def finish(page: Page, began: float, what: str) -> None:
    """Waits until the run has ended and prints how long it took."""
    page.get_by_role("link", name="Import another file").wait_for(timeout=MOST_SECONDS * 1000)
    print(f"{what}: {time.monotonic() - began:.1f} s")


def shoot(page: Page, folder: Path, step: str) -> None:
    """One picture of the move."""
    page.screenshot(path=folder / f"move-{step}.png", animations="disabled")


def write_messy(file: Path, rows: int) -> None:
    """A file as an old system gives it."""
    chance = random.Random(5)
    with file.open("w", newline="", encoding="cp1252", errors="replace") as handle:
        writer = csv.writer(handle, delimiter=";")
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(messy_row(number, chance))


def messy_row(number: int, chance: random.Random) -> list[str]:
    """A customer; every fiftieth or so with something wrong."""
    first, last = chance.choice(FIRST), chance.choice(LAST)
    local = re.sub(r"[^a-z]", "", f"{first}{last}".lower())
    email = f"{local}{number}@example-{number % 300}.com"
    birthday = chance.choice((f"{1 + number % 28:02}.{1 + number % 12:02}.{1940 + number % 60}", ""))
    row = [f"K{number:06}", last, first, chance.choice((f"030 {100000 + number}", f"+49 (0)40 / {200000 + number}")),
           email, f"Betrieb {number % (1 + number // 8 % 5000)} GmbH", chance.choice(("Einkauf", "Inhaber:in", "")),
           f"{10115 + number % 80000}", chance.choice(("Berlin", "Köln", "Nürnberg")), birthday,
           chance.choice(("Deutsch", "Englisch", "")),
           chance.choice(("", "", "ruft zurück;\nam liebsten vormittags"))]  # fmt: skip
    match number % 97:
        case 11:
            row[4] = email.replace("@", " at ")
        case 23:
            row[9] = "31.02.1980"
        case 37:
            row[1] = row[1].upper() + "  "
        case 53:
            row[4] = row[4].upper() + " "
        case 71:
            row[3] = "siehe Bemerkung"
        case 89:
            row[:] = row[:6]
    return row


def mend(failed: Path, mended: Path) -> int:
    """What a person does in a spreadsheet program; returns how many rows there were."""
    text = failed.read_bytes().decode("cp1252", errors="replace")
    if text.startswith("\ufeff") or "Ã" in text:
        text = failed.read_text(encoding="utf-8-sig")
    lines = list(csv.reader(text.splitlines(keepends=True), delimiter=";" if ";" in text.splitlines()[0] else ","))
    places = {name: place for place, name in enumerate(lines[0])}
    for row in lines[1:]:
        row += [""] * (len(lines[0]) - len(row))
        for name, put in (("E-Mail", lambda value: value.replace(" at ", "@")), ("Telefon", _digits_only)):
            if name in places:
                row[places[name]] = put(row[places[name]])
        if "Geburtstag" in places and row[places["Geburtstag"]].startswith("31.02."):
            row[places["Geburtstag"]] = "28.02.1980"
    with mended.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle, delimiter=";").writerows(lines)
    return len(lines) - 1


def _digits_only(value: str) -> str:
    return value if any(sign.isdigit() for sign in value) else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(number) for number in sys.argv[2:3]))
