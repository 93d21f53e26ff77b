"""How fast the board of deals is: sums per stage, the whole board, and a move, in processor time of the server.

``python -m bench.deals``: a new house of its own with 100,000 deals, in a folder that is gone afterwards. With
``DATABASE_URL`` (``python -m tests.postgres python -m bench.deals``) in PostgreSQL, else in SQLite.
"""

import argparse
import datetime
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SEED = 20260404
OPEN_SHARE, OWNED = 0.6, 0.5  # of all deals are open; of the open ones belong to one person
ROUNDS = 60


def main() -> int:
    """Fill a house and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.deals", description=__doc__)
    parser.add_argument("--deals", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-bench-", dir="/var/tmp") as scratch:
        os.environ |= {"RAPPORT_DATA": scratch, "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
        import django

        django.setup()
        _measure(options.deals)
    return 0


def _measure(count: int) -> None:
    from django.test import Client

    from rapport.accounts.actor import Actor
    from rapport.accounts.models import Role, User
    from rapport.cli.preparing import prepare
    from rapport.sales.deals import board, board_figures
    from rapport.sales.deals.actions import move_deal
    from rapport.sales.deals.models import Deal
    from rapport.sales.deals.step_words import Clocks
    from rapport.sales.pipelines import reading
    from rapport.sample import loading

    prepare()
    loading.load(people=100)
    fill(count)
    boss = User.objects.create(email="b@example.com", name="Boss", role=Role.objects.get(key="administrator"))
    actor = Actor.of(User.objects.select_related("role", "team").get(pk=boss.pk))
    busy = Actor.of(User.objects.select_related("role", "team").get(name="Tom Adeyemi"))
    print(f"{count:,} deals, {Deal.objects.filter(status='open').count():,} open, "
          f"{Deal.objects.filter(status='open', owner_id=busy.user_id).count():,} of one person")  # fmt: skip
    print("| What | Median, ms | 95 %, ms |\n|---|---:|---:|")
    pipeline = reading.current().first
    keys = [stage.key for stage in pipeline.open]
    for name, who in (("all", actor), ("one person's", busy)):
        clocks, asked = Clocks.of(who), board.asked(who, [])
        _row(f"sums, {name}", lambda who=who, asked=asked, at=clocks: board_figures.stage_sums(who, asked, keys, at))
        client = Client()
        client.force_login(User.objects.get(pk=who.user_id))
        _row(f"board, {name}", lambda client=client: _get(client, "/deals/board?in="))
        _row(f"page with the board, {name}", lambda client=client: _get(client, "/deals"))
    _row("stamp", lambda: _get(client, "/deals/board/stamp"))
    ids = iter(Deal.objects.filter(stage=keys[0]).values_list("pk", flat=True)[: ROUNDS * 2])
    _row("move", lambda: move_deal(actor, next(ids), keys[1]))


def fill(count: int) -> None:
    """Writes deals without a history, spread over the stages of the first pipeline."""
    from django.db import connection, transaction

    from rapport.accounts.models import User
    from rapport.core.records import rows
    from rapport.core.records.models import Record
    from rapport.lib import clock
    from rapport.people.models import Company
    from rapport.sales.deals.models import Deal
    from rapport.sales.pipelines import reading

    rng = random.Random(SEED)
    companies = list(Company.objects.values_list("pk", flat=True))
    owners = list(User.objects.filter(is_active=True).values_list("pk", "team_id"))
    first = User.objects.get(name="Tom Adeyemi")
    stages, now, blank = reading.current().first.living, clock.now(), rows.blank(Deal)
    opened, closed = [one for one in stages if one.kind == "open"], [one for one in stages if one.kind != "open"]
    ids = list(rows.reserve(Record, count))
    made: list[Any] = []
    for pk in ids:
        deal, is_open = blank(), rng.random() < OPEN_SHARE
        stage = rng.choice(opened if is_open else closed)
        owner, team = (first.pk, first.team_id) if is_open and rng.random() < OWNED else rng.choice(owners)
        since = now - datetime.timedelta(days=rng.uniform(0, 60 if is_open else 700))
        step = now + datetime.timedelta(days=rng.uniform(-3, 20)) if is_open and rng.random() < 0.8 else None
        deal.__dict__.update(
            record_id=pk, title=f"Deal {pk}", title_key=f"deal {pk}", owner_id=owner, team_id=team, live=True,
            company_id=rng.choice(companies), pipeline=stage.pipeline, stage=stage.key, status=stage.kind,
            amount_minor=rng.randrange(10_000, 9_000_000), amount_currency="EUR" if rng.random() < 0.9 else "USD",
            probability=stage.probability, stage_at=since, created_at=since, updated_at=since, place=-since.timestamp(),
            next_step="Call" if step else "", next_step_kind="task" if step else "", next_step_at=step,
            next_step_by=step, closed_on=None if is_open else since.date(),
        )  # fmt: skip
        deal.weighted_minor = deal.amount_minor * stage.probability // 100
        made.append(deal)
    with transaction.atomic():
        rows.insert(Record, ("id", "kind", "title"), [(deal.record_id, "deal", deal.title) for deal in made])
        rows.insert_instances(Deal, made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _get(client: Any, path: str) -> None:
    answer = client.get(path, HTTP_HOST="localhost")
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")


def _row(name: str, ask: Callable[[], Any]) -> None:
    """Asks some times for warmth, then measures this process and, with PostgreSQL, the backend that serves it."""
    for _ in range(5):
        ask()
    took = []
    for _ in range(ROUNDS):
        before = _used()
        ask()
        took.append((_used() - before) / 1e6)
    took.sort()
    print(f"| {name} | {statistics.median(took):.1f} | {took[int(len(took) * 0.95)]:.1f} |", flush=True)


def _used() -> int:
    """Processor time so far, in nanoseconds."""
    from django.db import connection

    used = time.process_time_ns()
    if connection.vendor == "postgresql":
        if not (backend := getattr(connection, "bench_backend", 0)):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                backend = connection.bench_backend = cursor.fetchone()[0]  # type: ignore[attr-defined]
        used += int(Path(f"/proc/{backend}/schedstat").read_text().split()[0])
    return used


if __name__ == "__main__":
    sys.exit(main())
