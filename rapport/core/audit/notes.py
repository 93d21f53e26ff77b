"""Facts of the house itself: a sign-in, an export, a refused request. They belong to no record."""

from collections.abc import Mapping
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.events.emit import Fact, acting, emit
from rapport.core.events.models import Act


def note(actor: Actor, kind: str, data: Mapping[str, Any], *, label: str = "") -> None:
    """Writes one fact under an act of its own. ``data`` holds no secret, and no value of a customer."""
    with acting(actor, kind, label=label) as act:
        tell(actor, act, kind, data)


def tell(actor: Actor, act: Act, kind: str, data: Mapping[str, Any]) -> None:
    """Writes one fact under an open act. ``data["changes"]`` maps what changed to ``[before, after]``."""
    emit(actor, act, [Fact(kind, None, data=data)])


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs between two states of the same thing: ``{name: [before, after]}``."""
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}
