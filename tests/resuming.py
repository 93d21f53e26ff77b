"""Large work that can be killed and taken up again: ``python -m tests.resuming FOLDER STEP``.

Steps: ``prepare`` (prints the numbers of the order and of the records), ``bulk RUN``, ``undo ACT``, ``archive`` (brings
in what ``prepare`` wrote), ``state``. The environment may name a fault point (``RAPPORT_FAULT``) at which the process
dies.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["RAPPORT_DATA"] = sys.argv[1]
os.environ["DATABASE_URL"] = f"sqlite:///{sys.argv[1]}/live.sqlite3"
os.environ.setdefault("RAPPORT_SECRET_KEY", "a key for killing, long enough to sign with and known to everybody")
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db.models import Count  # noqa: E402

from rapport.accounts.actor import Actor  # noqa: E402
from rapport.core.archives import bringing, making  # noqa: E402
from rapport.core.changes import bulk_runs, undo  # noqa: E402
from rapport.core.events.models import Act, Change  # noqa: E402
from rapport.core.jobs.models import Job  # noqa: E402
from rapport.core.objects import registry, saving  # noqa: E402
from rapport.core.objects.bulk import Order  # noqa: E402
from rapport.lib.pace import Pace  # noqa: E402
from rapport.people.models import Person  # noqa: E402

RECORDS = 23
ADA = Actor.system(via="command")
ARCHIVE = Path(sys.argv[1]) / "all.zip"


def prepare() -> dict[str, Any]:
    """A crowd and an order for it, not begun."""
    call_command("migrate", verbosity=0)
    spec = registry.get("person")
    with saving.acting(ADA, "import") as act:
        rows = [{"first_name": f"N{number}"} for number in range(RECORDS)]
        drafts = saving.create_many(ADA, spec, rows, act=act)
    ids = [draft.instance.pk for draft in drafts]
    making.write(ADA, ARCHIVE)
    job = bulk_runs.start(ADA, spec, Order("edit", "job_title", "Head"), ids)
    return {"run": job.args["order"], "made": act.pk, "records": RECORDS}


def state() -> dict[str, Any]:
    """Titles and how often each act changed each record, at most."""
    changed = Change.objects.values("event__act_id", "record_id").annotate(times=Count("pk"))
    return {
        "titles": sorted(set(Person.objects.values_list("job_title", flat=True))),
        "live": Person.objects.filter(live=True).count(),
        "most": max(row["times"] for row in changed),
        "acts": [[act.pk, act.kind, act.counts] for act in Act.objects.order_by("pk")],
    }


def main() -> None:
    """Does the step."""
    small: Any = lambda _size: Pace(4, most=4)  # noqa: E731 - many chunks
    bulk_runs.Pace = undo.Pace = small  # type: ignore[attr-defined, misc]
    undo.AT_ONCE = bringing.MOST_ROWS = 4
    step = sys.argv[2]
    if step == "prepare":
        print(json.dumps(prepare()))
    elif step == "bulk":
        print(bulk_runs.carry_on(ADA, int(sys.argv[3])).act_id)
        Job.objects.update(state="done")
    elif step == "undo":
        print(undo.undo(ADA, int(sys.argv[3])).act.pk)
    elif step == "archive":
        print(json.dumps(bringing.bring(ADA, ARCHIVE).counts))
    else:
        print(json.dumps(state()))


if __name__ == "__main__":
    main()
