"""Saved views above a list: opening one, saving, renaming, ordering and deleting, and choosing columns."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.core.access.conditions import to_address
from rapport.core.access.levels import Level, demand, level_of, readable_fields
from rapport.core.access.pages import ListQuery
from rapport.core.access.special import may_right
from rapport.core.arranging.layouts import usual_columns
from rapport.core.errors import Invalid
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.core.views import saved
from rapport.core.views.models import View
from rapport.core.views.saved import Listed, Shape
from rapport.lib.wording import inside
from rapport.ui import own_boards
from rapport.ui.rendering import flash, render, toast
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, address, ask, without
from rapport.ui.screens.showing import BOARD, NAMES, showing_of

MINE = [("owner", "me")]
ON_PAGE = 50  # views of one page on which they are put in order
MOST_TABS = 12  # the other views are found by name


@dataclass
class Opened:
    """A list as it was asked for: ``pairs`` say all of it, also where the address only named a view.

    ``note`` is a sentence about what of the view cannot be shown; ``is_closed``: nothing of it can.
    """

    pairs: Pairs
    views: list[Listed]
    view: View | None = None
    note: str = ""
    is_closed: bool = False
    shape: Shape = field(default_factory=Shape)
    has_default: bool = False


def open_list(actor: Actor, spec: ObjectSpec, pairs: Pairs) -> Opened:
    """The list behind an address: a bare one opens the reader's usual view, a bare view what it was saved with."""
    views = saved.views_of(actor, spec)
    usual = next((one.view for one in views if one.is_default), None)
    usual = usual or next((one.view for one in views if one.of_role), None)
    found = Opened(pairs, views, has_default=usual is not None)
    named = dict(pairs).get("view", "")
    state = without(pairs, "view", *PLACE)
    if not named and not state and usual is not None:
        found.view = usual
    elif named.isdecimal():
        found.view = next((listed.view for listed in views if str(listed.view.pk) == named), None)
        if found.view is None:
            found.note = _("This view is gone, or no longer shared with you.")
            found.pairs = [("view", "all"), *without(pairs, "view")] if usual is not None else without(pairs, "view")
    if found.view is not None:
        _unfold(actor, spec, found, state)
    if found.view is None and not found.note and own_boards.is_meant(spec.key, found.pairs):
        found.pairs = [*found.pairs, ("show", BOARD)]
    return found


def _unfold(actor: Actor, spec: ObjectSpec, found: Opened, state: Pairs) -> None:
    view = found.view
    assert view is not None  # noqa: S101 - the caller has one
    readable = saved.readable(actor, spec, view)
    found.shape, found.is_closed = readable.shape, readable.is_closed
    if readable.is_closed:
        found.note = _("This view filters by a field that you may not see, so it cannot be shown to you.")
        found.pairs = [("view", str(view.pk))]
        return
    if readable.lacks:
        found.note = _("Columns or an order that you may not see were left out of this view.")
    if not state:
        place = [pair for pair in found.pairs if pair[0] in PLACE]
        found.pairs = [("view", str(view.pk)), *pairs_of_shape(readable.shape), *place]


def pairs_of_shape(shape: Shape) -> Pairs:
    """The address of what a view keeps."""
    rest = [
        ("sort", shape.sort), ("q", shape.find), ("columns", ",".join(shape.columns)), ("show", shape.show),
        *shape.details,
    ]  # fmt: skip
    return to_address(shape.condition) + [(name, value) for name, value in rest if value]


def shape_of(actor: Actor, spec: ObjectSpec, pairs: Pairs) -> Shape:
    """What of an address a view keeps."""
    query = ask(actor, spec, without(pairs, *PLACE))
    return _shape(actor, spec, pairs, query)


def _shape(actor: Actor, spec: ObjectSpec, pairs: Pairs, query: ListQuery) -> Shape:
    given = {name: value for name, value in pairs if value}
    show = showing_of(actor, spec, pairs).look
    return Shape(
        query.condition, query.sort, query.find, column_keys(actor, spec, pairs), show,
        tuple((name, given[name]) for name in saved.DETAILS[show] if name in given),
    )  # fmt: skip


def column_keys(actor: Actor, spec: ObjectSpec, pairs: Pairs) -> tuple[str, ...]:
    """The columns an address names; none: the usual ones."""
    keys = [key.strip() for name, value in pairs if name == "columns" for key in value.split(",")]
    return saved.columns_known(actor, spec, [key for key in keys if key])


