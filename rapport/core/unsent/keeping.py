"""Keeping what was typed: one row for each user, record and tab; the last word of any browser tab counts."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.errors import Invalid
from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.schedules import schedule
from rapport.core.records.wipes import also
from rapport.core.unsent.models import Unsent
from rapport.lib import clock
from rapport.lib.prepared import Prepared, hole

KEPT = datetime.timedelta(days=30)
MOST_SIGNS = 100_000  # of one form, all fields together
MOST_TEXTS = 200
CHUNK = 500  # rows of one statement: others want to write, too


@dataclass(frozen=True)
class Kept:
    """The fields of a form as they were typed, each with all its values, and when (UTC)."""

    fields: Mapping[str, list[str]]
    at: datetime.datetime


def keep(actor: Actor, record_id: int, tab: str, fields: Mapping[str, list[str]]) -> None:
    """Keeps what was typed in place of what was kept before; nothing but blanks keeps nothing.

    The caller has looked whether the actor sees the record. Invalid if it is longer than any form would take.
    """
    texts = [text for values in fields.values() for text in values]
    if not any(text.strip() for text in texts):
        drop(actor, record_id, tab)
        return
    if len(texts) > MOST_TEXTS or sum(map(len, texts)) > MOST_SIGNS:
        raise Invalid({"": [_("This is too long to be kept as a draft. Save it, or shorten it.")]})
    Unsent.objects.update_or_create(
        user_id=actor.user_id or 0, record_id=record_id, tab=tab, defaults={"fields": dict(fields), "at": clock.now()}
    )


def drop(actor: Actor, record_id: int, tab: str) -> None:
    """Forgets what was typed: it was saved, or is not wanted."""
    Unsent.objects.filter(user_id=actor.user_id or 0, record_id=record_id, tab=tab).delete()


def kept(actor: Actor, record_id: int) -> dict[str, Kept]:
    """What the actor typed on a record and has not saved, by tab; nobody else looks at it. One query."""
    if actor.looks_on:
        return {}
    return {tab: Kept(fields, at) for tab, fields, at in _KEPT(user=actor.user_id or 0, record=record_id)}


_KEPT = Prepared(
    lambda: Unsent.objects.filter(user_id=hole("user"), record_id=hole("record")).values_list("tab", "fields", "at")
)


@also
def forget(record_ids: Collection[int]) -> None:
    """A record that is erased takes along what was typed about it."""
    Unsent.objects.filter(record_id__in=list(record_ids)).delete()


@schedule("50 3 * * *", "unsent.purge", title=gettext_lazy("Tidying up drafts"))
def purge(at_work: JobAtWork) -> dict[str, Any]:
    """Deletes what was typed a month ago, in small steps; started again it goes on."""
    gone = 0
    old = Unsent.objects.filter(at__lt=clock.now() - KEPT)
    while ids := list(old.order_by("at").values_list("pk", flat=True)[:CHUNK]):
        Unsent.objects.filter(pk__in=ids).delete()
        gone += len(ids)
        at_work.progress(gone)
    return {"drafts": gone}
