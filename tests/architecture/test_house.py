"""House rules that no linter knows. Exemptions stand in one place, each with its reason."""

import ast
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.tree import files, lines_with, text, tracked

pytestmark = pytest.mark.sqlite_only  # text of files: no database can change it

MAX_LINES = 400
# file: why it may be longer
LONG_FILES: dict[str, str] = {}

# template: why it may carry a style attribute (charts only: their pages send a wider style-src-attr)
STYLED_TEMPLATES: dict[str, str] = {}

SIGNALS = re.compile(r"django\.db\.models\.signals|django\.dispatch|from django\.db\.models import .*\bsignals\b")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(\s*[\d.]")
PIXEL_TEXT = re.compile(r"\bfont(?:-size)?\s*:[^;}]*\d(?:px|pt)\b")
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"<[^>{%]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE)
MACHINE = re.compile(
    r"(?<![\w.~-])/(?:root|home|work|opt|Users)/[\w.-]+"  # a path of one machine
    r"|\bpypi\.(?:org|python)|pythonhosted\.|npmjs\.(?:org|com)|deb\.debian"  # where packages come from
    r"|--(?:extra-)?index-url|--find-links|^registry=",
    re.MULTILINE,
)


def python_files() -> list[Path]:
    return [path for path in files("*.py") if "migrations" not in path.parts]


def stylesheets() -> list[Path]:
    return [path for path in files("*.css") if path.name != "tokens.css"]


def templates() -> list[Path]:
    return [path for path in files("*.html", "*.jinja", "*.j2", "*.svg") if "tests" not in path.parts]


def broken(rule: str, found: list[str]) -> str:
    return "\n".join([rule, *found])


def test_a_file_fits_in_one_head() -> None:
    long = [f"{path}: {n} lines" for path in python_files() if (n := text(path).count("\n")) > MAX_LINES]
    found = [line for line in long if line.split(":")[0] not in LONG_FILES]
    assert not found, broken(f"Split these (more than {MAX_LINES} lines), or say in LONG_FILES why not:", found)


def test_an_exemption_goes_when_its_file_does() -> None:
    known = {str(path) for path in tracked()}
    assert {*LONG_FILES, *STYLED_TEMPLATES} <= known


def test_nothing_happens_behind_a_signal() -> None:
    found = lines_with(SIGNALS, [path for path in python_files() if path.parts[0] == "rapport"])
    assert not found, broken("Call the verb instead of a signal:", found)


def test_each_package_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path in files("__init__.py")
        if path.parts[0] == "rapport"
        and not {"migrations", "tests"} & set(path.parts)
        and ast.get_docstring(ast.parse(text(path))) is None
    ]
    assert not silent, broken("Open these with what the package is for, its nouns and its verbs:", silent)


def test_each_module_opens_with_a_docstring() -> None:
    silent = [
        str(path)
        for path in python_files()
        if path.name != "__init__.py"
        and path.parts[0] == "rapport"
        and ast.get_docstring(ast.parse(text(path))) is None
    ]
    assert not silent, broken("Say on top of these what they hold:", silent)


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, verbosity=1)
    except SystemExit:
        pytest.fail(f"The models have changed since the last migration:\n{said.getvalue()}")


def test_colours_and_text_sizes_come_from_the_tokens() -> None:
    found = []
    for path in stylesheets():
        content = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text(path))
        for number, line in enumerate(content.splitlines(), start=1):
            if COLOUR.search(line) or PIXEL_TEXT.search(line):
                found.append(f"{path}:{number}: {line.strip()[:120]}")
    assert not found, broken("Give these a name in tokens.css:", found)


def test_templates_carry_no_script_of_their_own() -> None:
    found = lines_with(INLINE_SCRIPT, templates()) + lines_with(INLINE_HANDLER, templates())
    assert not found, broken("The content security policy stops these; use a module and data- attributes:", found)


def test_templates_carry_no_style_of_their_own() -> None:
    found = lines_with(INLINE_STYLE, [path for path in templates() if str(path) not in STYLED_TEMPLATES])
    assert not found, broken("Use a class or a data- attribute:", found)


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    # The rules themselves: this file and the target that forbids index lines.
    own = {"tests/architecture/test_house.py", "tests/architecture/test_rules.py"}
    found = lines_with(MACHINE, [path for path in tracked() if str(path) not in own and path.suffix != ".png"])
    assert not found, broken("No package index, no path of one machine:", found)
