"""``rapport sample``: a company to look at, loaded and taken away again without a trace."""

import argparse
import time
from typing import Any


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    sample_parser = subparsers.add_parser("sample", help="sample companies to try Rapport with")
    verbs = sample_parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    load_parser = verbs.add_parser("load", help="load a sample company")
    trades = ("software", "bakery", "shop", "call_centre")
    load_parser.add_argument("company", choices=trades, help="whose customers: " + ", ".join(trades))
    load_parser.add_argument("--language", choices=("en", "de"), default="en", help="of its texts (default en)")
    load_parser.add_argument("--people", type=_people, default=300, metavar="N", help="how many people (default 300)")
    load_parser.set_defaults(command=load)
    verbs.add_parser("clear", help="remove the sample, and nothing else").set_defaults(command=clear)


def load(options: argparse.Namespace) -> int:
    """Load it, unless it is there."""
    from rapport.cli.preparing import prepare
    from rapport.sample.loading import load as load_sample

    prepare()
    start = time.monotonic()
    say = lambda text: print(text, flush=True)  # noqa: E731
    counts = load_sample(options.company, options.people, language=options.language, progress=say)
    listed = ", ".join(f"{number:,} {what}" for what, number in counts.items())
    print(f"Loaded {listed} in {time.monotonic() - start:.1f} s.")
    return 0


def clear(_options: argparse.Namespace) -> int:
    """Remove it."""
    from rapport.sample.clearing import clear as clear_sample

    counts = clear_sample()
    if not counts:
        print("There is no sample here.")
        return 0
    print("Removed " + ", ".join(f"{number:,} {what}" for what, number in counts.items()) + ".")
    return 0


def _people(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 5_000_000:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 5,000,000.")
    return int(text)
