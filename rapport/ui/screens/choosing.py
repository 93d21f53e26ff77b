"""Choosing: the options of selects, the suggestions of comboboxes, and what was chosen in a posted form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team, User
from rapport.core.access.levels import Level, all_called, level_of
from rapport.core.access.visible import visible_to
from rapport.core.errors import NotFound
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.fields import Choice, Field, Link
from rapport.core.objects import registry, saving
from rapport.core.search.searching import search
from rapport.lib.text import fold, harmless, hue, initials
from rapport.lib.wording import inside
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of

T = TypeVar("T")
MOST_SUGGESTIONS = 8
MOST_USERS = 500


# Options by type of field: what many fields of a form share is asked for once.
Known = dict[str, list[tuple[str, Any]]]


def options(field: Field, known: Known, value: Any = None) -> list[tuple[str, Any]]:
    """The options of a field that is chosen from a list, also archived ones that the ``value`` has. ``known`` keeps
    those that many fields of a form share.
    """
    if isinstance(field, Choice):
        return list(field.offered(value))
    if field.type in _SHARED and field.type not in known:
        known[field.type] = [(str(pk), name) for pk, name in _SHARED[field.type]()[:MOST_USERS]]
    return known.get(field.type, [])


_SHARED = {
    "user": lambda: User.objects.filter(is_active=True).order_by("name").values_list("pk", "name"),
    "team": lambda: Team.objects.order_by("path").values_list("pk", "name"),
}


def suggestions_screen(request: HttpRequest, kind: str) -> HttpResponse:
    """GET the lines of a combobox: the best hits for ``q`` among the records the actor sees."""
    actor = actor_of(request)
    spec = registry.find(kind)
    if spec is None:
        raise NotFound(_("There is no such kind of record."))
    text = request.GET.get("q", "").strip()
    found: list[tuple[int, str]]
    if text:
        found = [(hit.id, hit.title) for hit in search(actor, spec, text, MOST_SUGGESTIONS)]
    else:
        rows = visible_to(actor, spec).order_by("title_key", "pk")
        found = list(all_called(actor, spec, rows.values_list("pk", "title")[:MOST_SUGGESTIONS]).items())
    lines = [{"id": pk, "title": title, "initials": initials(title), "hue": hue(title)} for pk, title in found]
    known = any(fold(title) == fold(text) for _pk, title in found)
    context = {
        "lines": lines,
        "shape": spec.mark,
        "create": text if text and not known and may_create_by_name(actor, kind) else "",
    }
    return render(request, "record/choose.html", context)


def may_create_by_name(actor: Actor, kind: str) -> bool:
    """True for objects that a name is enough for, if the actor may create them."""
    spec = registry.get(kind)
    required = [field.key for field in spec.all_fields if field.required]
    return required == ["name"] and level_of(actor, kind, "create") is not Level.NONE


@dataclass(frozen=True)
class Named:
    """A record that was only named in a form, and is to be made together with what the form is about."""

    kind: str
    name: str


def chosen(actor: Actor, field: Link, data: QueryDict) -> Any:
    """What was chosen in a combobox: an id, or a :class:`Named` for a name that is new. ValueError if it is neither."""
    given, text = data.get(field.key, "").strip(), harmless(data.get(f"{field.key}_text", "")).strip()
    if given and given != "new":
        return given
    if not text:
        return ""
    spec = registry.get(field.to)
    found = list(visible_to(actor, spec).filter(title_key=fold(text)).values_list("pk", flat=True)[:2])
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise ValueError(_("Several are called “%(name)s”: choose one from the list.") % {"name": text})
    if may_create_by_name(actor, field.to):
        return Named(field.to, text)
    raise ValueError(_("There is no %(label)s called “%(name)s”.") % {"label": inside(spec.label), "name": text})


def save_with_named(
    actor: Actor, kind: str, values: Mapping[str, Any], save: Callable[[dict[str, Any], Act | None], T]
) -> T:
    """Calls ``save`` with the values, after making the records that were only named: one transaction, one act.

    Without any, ``save`` gets no act and opens its own.
    """
    named = {key: value for key, value in values.items() if isinstance(value, Named)}
    if not named:
        return save(dict(values), None)
    with acting(actor, kind) as act:
        made = {
            key: saving.create(actor, registry.get(new.kind), {"name": new.name}, act=act).pk
            for key, new in named.items()
        }
        return save({**values, **made}, act)
