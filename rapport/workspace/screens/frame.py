"""What the pages of the settings share: who may open them, and how a refused form comes back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team
from rapport.core.access.special import demand_right
from rapport.core.errors import Invalid, Refused
from rapport.workspace.actions.common import demand_administrator

View = Callable[..., HttpResponse]
Errors = dict[str, list[str]]


def for_administrators(view: View) -> View:
    """Lets only administrators through; others get 403, whatever the method."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
        demand_administrator(actor_of(request))
        return view(request, **parts)

    return guarded


def with_right(right: str) -> Callable[[View], View]:
    """Lets only those through whose role has a special right; others get 403, whatever the method."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
            demand_right(actor_of(request), right)
            return view(request, **parts)

        return guarded

    return decorate


def actor_of(request: HttpRequest) -> Actor:
    """The actor of this request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def problems(refused: Refused) -> Errors:
    """Sentences by field; "" holds what belongs to no field and stands above the form."""
    return refused.errors if isinstance(refused, Invalid) else {"": [refused.message]}


def number(text: str | None, default: int = 0) -> int:
    """A whole number from a form; ``default`` for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else default


def number_or_none(text: str | None) -> int | None:
    """A whole number from a form, None where nothing was chosen."""
    return number(text) if text else None


def team_options(*, without: str = "") -> list[tuple[str, str]]:
    """Teams for a select, in the order of the tree and indented like it; those under the path ``without`` left out."""
    teams = [team for team in tree() if not (without and team.path.startswith(without))]
    return [(str(team.pk), "\u2003" * team.depth + team.name) for team in teams]


def tree() -> list[Team]:
    """All teams, each after the one above it, those beside each other by name."""
    below: dict[int | None, list[Team]] = {}
    for team in Team.objects.all():
        below.setdefault(team.parent_id, []).append(team)

    def walk(parent: int | None) -> list[Team]:
        here = sorted(below.get(parent, []), key=lambda team: (team.name.casefold(), team.pk))
        return [one for team in here for one in (team, *walk(team.pk))]

    return walk(None)
