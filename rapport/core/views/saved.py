"""Reading and changing saved views. A view holds a question, never an answer: what it shows depends on who asks."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, FilteredRelation, Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.conditions import (
    EVERYTHING,
    Condition,
    from_address,
    from_json,
    terms,
    to_address,
    to_json,
    understand,
)
from rapport.core.access.levels import demand, readable_fields
from rapport.core.access.sorting import sort_keys, written
from rapport.core.access.special import may_right
from rapport.core.arranging.layouts import usual_columns
from rapport.core.audit.notes import tell
from rapport.core.errors import BadQuery, Invalid, NotAllowed, NotFound
from rapport.core.events.emit import acting
from rapport.core.events.kinds import EventKind, declare
from rapport.core.events.models import Act
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.known import as_value, listed_later
from rapport.core.views.models import RoleView, View, ViewChoice
from rapport.lib import clock
from rapport.lib.prepared import Prepared, hole
from rapport.lib.text import clean_line, fold

MOST_NAME = 60
MOST_VIEWS = 200  # of one user for one kind of object
KEPT = timedelta(days=30)  # a deleted view can be brought back for so long
SHARES = ("", "team", "all")
# What is kept beside how a view is shown: of a table the figures in its foot, of the others by which field they stand,
# what is summed, and how long a calendar is.
DETAILS = {"": ("sums",), "groups": ("by", "sum"), "board": ("by", "sum"), "calendar": ("by", "span")}
_LAST = 1_000_000  # where a view stands that nobody has placed
declare(
    EventKind("view.shared", gettext_lazy("shared a view"), icon="share-2", tone="amber", privacy="business"),
    EventKind("view.unshared", gettext_lazy("no longer shares a view"), icon="share-2", privacy="business"),
    EventKind("view.changed", gettext_lazy("changed a shared view"), icon="pencil", privacy="business"),
    EventKind("view.deleted", gettext_lazy("deleted a view"), icon="trash-2", tone="red", privacy="business"),
    EventKind("view.restored", gettext_lazy("brought a view back"), icon="undo-2", tone="green", privacy="business"),
)


@dataclass(frozen=True)
class Shape:
    """What a view keeps of a list: which records, in which order, found by which words, shown in which columns.

    ``show`` is how: empty for a table; ``details`` are names and values of an address that belong to it (``DETAILS``).
    """

    condition: Condition = EVERYTHING
    sort: str = ""
    find: str = ""
    columns: tuple[str, ...] = ()
    show: str = ""
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Listed:
    """A view as one user has it among the tabs. ``of_role``: the list opens on it for all who hold the user's role, if
    they have chosen none themselves.
    """

    view: View
    place: int
    is_pinned: bool
    is_default: bool
    of_role: bool = False


@dataclass(frozen=True)
class Readable:
    """A view's shape as far as its reader may see the fields. ``is_closed``: it narrows by a hidden field, so it must
    not be shown at all; ``lacks``: its order or some of its columns were left out."""

    shape: Shape = field(default_factory=Shape)
    is_closed: bool = False
    lacks: bool = False


# -------------------------------------------------------------------- reading
def views_of(actor: Actor, spec: ObjectSpec) -> list[Listed]:
    """The views of a kind that the actor has, in the order of the tabs. One query."""
    found = []
    role = actor.role.pk if actor.role else 0
    for view in _VIEWS(user=actor.user_id or 0, teams=as_value(_teams_above(actor)), kind=spec.key, role=role):
        made: Any = view
        place = _LAST if made.place is None else made.place
        found.append(Listed(view, place, made.pinned is not False, bool(made.default), made.of_role is not None))
    return sorted(found, key=lambda listed: (listed.place, listed.view.pk))


def get_view(actor: Actor, spec: ObjectSpec, view_id: int, *, deleted: bool = False) -> View:
    """A view that the actor has; NotFound otherwise."""
    rows = View.objects.filter(_seen_by(actor), kind=spec.key, pk=view_id, deleted_at__isnull=not deleted)
    found = rows.first()
    if found is None:
        raise NotFound(_("There is no such view, or it is not shared with you."))
    return found


def may_change(actor: Actor, view: View) -> bool:
    """One's own views; who shapes the workspace may change what is shared."""
    own = view.user_id is not None and view.user_id == actor.user_id
    return own or (bool(view.shared) and may_right(actor, "shape"))


