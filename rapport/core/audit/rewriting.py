"""Writing the database anew after an erasure, so that its bytes on the disk hold nothing of what went."""

import datetime
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.audit import written
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import LONG
from rapport.core.objects import registry
from rapport.core.search import fulltext
from rapport.lib import clock

_REWRITE_HOUR = 2  # where most users are: the night after an erasure


def ask(actor: Actor) -> None:
    """Puts the rewriting into the queue for the coming night of most users; once, whoever asks."""
    zones = User.objects.filter(is_active=True).values("time_zone").annotate(count=Count("pk"))
    most = zones.order_by("-count", "time_zone").values_list("time_zone", flat=True).first()
    now = clock.now().astimezone(clock.zone_named(most or "UTC"))
    night = now.replace(hour=_REWRITE_HOUR, minute=0, second=0, microsecond=0)
    if night <= now:
        night += datetime.timedelta(days=1)
    queue.enqueue("database.rewrite", {}, Actor.system(via=actor.via), run_at=night, unique_key="database.rewrite")


def rewrite() -> None:
    """Writes the database anew, so that freed places hold nothing of what was erased. Others wait meanwhile."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            fulltext.optimise([spec.key for spec in registry.every()])
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM (FULL)")


@job("database.rewrite", lane=LONG, title=gettext_lazy("Rewriting of the database"))
def _rewrite_job(_at_work: JobAtWork) -> dict[str, Any]:
    written.settle()
    rewrite()
    return {}
