"""The run: kills, then troubles; a table, as JSON with ``--json FILE``; exit code 1 if anything was wrong."""

import argparse
import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
_POINT = re.compile(r'\bpoint\("([a-z_.]+)"\)')
_MET_SECONDS = 30.0  # so long may it take until a fault point is reached


def points() -> list[str]:
    """The names of all fault points in the source."""
    return sorted({name for path in (ROOT / "rapport").rglob("*.py") for name in _POINT.findall(path.read_text())})


def main() -> int:
    """Everything, or what the options name."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no process stays behind
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="in all, those at fault points among them")
    parser.add_argument("--only", nargs="*", default=[], help="scenarios and troubles by name")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows of the table there, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-faults-", dir="/var/tmp") as folder:
        rows = _run(Path(folder), options)
    print(_table(rows))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 1 if any(row["wrong"] for row in rows) else 0


def _run(folder: Path, options: argparse.Namespace) -> list[dict[str, Any]]:
    os.environ |= {
        "RAPPORT_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
        "RAPPORT_SECRET_KEY": "a key for faults, long enough to sign with and known to everybody",
    }  # fmt: skip
    os.environ.pop("RAPPORT_FAULT", None)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder / 'rapport.sqlite3'}")
    import django  # noqa: PLC0415 - the environment says which workspace

    django.setup()
    from rapport.cli.preparing import prepare  # noqa: PLC0415
    from tests.faults import troubles  # noqa: PLC0415
    from tests.faults.scenarios import SCENARIOS  # noqa: PLC0415
    from tests.faults.site import READY_SECONDS, Site  # noqa: PLC0415

    prepare()
    site = Site(folder)
    _keep_clean(folder)
    wanted = [known for known in SCENARIOS if not options.only or known.__name__.lower() in options.only]
    try:
        rows = _kills(site, wanted, options.kills, random.Random(options.seed))
        for trouble in troubles.TROUBLES:
            if not options.only or trouble.__name__ in options.only:
                rows.append(_tell(troubles.row(site, trouble)))
    finally:
        site.kill()
    slow = [f"{site.slowest_start:.1f} s"] if site.slowest_start > READY_SECONDS else []
    rows.append({"what": f"ready again after at most {site.slowest_start:.1f} s", "wrong": slow})
    return rows


def _keep_clean(folder: Path) -> None:
    """A copy of the file as it is at the beginning."""
    if (folder / "rapport.sqlite3").exists():
        with sqlite3.connect(folder / "rapport.sqlite3") as source, sqlite3.connect(folder / "clean.sqlite3") as target:
            source.backup(target)
        source.close()
        target.close()


def _kills(site: Any, wanted: Any, most: int, chance: random.Random) -> list[dict[str, Any]]:
    from tests.faults.scenarios import scenario_of  # noqa: PLC0415

    plan: list[tuple[Any, str]] = []
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for point in points():
        known = scenario_of(point)
        if known is None:
            rows["", point] = {"what": point, "wrong": ["no scenario passes this point"]}
        elif known in wanted:
            plan += [(known, point), *([] if point in known.once else [(known, f"{point}:3")])]
    plan += [(wanted[number % len(wanted)], "") for number in range(max(most - len(plan), 0))] if wanted else []
    for number, (known, point) in enumerate(plan[:most]):
        name = point.partition(":")[0] or "random"
        row = rows.setdefault(
            (known.__name__, name), {"what": f"{known.__name__.lower()} · {name}", "kills": 0, "missed": 0, "wrong": []}
        )
        try:
            scenario = known(site, number, point)
            killed, wrong = _kill(site, scenario, point, chance)
            row["acknowledged"] = row.get("acknowledged", 0) + scenario.acknowledged
        except Exception as error:  # what cannot even be tried is wrong, too
            killed, wrong = False, [f"{type(error).__name__}: {error}"]
            site.kill()
        row["kills" if killed else "missed"] += 1
        row["wrong"] += wrong
        _tell({**row, "what": f"{number + 1}. {row['what']}{'' if killed else ' (not met)'}", "wrong": wrong})
    for (_known, name), row in rows.items():
        if name != "random" and not row.get("kills") and not row["wrong"]:
            row["wrong"].append("this point was never met")
    return list(rows.values())


def _kill(site: Any, scenario: Any, point: str, chance: random.Random) -> tuple[bool, list[str]]:
    """One kill: begin, die, start again, finish, look."""
    if scenario.process == "web":
        site.start(fault=point, at="web", only=("web",))
    scenario.begin()
    if scenario.process == "work":
        site.start(fault=point, at=scenario.process, only=("work",))
    killed = _await_death(site, scenario, point, chance)
    site.kill()
    site.start()
    with contextlib.suppress(OSError):
        scenario.after()
    wrong = site.drain() + scenario.wrong() + site.wrong()
    site.kill()
    return killed, [f"{scenario.mark}: {text}" for text in wrong]


def _await_death(site: Any, scenario: Any, point: str, chance: random.Random) -> bool:
    """Waits for the kill at the fault point, or for a random moment of the work. False if the point was not met."""
    end = time.monotonic() + _MET_SECONDS
    while time.monotonic() < end:
        if point and site.has_died(scenario.process):
            return True
        if not point and scenario.is_under_way():
            time.sleep(chance.uniform(0.0, 0.8))
            return True
        time.sleep(0.005)
    return False


def _tell(row: dict[str, Any]) -> dict[str, Any]:
    print(f"{row['what']}: {'; '.join(row['wrong']) or 'ok'}", file=sys.stderr, flush=True)
    return row


def _table(rows: list[dict[str, Any]]) -> str:
    lines = ["| Scenario | Kills | Not met | Acknowledged | Wrong |", "|---|---:|---:|---:|---|"]
    for row in rows:
        wrong = "<br>".join(row["wrong"][:3]) or "nothing"
        numbers = " | ".join(str(row.get(name) or "") for name in ("kills", "missed", "acknowledged"))
        lines.append(f"| {row['what']} | {numbers} | {wrong} |")
    kills = sum(row.get("kills", 0) for row in rows)
    return "\n".join([*lines, f"\n{kills} kills, {sum(len(row['wrong']) for row in rows)} faults."])


if __name__ == "__main__":
    sys.exit(main())
