"""Who can be asked to come, and who was: names, marks and answers as screens show them."""

from collections.abc import Iterable, Sequence
from typing import Any

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.activities.meetings.fields import ANSWERS, Guest, guest_key
from rapport.core.access.bylines import bylines
from rapport.core.access.visible import titles_seen, visible_to
from rapport.core.objects import registry
from rapport.core.search.searching import search
from rapport.lib.text import fold, hue, initials

MOST_USERS, MOST_PEOPLE = 4, 6


def named(actor: Actor, guests: Iterable[Guest]) -> list[dict[str, Any]]:
    """The guests with their names; of a person that the actor may not see only that somebody comes. Two queries."""
    guests = list(guests)
    users = {guest["id"] for guest in guests if guest["kind"] == "user"}
    people = {guest["id"] for guest in guests if guest["kind"] == "person"}
    names: dict[tuple[str, int], str] = {}
    if users:
        names |= {("user", pk): name for pk, name in User.objects.filter(pk__in=users).values_list("pk", "name")}
    if people:
        seen = titles_seen(actor, registry.get("person"), list(people))
        names |= {("person", pk): title for pk, title in seen.items()}
    return [_shown(guest, names.get((guest["kind"], guest["id"]), ""), actor.user_id or 0) for guest in guests]


def chosen(actor: Actor, keys: Sequence[str]) -> list[dict[str, Any]]:
    """The same for what a form posted (``user:3``, ``person:12``); what makes no sense is left out."""
    guests: list[Guest] = []
    for key in keys:
        kind, _colon, number = key.partition("=")[0].partition(":")
        if kind in ("user", "person") and number.isdecimal() and len(number) <= 18:
            guests.append({"kind": kind, "id": int(number), "answer": key.partition("=")[2]})
    return named(actor, guests)


def shown_person(person_id: int, name: str) -> dict[str, Any]:
    """A person whose name is at hand, asked to come and without an answer."""
    return _shown({"kind": "person", "id": person_id, "answer": ""}, name, 0)


def suggestions(actor: Actor, text: str) -> list[dict[str, Any]]:
    """Colleagues first, then people, whose names begin with a word."""
    wanted = fold(text)
    users = User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name", "team__name")
    lines = [
        {"value": f"user:{pk}", "text": name, "detail": team or "", "initials": initials(name), "hue": hue(name)}
        for pk, name, team in users
        if any(word.startswith(wanted) for word in (fold(name), *fold(name).split()))
    ][:MOST_USERS]
    spec = registry.get("person")
    found: list[tuple[int, str]]
    if text.strip():
        found = [(hit.id, hit.title) for hit in search(actor, spec, text, MOST_PEOPLE)]
    else:
        found = list(visible_to(actor, spec).order_by("title_key", "pk").values_list("pk", "title")[:MOST_PEOPLE])
    told = bylines(actor, spec, [pk for pk, _title in found])
    return lines + [
        {
            "value": f"person:{pk}",
            "text": title,
            "detail": told.get(pk, ""),
            "initials": initials(title),
            "hue": hue(title),
        }
        for pk, title in found
    ]


def _shown(guest: Guest, name: str, me: int) -> dict[str, Any]:
    return {
        "key": guest_key(guest),
        "value": guest_key(guest) + (f"={guest['answer']}" if guest["answer"] else ""),
        "name": name or "…",
        "initials": initials(name or "?"),
        "hue": hue(name),
        "url": f"/people/{guest['id']}" if guest["kind"] == "person" and name else "",
        "answer": guest["answer"],
        "answer_words": ANSWERS[guest["answer"]],
        "is_me": guest["kind"] == "user" and guest["id"] == me,
    }
