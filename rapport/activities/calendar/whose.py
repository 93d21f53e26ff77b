"""Whose calendars are shown: one's own, those of one's team, everyone's, or some by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.lib.text import hue

MOST_USERS = 200  # that can be chosen
TEAM, EVERYONE = "team", "all"
Url = Callable[..., str]


@dataclass(frozen=True)
class Colleague:
    """Somebody whose calendar can be shown."""

    pk: int
    name: str
    team_id: int | None


def colleagues(actor: Actor) -> list[Colleague]:
    """All whose calendars can be shown: the actor first, the others by name. One query."""
    rows = User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name", "team_id")[:MOST_USERS]
    return sorted((Colleague(*row) for row in rows), key=lambda one: one.pk != actor.user_id)


def meant(actor: Actor, who: Sequence[int] | str, known: Sequence[Colleague]) -> tuple[int, ...]:
    """The ids of the users that are meant by a choice, or by their ids; without any one's own."""
    own = (actor.user_id,) if actor.user_id else ()
    if who == EVERYONE:
        return tuple(one.pk for one in known)
    if who == TEAM:
        teams = {actor.team_id, *actor.team_ids_below} - {None}
        return tuple(one.pk for one in known if one.team_id in teams) or own
    return tuple(pk for pk in who if isinstance(pk, int)) or own


def choices(actor: Actor, who: Sequence[int] | str, shown: Sequence[int], url: Url) -> list[dict[str, Any]]:
    """“Mine”, “My team” where there is one, “Everyone”: what is chosen at once."""
    mine = tuple(shown) == (actor.user_id,) and isinstance(who, tuple)
    made = [{"key": "mine", "label": _("Mine"), "url": url(who=()), "current": mine}]
    if actor.team_id:
        made.append({"key": TEAM, "label": _("My team"), "url": url(who=TEAM), "current": who == TEAM})
    made.append({"key": EVERYONE, "label": _("Everyone"), "url": url(who=EVERYONE), "current": who == EVERYONE})
    return made


def calendars(actor: Actor, shown: Sequence[int], known: Sequence[Colleague], url: Url) -> list[dict[str, Any]]:
    """The calendars by name; a press shows or hides one."""
    made = []
    for one in known:
        is_shown = one.pk in shown
        rest = tuple(pk for pk in shown if pk != one.pk) if is_shown else (*shown, one.pk)
        made.append(
            {
                "name": _("%(name)s (me)") % {"name": one.name} if one.pk == actor.user_id else one.name,
                "hue": hue(one.name),
                "is_shown": is_shown,
                "url": url(who=rest),
            }
        )
    return made
