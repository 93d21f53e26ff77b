"""The sample ``software``: customers of a European software company."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rapport.core.errors import Conflict
from rapport.core.events.models import Act
from rapport.lib import clock
from rapport.sample import bulk, engine, plan
from rapport.sample.noticing import enliven
from rapport.sample.staff import hire

ACT_KIND = "sample"  # every event of a sample belongs to an act of this kind, so that clearing finds it
CLEARED = {"cleared": True}  # the counts of an act whose sample was taken away: the act itself stays in the history
STANDS: dict[str, Any] = {"counts__cleared__isnull": True}  # the condition of an act whose sample is still there

Progress = Callable[[str], None]


def is_loaded() -> bool:
    """Whether a sample is in this workspace."""
    return Act.objects.filter(kind=ACT_KIND, **STANDS).exists()


def load(people: int, *, progress: Progress | None = None) -> dict[str, int]:
    """Loads customers with ``people`` people in all; returns how many of what. Conflict if a sample is there already.

    Small samples are saved like everything else is. From :data:`rapport.sample.plan.SMALL` people on the same rows
    are written in bulk: a million people take minutes instead of hours.
    """
    if is_loaded():
        raise Conflict(_("The sample company is loaded already. Remove it first with “rapport sample clear”."))
    say = progress or (lambda _text: None)
    colleagues = hire()
    companies = plan.companies(people, clock.today("UTC"))
    label = f"Sample company with {people} people"
    if people >= plan.SMALL:
        act = Act.objects.create(kind=ACT_KIND, label=label, via="command", at=clock.now())
        return bulk.write(act, companies, colleagues, people, say)
    with transaction.atomic():
        act = Act.objects.create(kind=ACT_KIND, label=label, via="command", at=clock.now())
        counts = engine.write(act, companies, colleagues)
        enliven(act, colleagues)
        return counts
