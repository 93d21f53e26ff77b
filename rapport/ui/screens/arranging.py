"""Arranging the facts of a record's page, and its related panels, where they stand.

Facts stand in groups that are made, named, folded and put in order; panels in one order. Each line is dragged, or moved
by its arrows, also from one group into the next; what is not ticked is left out of the page.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand
from rapport.core.arranging import keeping
from rapport.core.arranging.arrangement import NONE, Arrangement, Group
from rapport.core.arranging.facts import Placed, group_of, placed, shown_fields
from rapport.core.arranging.keeping import Scope
from rapport.core.arranging.layouts import FACTS, PANELS, QUICK, own_of, shared, standing
from rapport.core.errors import Invalid, NotFound
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.numbers import number_in
from rapport.ui.rendering import flash, render, toast
from rapport.ui.screens import arranging_quick, scopes
from rapport.ui.screens.asking import actor_of, is_part
from rapport.ui.screens.going import back_to

STEPS = {"up": -1, "down": 1}
GROUP = ":"  # begins the line of a group among those of its facts; no key does
PANES = {FACTS: "details", PANELS: "related"}


@dataclass
class Sheet:
    """What is being arranged: groups with their keys, and the keys that are left out. Panels have one group."""

    groups: list[Placed]
    left_out: set[str]

    def move(self, key: str, step: int) -> None:
        """A line past its neighbour, or across the border of its group into the next."""
        number = next((at for at, group in enumerate(self.groups) if key in group.keys), None)
        if number is None:
            return
        keys = self.groups[number].keys
        at, to = keys.index(key), keys.index(key) + step
        if 0 <= to < len(keys):
            keys[at], keys[to] = keys[to], keys[at]
        elif 0 <= number + step < len(self.groups):
            keys.remove(key)
            beyond = self.groups[number + step].keys
            beyond.insert(len(beyond) if step < 0 else 0, key)

    def move_group(self, number: int, step: int) -> None:
        """A group past its neighbour."""
        if 0 <= number < len(self.groups) and 0 <= number + step < len(self.groups):
            self.groups.insert(number + step, self.groups.pop(number))

    def drop(self, number: int) -> None:
        """Takes a group away; what stood in it joins the one before, or after."""
        if 0 <= number < len(self.groups) and len(self.groups) > 1:
            gone = self.groups.pop(number)
            self.groups[max(0, number - 1)].keys.extend(gone.keys)


def arrange_screen(request: HttpRequest, spec: ObjectSpec, part: str) -> HttpResponse:
    """GET a part of the pages of a kind, to be arranged; POST moves a line, or keeps the whole (``save``).

    ``for`` says for whom; ``save`` is ``keep`` or ``reset``. ``in`` is what leads back: the number of a record.
    """
    actor = actor_of(request)
    demand(actor, spec, "view")
    if part == QUICK:
        return arranging_quick.quick_screen(request, spec)
    if part not in PANES:
        raise NotFound(_("There is nothing of this name to be arranged."))
    scope = scopes.scope_of(request, actor, part)
    if request.method != "POST":
        return _form(request, spec, part, scope, _stored(actor, spec, part, scope))
    sheet = _read(request.POST, actor, spec, part)
    if "save" not in request.POST:
        return _form(request, spec, part, scope, sheet, made=_changed(request.POST, sheet))
    try:
        version = _keep(actor, spec, part, scope, sheet, reset=request.POST["save"] == "reset")
    except Invalid as invalid:
        return _form(request, spec, part, scope, sheet, error=invalid.message, status=422)
    flash(request, _kept_words(actor, spec, part, scope), undo_url=scopes.undo_url(spec, part, scope, version))
    url = _back(spec, part, request.POST.get("in", ""))
    if is_part(request):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)


def undo_screen(request: HttpRequest, spec: ObjectSpec, part: str) -> HttpResponse:
    """POST: puts back how a part was arranged before, if nobody has changed it since."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    version = request.GET.get("version", "")
    scope = scopes.scope_of(request, actor, part)
    keeping.undo(actor, spec, part, scope, number_in(version, digits=8))
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        toast(response, _("Arranged as before."))
        return response
    flash(request, _("Arranged as before."))
    return back_to(request, f"/{spec.path}")


# -------------------------------------------------------------------- pieces
def _things(actor: Actor, spec: ObjectSpec, part: str) -> dict[str, Any]:
    """What there is to be arranged: labels by key."""
    if part == FACTS:
        return {key: field.label for key, field in shown_fields(actor, spec).items()}
    return {panel.key: panel.title for panel in registry.panels(actor, spec.key)}


