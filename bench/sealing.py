"""How fast the sealer is: ``python -m bench.sealing --events 20000``, on the database that ``DATABASE_URL`` names.

Without one, on a SQLite file in a temporary folder, written as a real workspace is (WAL, ``synchronous=FULL``). For
PostgreSQL: ``python -m tests.postgres .venv/bin/python -m bench.sealing``. Prints one line of JSON: events a second,
the longest write transaction, and how fast ``verify`` reads the same events.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from typing import Any

os.environ.setdefault("RAPPORT_DATA", tempfile.mkdtemp(prefix="rapport-sealing-"))
os.environ.setdefault("RAPPORT_SECRET_KEY", "a key for measuring, long enough to sign with and known to everybody")
os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from rapport.accounts.actor import Actor  # noqa: E402
from rapport.core.audit.verify import verify  # noqa: E402
from rapport.core.events.emit import acting  # noqa: E402
from rapport.core.events.models import Event  # noqa: E402
from rapport.core.events.sealer import Sealer  # noqa: E402
from rapport.core.objects import registry, saving  # noqa: E402

_CHUNK = 500  # people saved in one transaction


class Timed(Sealer):
    """A sealer that remembers its longest transaction, in seconds."""

    longest = 0.0

    def _store(self, head: Any, sealed: Any) -> bool:
        began = time.perf_counter()
        done = super()._store(head, sealed)
        self.longest = max(self.longest, time.perf_counter() - began)
        return done


def main() -> int:
    """Makes people, seals what was written of them, checks it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=20_000)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    actor, spec = Actor.system(via="command"), registry.get("person")
    for start in range(0, options.events, _CHUNK):
        with acting(actor, "import") as act:
            rows = [
                {"first_name": f"N{number}", "email": f"n{number}@x.example"} for number in range(start, start + _CHUNK)
            ]
            saving.create_many(actor, spec, rows, act=act)
    waiting = Event.objects.filter(seal_no=None).count()
    pen = Timed()
    began = time.perf_counter()
    sealed = pen.drain()
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    report = verify()
    checking = time.perf_counter() - began
    print(
        json.dumps(
            {
                "database": connection.vendor,
                "events": sealed,
                "sealed_per_second": round(sealed / seconds),
                "longest_transaction_seconds": round(pen.longest, 3),
                "verified_per_second": round(sealed / checking),
                "whole": report.is_whole,
            }
        )
    )
    return 0 if report.is_whole and sealed == waiting else 1


if __name__ == "__main__":
    sys.exit(main())
