"""Which fields are kept apart in the search texts, so that hidden ones are not found."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.levels import field_rule
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.core.search.models import SearchScope
from rapport.lib.prepared import Prepared, hole

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


_SCOPE = Prepared(lambda: SearchScope.objects.filter(kind=hole("kind")))


@dataclass(frozen=True)
class Sight:
    """What of the texts of a kind is looked into.

    ``everything`` for one from whom nothing is hidden; ``restricted`` if the part that is kept apart is to be looked
    at, too, because there is one.
    """

    everything: bool
    restricted: bool


def apart_in(kind: str) -> frozenset[str]:
    """The fields that whoever writes entries of a kind keeps apart. One query."""
    return frozenset(name for scope in _SCOPE(kind=kind) for name in scope.hidden or ())


def sight(actor: Actor, spec: "ObjectSpec") -> Sight | None:
    """What the actor may look into; None where the entries cannot be relied on for this actor. One query.

    Somebody from whom a field is hidden waits until every entry keeps it apart.
    """
    scope = next(iter(_SCOPE(kind=spec.key)), None)
    if scope is not None and not scope.is_ready:
        return None
    hidden = {field.key for field in spec.searched if field_rule(actor, spec.key, field.key) == "hidden"}
    if not hidden:
        kept_apart = scope is not None and (scope.hidden or scope.apart or scope.position is not None)
        return Sight(everything=True, restricted=bool(kept_apart))
    if scope is not None and hidden <= {*scope.apart} & {*scope.hidden}:
        return Sight(everything=False, restricted=False)
    return None


def write_anew(kind: str) -> bool:
    """Marks all entries of a kind as to be written again by a rebuild; False where there is nothing to write."""
    if not Record.objects.filter(kind=kind).exists():
        return False
    SearchScope.objects.update_or_create(kind=kind, defaults={"position": 0})
    return True


def refresh() -> list[str]:
    """Brings the scopes in step with the roles; returns the kinds whose entries must be written anew."""
    with transaction.atomic():
        return _refresh()


def _refresh() -> list[str]:
    rules = list(Role.objects.values_list("field_rules", flat=True))
    scopes = {scope.kind: scope for scope in SearchScope.objects.select_for_update()}
    stale = []
    for spec in registry.every():
        searched = {field.key for field in spec.searched}
        hidden = sorted(
            {key for rule in rules for key, what in rule.get(spec.key, {}).items() if what == "hidden"} & searched
        )
        scope = scopes.get(spec.key) or SearchScope(kind=spec.key)
        if hidden != scope.hidden:
            scope.hidden = hidden
            # What is no longer kept apart in new entries cannot be relied on from this moment.
            scope.apart = sorted({*scope.apart} & {*hidden})
            scope.position = 0
            scope.save()
        if scope.position is not None:
            stale.append(spec.key)
    return stale
