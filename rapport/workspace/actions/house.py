"""Verbs on the workspace itself: its name, colour, money, country and rules."""

from dataclasses import dataclass

from babel import Locale
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.accounts.models import Workspace
from rapport.core.access.levels import locale_of
from rapport.core.audit.notes import changed, tell
from rapport.core.errors import Invalid
from rapport.core.events.emit import acting
from rapport.core.objects import registry, saving
from rapport.lib.money import CURRENCIES
from rapport.workspace.actions.common import clean_name, demand_administrator, refuse_stale, state

MOST_HUE = 359


@dataclass(frozen=True)
class WorkspaceData:
    """``hue`` is an angle from 0 to 359, ``currency`` an ISO 4217 code, ``country`` an ISO 3166 code."""

    name: str
    hue: int
    currency: str
    country: str
    unique_identities: bool


def countries(language: str = "en") -> dict[str, str]:
    """Codes of the countries one can choose, and their names in a language."""
    return {
        code: str(name)
        for code, name in Locale.parse(language, sep="-").territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")
    }


def workspace_state(house: Workspace) -> str:
    """What a form saw of the workspace."""
    return state([house.name, house.hue, house.currency, house.country, house.unique_identities])


def change_workspace(actor: Actor, data: WorkspaceData, *, seen: str = "") -> Workspace:
    """Writes the workspace's own row. ``seen`` is the :func:`workspace_state` the change was made on."""
    demand_administrator(actor)
    errors: dict[str, list[str]] = {}
    name = ""
    try:
        name = clean_name(data.name)
    except Invalid as invalid:
        errors.update(invalid.errors)
    if not 0 <= data.hue <= MOST_HUE:
        errors["hue"] = [_("Choose one of the colours.")]
    if data.currency not in CURRENCIES:
        errors["currency"] = [_("Choose a currency from the list.")]
    if data.country not in countries():
        errors["country"] = [_("Choose a country from the list.")]
    if errors:
        raise Invalid(errors)
    with acting(actor, "workspace.changed") as act:
        house = Workspace.objects.select_for_update().order_by("pk").first() or Workspace.objects.create()
        refuse_stale(seen, workspace_state(house))
        if data.unique_identities and not house.unique_identities:
            _keep_unique(actor)
        new = {
            "name": name, "hue": data.hue, "currency": data.currency, "country": data.country,
            "unique_identities": data.unique_identities,
        }  # fmt: skip
        told = [f"{key} {getattr(house, key)} → {value}" for key, value in new.items() if getattr(house, key) != value]
        before = {key: getattr(house, key) for key in new}
        for key, value in new.items():
            setattr(house, key, value)
        tell(actor, act, "workspace.changed", {"changes": changed(before, new)})
        house.save()
        act.label = (", ".join(told) or "nothing")[:200]
        act.save(update_fields=["label"])
    workspace.forget()
    return house


def _keep_unique(actor: Actor) -> None:
    """Makes the rule hold for what is there; Invalid if something occurs twice: that must be settled first."""
    with saving.unless_taken():
        doubles = sum(spec.saver(spec, actor, locale_of(actor)).keep_unique() for spec in registry.every())
    if doubles:
        raise Invalid({"": [
            ngettext(
                "%(count)s e-mail address occurs twice among live records. Take it from one of them first.",
                "%(count)s e-mail addresses occur twice among live records. Take each from one of its records first.",
                doubles,
            ) % {"count": doubles}
        ]})  # fmt: skip