def columns_of(actor: Actor, spec: ObjectSpec, pairs: Pairs) -> list[Field]:
    """The fields that are the columns of the list."""
    fields = readable_fields(actor, spec)
    return [fields[key] for key in column_keys(actor, spec, pairs) or usual_columns(actor, spec) if key in fields]


def bar(actor: Actor, spec: ObjectSpec, opened: Opened, query: ListQuery) -> dict[str, Any]:
    """What the bar above the list shows: tabs, and what can be done with the open view."""
    pairs = without(opened.pairs, *PLACE)
    shape = _shape(actor, spec, pairs, query)
    view = opened.view
    changed = view is not None and not opened.is_closed and not saved.same(actor, spec, shape, opened.shape)
    given = [pair for pair in without(pairs, "view", "trash") if pair != ("q", "")]  # an emptied search is none
    shown = _on_tabs(opened)
    worth = bool(given) and not query.trash
    return {
        "tabs": _tabs(actor, spec, opened, pairs, changed=changed),
        "others": len(opened.views) - len(shown),
        "find_url": f"/{spec.path}/views/find",
        "counts_url": f"/{spec.path}/views/counts?ids={','.join(str(one.pk) for one in shown)}" if shown else "",
        "view": view,
        "changed": changed,
        "may_save": changed and view is not None and saved.may_change(actor, view),
        "can_save_as": worth and (view is None or changed),
        "reset_url": f"/{spec.path}?view={view.pk}" if view else "",
        "manage_url": f"/{spec.path}/views" if opened.views else "",
        "note": opened.note,
        "shares": shares(actor),
        "columns_url": f"/{spec.path}/columns?{urlencode({'in': urlencode(pairs)})}",
    }


def shares(actor: Actor, already: str = "") -> list[tuple[str, str]]:
    """With whom the actor may share a view."""
    words = {"": _("Only me"), "team": _("My team and the teams below"), "all": _("Everybody")}
    return [(key, words[key]) for key in saved.SHARES if key == already or saved.may_share(actor, key)]


def _tabs(actor: Actor, spec: ObjectSpec, opened: Opened, pairs: Pairs, *, changed: bool) -> list[dict[str, Any]]:
    everything = [("view", "all")] if opened.has_default else []
    now = [] if opened.view else without(pairs, "view", "sort", "q", "columns", "sums", *NAMES)
    look = [] if opened.view else [pair for pair in pairs if pair[0] in NAMES]  # “Mine” of a board is a board
    tabs: list[tuple[Any, Pairs]] = [(_("All %(plural)s") % {"plural": inside(spec.plural)}, everything)]
    tabs.append((_("Mine"), MINE))
    last = [(_("Trash"), [("trash", "1")])] if level_of(actor, spec.key, "trash") > Level.NONE else []
    here = now if now in [wanted for _label, wanted in tabs + last] else everything  # filters narrow “All”
    own = [
        {
            "label": view.name,
            "url": f"/{spec.path}?view={view.pk}",
            "current": view == opened.view,
            "count_id": f"count-view-{view.pk}",
            "dot": changed and view == opened.view,
        }
        for view in _on_tabs(opened)
    ]
    plain = [
        {"label": label, "url": address(spec, [*wanted, *look]), "current": opened.view is None and here == wanted}
        for label, wanted in tabs + last
    ]
    return [*plain[:2], *own, *plain[2:]]


def _on_tabs(opened: Opened) -> list[View]:
    """The views that have a tab: the first that are pinned, and the open one."""
    pinned = [one.view for one in opened.views if one.is_pinned][:MOST_TABS]
    if opened.view is not None and opened.view not in pinned:
        pinned = [*pinned[: MOST_TABS - 1], opened.view]
    return pinned


# -------------------------------------------------------------------- verbs
def views_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET all views of this list, to be put in order; POST keeps the list ``in.*`` under a ``name``."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    if request.method != "POST":
        return _manage(request, spec)
    pairs = _posted(request)
    try:
        view = saved.save_view(
            actor, spec, request.POST.get("name", ""), shape_of(actor, spec, pairs),
            shared=request.POST.get("shared", ""),
        )  # fmt: skip
    except Invalid as invalid:
        flash(request, invalid.message, tone="red")
        return HttpResponseRedirect(address(spec, pairs))
    flash(request, _("The view “%(name)s” was saved.") % {"name": view.name})
    return HttpResponseRedirect(f"/{spec.path}?view={view.pk}")


