"""``rapport export --everything`` and ``rapport import --everything``: all objects with their files in one archive."""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.cli import Problem

if TYPE_CHECKING:
    from rapport.accounts.actor import Actor
    from rapport.core.archives.models import ArchiveRun

As = Callable[[argparse.Namespace], "Actor"]
_FOR_TABLES = ("map", "match", "sheet", "source", "lenient", "resume", "dry_run", "json")
_SAID_EVERY = 2.0  # seconds between two words about how far it is


def take_out(options: argparse.Namespace, acting_as: As) -> int:
    """Write the archive of everything that the actor may export."""
    from rapport.cli.preparing import prepare
    from rapport.core.archives import making
    from rapport.lib import clock

    if options.out is None:
        raise Problem("Say where the archive goes: rapport export --everything --out FILE.zip.")
    prepare()
    path: Path = options.out
    if path.is_dir():
        path /= f"rapport-{clock.now():%Y-%m-%d}.zip"
    began = time.monotonic()
    say = _progress("lines and files")
    count = making.write(acting_as(options), path, options.tables, with_files=not options.without_files, progress=say)
    took = max(time.monotonic() - began, 0.001)
    print(f"{count:,} records in {path} in {took:.1f} s, {count / took:,.0f} a second.")
    return 0


def bring_in(options: argparse.Namespace, acting_as: As) -> int:
    """Bring an archive in; 1 if some of it failed. Problem for what is said of a table: nothing is brought in then."""
    from rapport.cli.preparing import prepare
    from rapport.core.archives import bringing

    said = [f"--{name.replace('_', '-')}" for name in _FOR_TABLES if getattr(options, name)]
    said += ["--mode"] if options.mode != "both" else []
    if said or options.kind:
        raise Problem(
            f"An archive is brought in as a whole: {', '.join(said) or options.kind} cannot be said of it. "
            "Nothing was imported. Write: rapport import --everything FILE.zip."
        )
    path: Path = options.everything
    if not path.is_file():
        raise Problem(f"There is no file “{path}”.")
    prepare()
    began = time.monotonic()
    run = bringing.bring(acting_as(options), path, _progress("bytes"))
    return _tell(run, time.monotonic() - began)


def _tell(run: "ArchiveRun", seconds: float) -> int:
    from rapport.core.archives.runs import undoable

    act = undoable(run)
    names = ("created", "updated", "unchanged", "failed")
    for kind, counts in run.counts.items():
        said = ", ".join(f"{counts[name]:,} {name}" for name in names if counts.get(name))
        print(f"{kind}: {said}")
    if count := run.report.get("without_owner"):
        print(f"{count:,} records have owners whom nobody here is by e-mail: they belong to who brought them in.")
    if count := run.report.get("without_team"):
        print(f"{count:,} records have teams that are not here by name: they belong to none.")
    problems = run.report.get("problems", [])
    for path, line, reason in problems[:20]:
        print(f"  {path}{f', line {line}' if line else ''}: {reason}")
    if len(problems) > 20:
        print(f"  … and {len(problems) - 20:,} more.")
    print(f"Done in {seconds:.1f} s." + (f" To take it back: rapport undo {act}" if act else ""))
    return 1 if any(counts.get("failed") for counts in run.counts.values()) else 0


def _progress(what: str) -> Callable[[int, int], None]:
    said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said
        if sys.stderr.isatty() and time.monotonic() - said > _SAID_EVERY:
            said = time.monotonic()
            print(f"{done:,} of {total:,} {what}", file=sys.stderr)

    return tell
