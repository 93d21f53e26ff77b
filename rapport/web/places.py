"""The places of the sidebar."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import Level, level_of
from rapport.core.objects import registry
from rapport.ui import navigation

KEYS = {"person": "p", "company": "c", "lead": "l", "deal": "d"}


def _may_view(kind: str) -> navigation.Right:
    def right(actor: Actor) -> bool:
        return level_of(actor, kind, "view") > Level.NONE

    return right


def add_places() -> None:
    """Home, every declared object that stands in the navigation, and at last those made at run time."""
    navigation.add("", _("Home"), "house", "/", order=0, key="h")
    listed = [spec for spec in registry.declared() if spec.in_navigation]
    for number, spec in enumerate(sorted(listed, key=lambda spec: spec.rank)):
        navigation.add(
            spec.section, spec.plural, spec.icon, f"/{spec.path}",
            order=10 + number, right=_may_view(spec.key), key=KEYS.get(spec.key, ""),
        )  # fmt: skip
    navigation.add_source(_made)


def _made() -> Iterator[navigation.Entry]:
    for spec in registry.made():
        yield navigation.Entry(
            _("Your objects"), spec.plural, spec.icon, f"/{spec.path}", order=70, right=_may_view(spec.key)
        )
