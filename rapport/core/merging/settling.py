"""What a merge does beyond values: the numbers of those that went lead to the one that stays, and what hangs on them
without being a value (shares, followers, pins, numbers of other systems, notices, texts not sent) hangs on that one.

All of it is in the journal. The save path asks here whenever records leave the trash or go there, so that an undo takes
a merge apart, and the undo of that undo puts it together again, without knowing of merges.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.core.access.models import Share
from rapport.core.events.models import Act
from rapport.core.importing.models import ExternalId
from rapport.core.merging.models import Moved
from rapport.core.notices.models import Follow, Notice
from rapport.core.objects import living
from rapport.core.records.among import among
from rapport.core.records.models import Alias
from rapport.core.timeline.models import Pin
from rapport.core.unsent.models import Unsent

_ALIAS = "alias"


@dataclass(frozen=True)
class _Rows:
    """Rows of a table that hang on records by ``record_id``; ``once``: what of them there may be once on a record."""

    model: Any
    once: tuple[str, ...]


_tables: dict[str, _Rows] = {}


def carry_along(table: str, model: Any, *once: str) -> None:
    """Declares that rows of a room go with their record when it is merged away, and return when that is undone.

    ``table`` is what the journal calls them: it stays for ever. Of ``once`` a record has each only once: where the one
    that stays has it, that one's stays, and the other row waits with its record in the trash.

    What must not be weaker after a merge than before (consent: of two answers the more restrictive one counts) is kept
    as a row for each answer, without ``once``, and read as the most restrictive of all that hang on a record. Then
    moving them is all there is to do, and an undo a week later gives each record its own answers back, with those given
    since staying where they were given. ValueError if the name is taken.
    """
    if table in _tables or table == _ALIAS:
        raise ValueError(f"Two tables are called “{table}” when records are merged.")
    _tables[table] = _Rows(model, once)


def settle(act: Act, moves: Mapping[int, int]) -> None:
    """Notes that ``act`` merged records, each into the one that ``moves`` says, and moves what hangs on them."""
    journal = [Moved(act=act, table=_ALIAS, row=old, old_id=old, new_id=new) for old, new in moves.items()]
    for table, carried in _tables.items():
        rows = carried.model.objects.filter(record_id__in=moves).order_by("pk").values_list("pk", "record_id")
        moving = [Moved(act=act, table=table, row=pk, old_id=old, new_id=moves[old]) for pk, old in rows]
        journal += _carry(table, moving, back=False)
    Moved.objects.bulk_create(journal)
    _name(act, list(moves.items()))


def barred(act: Act, ids: Sequence[int]) -> dict[int, str]:
    """Of records that shall leave the trash those that were merged away, with a sentence; an undo of the merge may."""
    rows = Alias.objects.filter(among("old_id", ids))
    merged = dict(rows.values_list("old_id", "act_id"))
    if merged and act.undoes_id is not None:
        own = root_of(act).pk
        merged = {pk: act_id for pk, act_id in merged.items() if act_id != own}
    sentence = _("This was merged into another record. Undo the merge to bring it back.")
    return dict.fromkeys(merged, sentence)


def take_apart(_act: Act, ids: Sequence[int]) -> None:
    """Records that were merged away are back: their numbers are their own, and what hung on them returns to them."""
    merged = dict(Alias.objects.filter(among("old_id", ids)).values_list("old_id", "act_id"))
    if not merged:
        return
    Alias.objects.filter(old_id__in=merged).delete()
    for pk in merged:  # what was merged into them before goes on to them, and no further
        _lead(pk, pk)
    journal = Moved.objects.filter(act_id__in=set(merged.values()), old_id__in=merged).exclude(table=_ALIAS)
    for table, rows in _by_table(journal).items():
        _carry(table, rows, back=True)


def put_together(act: Act, ids: Sequence[int]) -> None:
    """Records went to the trash once more because the undo of their merge was undone by ``act``."""
    if act.undoes_id is None:
        return
    journal = list(Moved.objects.filter(act=root_of(act), old_id__in=ids))
    for table, rows in _by_table(one for one in journal if one.table != _ALIAS).items():
        _carry(table, rows, back=False)
    _name(root_of(act), [(one.old_id, one.new_id) for one in journal if one.table == _ALIAS])


def root_of(act: Act) -> Act:
    """What an undo, or the undo of one, takes back or brings back in the end; any other act itself."""
    while act.undoes is not None:
        act = act.undoes
    return act


def winners_of(act: Act) -> list[int]:
    """The records that merges of an act made of several; none for any other act."""
    return list(Moved.objects.filter(act=act, table=_ALIAS).values_list("new_id", flat=True).distinct())


# -------------------------------------------------------------------- pieces
def _name(act: Act, pairs: Sequence[tuple[int, int]]) -> None:
    Alias.objects.bulk_create([Alias(old_id=old, into_id=new, new_id=new, act=act) for old, new in pairs])
    led = set(Alias.objects.filter(into_id__in=[old for old, _new in pairs]).values_list("into_id", flat=True))
    for old, new in pairs:
        if old in led:
            _lead(old, new)


def _lead(record_id: int, new: int) -> None:
    """Lets the numbers of all that was merged into a record, step by step, lead to ``new``."""
    front = [record_id]
    while front:
        rows = Alias.objects.filter(into_id__in=front)
        front = list(rows.values_list("old_id", flat=True))
        Alias.objects.filter(old_id__in=front).update(new_id=new)


def _by_table(journal: Iterable[Moved]) -> dict[str, list[Moved]]:
    found: dict[str, list[Moved]] = defaultdict(list)
    for one in journal:
        found[one.table].append(one)
    return found


def _carry(table: str, rows: Sequence[Moved], *, back: bool) -> list[Moved]:
    """Moves rows of one table to where the journal says; returns those that did move."""
    if not rows:
        return []
    model, once = _tables[table].model, _tables[table].once
    goals = {(row.old_id if back else row.new_id) for row in rows}
    there = {(pk, *rest) for pk, *rest in model.objects.filter(record_id__in=goals).values_list("record_id", *once)}
    stored = {pk: rest for pk, *rest in model.objects.filter(pk__in=[row.row for row in rows]).values_list(
        "pk", "record_id", *once
    )}  # fmt: skip
    carried: dict[tuple[int, int], list[Moved]] = defaultdict(list)
    for row in rows:
        source, goal = (row.new_id, row.old_id) if back else (row.old_id, row.new_id)
        at, *rest = stored.get(row.row, [None])
        if at != source or (once and (goal, *rest) in there):
            continue  # taken away meanwhile, moved on by another merge, or there already
        there.add((goal, *rest))
        carried[source, goal].append(row)
    for (source, goal), some in carried.items():
        model.objects.filter(pk__in=[row.row for row in some], record_id=source).update(record_id=goal)
    return [row for some in carried.values() for row in some]


carry_along("share", Share, "user_id", "team_id")
carry_along("follow", Follow, "user_id")
carry_along("pin", Pin, "event_id")
carry_along("external", ExternalId)
carry_along("notice", Notice)
carry_along("unsent", Unsent, "user_id", "tab")
living.add(barred=barred, back=take_apart, gone=put_together)
