"""The worker knows every kind of job: also those that only a page would ask for."""

import subprocess
import sys

_KINDS = """
import django
from django.conf import settings
django.setup()
from importlib import import_module
from rapport.core.jobs import registry
before = registry.kinds()
import_module(settings.ROOT_URLCONF)
print(*before)
print(*registry.kinds())
"""


def kinds() -> tuple[list[str], list[str]]:
    """The kinds of a process that only set up Django, as the worker does, and those after all pages were loaded."""
    done = subprocess.run([sys.executable, "-c", _KINDS], capture_output=True, text=True, check=True)
    before, after = done.stdout.splitlines()
    return before.split(), after.split()


def test_it_works() -> None:
    before, after = kinds()
    assert {"export", "export.purge", "import.run", "files.sweep"} <= set(before)
    assert before == after, "A handler that only the addresses import is missing in the worker: see core/apps.py."
