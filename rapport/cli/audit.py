"""``rapport audit``: is the history whole, the log for an auditor, erasing for good, and events nobody could handle."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from rapport.cli import Problem

_TELL_SECONDS = 1.0


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    audit = subparsers.add_parser("audit", help="the sealed history: verify, export, erase, replay")
    verbs = audit.add_subparsers(title="verbs", metavar="VERB", required=True)
    checker = verbs.add_parser("verify", help="check the chain, its anchors and every record against it")
    checker.add_argument("--json", action="store_true", help="print the result as one JSON object")
    checker.set_defaults(command=verify)
    exporter = verbs.add_parser("export", help="write all sealed events with their digests, as JSON Lines")
    exporter.add_argument("--out", type=Path, metavar="FILE", required=True)
    exporter.set_defaults(command=export)
    eraser = verbs.add_parser("erase", help="erase a record for good; the chain stays whole")
    eraser.add_argument("id", type=int, metavar="ID", help="number of the record, as in /r/ID")
    eraser.add_argument("--yes", action="store_true", help="do it; without this the command only says what would go")
    eraser.set_defaults(command=erase)
    restorer = verbs.add_parser("restored", help="say that a backup was put back: anchors from after it do not count")
    restorer.add_argument("--yes", action="store_true", help="do it")
    restorer.set_defaults(command=restored)
    verbs.add_parser("parked", help="list events that a consumer could not handle").set_defaults(command=parked)
    replayer = verbs.add_parser("replay", help="handle parked events again")
    replayer.add_argument("ids", type=int, nargs="*", metavar="ID", help="numbers from “parked” (default: all)")
    replayer.set_defaults(command=replay)
    verbs.add_parser("rewrite", help="write the database anew, so that no erased byte is left").set_defaults(
        command=rewrite
    )


def verify(options: argparse.Namespace) -> int:
    """Check everything; 0 if the history is whole, 1 if not."""
    from rapport.cli.preparing import prepare
    from rapport.core.audit.verify import verify as check

    prepare()
    report = check(_Progress())
    if options.json:
        print(json.dumps(report.as_json()))
        return 0 if report.is_whole else 1
    for problem in report.problems:
        print(problem.sentence)
    if report.count > len(report.problems):
        print(f"… and {report.count - len(report.problems):,} more.")
    verdict = "The history is whole" if report.is_whole else f"The history is NOT whole ({report.count:,} findings)"
    print(f"{verdict}: {report.sealed:,} events sealed, {report.waiting:,} waiting for the seal.")
    return 0 if report.is_whole else 1


def export(options: argparse.Namespace) -> int:
    """Write the log."""
    from rapport.accounts.actor import Actor
    from rapport.cli.preparing import prepare
    from rapport.core.audit.handing_over import hand_over
    from rapport.core.audit.notes import note

    prepare()
    note(Actor.system(via="command"), "audit.exported", {})
    with options.out.open("wb") as out:
        count = hand_over(out)
    print(f"{count:,} events in {options.out}.")
    return 0


def erase(options: argparse.Namespace) -> int:
    """Erase a record."""
    from rapport.accounts.actor import Actor
    from rapport.cli.preparing import prepare
    from rapport.core.audit import erase as erasing
    from rapport.core.records.models import Record

    prepare()
    if not options.yes:
        found = Record.objects.filter(pk=options.id).first()
        if found is None:
            raise Problem(f"There is no record {options.id}.")
        raise Problem(
            f"This erases {found.kind} {found.pk} for good, with its history and the notes about it alone. It cannot "
            "be undone. Add --yes to do it."
        )
    done = erasing.erase(Actor.system(via="command"), options.id)
    print(f"Erased: {', '.join(map(str, done.ids))}. The database is rewritten tonight.")
    if done.left:
        print(f"These tell of others, too, and stay: {', '.join(map(str, done.left))}. Look at them yourself.")
    return 0


def restored(options: argparse.Namespace) -> int:
    """Acknowledge a restored backup and erase again what it brought back."""
    from rapport.accounts.actor import Actor
    from rapport.cli.preparing import prepare
    from rapport.core.audit import erase as erasing
    from rapport.core.audit.notes import note
    from rapport.core.events import anchors, sealer

    prepare()
    head = sealer.state()
    if not options.yes:
        raise Problem(f"This says that a backup was put back on purpose, up to event {head.head_no}. Add --yes.")
    anchors.append(head.head_no, bytes(head.head_digest), restored=True)
    actor = Actor.system(via="command")
    note(actor, "audit.restored", {"number": head.head_no})
    again = erasing.erase_again(actor)
    print(f"The chain goes on behind event {head.head_no}. Erased again: {len(again)}.")
    return 0


def parked(_options: argparse.Namespace) -> int:
    """List what could not be handled."""
    from rapport.cli.preparing import prepare
    from rapport.core.events.models import Parked

    prepare()
    for row in Parked.objects.select_related("event").order_by("pk"):
        again = f"again at {row.next_at:%Y-%m-%d %H:%M} UTC" if row.next_at else "only on demand"
        tries = f"{row.attempts} tries, {again}"
        print(f"{row.pk}\t{row.consumer}\tevent {row.event_id} ({row.event.kind})\t{tries}\t{row.error}")
    return 0


def replay(options: argparse.Namespace) -> int:
    """Handle parked events again, now; 1 if some still fail."""
    from rapport.cli.preparing import prepare
    from rapport.core.events import consumers
    from rapport.core.events.models import Parked
    from rapport.lib import clock

    prepare()
    before = Parked.objects.count()
    consumers.replay(options.ids or None)
    consumers.retry(clock.now())
    left = Parked.objects.count()
    print(f"{before - left:,} handled, {left:,} still parked.")
    return 1 if left else 0


def rewrite(_options: argparse.Namespace) -> int:
    """Write the database anew."""
    from rapport.cli.preparing import prepare
    from rapport.core.audit import rewriting

    prepare()
    rewriting.rewrite()
    print("The database was written anew.")
    return 0


class _Progress:
    """Tells on standard error how far a check is, at most once a second."""

    def __init__(self) -> None:
        self.told = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        if time.monotonic() - self.told >= _TELL_SECONDS:
            self.told = time.monotonic()
            print(f"{what}: {done:,}{f' of {total:,}' if total else ''}", file=sys.stderr)
