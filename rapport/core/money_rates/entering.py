"""Entering rates by hand, and taking them away; told in the audit."""

import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.accounts import workspace
from rapport.accounts.actor import Actor
from rapport.core.audit.notes import tell
from rapport.core.errors import Invalid, NotAllowed
from rapport.core.events.emit import acting
from rapport.core.events.kinds import EventKind, declare
from rapport.core.money_rates.adding import Rate
from rapport.core.money_rates.models import MoneyRate
from rapport.lib.money import CURRENCIES
from rapport.lib.numbers import parse_decimal

MOST = Decimal(10) ** 9  # no unit of money is worth more of another
LEAST = Decimal(10) ** -9
declare(
    EventKind("rate.set", gettext_lazy("entered a rate of exchange"), icon="pencil", privacy="business"),
    EventKind("rate.removed", gettext_lazy("removed a rate of exchange"), icon="trash-2", privacy="business"),
)


def set_rate(actor: Actor, currency: str, text: str, on: datetime.date | None) -> Rate:
    """Enters what one unit of a currency is worth in that of the house, in place of an older rate."""
    _demand(actor)
    base = workspace.current().currency
    errors: dict[str, list[str]] = {}
    if currency not in CURRENCIES or currency == base:
        errors["currency"] = [_("Choose a currency other than that of the workspace.")]
    if on is None:
        errors["on"] = [_("Enter the day of the rate.")]
    try:
        # A single comma is the decimal sign here: nobody writes a rate in thousands.
        rate = parse_decimal(text, mark="," if "," in text and "." not in text else None)
        if not LEAST <= rate <= MOST:
            raise ValueError(_("A rate is a number above zero."))
    except (ValueError, ArithmeticError) as error:
        errors["rate"] = [str(error)]
    if errors:
        raise Invalid(errors)
    assert on is not None  # noqa: S101 - refused above
    with acting(actor, "rate.set", label=currency) as act:
        before = MoneyRate.objects.filter(currency=currency, base=base).values_list("rate", flat=True).first()
        MoneyRate.objects.update_or_create(currency=currency, base=base, defaults={"rate": rate, "on": on})
        changes = {currency: [None if before is None else f"{before.normalize():f}", f"{rate.normalize():f}"]}
        tell(actor, act, "rate.set", {"changes": changes, "base": base, "on": on.isoformat()})
    return Rate(currency, base, rate, on)


def remove_rate(actor: Actor, currency: str) -> None:
    """Takes a rate away: amounts of the currency are not added to others any more."""
    _demand(actor)
    with acting(actor, "rate.removed", label=currency) as act:
        MoneyRate.objects.filter(currency=currency, base=workspace.current().currency).delete()
        tell(actor, act, "rate.removed", {"currency": currency})


def _demand(actor: Actor) -> None:
    if not actor.all_rights:
        raise NotAllowed(_("Only administrators enter rates of exchange."))
