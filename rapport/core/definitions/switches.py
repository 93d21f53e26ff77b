"""Indexed and unique as switches of a field: asked for at once, brought about in the database by a job.

The rule of a unique field holds in the save path from the moment it is switched on. The database's own index, which
holds when two save the same in the same moment, follows with the job.
"""

from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rapport.accounts.actor import Actor
from rapport.core.access.levels import locale_of, readable_fields
from rapport.core.access.visible import sees_all
from rapport.core.definitions import loading
from rapport.core.definitions.field_types import FieldType
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import Conflict, Invalid
from rapport.core.fields import Field
from rapport.core.fields.json_index import create_index, create_unique, drop_index, drop_unique
from rapport.core.jobs import queue
from rapport.core.jobs.handlers import JobAtWork, job
from rapport.core.jobs.models import LONG, Job
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.faults import point

INDEX = "field.index"
MOST_DOUBLES = 100  # values that are named when a field cannot become unique


def settle(actor: Actor, spec: ObjectSpec, known: FieldType, row: FieldDef, wanted: tuple[bool | None, ...]) -> bool:
    """Sets the switches of a definition that is about to be saved; True if the database has to follow.

    ``wanted`` is (indexed, unique), None for what stays. Invalid at ``is_unique`` with the values that occur twice.
    """
    indexed, unique = wanted
    indexed = row.is_indexed if indexed is None else indexed and known.can_index
    unique = row.is_unique if unique is None else unique and known.can_unique
    if (indexed, unique) == (row.is_indexed, row.is_unique):
        return False
    if unique and not row.is_unique and row.pk and (twice := doubles(actor, spec, row)):
        raise Invalid({"is_unique": twice})
    row.is_indexed, row.is_unique, row.index_state = indexed, unique, "building"
    return True


def ask(actor: Actor, row: FieldDef) -> None:
    """Lets the worker bring the database in line with the switches."""
    queue.enqueue(INDEX, {"field": row.pk}, actor, unique_key=f"{INDEX}:{row.pk}")


def doubles(actor: Actor, spec: ObjectSpec, row: FieldDef) -> list[str]:
    """Sentences on the values that more than one live record has, the most frequent first; empty: there are none."""
    field: Any = loading.field_of(row)
    rows = spec.model._default_manager.filter(live=True).exclude(field.is_missing()).order_by()
    counted = rows.values(value=field.source()).annotate(times=Count("pk")).filter(times__gt=1).order_by("-times")
    found = list(counted.values_list("value", "times")[: MOST_DOUBLES + 1])
    if not found:
        return []
    if not sees_all(actor, spec) or row.key not in readable_fields(actor, spec):
        return [_("Several records have the same value. You may not see all of them, so none is named here.")]
    locale, more = locale_of(actor), len(found) > MOST_DOUBLES
    words = ngettext(
        "%(count)s value stands on more than one record:", "%(count)s values stand on more than one record:", len(found)
    )
    told = [_("“%(value)s”, %(times)s times") % {"value": field.cell(value, locale).text, "times": times}
            for value, times in found[:MOST_DOUBLES]]  # fmt: skip
    return [words % {"count": f"{MOST_DOUBLES}+" if more else len(found)}, *told]


def _gave_up(job: Job, _sentence: str) -> None:
    FieldDef.objects.filter(pk=job.args["field"], index_state="building").update(index_state="failed")
    with transaction.atomic():
        loading.renew()


@job(INDEX, lane=LONG, title=gettext_lazy("Index of a field"), gave_up=_gave_up)
def index_job(at_work: JobAtWork) -> dict[str, Any]:
    """Brings the indexes of one field in line with its switches. Nothing is done twice."""
    row = FieldDef.objects.filter(pk=at_work.args["field"]).first()
    spec = registry.find(row.kind) if row else None
    field = loading.field_of(row) if row else None
    if row is None or spec is None or field is None:
        return {}
    _alone((create_index if row.is_indexed else drop_index), spec, field)
    point("field.indexed")
    try:
        _alone((create_unique if row.is_unique else drop_unique), spec, field)
    except IntegrityError:
        with transaction.atomic():
            _ended(row, is_unique=False)
        sentence = _("“%(name)s” could not become unique: two records have the same value by now.")
        raise Conflict(sentence % {"name": row.label}) from None
    with transaction.atomic():
        _ended(row)
    return {"message": _("“%(name)s” is ready.") % {"name": row.label}, "url": f"/settings/fields/{row.kind}"}


def _ended(row: FieldDef, **values: Any) -> None:
    """Notes that the database is as the row says, unless the switches were turned again meanwhile."""
    mine = FieldDef.objects.filter(pk=row.pk, is_indexed=row.is_indexed, is_unique=row.is_unique)
    if mine.update(index_state="ready" if row.is_indexed else "", **values):
        loading.renew()


def _alone(work: Any, spec: ObjectSpec, field: Field) -> None:
    """On SQLite in a transaction, which waits for its turn to write; PostgreSQL keeps the table open without one."""
    if connection.vendor == "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            work(spec, field)
    else:
        work(spec, field)
