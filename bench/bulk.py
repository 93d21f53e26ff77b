"""How quick a bulk change and its undo are: ``python -m bench.bulk FOLDER``, a workspace with many people (SQLite).

A copy of the workspace is changed, as the worker does it: the first people of the list get another job title, a tag,
another source, and go to the trash; each act is undone. Prints one line of a table for each.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ORDERS = (("edit", "job_title", "Head of Bread"), ("tag", "", "bench"), ("edit", "source", "Bench"), ("trash", "", ""))
OWN = (("c_batch", "bench"), ("c_plain_1", "bench"))  # fields made at run time (bench/custom.py), one with an index


def main() -> int:
    """Change and undo."""
    parser = argparse.ArgumentParser(prog="python -m bench.bulk", description=__doc__)
    parser.add_argument("folder", type=Path, help="the data folder of a workspace; it stays as it is")
    parser.add_argument("--rows", type=int, default=50_000)
    options = parser.parse_args()
    print("| Change | Rows/s | CPU, ms a row | Undo, rows/s | CPU, ms a row |")
    print("|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(prefix="rapport-bench-", dir="/var/tmp") as scratch:
        house = Path(scratch) / "house"
        shutil.copytree(options.folder, house)
        os.environ |= {"RAPPORT_DATA": str(house), "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        _measure(options.rows)
    return 0


def _measure(rows: int) -> None:
    import django

    django.setup()
    from rapport.accounts.actor import Actor
    from rapport.accounts.models import User
    from rapport.cli.preparing import prepare
    from rapport.core.changes import bulk_runs
    from rapport.core.changes.undo import undo
    from rapport.core.jobs.models import Job
    from rapport.core.objects import registry
    from rapport.core.objects.bulk import Order
    from rapport.people.models import Person

    prepare()
    actor = Actor.of(User.objects.select_related("role", "team").get(email__startswith="bench.all"))
    ids = list(Person.objects.filter(live=True).order_by("pk").values_list("pk", flat=True)[:rows])
    made = [("edit", key, value) for key, value in OWN if key in registry.get("person").by_key]
    for verb, field, value in (*ORDERS, *made):
        job = bulk_runs.start(actor, registry.get("person"), Order(verb, field, value), ids)

        def change(job: Job = job) -> Any:
            return bulk_runs.carry_on(actor, job.args["order"])

        run, wall, cpu = _timed(change)
        Job.objects.filter(pk=job.pk).update(state="done")
        _undone, wall_back, cpu_back = _timed(lambda act=run.act_id: undo(actor, act))
        told = (
            f"{rows / wall:,.0f}",
            f"{cpu / rows * 1000:.2f}",
            f"{rows / wall_back:,.0f}",
            f"{cpu_back / rows * 1000:.2f}",
        )
        print(f"| {verb} {field} | {' | '.join(told)} |", flush=True)


def _timed(work: Any) -> tuple[Any, float, float]:
    began, used = time.perf_counter(), time.process_time()
    answer = work()
    return answer, time.perf_counter() - began, time.process_time() - used


if __name__ == "__main__":
    sys.exit(main())
