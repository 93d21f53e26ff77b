"""An address of a list that was right once: what is not understood any more is left out and named, the rest stays."""

from collections.abc import Callable
from dataclasses import dataclass, field

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import from_address
from rapport.core.access.sorting import sort_keys
from rapport.core.access.visible import compile_condition
from rapport.core.errors import BadQuery
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.screens.asking import Pairs, ask
from rapport.ui.screens.showing import showing_of
from rapport.ui.screens.views import column_keys


@dataclass(frozen=True)
class Mended:
    """The part of an address that can be shown. ``problems``: the name of each part that cannot (values stay
    where they are), and a sentence why."""

    pairs: Pairs
    problems: list[tuple[str, str]] = field(default_factory=list)


def mended(actor: Actor, spec: ObjectSpec, pairs: Pairs) -> Mended:
    """The address without its broken parts; to be asked for one that was refused."""
    kept: Pairs = []
    problems = []
    for pair in pairs:
        problem = _sound(lambda pair=pair: _understand(actor, spec, [pair]))  # type: ignore[misc]
        if problem is None:
            kept.append(pair)
        else:
            problems.append((pair[0][:200], problem))
    if (problem := _sound(lambda: _understand(actor, spec, kept))) is not None:  # too many together
        return Mended([], [*problems, ("", problem)])
    return Mended(kept, problems)


def _understand(actor: Actor, spec: ObjectSpec, pairs: Pairs) -> None:
    condition = from_address(actor, spec, pairs)
    if condition.parts:  # type: ignore[union-attr]
        compile_condition(actor, spec, condition)
    ask(actor, spec, pairs)
    sort_keys(actor, spec, dict(pairs).get("sort", ""))
    column_keys(actor, spec, pairs)
    showing_of(actor, spec, pairs)


def _sound(read: Callable[[], None]) -> str | None:
    """None if it can be read, else why not."""
    try:
        read()
    except BadQuery as refused:
        return refused.message
    return None
