"""Troubles without a kill. Each returns what was wrong; the first line of its docstring names it in the table."""

from collections.abc import Callable
from typing import Any

from tests.faults.site import Site

Trouble = Callable[[Site], list[str]]
TROUBLES: tuple[Trouble, ...] = ()


def row(site: Site, trouble: Trouble) -> dict[str, Any]:
    """One trouble as a row of the table; the site is stopped before and after."""
    site.stop()
    try:
        wrong = trouble(site)
    finally:
        site.stop()
    return {"what": (trouble.__doc__ or trouble.__name__).splitlines()[0].rstrip("."), "kills": 0, "wrong": wrong}
