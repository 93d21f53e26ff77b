"""Where results go: ``bench/results.json``, and a table for the terminal and for docs/measurements.md."""

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
_KEY = ("operation", "database", "people", "clients", "actor")


def keep(rows: list[dict[str, Any]]) -> None:
    """Add the rows to the results, in place of older ones of the same kind."""
    old = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    new = {tuple(row[name] for name in _KEY): row for row in [*old, *rows]}
    RESULTS.write_text(
        json.dumps(sorted(new.values(), key=lambda row: [str(row[name]) for name in _KEY]), indent=1) + "\n"
    )


def table(rows: list[dict[str, Any]], budgets: dict[tuple[str, str], float]) -> str:
    """The rows as Markdown; what is over its budget is marked."""
    lines = [
        "| Operation | Database | People | Actor | CPU p50 | CPU p95 | Budget | | Wall p50 | Wall p95 | Bare SQL |",
        "|---|---|---:|---|---:|---:|---:|---|---:|---:|---:|",
    ]
    for row in rows:
        budget = budgets[row["operation"], row["database"]]
        over = "**over**" if row["cpu_ms_p50"] > budget else "ok"
        figures = [f"{row[name]:.1f}" for name in ("cpu_ms_p50", "cpu_ms_p95")]
        wall = [f"{row[name]:.1f}" for name in ("wall_ms_p50", "wall_ms_p95", "floor_ms")]
        lines.append(
            f"| {row['operation']} | {row['database']} | {row['people']:,} | {row['actor']} | "
            f"{' | '.join(figures)} | {budget:g} | {over} | {' | '.join(wall)} |"
        )
    return "\n".join(lines)
