"""A kind of work that is killed: how it is begun, what was acknowledged, and what must be there at the end.

A scenario is made anew for each kill; ``number`` keeps its records apart from those of others.
"""

from typing import ClassVar

from rapport.core.events.emit import acting
from rapport.core.jobs.models import Job
from rapport.core.objects import registry, saving
from tests.faults.site import TICK, Site

ROWS = 400


class Scenario:
    """One piece of work on a site.

    ``points`` are the fault points that it passes in ``process``, by name or by room; ``once`` are those of them that
    it passes a single time.
    """

    points: ClassVar[tuple[str, ...]] = ()
    once: ClassVar[tuple[str, ...]] = ()
    process: ClassVar[str] = "work"

    def __init__(self, site: Site, number: int, fault: str = "") -> None:
        self.site, self.number, self.fault, self.actor = site, number, fault, site.actor
        self.spec = registry.get("person")

    def begin(self) -> None:
        """Starts the work and returns at once."""

    def is_under_way(self) -> bool:
        """Whether a kill would meet something."""
        return Job.objects.filter(state="running").exclude(kind=TICK).exists()

    def after(self) -> None:
        """What people do when everything is back: send again what was not answered."""

    def wrong(self) -> list[str]:
        """What is not as it must be."""
        raise NotImplementedError

    def people(self, count: int = ROWS) -> list[int]:
        """People to work on, whose source tells that they are this scenario's."""
        rows = [
            {"first_name": f"F{n}", "source": self.mark, "email": f"{self.mark}-{n}@x.example"} for n in range(count)
        ]
        with acting(self.actor, "faults.people") as act:
            made = saving.create_many(self.actor, self.spec, rows, act=act)
        return [draft.instance.pk for draft in made]

    @property
    def acknowledged(self) -> int:
        """How many writes the web server has answered as done."""
        return 0

    @property
    def mark(self) -> str:
        """What is written on everything of this scenario."""
        return f"{type(self).__name__.lower()}{self.number}"
