"""Loads the sample company of a trade, and says which one is there."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.accounts.models import Workspace
from rapport.core.errors import Conflict
from rapport.core.events.models import Act
from rapport.lib import clock
from rapport.lib.wording import grouped
from rapport.sample import bulk, deals, engine, leads, meetings, plan, products, tasks
from rapport.sample.noticing import enliven
from rapport.sample.staff import hire
from rapport.sample.trades import TRADES

ACT_KIND = "sample"  # every event of a sample belongs to an act of this kind, so that clearing finds it
CLEARED = {"cleared": True}  # the counts of an act whose sample was taken away: the act itself stays in the history
STANDS: dict[str, Any] = {"counts__cleared__isnull": True}  # the condition of an act whose sample is still there
USUAL, USUAL_PEOPLE = "software", 300  # where nobody chose

Progress = Callable[[str], None]


def is_loaded() -> bool:
    """Whether a sample is in this workspace."""
    return Act.objects.filter(kind=ACT_KIND, **STANDS).exists()


def load(
    trade_key: str = USUAL,
    people: int = USUAL_PEOPLE,
    *,
    language: str | None = None,
    progress: Progress | None = None,
    tell: engine.Tell = lambda _done: None,
) -> dict[str, int]:
    """Loads the customers of a trade, with ``people`` people in all; returns how many of what.

    Its texts are in ``language`` (that of the moment) if the trade has it. Conflict if a sample is there already.
    Small samples are saved like everything else is; ``tell`` hears how many records are saved so far. From
    :data:`rapport.sample.plan.SMALL` people on the same rows are written in bulk, and ``progress`` is told of it in
    words: a million people take minutes instead of hours.
    """
    if is_loaded():
        raise Conflict(_("The sample company is loaded already. Remove it first with “rapport sample clear”."))
    trade, spoken = TRADES[trade_key], (language or get_language() or "en").split("-")[0]
    words = trade.speaking(spoken)
    colleagues = hire(words)
    companies = plan.companies(people, clock.today("UTC"), trade, spoken)
    with translation.override(spoken):
        label = _("Sample company with %(count)s people") % {"count": grouped(people)}
    if people >= plan.SMALL:
        act = Act.objects.create(kind=ACT_KIND, label=label, via="command", at=clock.now())
        counts = bulk.write(act, companies, colleagues, words, people, progress or (lambda _text: None))
        mark(trade_key)
        return counts
    with transaction.atomic():
        act = Act.objects.create(kind=ACT_KIND, label=label, via="command", at=clock.now())
        counts = engine.write(act, companies, colleagues, tell)
        if made := tasks.write(act, colleagues, words, people):
            counts["tasks"] = made
        if made := meetings.write(act, colleagues, people, spoken, trade_key):
            counts["meetings"] = made
        if made := leads.write(act, colleagues, people, spoken, trade_key):
            counts["leads"] = made
        if made := products.write(act, people, spoken, trade_key):
            counts["products"] = made
        for what, number in deals.write(act, colleagues, people, spoken, trade_key).items():
            counts[what] = counts.get(what, 0) + number
        products.put_on_deals(act)
        enliven(act, colleagues, spoken)
        Act.objects.filter(pk=act.pk).update(counts=act.counts)
        mark(trade_key)
    return counts


def mark(trade_key: str) -> None:
    """Notes at the workspace which sample is there (empty: none), so that no page has to look for it."""
    Workspace.objects.update(sample=trade_key, is_sample_kept=False)
    workspace.forget()


def keep() -> None:
    """Nobody is reminded of the sample any more; it stays."""
    Workspace.objects.update(is_sample_kept=True)
    workspace.forget()
