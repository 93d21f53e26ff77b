"""Finding records by the beginning of a name, an e-mail address or a phone number."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from rapport.accounts.actor import Actor
from rapport.core.access.levels import field_rule, hides_title
from rapport.lib.text import clean_line, fold

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_SIGNS = 100  # characters of a text to find
MOST_WORDS = 4  # looked up one by one


def finding(actor: Actor, spec: "ObjectSpec", text: str) -> Q:
    """Records of which something to find begins with ``text``, or with each of its words in whatever order.

    ``spec.find`` names folded columns, or fields that know how to find (child fields with a ``finding`` method).
    Fields hidden from the actor are not looked into.
    """
    text = clean_line(text[:MOST_SIGNS], MOST_SIGNS)
    if not text:
        return Q()  # nothing but white space, or signs that nobody sees
    found = _finding(actor, spec, text)
    words = text.replace(",", " ").split()[:MOST_WORDS]
    if len(words) > 1:
        each = Q()
        for word in words:
            each &= _finding(actor, spec, word)
        found |= each
    return found


def _finding(actor: Actor, spec: "ObjectSpec", text: str) -> Q:
    wanted = fold(text)
    found = Q(pk__in=())
    for name, field in _looked_into(actor, spec):
        if search := getattr(field, "finding", None):
            found |= search(text)
        elif wanted:
            found |= begins(name, wanted)
    return found


def _looked_into(actor: Actor, spec: "ObjectSpec") -> Iterator[tuple[str, Any]]:
    """What ``spec.find`` names, each with its field, without those that are hidden from the actor."""
    for name in spec.find:
        if name == "title_key" and hides_title(actor, spec):
            continue
        field = spec.by_key.get(name) or next((f for f in spec.all_fields if getattr(f, "folded", "") == name), None)
        if field is None or field_rule(actor, spec.key, field.key) != "hidden":
            yield name, field


def beginnings(actor: Actor, spec: "ObjectSpec", text: str, most: int) -> Iterator[tuple[str, Q] | list[int]]:
    """Where ``text`` is looked up as the beginning of something, the most telling first, each along its own index.

    Either a folded column by which lists are sorted, with its condition, or the ids of at most ``most`` records that
    a field found (an address or number that is equal first).
    """
    wanted = fold(text)
    columns: list[tuple[str, Q]] = []
    fields: list[Any] = []
    for name, field in _looked_into(actor, spec):
        if hasattr(field, "beginning"):
            fields.append(field)
        elif wanted and (field is None or field.sortable or field.path == "title"):
            columns.append((name, near(name, wanted)))
    looks_like = "@" in text or not any(sign.isalpha() for sign in text)
    if looks_like:
        yield from (field.beginning(text, most) for field in fields)
    yield from columns
    if not looks_like:
        yield from (field.beginning(text, most) for field in fields)


def begins(column: str, prefix: str) -> Q:
    """The condition that a column begins with a prefix, in the form that an index of the database at hand serves.

    SQLite looks up a range of texts in the order of their signs. PostgreSQL may sort by the rules of a language,
    where such a range is another one; its planner makes the range itself out of LIKE where that is safe.
    """
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": prefix})
    return Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix + "\U0010ffff"})


def near(column: str, prefix: str) -> Q:
    """As :func:`begins`, for the best hits: read along the index also where PostgreSQL sorts by a language's rules.

    The bounds hold wherever the letters a to z and the digits sort as they are known; where a language sorts two
    letters as one, what begins with them is found all the same, but not as one of the first.
    """
    found = begins(column, prefix)
    if connection.vendor == "postgresql" and prefix and prefix[-1] in "abcdefghijklmnopqrstuvwxy012345678":
        found &= Q(**{f"{column}__gte": prefix, f"{column}__lt": prefix[:-1] + chr(ord(prefix[-1]) + 1)})
    return found