def _stored(actor: Actor, spec: ObjectSpec, part: str, scope: Scope) -> Sheet:
    """How the part stands for this scope: as it was arranged, else as the next wider one has it."""
    layout = keeping.kept(scope, spec, part) or _wider(actor, spec, part, scope)
    if part == FACTS:
        return Sheet(placed(spec, shown_fields(actor, spec), layout), set(layout.left_out))
    return Sheet([Placed("", list(layout.ordered(_things(actor, spec, part))))], set(layout.left_out))


def _wider(actor: Actor, spec: ObjectSpec, part: str, scope: Scope) -> Arrangement:
    if scope.user_id is not None:
        return standing(actor, spec, part).arrangement
    return (shared(spec, part) if scope.role_id is not None else None) or NONE


def _read(data: QueryDict, actor: Actor, spec: ObjectSpec, part: str) -> Sheet:
    """What was posted: ``item`` are the lines in order, groups among them; ``show`` those that are ticked."""
    things, seen = _things(actor, spec, part), set[str]()
    groups = list[Placed]()
    for item in data.getlist("item"):
        if item.startswith(GROUP):
            groups.append(_group(data, spec, item.removeprefix(GROUP)))
        elif item in things and item not in seen:
            groups = groups or [Placed("")]
            groups[-1].keys.append(item)
            seen.add(item)
    return Sheet(groups or [Placed("")], seen - set(data.getlist("show")))


def _group(data: QueryDict, spec: ObjectSpec, number: str) -> Placed:
    """A posted group. A heading that was left as it was declared stays the declared one, in every language."""
    like = data.get(f"like.{number}", "")
    declared = group_of(spec, spec.by_key[like]) if like in spec.by_key else ""
    name = data.get(f"name.{number}", "").strip()
    name = "" if name == declared else name
    return Placed(name or declared, [], name, like if declared else "", f"fold.{number}" in data)


def _changed(data: QueryDict, sheet: Sheet) -> bool:
    """Does what a button of the form says; answers whether a group was made."""
    for name, step in STEPS.items():
        sheet.move(data.get(name, ""), step)
        sheet.move_group(_number(data.get(f"group_{name}", "")), step)
    sheet.drop(_number(data.get("drop", "")))
    if "add" in data:
        sheet.groups.append(Placed(_("New group"), [], _("New group")))
    return "add" in data


def _number(text: str) -> int:
    """The number of a group on the sheet; -1 for none."""
    return int(text) if text.isdecimal() and len(text) < 5 else -1


def _keep(actor: Actor, spec: ObjectSpec, part: str, scope: Scope, sheet: Sheet, *, reset: bool) -> int:
    if reset:
        return keeping.reset(actor, spec, part, scope)
    left_out = frozenset(sheet.left_out)
    if part == PANELS:
        keys = tuple(key for group in sheet.groups for key in group.keys)
        return keeping.arrange(actor, spec, part, scope, Arrangement(keys, left_out))
    groups = [Group(tuple(one.keys), one.name, one.like, one.is_folded) for one in sheet.groups if one.keys or one.like]
    return keeping.arrange(actor, spec, part, scope, Arrangement((), left_out, tuple(groups)))


def _kept_words(actor: Actor, spec: ObjectSpec, part: str, scope: Scope) -> str:
    """That it is arranged, and whose arrangement the reader sees where that is another one."""
    said = _("Arranged.")
    if scope.user_id is None and part in own_of(actor, spec):
        return f"{said} {_('You see your own arrangement, which goes before it.')}"
    return said


def _back(spec: ObjectSpec, part: str, record: str) -> str:
    """The page of the record from which one came, else the list."""
    if not record.isdecimal() or len(record) > 18:
        return f"/{spec.path}"
    return f"/{spec.path}/{record}?pane={PANES[part]}"


def _form(
    request: HttpRequest, spec: ObjectSpec, part: str, scope: Scope, sheet: Sheet, *, made: bool = False,
    error: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = actor_of(request)
    back = request.POST.get("in", "") or request.GET.get("in", "")
    url = f"/{spec.path}/arrange/{part}"
    labels = _things(actor, spec, part)
    context = {
        "spec": spec,
        "part": part,
        "action": url,
        "back": back,
        "back_url": _back(spec, part, back),
        "scope": scopes.chooser(actor, spec, part, scope, url, back),
        "can_reset": keeping.kept(scope, spec, part) is not None,
        "has_groups": part == FACTS,
        "made": made,
        "error": error,
        "groups": [
            {
                "label": group.label,
                "like": group.like,
                "folded": group.is_folded,
                "lines": [{"key": key, "label": labels[key], "shown": key not in sheet.left_out} for key in group.keys],
            }
            for group in sheet.groups
        ],
    }
    return render(request, "record/arrange.html", context, fragment="form" if is_part(request) else None, status=status)
