"""How long adding a field takes: ``python -m bench.adding FOLDER``, a workspace with many people.

On PostgreSQL beside it the folder of its data: ``--postgres /var/tmp/rapport-bench/postgres-1000000-fields-data``.
What is added is taken back.
"""

import argparse
import os
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from bench import postgres

_KINDS = ("text", "integer", "choice", "date", "yes_no")


def main() -> int:
    """Add fields of some types and say how long each took, for whoever waits."""
    parser = argparse.ArgumentParser(prog="python -m bench.adding", description=__doc__)
    parser.add_argument("folder", type=Path, help="the data folder of a workspace")
    parser.add_argument("--postgres", type=Path, help="where PostgreSQL keeps its data")
    options = parser.parse_args()
    os.environ |= {
        "RAPPORT_DATA": str(options.folder.absolute()), "DJANGO_SETTINGS_MODULE": "rapport.config.settings"
    }  # fmt: skip
    os.environ.pop("DATABASE_URL", None)
    with ExitStack() as stack:
        if options.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres.server(options.postgres))
        taken = sorted(_measure())
    print(f"{len(taken)} fields, ms each: median {statistics.median(taken):.0f}, longest {taken[-1]:.0f}")
    return 0


def _measure() -> list[float]:
    import django

    django.setup()
    from django.db import transaction

    from rapport.accounts.actor import Actor
    from rapport.core.definitions import loading
    from rapport.core.definitions.fields import FieldData, create_field
    from rapport.core.objects import registry

    system, taken = Actor.system(via="command"), []
    for number, kind in enumerate(_KINDS * 4):
        options = [{"label": "One"}, {"label": "Two"}] if kind == "choice" else ()
        with loading.pinned(), transaction.atomic():
            began = time.perf_counter()
            create_field(system, registry.get("person"), FieldData(f"Bench {number}", kind, options=options))
            taken.append((time.perf_counter() - began) * 1000)
            transaction.set_rollback(True)
    return taken


if __name__ == "__main__":
    sys.exit(main())
