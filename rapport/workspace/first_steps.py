"""First steps: what a newcomer does in the first hour, and which of it is done. Told from facts wherever there are any.

One question tells all of it; each of its parts is served by an index and looks for one row.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import User, Workspace
from rapport.core.access.levels import Level, level_of
from rapport.core.errors import NotFound
from rapport.core.events.models import Act
from rapport.core.importing.models import ImportRun
from rapport.core.views.models import View
from rapport.lib import clock
from rapport.lib.prepared import Prepared, hole, moment
from rapport.ui import home, navigation
from rapport.workspace.models import Beginning

SAMPLE_DOMAIN = "rapport-sample.example"  # of the sample's colleagues, who were not invited by anybody


@dataclass(frozen=True)
class Step:
    """One thing to do: what it is called, why, where; ``is_by_hand``: only the user knows when it is done."""

    key: str
    label: Any
    text: Any
    icon: str
    url: str
    right: navigation.Right = navigation.everyone
    is_by_hand: bool = False


def _may(action: str) -> Callable[[Actor], bool]:
    return lambda actor: level_of(actor, "person", action) > Level.NONE


STEPS = (
    Step("tour", _("Look around"), _("A tour of seven stops, two minutes."), "map", "/tour/1/go"),
    Step("house", _("Give it your name and colour"), _("Name, logo and colour of the workspace."), "palette",
         "/settings/general", navigation.administrators),
    Step("import", _("Import your customers"), _("From a spreadsheet or another system; one Undo takes it back."),
         "upload", "/import?kind=person", _may("import")),
    Step("person", _("Add a first person"), _("A name or an address is enough."), "user-plus", "/people/new",
         _may("create")),
    Step("note", _("Write a first note"), _("Open a person, press N, write what you know."), "sticky-note", "/people",
         _may("create")),
    Step("view", _("Save a view"), _("Filter a list, then keep it under a name."), "bookmark",
         "/people?lifecycle=customer"),
    Step("invite", _("Invite a colleague"), _("They get a link and are in."), "users", "/settings/users/new",
         navigation.administrators),
    Step("phone", _("Put it on your phone"), _("Open it there and add it to the home screen."), "smartphone",
         "/help/phone-and-offline", is_by_hand=True),
)  # fmt: skip


def beginning_of(actor: Actor) -> Beginning:
    """How far the actor is; not saved yet where nothing was done."""
    found = _BEGINNING(user=_user(actor))
    return found[0] if found else Beginning(user_id=_user(actor))


_BEGINNING = Prepared(lambda: Beginning.objects.filter(pk=hole("user")))


def _user(actor: Actor) -> int:
    return actor.user_id or 0


def done_by(actor: Actor, beginning: Beginning) -> set[str]:
    """The keys of the steps that are done."""
    house = workspace.current()
    facts = _FACTS(user=_user(actor), welcomed=moment(house.welcomed_at or _LONG_AGO))
    found = {key for key, is_done in zip(_ASKED, facts[0] if facts else (), strict=False) if is_done}
    found |= set(beginning.done) | ({"person"} if "import" in found else set())  # who came by the dozen needs no first
    usual = Workspace()
    if (house.name, house.hue, house.logo) != (usual.name, usual.hue, usual.logo):
        found.add("house")
    return found | ({"tour"} if beginning.toured_at else set())


_ASKED = ("import", "person", "note", "view", "invite")


def _facts() -> QuerySet[User, tuple[bool, ...]]:
    mine = {"user_id": OuterRef("pk")}
    # The views that came with the blueprint were not saved by hand.
    own_views = View.objects.filter(**mine, deleted_at=None, created_at__gt=hole("welcomed"))
    others = User.objects.exclude(pk=OuterRef("pk")).exclude(email__endswith=f"@{SAMPLE_DOMAIN}")
    return User.objects.filter(pk=hole("user")).values_list(
        Exists(ImportRun.objects.filter(state="done")),
        Exists(Act.objects.filter(**mine, kind="person.create")),
        Exists(Act.objects.filter(**mine, kind="note.create")),
        Exists(own_views),
        Exists(others),
    )


_FACTS = Prepared(_facts)
_LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def hide(actor: Actor, *, hidden: bool) -> None:
    """Takes the list from home, or puts it back."""
    Beginning.objects.update_or_create(user_id=_user(actor), defaults={"is_hidden": hidden})


def tick(actor: Actor, key: str) -> None:
    """Notes that the actor has done a step. NotFound for one that there is not."""
    if key not in {step.key for step in STEPS}:
        raise NotFound(_now("There is no such step."))
    beginning, _made = Beginning.objects.get_or_create(user_id=_user(actor))
    if key not in beginning.done:
        beginning.done = [*beginning.done, key]
        beginning.save(update_fields=["done"])


def end_tour(actor: Actor) -> None:
    """Notes that the actor has seen the tour, or enough of it."""
    Beginning.objects.update_or_create(user_id=_user(actor), defaults={"toured_at": clock.now()})


def part(request: HttpRequest, actor: Actor) -> dict[str, Any] | None:
    """The values of the card on home; None where the list is hidden or all of it is done, and nobody asked for it."""
    beginning = beginning_of(actor)
    is_asked = request.GET.get("steps") == "1"
    if beginning.is_hidden and not is_asked:
        return None
    done = done_by(actor, beginning)
    steps = [(step, step.key in done) for step in STEPS if step.right(actor)]
    count = sum(is_done for _step, is_done in steps)
    if count == len(steps) and not is_asked:
        return None
    return {
        "steps": sorted(steps, key=lambda pair: pair[1]),
        "count": count,
        "total": len(steps),
        "is_hidden": beginning.is_hidden,
    }


home.add(home.HomePart("first-steps", _("First steps"), 5, "home/first_steps.html", part))
