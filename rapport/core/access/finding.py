"""Finding records by the beginning of a name, an e-mail address or a phone number."""

from typing import TYPE_CHECKING

from django.db.models import Q

from rapport.accounts.actor import Actor
from rapport.core.access.levels import field_rule
from rapport.lib.text import clean_line, fold

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

MOST_SIGNS = 100  # characters of a word to find


def finding(actor: Actor, spec: "ObjectSpec", text: str) -> Q:
    """Records of which a word to find begins with ``text``, by ranges on indexed columns.

    ``spec.find`` names folded columns, or fields that know how to find (child fields with a ``finding`` method).
    Fields hidden from the actor are not looked into.
    """
    text = clean_line(text[:MOST_SIGNS], MOST_SIGNS)
    wanted = fold(text)
    if not text:
        return Q()  # nothing but white space, or signs that nobody sees
    found = Q(pk__in=())
    for name in spec.find:
        field = spec.by_key.get(name) or next((f for f in spec.all_fields if getattr(f, "folded", "") == name), None)
        if field is not None and field_rule(actor, spec.key, field.key) == "hidden":
            continue
        if search := getattr(field, "finding", None):
            found |= search(text)
        elif wanted:
            found |= Q(**{f"{name}__gte": wanted, f"{name}__lt": after(wanted)})
    return found


def after(prefix: str) -> str:
    """The first text behind all that begin with ``prefix``, so that a plain range finds them on every database."""
    return prefix + "\U0010ffff"
