"""How quick an export is and what memory it takes: ``python -m bench.export FOLDER``, a workspace with many people.

Each export runs in a process of its own (``rapport export``), so that its processor time and its peak of memory are
its own, too. Prints one line of a table for each.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEN = "first_name,last_name,email,phone,company,job_title,lifecycle,source,language,created_at"
FORMATS = ("csv", "jsonl", "xlsx")


def main() -> int:
    """Export people from ``FOLDER`` in every format, ten columns and all."""
    parser = argparse.ArgumentParser(prog="python -m bench.export", description=__doc__)
    parser.add_argument("folder", type=Path, help="the data folder of a workspace (SQLite)")
    parser.add_argument("--format", nargs="*", choices=FORMATS, default=list(FORMATS))
    options = parser.parse_args()
    print("| Format | Columns | Records | CPU, s | Records/s of CPU | Wall, s | File, MB | Peak memory, MB |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for columns in (TEN, ""):
        for fmt in options.format:
            _measure(options.folder.absolute(), fmt, columns)
    return 0


def _measure(folder: Path, fmt: str, columns: str) -> None:
    with tempfile.TemporaryDirectory(prefix="rapport-bench-", dir="/var/tmp") as scratch:
        out = Path(scratch) / f"out.{fmt}"
        command = [sys.executable, "-m", "rapport.cli", "export", "person", "--out", str(out), "--manifest"]
        begun = time.monotonic()
        process = subprocess.Popen(
            [*command, *(["--columns", columns] if columns else [])],
            env={**os.environ, "RAPPORT_DATA": str(folder)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        _pid, status, used = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"The export as {fmt} failed.")
        records = json.loads((out.parent / f"{out.name}.manifest.json").read_text())["records"]
        print(_line(fmt, columns, records, used, time.monotonic() - begun, out.stat().st_size), flush=True)


def _line(fmt: str, columns: str, records: int, used: resource.struct_rusage, wall: float, size: int) -> str:
    cpu = used.ru_utime + used.ru_stime
    cells = (fmt, 10 if columns else "all", f"{records:,}", f"{cpu:.1f}", f"{records / cpu:,.0f}", f"{wall:.1f}",
             f"{size / 1e6:.0f}", f"{used.ru_maxrss / 1024:.0f}")  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
