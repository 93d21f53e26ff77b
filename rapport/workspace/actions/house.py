"""Verbs on the workspace itself: its name, colour, money, country and rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
from rapport.lib import clock, working_time
from rapport.lib.money import CURRENCIES
from rapport.lib.working_time import WrongOrder, read_time
from rapport.workspace.actions import logos
from rapport.workspace.actions.common import clean_name, demand_administrator, refuse_stale, state

MOST_HUE = 359


@dataclass(frozen=True)
class WorkspaceData:
    """``hue`` is an angle from 0 to 359, ``currency`` an ISO 4217 code, ``country`` an ISO 3166 code.

    What is None stays as it is: ``time_zone`` (IANA name), ``first_weekday`` (Monday is 0), ``fiscal_month`` (January
    is 1), ``hours`` and ``holidays`` as :mod:`rapport.lib.working_time` reads them, ``logo`` (bytes of a picture; none:
    take it away).
    """

    name: str
    hue: int
    currency: str
    country: str
    unique_identities: bool
    time_zone: str | None = None
    first_weekday: int | None = None
    fiscal_month: int | None = None
    hours: list[list[list[str]]] | None = None
    holidays: list[dict[str, str]] | None = None
    logo: bytes | None = None


def countries(language: str = "en") -> dict[str, str]:
    """Codes of the countries one can choose, and their names in a language."""
    return {
        code: str(name)
        for code, name in Locale.parse(language, sep="-").territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")
    }


KEYS = (
    "name", "hue", "currency", "country", "unique_identities", "time_zone", "first_weekday", "fiscal_month", "hours",
    "holidays",
)  # fmt: skip


def workspace_state(house: Workspace) -> str:
    """What a form saw of the workspace."""
    return state([*(getattr(house, key) for key in KEYS), house.logo])


def change_workspace(actor: Actor, data: WorkspaceData, *, seen: str = "") -> Workspace:
    """Writes the workspace's own row. ``seen`` is the :func:`workspace_state` the change was made on."""
    demand_administrator(actor)
    new, picture = _checked(data)
    with acting(actor, "workspace.changed") as act:
        house = Workspace.objects.select_for_update().order_by("pk").first() or Workspace.objects.create()
        refuse_stale(seen, workspace_state(house))
        if data.unique_identities and not house.unique_identities:
            _keep_unique(actor)
        if data.logo is not None:
            new["logo"] = logos.keep(picture)
        before = {key: getattr(house, key) for key in new}
        for key, value in new.items():
            setattr(house, key, value)
        changes = changed(before, new)
        tell(actor, act, "workspace.changed", {"changes": changes})
        house.save()
        told = [key if key in _LONG else f"{key} {was} → {now}" for key, (was, now) in changes.items()]
        act.label = (", ".join(told) or "nothing")[:200]
        act.save(update_fields=["label"])
    workspace.forget()
    return house


_LONG = ("hours", "holidays", "logo")  # too long to be told in one line


def _checked(data: WorkspaceData) -> tuple[dict[str, Any], logos.Picture | None]:
    """The values to be written and the picture; Invalid with everything that is wrong at once."""
    errors: dict[str, list[str]] = {}
    new = {key: getattr(data, key) for key in KEYS if getattr(data, key) is not None}
    picture = None
    try:
        new["name"] = clean_name(data.name)
    except Invalid as invalid:
        errors.update(invalid.errors)
    try:
        picture = logos.look_at(data.logo) if data.logo else None
    except Invalid as invalid:
        errors["logo"] = [invalid.message]
    errors.update({key: [sentence] for key, sentence in _wrong_choices(data)})
    errors.update({key: [sentence] for key, sentence in _wrong_times(data)})
    if errors:
        raise Invalid(errors)
    return new, picture


def _wrong_choices(data: WorkspaceData) -> Iterator[tuple[str, str]]:
    if not 0 <= data.hue <= MOST_HUE:
        yield "hue", _("Choose one of the colours, or a number from 0 to 359.")
    if data.currency not in CURRENCIES:
        yield "currency", _("Choose a currency from the list.")
    if data.country not in countries():
        yield "country", _("Choose a country from the list.")
    if data.first_weekday is not None and not 0 <= data.first_weekday <= 6:
        yield "first_weekday", _("Choose a day from the list.")
    if data.fiscal_month is not None and not 1 <= data.fiscal_month <= 12:
        yield "fiscal_month", _("Choose a month from the list.")


def _wrong_times(data: WorkspaceData) -> Iterator[tuple[str, str]]:
    if data.time_zone is not None:
        try:
            clock.zone_named(data.time_zone)
        except ValueError as error:
            yield "time_zone", str(error)
    for number, spans in enumerate(data.hours or ()):
        if sentence := _wrong_day(spans):
            yield f"hours{number}", sentence
    for number, holiday in enumerate(data.holidays or ()):
        try:
            working_time.read_hours("UTC", [], [holiday])
        except ValueError:
            yield f"holidays{number}", _("“%(day)s” is no day.") % {"day": holiday["on"][:20]}


def _wrong_day(spans: list[list[str]]) -> str:
    """What is wrong with the hours of one day, in a sentence; empty if nothing is."""
    try:
        working_time.check_week([[(read_time(start), read_time(end)) for start, end in spans]])
    except WrongOrder:
        return _("The times must follow each other: begin, break, end of the break, end.")
    except ValueError as error:
        return str(error)
    return ""


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
