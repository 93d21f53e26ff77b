"""The command ``rapport``: everything that is done to a workspace from a terminal.

Each module holds some commands and adds them with ``register(subparsers)``; Django is imported when one runs.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence

import rapport

COMMANDS = ("serving", "accounts", "tables", "searching", "database", "jobs", "audit", "config", "sample", "about")


class Problem(Exception):
    """Something the person at the terminal has to put right; the text says what and how."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 done with problems, 2 not done (a sentence says why)."""
    options = _parser().parse_args(arguments)
    os.umask(0o077)  # database, exports and all else we write are for this user alone, also in a folder open to others
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    if os.environ.get("RAPPORT_DEBUG") == "1":
        return _run(options)
    try:
        return _run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has heard enough
        return 0
    except Exception as error:
        print(f"rapport: {sentence(error)}", file=sys.stderr)
        return int(getattr(options, "refused", 2))


def sentence(error: Exception) -> str:
    """What went wrong, for the person at the terminal."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError

    from rapport.core.errors import Refused

    text = " ".join(str(error).split())
    if isinstance(error, Problem | Refused):
        return text
    if isinstance(error, DatabaseError | InterfaceError):
        return f"The database refused: {text} Run “rapport doctor” to see what is wrong with it."
    if isinstance(error, ImproperlyConfigured | ValueError):
        return text or "The settings of this workspace cannot be read."
    if isinstance(error, OSError):
        return f"{error.strerror or text}{f': {error.filename}' if error.filename else ''}"
    return f"Something unforeseen happened ({type(error).__name__}: {text}). Set RAPPORT_DEBUG=1 to see where."


def _run(options: argparse.Namespace) -> int:
    before_setup: Callable[[argparse.Namespace], None] | None = getattr(options, "before_setup", None)
    if before_setup:
        before_setup(options)
    import django

    django.setup()
    command: Callable[[argparse.Namespace], int] = options.command
    return command(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rapport", description="The open, self-hosted CRM.")
    parser.add_argument("--version", action="version", version=f"rapport {rapport.__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        importlib.import_module(f"rapport.cli.{name}").register(subparsers)
    return parser
