"""The files of this repository as git knows them, and rules over their text."""

import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is in git or about to be, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return tuple(Path(name) for name in names if name and (ROOT / name).is_file())


def files(*patterns: str) -> list[Path]:
    """The tracked files that match one of ``patterns`` (``*.py`` matches in any folder)."""
    return [path for path in tracked() if any(path.match(pattern) for pattern in patterns)]


def text(path: Path) -> str:
    """The text of a tracked file; bytes that are no UTF-8 are shown as marks."""
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def lines_with(pattern: re.Pattern[str], paths: Iterable[Path]) -> list[str]:
    """``file:line: text`` of every match, to be printed when a rule is broken."""
    found = []
    for path in paths:
        content = text(path)
        for match in pattern.finditer(content):
            number = content.count("\n", 0, match.start()) + 1
            found.append(f"{path}:{number}: {content.splitlines()[number - 1].strip()[:120]}")
    return found
