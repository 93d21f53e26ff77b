"""The places of the sidebar."""

from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of
from rapport.core.objects import registry
from rapport.ui import navigation

KEYS = {"person": "p", "company": "c"}


def _may_view(kind: str) -> navigation.Right:
    def right(actor: Actor) -> bool:
        return level_of(actor, kind, "view") > Level.NONE

    return right


def add_places() -> None:
    """Home, then every object that stands in the navigation."""
    navigation.add("", _("Home"), "house", "/", order=0, key="h")
    for number, spec in enumerate(spec for spec in registry.every() if spec.in_navigation):
        navigation.add(
            _("Customers"), spec.plural, spec.icon, f"/{spec.path}",
            order=10 + number, right=_may_view(spec.key), key=KEYS.get(spec.key, ""),
        )  # fmt: skip
