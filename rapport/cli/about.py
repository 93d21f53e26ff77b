"""``rapport explain`` and ``rapport doctor``: what the house is made of, and whether it is well."""

import argparse
from typing import Any

from rapport.cli import Problem


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    explain_parser = subparsers.add_parser("explain", help="print what an object is made of, and where that is written")
    explain_parser.add_argument("kind", metavar="KIND", help="key of an object, for example person")
    explain_parser.set_defaults(command=explain)
    doctor_parser = subparsers.add_parser("doctor", help="check machine, database and data folder")
    doctor_parser.set_defaults(command=doctor)


def explain(options: argparse.Namespace) -> int:
    """Print everything that is declared about one kind of object."""
    from rapport.cli.explaining import lines
    from rapport.core.objects import registry

    spec = registry.find(options.kind)
    if spec is None:
        known = ", ".join(spec.key for spec in registry.every())
        raise Problem(f"There is no object “{options.kind}”. Known are: {known}.")
    print("\n".join(lines(spec)))
    return 0


def doctor(_options: argparse.Namespace) -> int:
    """Print one line for each check; 1 if any found a problem."""
    from rapport.cli.checks import CHECKS

    problems = 0
    for check in CHECKS:
        found = check()
        print(f"{'ok     ' if found.ok else 'problem'}  {found.text}")
        if not found.ok:
            problems += 1
            print(f"         → {found.remedy}")
    return 1 if problems else 0
