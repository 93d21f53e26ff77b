"""Whoever looks on as another user has that user's rights to see, and none to write."""

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.errors import NotAllowed


def demand_writing(actor: Actor) -> None:
    """NotAllowed for somebody who only looks on as another user. Whatever is written in their name asks this."""
    if actor.looks_on:
        raise NotAllowed(_("You only look on as %(name)s: nothing was changed.") % {"name": actor.name})
