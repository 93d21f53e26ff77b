"""``rapport search``: finds records from a terminal, and writes anew what search looks into."""

import argparse
import json
import sys
import time
from typing import Any

from rapport.cli import Problem

MOST = 20  # hits of each kind that are printed


def register(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser("search", help="find records by any part of a name, an address, a number or a text")
    parser.add_argument("text", nargs="?", default="", metavar="TEXT", help="what to look for")
    parser.add_argument("--kind", metavar="KIND", help="only this kind: person, company, …")
    parser.add_argument("--limit", type=int, default=MOST, metavar="N", help=f"hits of each kind (default {MOST})")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each hit")
    parser.add_argument("--as", dest="as_user", metavar="EMAIL", help="with the rights of this user")
    parser.add_argument("--rebuild", action="store_true", help="write anew what search looks into")
    parser.add_argument("--go-on", action="store_true", help="with --rebuild: only what an earlier one left undone")
    parser.set_defaults(command=search)


def search(options: argparse.Namespace) -> int:
    """Print what is found, the best first; 0 if anything was, 1 if nothing."""
    from rapport.cli.preparing import prepare
    from rapport.cli.tables import _spec, acting_as
    from rapport.core.objects import registry
    from rapport.core.search.searching import search_all

    prepare()
    if options.rebuild:
        return _rebuild(options)
    if not options.text.strip():
        raise Problem("Say what to look for: rapport search TEXT.")
    actor = acting_as(options)
    specs = [_spec(options.kind)] if options.kind else registry.every()
    limits = {spec.key: max(options.limit, 1) for spec in specs}
    found = [hit for hits in search_all(actor, options.text, limits).values() for hit in hits]
    for hit in found:
        said = {"id": hit.id, "kind": hit.kind, "title": hit.title}
        print(json.dumps(said, ensure_ascii=False) if options.json else f"{hit.kind:<10} {hit.id:>9}  {hit.title}")
    if not found and not options.json:
        print("Nothing found.")
    return 0 if found else 1


def _rebuild(options: argparse.Namespace) -> int:
    from rapport.cli.tables import _spec
    from rapport.core.search.rebuilding import rebuild

    begun = said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said > 2:
            said = time.monotonic()
            print(f"{done:,} of {total:,} records", file=sys.stderr, flush=True)

    kinds = [_spec(options.kind).key] if options.kind else None
    count = rebuild(kinds, anew=not options.go_on, progress=tell)
    print(f"{count:,} records can be found, written in {time.monotonic() - begun:.1f} s.")
    return 0
