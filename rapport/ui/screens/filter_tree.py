"""Building a filter of groups: conditions of which all or any must hold, in groups of groups.

Each step is an address of its own that carries the tree so far, so it works without scripts, and “Back” of the browser
goes back a step. The list changes when “Show the list” is pressed.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access import trees
from rapport.core.access.conditions import (
    AllOf,
    AnyOf,
    Condition,
    Term,
    check_size,
    from_address,
    from_json,
    terms,
    to_json,
    understand,
)
from rapport.core.access.levels import demand, locale_of
from rapport.core.access.words import words
from rapport.core.errors import BadQuery
from rapport.core.fields import Locale
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.rendering import render
from rapport.ui.screens.asking import Pairs, actor_of, address, to_list, with_condition
from rapport.ui.screens.filters import builder_values, read_term
from rapport.ui.screens.list_chips import told


def tree_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the groups of the filter of the list ``in``, as far as it is built (``tree``, JSON); ``do`` is the next step.

    ``do`` is a verb and a place: all, any, group, wrap, remove; add and edit lead to the builder of one condition,
    which sends it with ``step``; ``show`` leads to the list.
    """
    actor = actor_of(request)
    demand(actor, spec, "view")
    given = request.GET
    pairs = parse_qsl(given.get("in", ""))
    tree = _tree(actor, spec, pairs, given.get("tree", ""))
    if step := given.get("step", ""):
        return _built(request, actor, spec, pairs, tree, step)
    verb, _colon, place = given.get("do", "").partition(":")
    if verb == "show":
        return to_list(request, address(spec, with_condition(pairs, trees.tidy(tree))))
    if verb in ("add", "edit"):
        return _builder(request, actor, spec, pairs, tree, f"{verb}:{place}")
    tree, focus = _changed(tree, verb, place)
    return _drawn(request, actor, spec, pairs, tree, focus)


def _tree(actor: Actor, spec: ObjectSpec, pairs: Pairs, text: str) -> Condition:
    """The tree so far; BadQuery for one that the actor may not ask."""
    if not text:
        return trees.rooted(from_address(actor, spec, pairs))
    try:
        tree = from_json(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise BadQuery(_("“where” is not a condition in JSON.")) from error
    check_size(tree)
    for term in terms(tree):
        understand(actor, spec, term.path, term.operator)
    return AllOf((tree,)) if isinstance(tree, Term) else tree


def _changed(tree: Condition, verb: str, place: str) -> tuple[Condition, str]:
    """The tree after a step, and the id of what has the focus then."""
    way = trees.way(place)
    piece = trees.at(tree, way) if way is not None else None
    if way is None or piece is None:
        return tree, ""
    inside = ".".join(str(number) for number in way[:-1])
    if verb in ("all", "any") and not isinstance(piece, Term):
        is_any = isinstance(piece, AnyOf)
        return trees.put(tree, way, piece if is_any == (verb == "any") else trees.turned(piece)), ""
    if verb == "group" and not isinstance(piece, Term):
        group = AnyOf() if isinstance(piece, AllOf) else AllOf()
        return trees.add(tree, way, group), _id("add", f"{place}.{len(piece.parts)}".lstrip("."))
    if verb == "wrap" and isinstance(piece, Term):
        around = trees.at(tree, way[:-1])
        wrapped = AnyOf((piece,)) if isinstance(around, AllOf) else AllOf((piece,))
        return trees.put(tree, way, wrapped), _id("add", place)
    if verb == "remove" and way:
        return trees.put(tree, way, None), _id("add", inside)
    return tree, ""


def _id(verb: str, place: str) -> str:
    return f"tree-{verb}-{place.replace('.', '-') or 'root'}"


def _built(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, pairs: Pairs, tree: Condition, step: str
) -> HttpResponse:
    """The builder of one condition, or the tree with the condition that came out of it."""
    given = request.GET
    verb, _colon, place = step.partition(":")
    way = trees.way(place)
    if not given.get("add") or not given.get("f") or way is None:
        return _builder(request, actor, spec, pairs, tree, step)
    try:
        term = read_term(actor, spec, given)
        changed = trees.add(tree, way, term) if verb == "add" else trees.put(tree, way, term)
        check_size(changed)
    except BadQuery as refused:
        return _builder(request, actor, spec, pairs, tree, step, refused.message)
    inside = place if verb == "add" else ".".join(str(number) for number in way[:-1])
    return _drawn(request, actor, spec, pairs, changed, _id("add", inside))


def _builder(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, pairs: Pairs, tree: Condition, step: str, error: str = ""
) -> HttpResponse:
    verb, _colon, place = step.partition(":")
    given: Mapping[str, Any] = request.GET
    held = trees.at(tree, way) if verb == "edit" and (way := trees.way(place)) is not None else None
    if isinstance(held, Term) and not given.get("f"):
        given = {"f": held.path, "o": held.operator, "v": held.value}
    context = {
        **builder_values(actor, spec, given, pairs, error=error),
        "action": f"/{spec.path}/filter/tree",
        "step": step,
        "tree": _written(tree),
        "was": place if verb == "edit" else "",
        "beside": [],
        "followed_url": "",
        "leads_on": bool(given.get("f")) and not error and request.headers.get("HX-Target") in (None, "drawer"),
    }
    fragment = "in_drawer" if getattr(request, "htmx", None) else None
    return render(request, "list/filter.html", context, fragment=fragment, status=422 if error else 200)


def _drawn(
    request: HttpRequest, actor: Actor, spec: ObjectSpec, pairs: Pairs, tree: Condition, focus: str
) -> HttpResponse:
    locale, whole = locale_of(actor), trees.tidy(tree)
    context = {
        "spec": spec,
        "inside": urlencode(pairs),
        "tree": _written(tree),
        "root": _node(actor, spec, tree, (), locale),
        "sentence": words(actor, spec, whole, locale),
        "back": address(spec, pairs),
        "focus": focus,
    }
    fragment = "tree" if getattr(request, "htmx", None) else None
    return render(request, "list/filter_tree.html", context, fragment=fragment)


def _node(actor: Actor, spec: ObjectSpec, piece: Condition, way: trees.Way, locale: Locale) -> dict[str, Any]:
    """One piece of the tree as the page shows it."""
    place = ".".join(str(number) for number in way)
    node = {"place": place, "id": place.replace(".", "-") or "root", "is_term": isinstance(piece, Term)}
    if isinstance(piece, Term):
        return node | told(actor, spec, piece, locale) | {"can_group": len(way) <= trees.MOST_DEPTH}
    parts = [_node(actor, spec, one, (*way, number), locale) for number, one in enumerate(piece.parts)]
    return node | {"is_any": isinstance(piece, AnyOf), "parts": parts, "can_group": len(way) < trees.MOST_DEPTH}


def _written(tree: Condition) -> str:
    return json.dumps(to_json(tree), separators=(",", ":"), ensure_ascii=False)
