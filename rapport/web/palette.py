"""The command palette: records, things to do and places, in one list from the server.

What is typed may begin with a sign: ``>`` leaves only what can be done, ``@`` people and companies, ``#`` the record
of that number and what another system calls so. Typing nothing shows where one was lately. Whom nobody knows yet can
be made from what was typed.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.accounts.actor import Actor
from rapport.core.access.visible import titles_seen
from rapport.core.importing.models import ExternalId
from rapport.core.objects import registry
from rapport.core.records.models import Record
from rapport.core.search.searching import Hit, search_all
from rapport.lib.text import fold
from rapport.ui.rendering import render
from rapport.ui.screens.asking import actor_of
from rapport.web import palette_lines as lines
from rapport.web.recent import recent

MOST_RECORDS = 5  # of one kind that the navigation names
LEAST_FOR_PLACES = 3  # letters, before a place goes ahead of the records
MOST_OTHERS = 3  # of a kind that is seen on other records: notes, calls
SIGNS = ">@#"
WHO = ("person", "company")  # behind “@”
LARGEST = 2**63 - 1

Group = dict[str, Any]


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """GET the lines for ``q``. ``at`` is the page it was opened on, ``of`` a record whose actions alone are wanted."""
    actor = actor_of(request)
    typed = request.GET.get("q", "").strip()[:100]
    sign = typed[0] if typed[:1] in SIGNS and typed else ""
    text = typed.removeprefix(sign).strip()
    kind, record_id = _record_at(request.GET.get("at", ""))
    chosen = _number(request.GET.get("of", ""))
    if chosen:
        groups = _doing(actor, *_kind_of(chosen), text)
    elif sign == ">":
        groups = [*_doing(actor, kind, record_id, text), *_named("actions", _("Actions"), lines.anywhere(actor, text))]
    elif sign == "@":
        groups = _found(actor, _who(request, actor, text, record_id), text)
        groups = groups or _making(actor, text)
    elif sign == "#":
        groups = _found(actor, _numbered(actor, text), text)
    elif text:
        groups = _typed(actor, text, kind, record_id)
    else:
        groups = _untyped(request, actor, kind, record_id)
    return render(request, "palette.html", {"groups": groups})


def _untyped(request: HttpRequest, actor: Actor, kind: str, record_id: int) -> list[Group]:
    """What can be done here, where one was lately, what can be begun, and the places."""
    latest = lines.of_hits(actor, recent(request, actor, but=record_id))
    return [
        *_doing(actor, kind, record_id, ""),
        *_named("recent", _("Recent"), latest),
        *_named("actions", _("Actions"), lines.anywhere(actor, "")),
        *_named("places", _("Go to"), lines.places(actor, "")),
    ]


def _typed(actor: Actor, text: str, kind: str, record_id: int) -> list[Group]:
    """Records first, unless what was typed is the beginning of what a place or an action is called."""
    limits = {spec.key: MOST_RECORDS if spec.in_navigation else MOST_OTHERS for spec in registry.every()}
    found: list[Group] = []
    for key, hits in search_all(actor, text, limits).items():
        found += _named(key, registry.get(key).plural, lines.of_hits(actor, hits, text))
    here = _doing(actor, kind, record_id, text)
    doing = _named("actions", _("Actions"), lines.anywhere(actor, text))
    going = _named("places", _("Go to"), lines.places(actor, text))
    said = [str(line["title"]) for group in (*here, *doing, *going) for line in group["lines"]]
    first = len(text) >= LEAST_FOR_PLACES and any(fold(label).startswith(fold(text)) for label in said)
    if not found:
        return [*here, *doing, *going, *_making(actor, text)]
    return [*here, *going, *doing, *found] if first else [*found, *here, *doing, *going]


def _who(request: HttpRequest, actor: Actor, text: str, record_id: int) -> list[Hit]:
    """People and companies; before anything is typed those of lately."""
    if not text:
        return [hit for hit in recent(request, actor, but=record_id) if hit.kind in WHO]
    found = search_all(actor, text, dict.fromkeys(WHO, 2 * MOST_RECORDS))
    return [hit for hits in found.values() for hit in hits]


def _doing(actor: Actor, kind: str, record_id: int, text: str) -> list[Group]:
    title, actions = lines.on_record(actor, kind, record_id, text) if record_id else ("", [])
    return _named("here", title, actions)


def _making(actor: Actor, text: str) -> list[Group]:
    """Where nothing is found under what was typed: to make it."""
    return _named("making", _("Nothing found"), lines.to_make(actor, text) if len(text) > 1 else [])


def _found(actor: Actor, hits: list[Hit], text: str) -> list[Group]:
    return _named("records", _("Records"), lines.of_hits(actor, hits, text))


def _named(key: str, label: Any, found: list[lines.Line]) -> list[Group]:
    return [{"key": key, "label": label, "lines": found}] if found else []


def _numbered(actor: Actor, text: str) -> list[Hit]:
    """The record of this number, then those that another system knows by exactly this."""
    if not text:
        return []
    ids = [number] if (number := _number(text)) else []
    # One question for each kind, so that the index (kind, source, value) is of use.
    for spec in registry.every():
        known = ExternalId.objects.filter(kind=spec.key, value=text, source__in=_sources(spec.key))
        ids += known.values_list("record_id", flat=True)[:MOST_RECORDS]
    hits: list[Hit] = []
    for record_id in dict.fromkeys(ids):
        kind, _same = _kind_of(record_id)
        spec_of = registry.find(kind)
        if spec_of is not None:
            hits += [Hit(kind, pk, title) for pk, title in titles_seen(actor, spec_of, [record_id]).items()]
    return hits


def _sources(kind: str) -> list[str]:
    """The systems from which records of a kind were brought: few, found step by step along the index."""
    sources: list[str] = []
    of_kind = ExternalId.objects.filter(kind=kind).order_by("source")
    while len(sources) < MOST_RECORDS:
        beyond = of_kind.filter(source__gt=sources[-1]) if sources else of_kind
        following = beyond.values_list("source", flat=True).first()
        if following is None:
            break
        sources.append(following)
    return sources


def _record_at(path: str) -> tuple[str, int]:
    """Kind and number of the record whose page is at this path; ``("", 0)`` for any other page."""
    try:
        match = resolve(path)
    except Resolver404:
        return "", 0
    kind, _dash, part = (match.url_name or "").rpartition("-")
    kind = match.kwargs["spec"].key if "spec" in match.kwargs else kind
    return (kind, match.kwargs["record_id"]) if part == "record" and match.kwargs.get("record_id") else ("", 0)


def _kind_of(record_id: int) -> tuple[str, int]:
    kind = Record.objects.filter(pk=record_id).values_list("kind", flat=True).first()
    return (kind, record_id) if kind else ("", 0)


def _number(text: str) -> int:
    """The number that a text is, or 0."""
    is_one = text.isascii() and text.isdecimal() and len(text) <= 18
    return int(text) if is_one and int(text) <= LARGEST else 0
