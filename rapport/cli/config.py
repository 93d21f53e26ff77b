"""``rapport config``: the configuration as files, compared and applied."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapport.workspace.configuration.planning import Plan


def register(subparsers: Any) -> None:
    """Add the commands to the parser."""
    config = subparsers.add_parser("config", help="fields, layouts, views, roles, teams and rates as files")
    verbs = config.add_subparsers(title="verbs", metavar="VERB", required=True)
    out = verbs.add_parser("export", help="write the configuration into a folder")
    out.add_argument("--out", type=Path, required=True, metavar="DIR", help="an empty folder, or that of an export")
    planner = verbs.add_parser(
        "plan", help="say what applying a folder would change: 0 nothing, 2 something, 1 refused"
    )
    planner.set_defaults(refused=1)
    planner.add_argument("folder", type=Path, metavar="DIR")
    applier = verbs.add_parser("apply", help="make this workspace what the folder says")
    applier.add_argument("folder", type=Path, metavar="DIR")
    for parser, command in ((out, export), (planner, plan), (applier, apply)):
        parser.add_argument("--as", dest="as_user", metavar="EMAIL", help="act as this user, with this user's rights")
        parser.set_defaults(command=command)


def export(options: argparse.Namespace) -> int:
    """Write the folder."""
    from rapport.cli.preparing import prepare
    from rapport.cli.tables import acting_as
    from rapport.workspace.configuration import planning

    prepare()
    count = planning.export(acting_as(options), options.out)
    print(f"{count:,} files in {options.out}.")
    return 0


def plan(options: argparse.Namespace) -> int:
    """Say what would change: 0 nothing, 2 something; 1 with a sentence where it would be refused."""
    from rapport.cli.preparing import prepare
    from rapport.cli.tables import acting_as
    from rapport.workspace.configuration import planning

    prepare()
    found = planning.plan(acting_as(options), options.folder)
    _tell(found)
    print("Nothing to change." if found.is_empty() else f"{_sums(found)}. Nothing was written.")
    return 0 if found.is_empty() else 2


def apply(options: argparse.Namespace) -> int:
    """Apply the folder."""
    from rapport.cli.preparing import prepare
    from rapport.cli.tables import acting_as
    from rapport.workspace.configuration import planning

    prepare()
    done = planning.apply(acting_as(options), options.folder)
    _tell(done)
    print(
        "Nothing to change."
        if done.is_empty()
        else f"{len(done.added)} added, {len(done.changed)} changed, {len(done.archived)} archived."
    )
    return 0


def _tell(found: "Plan") -> None:
    for path in found.added:
        print(f"+ {path}")
    for path, keys in found.changed.items():
        print(f"~ {path}: {', '.join(keys)}")
    for path in found.archived:
        print(f"- {path} (archived; it can be brought back)")
    for path in found.left:
        print(f"  {path} is only here, and stays")


def _sums(found: "Plan") -> str:
    return f"{len(found.added)} to add, {len(found.changed)} to change, {len(found.archived)} to archive"
