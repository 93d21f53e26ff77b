"""What the verbs on accounts share: who may, what a name may be, and what a form has seen."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.errors import Conflict, Invalid, NotAllowed
from rapport.lib.text import clean_line

MOST_NAME = 120


def demand_administrator(actor: Actor) -> None:
    """NotAllowed unless the actor is an administrator (or the house itself)."""
    if not actor.all_rights:
        raise NotAllowed(_("Only administrators may do this."))


def clean_name(text: str, field: str = "name") -> str:
    """The name without stray blanks and control characters; Invalid at ``field`` when empty or too long."""
    try:
        name = clean_line(text, MOST_NAME)
    except ValueError as error:
        raise Invalid({field: [str(error)]}) from None
    if not name:
        raise Invalid({field: [_("Enter a name.")]})
    return name


def state(values: Any) -> str:
    """A short digest of what somebody saw; equal values, equal digest."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def refuse_stale(seen: str, present: str) -> None:
    """Conflict when the form was opened on something older than what is there. No ``seen``: no check."""
    if seen and seen != present:
        raise Conflict(_("Somebody else changed this in the meantime. Reload the page to see it, then try again."))
