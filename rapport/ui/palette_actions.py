"""What the command palette can do. Packages add theirs when their screens are loaded, as places to the navigation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.objects import registry

Right = Callable[[Actor], bool]


def everyone(_actor: Actor) -> bool:
    """A right that all have."""
    return True


@dataclass(frozen=True)
class Action:
    """One line. ``key`` names it once and for all, ``label`` is a verb as on its button.

    ``on`` None: it can be done from everywhere. ``on`` a kind, or :data:`rapport.core.objects.registry.EVERY`: it is
    done to the record at hand, whose number stands for ``{id}`` in ``url``, the path of its kind for ``{path}``, and
    what its page for changing is called for ``{edit}``. Of such an action ``needs`` says what the actor must be allowed
    to do with that record (view, edit, trash).

    ``keys`` is the key that does the same on the page. Where something on the page has it, the palette presses that
    instead of following ``url``. ``way`` tells how the address is followed: ``go`` there, ``post`` to it, ``copy`` it,
    or open what it answers in the ``drawer``.
    """

    key: str
    label: Any
    icon: str
    url: str
    right: Right = everyone
    keys: str = ""
    on: str | None = None
    needs: str = "view"
    way: str = "go"
    order: int = 50


_actions: dict[str, Action] = {}


def add(action: Action) -> None:
    """Adds an action. Two with one key are a mistake."""
    if action.key in _actions:
        raise ValueError(f"There is an action “{action.key}” already.")
    _actions[action.key] = action


def anywhere(actor: Actor) -> list[Action]:
    """What this actor can do from every page, in order."""
    return _ordered(action for action in _actions.values() if action.on is None and action.right(actor))


def on_record(actor: Actor, kind: str, may: Callable[[str], bool]) -> list[Action]:
    """What this actor can do to a record of ``kind``, in order; ``may`` tells whether it may be viewed, edited …"""
    return _ordered(
        action
        for action in _actions.values()
        if action.on in (kind, registry.EVERY) and action.right(actor) and may(action.needs)
    )


def _ordered(actions: Iterable[Action]) -> list[Action]:
    return sorted(actions, key=lambda action: action.order)
