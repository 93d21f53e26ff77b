"""What names a field: shown before it is archived, for some of it stops working then."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.conditions import from_json, terms
from rapport.core.access.holding import asked
from rapport.core.definitions.field_types import who_names, who_needs
from rapport.core.definitions.models import FieldDef
from rapport.core.errors import BadQuery
from rapport.core.objects import registry
from rapport.core.objects.conditional import conditional
from rapport.core.views.models import View

MOST_NAMED = 20  # views; of more only the number is told


@dataclass(frozen=True)
class Uses:
    """``needed_by`` is the label of what keeps the field from being archived, if there is something; ``others`` are
    sentences about all else that names it.
    """

    needed_by: str
    others: tuple[str, ...]


def uses_of(actor: Actor, row: FieldDef) -> Uses:
    """What names a field, for one who may shape. Of views that are somebody else's alone only the number is told."""
    found = (*_conditions(row), *_views(actor, row), *who_names(row.kind, row.key), *_roles(row))
    return Uses(who_needs(row.kind, row.key), found)


def _conditions(row: FieldDef) -> Iterator[str]:
    for one in conditional(registry.get(row.kind)):
        given = [condition for condition in (one.shown_if, one.required_if, one.locked_if) if condition]
        if one.key != row.key and any(row.key in asked(condition) for condition in given):
            yield _("The condition of “%(label)s” asks for it, and would no longer apply.") % {"label": one.label}


def _views(actor: Actor, row: FieldDef) -> Iterator[str]:
    filtering, naming, private = list[str](), list[str](), 0
    for view in View.objects.filter(deleted_at=None).order_by("name", "pk"):
        filters, shows = _asks(view, row), view.kind == row.kind and row.key in _named(view)
        if not (filters or shows):
            continue
        if view.user_id != actor.user_id and not view.shared:
            private += 1
        else:
            (filtering if filters else naming).append(f"“{view.name}”")
    if filtering:
        yield _("These views filter by it, and cannot be opened without it: %(names)s") % {"names": _few(filtering)}
    if naming:
        yield _("These views show it, or sort by it: %(names)s") % {"names": _few(naming)}
    if private:
        yield _("Views that others keep for themselves: %(count)s") % {"count": private}


def _asks(view: View, row: FieldDef) -> bool:
    """Whether a view filters by the field, of its own kind or through a link to it."""
    try:
        paths = [term.path for term in terms(from_json(view.condition))] if view.condition else []
    except BadQuery:
        return False
    heads = (path.partition(".") for path in paths)
    return any((view.kind == row.kind and head == row.key) or beyond == row.key for head, _dot, beyond in heads)


def _named(view: View) -> set[str]:
    sort = (key.strip().removeprefix("-") for key in view.sort.split(","))
    return {*view.columns, *sort, *map(str, view.details.values())}


def _roles(row: FieldDef) -> Iterator[str]:
    names = [role.shown for role in Role.objects.all() if row.key in role.field_rules.get(row.kind, {})]
    if names:
        yield _("Roles have a rule about it: %(names)s") % {"names": ", ".join(names)}


def _few(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" … +{more}" if more > 0 else "")