def may_share(actor: Actor, shared: str) -> bool:
    """Everybody may share with their team, who shapes the workspace with all."""
    return {"": True, "team": actor.team_id is not None, "all": may_right(actor, "shape")}.get(shared, False)


def readable(actor: Actor, spec: ObjectSpec, view: View) -> Readable:
    """What of a view its reader may see."""
    condition = from_json(view.condition) if view.condition else EVERYTHING
    try:
        for term in terms(condition):
            understand(actor, spec, term.path, term.operator)
    except BadQuery:
        return Readable(is_closed=True)
    known = readable_fields(actor, spec)
    columns = tuple(key for key in view.columns if key in known)
    try:
        sort = written(sort_keys(actor, spec, view.sort)) if view.sort else ""
    except BadQuery:
        sort = ""
    kept = ((name, _readable_detail(known, name, view.details.get(name, ""))) for name in DETAILS.get(view.show, ()))
    details = tuple((name, value) for name, value in kept if value)
    lacks = sort != view.sort or len(columns) != len(view.columns) or len(details) != len(view.details)
    show = view.show if len(details) == len(view.details) else ""  # by a hidden field there are no columns
    return Readable(Shape(condition, sort, view.find, columns, show, details if show == view.show else ()), lacks=lacks)


def _readable_detail(known: Mapping[str, Field], name: str, value: str) -> str:
    """A detail as far as it names fields that the reader sees; empty where nothing of it is left."""
    if name == "sums":
        parts = [part for part in value.split(",") if part == "none" or part.rpartition(".")[0] in known]
        return ",".join(parts)
    return value if name not in ("by", "sum") or value in known else ""


def same(actor: Actor, spec: ObjectSpec, one: Shape, other: Shape) -> bool:
    """Whether two shapes show the same list."""
    return bool(_plain(actor, spec, one) == _plain(actor, spec, other))


def _plain(actor: Actor, spec: ObjectSpec, shape: Shape) -> Any:
    condition = from_address(actor, spec, to_address(shape.condition))
    columns = shape.columns or tuple(key for key in usual_columns(actor, spec) if key in readable_fields(actor, spec))
    look = (shape.show, shape.details)
    return to_json(condition), shape.sort or spec.default_sort, shape.find.strip(), columns, look


def _seen_by(actor: Actor) -> Q:
    return _seen(actor.user_id or 0, _teams_above(actor))


def _seen(user: Any, teams: Any) -> Q:
    return Q(user_id=user) | Q(shared="all") | Q(shared="team", team_id__in=teams)


def _teams_above(actor: Actor) -> list[int]:
    return [int(part) for part in actor.team_path.split("/") if part]


def _views() -> "QuerySet[View]":
    mine = FilteredRelation("choices", condition=Q(choices__user_id=hole("user")))
    role = FilteredRelation("roles", condition=Q(roles__role_id=hole("role")))
    rows = View.objects.annotate(choice=mine, for_role=role).filter(
        _seen(hole("user"), listed_later("teams")), kind=hole("kind"), deleted_at=None
    )
    chosen = {"place": F("choice__place"), "pinned": F("choice__is_pinned"), "default": F("choice__is_default")}
    return rows.annotate(**chosen, of_role=F("for_role__pk"))


_VIEWS = Prepared(_views)


