"""Dependencies are few, argued for, and locked."""

import re
import tomllib

import pytest

from tests.architecture.tree import ROOT, text

pytestmark = pytest.mark.sqlite_only

MAX_RUN_TIME = 30
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = re.compile(r"^[\w.-]+")
LOCKED = re.compile(r"^([\w.-]+)==\S+(?: ;[^\\]*)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def names(requirements: list[str]) -> set[str]:
    return {match[0].lower().replace("_", "-") for text in requirements if (match := NAME.match(text))}


def locked(name: str) -> set[str]:
    return {match[1] for match in LOCKED.finditer(text(ROOT / "requirements" / name))}


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==\S+", text(ROOT / "requirements" / name), re.MULTILINE))


def test_run_time_dependencies_are_few() -> None:
    assert len(PROJECT["dependencies"]) <= MAX_RUN_TIME


def test_each_dependency_has_its_reason_beside_it() -> None:
    listed = {
        *PROJECT["dependencies"],
        *(item for extra in PROJECT["optional-dependencies"].values() for item in extra),
    }
    lines = text(ROOT / "pyproject.toml").splitlines()
    argued = {item for item in listed for line in lines if re.match(rf'\s+"{re.escape(item)}",\s+# \S', line)}
    assert listed - argued == set(), "Say in one line why each of these is needed."


@pytest.mark.parametrize(("name", "extras"), [("run.txt", ["setup"]), ("dev.txt", ["setup", "dev"])])
def test_each_dependency_is_locked_with_its_hashes(name: str, extras: list[str]) -> None:
    wanted = names(PROJECT["dependencies"]).union(*(names(PROJECT["optional-dependencies"][extra]) for extra in extras))
    assert wanted - locked(name) == set(), "Run “make lock”."
    assert {pin.split("==")[0] for pin in pins(name)} == locked(name), "A line without hashes."


def test_what_runs_is_what_is_tested() -> None:
    assert pins("run.txt") <= pins("dev.txt"), "Run “make lock”."
