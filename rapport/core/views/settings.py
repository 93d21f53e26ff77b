"""What each user has set for all lists, beyond what a view keeps: how high the rows are."""

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.errors import NotAllowed
from rapport.core.views.models import ListSetting
from rapport.lib.prepared import Prepared, hole

DENSITIES = ("compact", "", "relaxed")
_OF_USER = Prepared(lambda: ListSetting.objects.filter(user_id=hole("user")).values_list("density", flat=True))


def density_of(actor: Actor) -> str:
    """``compact``, ``relaxed`` or empty for the usual height. One small query."""
    return next(iter(_OF_USER(user=actor.user_id or 0)), "")


def keep_density(actor: Actor, density: str) -> None:
    """Remembers how high the user wants the rows, on every device."""
    if actor.user_id is None:
        raise NotAllowed(_("Only somebody who signed in has settings."))
    ListSetting.objects.update_or_create(user_id=actor.user_id, defaults={"density": density})