# -------------------------------------------------------------------- verbs
def save_view(
    actor: Actor,
    spec: ObjectSpec,
    name: str,
    shape: Shape,
    *,
    shared: str = "",
    key: str = "",
    team_id: int | None = None,
) -> View:
    """Keeps a list under a name, as the last of the actor's tabs.

    ``key`` is that of a view which comes from a file; the house itself keeps views for others without having any.
    ``team_id``: whose it becomes, if not the actor's.
    """
    demand(actor, spec, "view")
    name = _checked(actor, name, shared, already="team" if team_id else "")
    user_id = None if shared and actor.user_id is None and actor.all_rights else _user(actor)
    if (
        user_id is not None
        and View.objects.filter(kind=spec.key, user_id=user_id, deleted_at=None).count() >= MOST_VIEWS
    ):
        raise Invalid({"name": [_("You have %(most)s views of this list. Delete one first.") % {"most": MOST_VIEWS}]})
    with acting(actor, "view.saved", label=name) as act:
        view = View(kind=spec.key, user_id=user_id, shared=shared, name=name, created_at=clock.now())
        view.key = key or _new_key(name)
        view.team_id = (team_id or actor.team_id) if shared == "team" else None
        _keep(view, shape)
        view.save()
        if user_id is not None:
            places = ViewChoice.objects.filter(user_id=user_id, view__kind=spec.key)
            last: int = places.aggregate(last=Max("place"))["last"] or 0
            ViewChoice.objects.create(view=view, user_id=user_id, place=last + 1)
        if shared:
            _tell(actor, act, "view.shared", view)
    return view


def reshape(actor: Actor, view: View, shape: Shape) -> None:
    """Lets a view show something else."""
    _demand_change(actor, view)
    with acting(actor, "view.saved", label=view.name) as act:
        _keep(view, shape)
        view.save(update_fields=["condition", "sort", "find", "columns", "show", "details"])
        if view.shared:
            _tell(actor, act, "view.changed", view)


def rename(actor: Actor, view: View, name: str, shared: str, *, team_id: int | None = None) -> None:
    """Changes what a view is called and who has it. ``team_id``: which team, if not the actor's."""
    _demand_change(actor, view)
    name = _checked(actor, name, shared, already="team" if team_id else view.shared)
    with acting(actor, "view.saved", label=name) as act:
        before = view.shared
        if shared == "team" and (team_id or before != "team"):
            view.team_id = team_id or actor.team_id
        view.name, view.shared = name, shared
        view.save(update_fields=["name", "shared", "team"])
        if shared != "all":
            RoleView.objects.filter(view=view).delete()  # a list opens for a role on what all have
        if shared != before:
            _tell(actor, act, "view.shared" if shared else "view.unshared", view)
        elif shared:
            _tell(actor, act, "view.changed", view)


def delete(actor: Actor, view: View) -> None:
    """Takes a view away from all who have it; :func:`restore` brings it back."""
    _demand_change(actor, view)
    with acting(actor, "view.deleted", label=view.name) as act:
        View.objects.filter(deleted_at__lt=clock.now() - KEPT).delete()
        View.objects.filter(pk=view.pk).update(deleted_at=clock.now())
        _tell(actor, act, "view.deleted", view)


def restore(actor: Actor, view: View) -> None:
    """Brings a deleted view back, with everybody's place for it."""
    _demand_change(actor, view)
    with acting(actor, "view.restored", label=view.name) as act:
        View.objects.filter(pk=view.pk).update(deleted_at=None)
        _tell(actor, act, "view.restored", view)


def pin(actor: Actor, view: View, *, pinned: bool) -> None:
    """Puts a view among the actor's tabs, or takes it from there."""
    _choose(actor, view, is_pinned=pinned)


def make_default(actor: Actor, spec: ObjectSpec, view: View, *, default: bool) -> None:
    """Lets the actor's list open on this view, or on all records again."""
    with transaction.atomic():
        ViewChoice.objects.filter(user_id=_user(actor), view__kind=spec.key).update(is_default=False)
        if default:
            _choose(actor, view, is_default=True)


