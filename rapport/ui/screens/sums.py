"""The foot of a list: what is told of each column, chosen there, and asked for after the page has come."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand
from rapport.core.access.sums import KINDS, MOST_SUMMED, kinds_of, read_sums, sums
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.wording import grouped
from rapport.ui.rendering import render
from rapport.ui.screens import views
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, address, ask, pairs_of, without


def foot(actor: Actor, spec: ObjectSpec, columns: Sequence[Field], pairs: Pairs) -> dict[str, Any]:
    """The cells of the foot: which columns can be summed, and which are."""
    wanted = _wanted(columns, pairs)
    return {
        "is_asked": bool(wanted),
        "cells": [
            {"key": column.key, "label": column.label, "num": column.numeric, "can": bool(kinds_of(column)),
             "kind": KINDS.get(wanted.get(column.key, ""), "")}
            for column in columns
        ],
    }  # fmt: skip


def sums_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the foot with its figures."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    pairs = pairs_of(request)
    columns = views.columns_of(actor, spec, pairs)
    fields = {column.key: column for column in columns}
    wanted = _wanted(columns, pairs)
    told, is_cut = sums(actor, spec, ask(actor, spec, pairs), wanted, fields) if wanted else ({}, False)
    context = {
        "spec": spec,
        "foot": foot(actor, spec, columns, pairs),
        "told": told,
        "is_cut": is_cut,
        "rates": list(dict.fromkeys(rate for one in told.values() for rate in one.rates)),
        "most": grouped(MOST_SUMMED),
        "query": ask(actor, spec, pairs),
    }
    return render(request, "list/foot.html", context, fragment="sums")


def choose_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """GET the menu of what can be told of the column ``key`` in the list ``in``."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    pairs = parse_qsl(request.GET.get("in", ""))
    key = request.GET.get("key", "")
    columns = views.columns_of(actor, spec, pairs)
    wanted = _wanted(columns, pairs)
    field = next((column for column in columns if column.key == key), None)
    rest = without(pairs, "sums", *PLACE)

    def url(kind: str) -> str:
        chosen = {**wanted, key: kind} if kind else {name: one for name, one in wanted.items() if name != key}
        return address(spec, [*rest, ("sums", ",".join(f"{name}.{one}" for name, one in chosen.items()) or "none")])

    lines = [(KINDS[kind], url(kind), wanted.get(key) == kind) for kind in kinds_of(field)] if field else []
    none_url = url("") if key in wanted else ""
    return render(request, "list/foot.html", {"lines": lines, "none_url": none_url}, fragment="choose")


def _wanted(columns: Sequence[Field], pairs: Pairs) -> dict[str, str]:
    """What is told of which column; where the address says nothing, the sums of what can be added."""
    given = dict(pairs).get("sums", "")
    fields = {column.key: column for column in columns}
    if given:
        return read_sums(fields, given)
    return {key: "sum" for key, field in fields.items() if "sum" in kinds_of(field)}
