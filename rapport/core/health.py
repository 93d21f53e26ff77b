"""How the house is: every room registers a check of its own, ``/readyz`` and the page of jobs ask them all.

>>> health.register("sealer", lambda: Health({"lag_seconds": 3.0}))
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Health:
    """What a check found. ``figures`` are counts and ages in seconds, never names or values of people.

    ``problem``: why the house cannot do its work at the moment (``/readyz`` answers 503 then). ``warning``: what an
    administrator should look at while the work goes on. Both are one English sentence for whoever watches machines,
    "" where all is well.
    """

    figures: Mapping[str, float | None] = field(default_factory=dict)
    problem: str = ""
    warning: str = ""


Check = Callable[[], Health]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Adds a check. It is asked by strangers and often, so it must be cheap: a few reads by index, no write.

    ``ValueError`` if the name is taken.
    """
    if name in _checks:
        raise ValueError(f"Two checks of health are called “{name}”.")
    _checks[name] = check


def look() -> dict[str, Health]:
    """What every check finds now, by name. A check that breaks is a warning, never an exception."""
    return {name: _ask(name, check) for name, check in sorted(_checks.items())}


def _ask(name: str, check: Check) -> Health:
    try:
        return check()
    except Exception as error:
        log.error("The check of %s failed: %s", name, type(error).__name__)
        return Health(warning=f"The check of {name} failed.")
