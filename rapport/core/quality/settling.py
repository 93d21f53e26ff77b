"""What the checks say of some records now, compared with what is stored: new findings come, others hold no more."""

from collections.abc import Collection, Sequence

from rapport.core.objects.spec import ObjectSpec
from rapport.core.quality import checks
from rapport.core.quality.checks import Check, Found
from rapport.core.quality.models import Finding
from rapport.core.records.among import among
from rapport.lib import clock

Key = tuple[int, str]
_MOST = 2_000  # records that hang together with some by one finding (a web site of thousands) and are looked at again


def settle(spec: ObjectSpec, ids: Sequence[int], *, with_others: bool = True) -> None:
    """Looks at these records (live or not) and stores what is found, in the caller's transaction. Ids of other kinds
    are passed over.

    ``with_others``: also at those whose findings name one of them, as it may be no longer what they say.
    """
    known = checks.of(spec)
    others = _named(spec, ids) if with_others else {}
    found: dict[Key, Found] = {}
    looked: set[Key] = set()
    for check in known.values():
        wanted = [*ids, *others.get(check.key, ())]
        looked.update((pk, check.key) for pk in wanted)
        found.update(_look(spec, check, wanted))
    stored = _stored(spec, {pk for pk, _key in {*found, *looked}} | set(ids))
    looked.update(key for key in stored if key[1] not in known)  # a check that there is no more
    _store(spec, found, stored, looked)


def _named(spec: ObjectSpec, ids: Collection[int]) -> dict[str, list[int]]:
    """By check the records whose findings name one of these."""
    rows = Finding.objects.filter(among("other_id", ids), other__isnull=False, kind=spec.key, gone_at=None)
    named: dict[str, list[int]] = {}
    for key, pk in rows.values_list("check_key", "record_id")[:_MOST]:
        named.setdefault(key, []).append(pk)
    return named


def _look(spec: ObjectSpec, check: Check, ids: Sequence[int]) -> dict[Key, Found]:
    return {(one.record_id, check.key): one for one in check.look(checks.asked(spec, check, ids))}


def _stored(spec: ObjectSpec, ids: Collection[int]) -> dict[Key, Finding]:
    rows = Finding.objects.filter(among("record_id", ids), kind=spec.key)
    return {(row.record_id, row.check_key): row for row in rows}


def _store(spec: ObjectSpec, found: dict[Key, Found], stored: dict[Key, Finding], looked: Collection[Key]) -> None:
    now = clock.now()
    new, again = [], []
    for key, one in found.items():
        row = stored.get(key)
        if row is None:
            row = Finding(record_id=one.record_id, kind=spec.key, check_key=key[1], found_at=now)
            new.append(row)
        elif row.gone_at is not None:
            row.gone_at, row.found_at = None, now
            row.left_at, row.left_by_id, row.left_why = None, None, ""
            again.append(row)
        elif (row.field, row.why) != (one.field, one.why):  # something new: nobody has decided about that
            row.left_at, row.left_by_id, row.left_why = None, None, ""
            again.append(row)
        elif row.other_id != one.other_id:
            again.append(row)
        row.field, row.why, row.other_id = one.field, one.why, one.other_id
    gone = [row.pk for key, row in stored.items() if row.gone_at is None and key in looked and key not in found]
    Finding.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)  # another process may look at them, too
    Finding.objects.bulk_update(
        again, ("field", "why", "other", "found_at", "gone_at", "left_at", "left_by", "left_why"), batch_size=200
    )
    if gone:
        Finding.objects.filter(among("pk", gone)).update(gone_at=now)
