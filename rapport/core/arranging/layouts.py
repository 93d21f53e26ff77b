"""Which layout holds for somebody: their own, else that of their role, else everybody's, else none.

What holds for roles and for everybody is a definition: each process keeps it for as long as the version of the
definitions stays the same, and so it costs no query. One's own is read where it is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rapport.accounts.actor import Actor
from rapport.core.arranging.arrangement import NONE, Arrangement, from_json
from rapport.core.arranging.models import Layout
from rapport.core.fields import Field, snapshot
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.prepared import Prepared, hole

FACTS, PANELS, COLUMNS, QUICK = "facts", "panels", "columns", "quick"
PARTS = (FACTS, PANELS, COLUMNS, QUICK)
OWN_PARTS = (FACTS, PANELS)  # what users arrange for themselves; views of their own hold their columns
Own = Mapping[str, Arrangement]
_Shared = Mapping[tuple[str, str, int], Arrangement]  # by kind, part and role (0: everybody)


@dataclass(frozen=True)
class Standing:
    """The layout that holds, and ``whose`` it is: ``me``, ``role``, ``all``, or empty for none at all."""

    arrangement: Arrangement = NONE
    whose: str = ""


def own_of(actor: Actor, spec: ObjectSpec) -> dict[str, Arrangement]:
    """What the actor arranged for the pages of a kind, by part. One query."""
    found = _OWN(user=actor.user_id or 0, kind=spec.key)
    return {part: from_json(shape) for part, shape in found if shape is not None}


def standing(actor: Actor, spec: ObjectSpec, part: str, own: Own = MappingProxyType({})) -> Standing:
    """The layout of a part that holds for the actor, of whom ``own`` was read before."""
    if part in own:
        return Standing(own[part], "me")
    role = actor.role.pk if actor.role else 0
    for role_id, whose in ((role, "role"), (0, "all")):
        found = shared(spec, part, role_id) if role_id or whose == "all" else None
        if found is not None:
            return Standing(found, whose)
    return Standing()


def shared(spec: ObjectSpec, part: str, role_id: int = 0) -> Arrangement | None:
    """The layout of a role, or everybody's (0)."""
    return _shared().get((spec.key, part, role_id))


def usual_columns(actor: Actor, spec: ObjectSpec) -> tuple[str, ...]:
    """The columns of a list for which nobody chose any."""
    keys = standing(actor, spec, COLUMNS).arrangement.keys
    return tuple(key for key in keys if key in spec.by_key) or spec.columns


def quick_fields(actor: Actor, spec: ObjectSpec, fields: Mapping[str, Field]) -> list[str]:
    """The fields that stand in front when a record is made, in order; empty where all do.

    What a record cannot be without is among them, always or under a condition, whatever the layout says.
    """
    there = standing(actor, spec, QUICK)
    if not there.whose:
        return [key for key, field in fields.items() if field.quick]
    needed = [key for key, field in fields.items() if is_needed(field)]
    return list(dict.fromkeys(key for key in (*there.arrangement.keys, *needed) if key in fields))


def is_needed(field: Field) -> bool:
    """Whether a new record may have to have a value here."""
    return bool(field.required or field.required_if)


_OWN = Prepared(lambda: Layout.objects.filter(user=hole("user"), kind=hole("kind")).values_list("part", "shape"))
_known: tuple[int, _Shared] = (0, {})


def _shared() -> _Shared:
    global _known  # noqa: PLW0603 - one for the process
    version = snapshot.current().version
    known = _known
    if known[0] != version:  # zero: nothing was ever defined here
        known = _known = (version, _read() if version else {})
    return known[1]


def _read() -> _Shared:
    rows = Layout.objects.filter(user=None, shape__isnull=False).values_list("kind", "part", "role_id", "shape")
    return {(kind, part, role_id or 0): from_json(shape) for kind, part, role_id, shape in rows}
