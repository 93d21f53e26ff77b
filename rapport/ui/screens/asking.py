"""From the address of a list to what is asked for, and back."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import AllOf, Condition, from_address, to_address
from rapport.core.access.pages import ListQuery
from rapport.core.errors import BadQuery
from rapport.core.objects.spec import ObjectSpec

Pairs = list[tuple[str, str]]
PLACE = ("after", "before", "peek", "at", "tour")
_BESIDE_FILTERS = frozenset({"sort", "q", "trash", "columns", "sums", "show", "by", "sum", "span", "on"})
_RECORD = re.compile(r"/[\w-]+/\d+")
EVERYTHING_JSON = '{"all":[]}'  # a view of which all filters were taken away


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in user as an actor."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def is_part(request: HttpRequest) -> bool:
    """True if htmx asks for a part of the page."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted


def is_on_record(request: HttpRequest) -> bool:
    """True if htmx asks from the page of a record, which takes changes in without being loaded again."""
    below = parts_of_address(request.headers.get("HX-Current-URL", "")).path
    return bool(getattr(request, "htmx", None)) and _RECORD.fullmatch(below) is not None


def pairs_of(request: HttpRequest) -> Pairs:
    """The query of the address, in order."""
    return [(name, value) for name, values in request.GET.lists() for value in values]


def ask(actor: Actor, spec: ObjectSpec, pairs: Iterable[tuple[str, str]]) -> ListQuery:
    """The list that a query string asks for. BadQuery names what it does not know."""
    pairs = list(pairs)
    given = dict(pairs)
    return ListQuery(
        condition=from_address(actor, spec, pairs),
        sort=given.get("sort", ""),
        find=given.get("q", ""),
        after=_id(given.get("after")),
        before=_id(given.get("before")),
        trash=given.get("trash") == "1",
    )


def _id(text: str | None) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise BadQuery(_("“after” and “before” take the number of a record."))
    return int(text)


def address(spec: ObjectSpec, pairs: Pairs) -> str:
    """The address of the list with this query. One of a view without its filters says so."""
    kept = [(name, value) for name, value in pairs if value != ""]
    if [name for name, _value in without(kept, *PLACE)] == ["view"] and kept[0][1].isdecimal():
        kept.append(("where", EVERYTHING_JSON))
    query = urlencode(kept)
    return f"/{spec.path}?{query}" if query else f"/{spec.path}"


def without(pairs: Pairs, *names: str) -> Pairs:
    """The query less some names."""
    return [(name, value) for name, value in pairs if name not in names]


def with_condition(pairs: Pairs, condition: Condition) -> Pairs:
    """The query with another condition; page and peek are left behind."""
    kept = [(name, value) for name, value in pairs if name in _BESIDE_FILTERS]
    return [pair for pair in pairs if pair[0] == "view"] + to_address(condition) + kept


def walk_of(pairs: Pairs) -> str:
    """The list a record was opened from, as the value of ``in``; empty where the query holds words somebody typed."""
    kept = without(pairs, "trash", "view", "columns", "sums", "show", "by", "sum", "span", "on", *PLACE)
    return "" if any(name == "q" for name, _value in kept) else urlencode(kept)


def parts_of_address(address: str) -> SplitResult:
    """The parts of an address that a browser sent in a header; of what is no address all are empty."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def to_list(request: HttpRequest, url: str) -> HttpResponse:
    """Shows the list at this address: the list alone where it stands on the page already."""
    htmx: Any = getattr(request, "htmx", None)
    if not htmx:
        return HttpResponseRedirect(url)
    response = HttpResponse(status=204)
    if parts_of_address(htmx.current_url or "").path == urlsplit(url).path:
        response.headers["HX-Location"] = json.dumps({"path": url, "target": "#list", "swap": "innerHTML"})
    else:
        response.headers["HX-Redirect"] = url
    return response


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that all must hold: one chip each."""
    return condition.parts if isinstance(condition, AllOf) else (condition,)
