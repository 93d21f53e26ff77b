"""The foot of a list: what is told of each column, chosen there, and asked for after the page has come.

Of more than ``MOST_SUMMED`` records the first are told at once. “Count all” counts every one of them, for a second with
each question: the browser asks again until the end, or until somebody presses “Stop”. What was counted so far travels
with the question, signed; nothing of it is kept here.
"""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import demand, locale_of
from rapport.core.access.sums import KINDS, MOST_SUMMED, in_words, kinds_of, read_sums, sums
from rapport.core.access.tallies import Tally, count_on
from rapport.core.errors import BadQuery
from rapport.core.fields import Field
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.wording import grouped
from rapport.ui.rendering import render
from rapport.ui.screens import views
from rapport.ui.screens.asking import PLACE, Pairs, actor_of, address, ask, pairs_of, without

_SALT = "sums of a list"
_MOST_SECONDS = 3600  # that a count may take with all its questions


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
        "counting": {**_urls(spec, pairs), "state": "", "count": ""} if is_cut else None,
    }
    return render(request, "list/foot.html", context, fragment="sums")


def count_all_screen(request: HttpRequest, spec: ObjectSpec) -> HttpResponse:
    """POST ``state``: counts on for about a second, and gives the foot: its exact figures, or how far it is."""
    actor = actor_of(request)
    demand(actor, spec, "view")
    pairs = pairs_of(request)
    columns = views.columns_of(actor, spec, pairs)
    fields = {column.key: column for column in columns}
    wanted, query = _wanted(columns, pairs), ask(actor, spec, pairs)
    asked = [actor.user_id, spec.key, without(pairs, *PLACE), wanted]
    counted, after = _so_far(request.POST.get("state", ""), asked)
    reached = count_on(actor, spec, query, wanted, fields, counted, after)
    told = in_words(counted, wanted, fields, locale_of(actor)) if reached is None else {}
    state = "" if reached is None else signing.dumps(
        {"asked": asked, "counted": counted.to_json(), "after": reached}, salt=_SALT, compress=True
    )  # fmt: skip
    context = {
        "spec": spec,
        "foot": foot(actor, spec, columns, pairs),
        "told": told,
        "is_cut": False,
        "rates": list(dict.fromkeys(rate for one in told.values() for rate in one.rates)),
        "most": "",
        "counting": {**_urls(spec, pairs), "state": state, "count": grouped(counted.every)},
    }
    return render(request, "list/foot.html", context, fragment="sums")


def _so_far(state: str, asked: Any) -> tuple[Tally, int]:
    """What a state says was counted, and up to which record; BadQuery for one of another list or another day."""
    if not state:
        return Tally(), 0
    try:
        data = signing.loads(state, salt=_SALT, max_age=_MOST_SECONDS)
    except signing.BadSignature as error:
        raise BadQuery(_("This count is too old. Start it again.")) from error
    if data["asked"] != json.loads(json.dumps(asked)):
        raise BadQuery(_("This count is too old. Start it again."))
    return Tally.from_json(data["counted"]), data["after"]


def _urls(spec: ObjectSpec, pairs: Pairs) -> dict[str, str]:
    """Where the foot is counted on, and where it comes from again."""
    plain, here = address(spec, without(pairs, *PLACE)), f"/{spec.path}"
    return {"all_url": plain.replace(here, f"{here}/sums/all", 1), "stop_url": plain.replace(here, f"{here}/sums", 1)}


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
