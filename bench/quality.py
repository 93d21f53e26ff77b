"""How long all checks of the data take, and how much memory: ``python -m bench.quality --workspace FOLDER
[--postgres DATA] [--bad]``, on a copy of a workspace.

Each kind is checked twice: what is found is stored, then all is there. ``--bad``: nobody has an owner, so that there is
something wrong with every record.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

from bench.workspace import copied


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--postgres", type=Path)
    parser.add_argument("--bad", action="store_true")
    options = parser.parse_args()
    with copied(options.workspace, options.postgres):
        _check(is_bad=options.bad)
    return 0


def _check(*, is_bad: bool) -> None:
    from rapport.core.objects import registry
    from rapport.core.quality.models import Finding
    from rapport.core.quality.running import check_all
    from rapport.people.models import Person

    if is_bad:
        Person.objects.update(owner=None)
    print("| Kind | Run | Records | Without a finding | Findings | Seconds | CPU, seconds | Memory, MB |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for kind in ("person", "company"):
        for which in ("first", "again"):
            wall, cpu = time.perf_counter(), time.process_time()
            run = check_all(registry.get(kind))
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            found = Finding.objects.filter(kind=kind, gone_at=None).count()
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"| {kind} | {which} | {run.looked_count:,} | {run.clean_count:,} | {found:,} "
                f"| {wall:.0f} | {cpu:.0f} | {memory:,} |",
                flush=True,
            )


if __name__ == "__main__":
    sys.exit(main())