def view_screen(request: HttpRequest, spec: ObjectSpec, view_id: int) -> HttpResponse:
    """POST ``do``: save, rename, delete, pin, unpin, default, usual, left or right. GET opens the view."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    verb = request.POST.get("do", "")
    view = saved.get_view(actor, spec, view_id)
    if request.method != "POST":
        return HttpResponseRedirect(f"/{spec.path}?view={view.pk}")
    try:
        text = _do(actor, spec, view, verb, request)
    except Invalid as invalid:
        return _manage(request, spec, wrong=view.pk, errors=invalid.errors)
    undo_url = f"/{spec.path}/views/{view.pk}/restore" if verb == "delete" else None
    if text:
        flash(request, text, undo_url=undo_url)
    back = _page_url(spec, _first_on_page(request))
    return HttpResponseRedirect(f"/{spec.path}?view={view.pk}" if verb == "save" else back)


def restore_screen(request: HttpRequest, spec: ObjectSpec, view_id: int) -> HttpResponse:
    """POST: brings a deleted view back."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    view = saved.get_view(actor, spec, view_id, deleted=True)
    saved.restore(actor, view)
    text = _("The view “%(name)s” is back.") % {"name": view.name}
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        toast(response, text)
        return response
    flash(request, text)
    return HttpResponseRedirect(f"/{spec.path}/views")


def _do(actor: Actor, spec: ObjectSpec, view: View, verb: str, request: HttpRequest) -> str:
    """Does it and says so."""
    name = {"name": view.name}
    if verb == "save":
        saved.reshape(actor, view, shape_of(actor, spec, _posted(request)))
        return _("The view “%(name)s” was saved.") % name
    if verb == "rename":
        saved.rename(actor, view, request.POST.get("name", ""), request.POST.get("shared", ""))
        return _("The view “%(name)s” was saved.") % {"name": view.name}
    if verb == "delete":
        saved.delete(actor, view)
        return _("The view “%(name)s” was deleted.") % name
    if verb in ("pin", "unpin"):
        saved.pin(actor, view, pinned=verb == "pin")
    elif verb in ("default", "usual"):
        saved.make_default(actor, spec, view, default=verb == "default")
    elif verb == "roles":
        chosen = [int(one) for one in request.POST.getlist("roles") if one.isdecimal() and len(one) < 12]
        saved.make_role_default(actor, spec, view, chosen)
        return _("The view “%(name)s” was saved.") % name
    elif verb in ("left", "right"):
        saved.move(actor, spec, view, -1 if verb == "left" else 1)
    return ""


def _posted(request: HttpRequest) -> Pairs:
    return [(name[3:], value) for name, values in request.POST.lists() if name.startswith("in.") for value in values]


def _manage(request: HttpRequest, spec: ObjectSpec, *, wrong: int = 0, errors: Any = None) -> HttpResponse:
    actor = actor_of(request)
    first, views = _first_on_page(request), saved.views_of(actor, spec)
    first = first if first < len(views) else 0
    shown = views[first : first + ON_PAGE]
    roles = list(Role.objects.all()) if may_right(actor, "shape") else []
    first_for = saved.roles_of([listed.view for listed in shown])
    rows = [
        {
            "listed": listed,
            "first_for": first_for.get(listed.view.pk, []),
            "may": saved.may_change(actor, listed.view),
            "by": listed.view.user.name if listed.view.user and listed.view.user_id != actor.user_id else "",
            "shares": shares(actor, listed.view.shared),
            "errors": (errors or {}) if listed.view.pk == wrong else {},
        }
        for listed in shown
    ]
    pages = {
        "first": first,
        "is_last": first + ON_PAGE >= len(views),
        "text": f"{first + 1}–{first + len(shown)} / {len(views)}" if len(views) > ON_PAGE else "",
        "previous": _page_url(spec, first - ON_PAGE) if first else "",
        "next": _page_url(spec, first + ON_PAGE) if first + ON_PAGE < len(views) else "",
    }
    context = {"spec": spec, "rows": rows, "pages": pages, "words": dict(shares(actor, "all")), "roles": roles}
    return render(request, "list/views.html", context, status=422 if errors else 200)


def _first_on_page(request: HttpRequest) -> int:
    """The place of the first view that a page of them shows."""
    asked = request.GET.get("from", "")
    return int(asked) // ON_PAGE * ON_PAGE if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0


def _page_url(spec: ObjectSpec, first: int) -> str:
    return f"/{spec.path}/views" + (f"?from={first}" if first > 0 else "")