def make_role_default(actor: Actor, spec: ObjectSpec, view: View, role_ids: Sequence[int]) -> None:
    """Lets the list open on this view for who holds one of these roles, and for no others any more."""
    if not may_right(actor, "shape"):
        raise NotAllowed(_("Your role does not let you choose what others see first."))
    if role_ids and view.shared != "all":
        raise Invalid({"roles": [_("Share the view with everybody first.")]})
    roles = list(Role.objects.filter(pk__in=role_ids))
    with acting(actor, "view.saved", label=view.name) as act:
        RoleView.objects.filter(view=view).delete()
        for role in roles:
            RoleView.objects.update_or_create(role=role, kind=spec.key, defaults={"view": view})
        data = {"name": view.name, "kind": view.kind, "opens_first_for": [role.key for role in roles]}
        tell(actor, act, "view.changed", data)


def roles_of(views: Sequence[View]) -> dict[int, list[int]]:
    """The ids of the roles for which each of some views opens first, by the view's id."""
    found: dict[int, list[int]] = {}
    for view_id, role_id in RoleView.objects.filter(view__in=views).values_list("view_id", "role_id"):
        found.setdefault(view_id, []).append(role_id)
    return found


def move(actor: Actor, spec: ObjectSpec, view: View, step: int) -> None:
    """Moves a view among the actor's own tabs, by so many places."""
    order = [listed.view for listed in views_of(actor, spec)]
    at = next((place for place, one in enumerate(order) if one.pk == view.pk), None)
    if at is None:
        return
    order.insert(max(0, at + step), order.pop(at))
    with transaction.atomic():
        for place, one in enumerate(order):
            _choose(actor, one, place=place)


def _choose(actor: Actor, view: View, **values: Any) -> None:
    start = {"place": _LAST, **values}
    ViewChoice.objects.update_or_create(view=view, user_id=_user(actor), defaults=values, create_defaults=start)


def _tell(actor: Actor, act: Act, kind: str, view: View) -> None:
    """Writes into the audit what became of a view, and who has it."""
    tell(actor, act, kind, {"name": view.name, "kind": view.kind, "with": view.shared or "nobody"})


def _new_key(name: str) -> str:
    """A key made of the name, and of chance: two who save one name at the same moment get two."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in fold(name))
    return "_".join([*filter(None, plain.split("_")), secrets.token_hex(3)])[-50:].lstrip("_")


def _user(actor: Actor) -> int:
    """Whose view it becomes."""
    if actor.user_id is None:
        raise NotAllowed(_("Only somebody who signed in has views."))
    return actor.user_id


def _keep(view: View, shape: Shape) -> None:
    view.condition, view.sort, view.find = to_json(shape.condition), shape.sort[:80], shape.find[:100]
    view.columns = list(shape.columns)
    view.show, view.details = shape.show, dict(shape.details)


def _checked(actor: Actor, name: str, shared: str, *, already: str = "") -> str:
    try:
        name = clean_line(name, MOST_NAME)
    except ValueError as error:
        raise Invalid({"name": [str(error)]}) from error
    if not name:
        raise Invalid({"name": [_("Enter a name.")]})
    if shared == "team" and already != "team" and actor.team_id is None:
        raise Invalid({"shared": [_("You are in no team, so there is nobody to share this view with.")]})
    if shared not in SHARES or not (shared == already or may_share(actor, shared)):
        raise Invalid({"shared": [_("Your role does not let you share views with everybody.")]})
    return name


def _demand_change(actor: Actor, view: View) -> None:
    if not may_change(actor, view):
        raise NotAllowed(_("This view is somebody else's. Save it as a view of your own."))


def columns_known(actor: Actor, spec: ObjectSpec, keys: Sequence[str]) -> tuple[str, ...]:
    """The columns named in an address. BadQuery for those that do not exist, or not for this reader."""
    known = readable_fields(actor, spec)
    for key in keys:
        if key not in known or not showable(known[key]):
            names = ", ".join(sorted(key for key, one in known.items() if showable(one)))
            raise BadQuery(_("There is no column “%(name)s”. Known: %(known)s.") % {"name": key, "known": names})
    return tuple(dict.fromkeys(keys))


def showable(one: Any) -> bool:
    """Whether a field can be a column of a list."""
    return bool(one.control != "records" and one.path != "title")
