"""Verbs of discount limits."""

from decimal import Decimal

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Role
from rapport.catalog.discounts.models import DiscountLimit
from rapport.core.access.special import demand_right
from rapport.core.errors import Invalid
from rapport.core.events.emit import Fact, acting, emit
from rapport.lib.numbers import parse_decimal


def set_limit(actor: Actor, role: Role, text: str) -> Decimal | None:
    """Sets the most that holders of a role may take off in percent; empty text: no limit. Emits
    ``discount_limit.changed`` where it is another one. Invalid for what is no percentage.
    """
    demand_right(actor, "users")
    percent = _percent(role, text)
    before = DiscountLimit.objects.filter(role=role).values_list("percent", flat=True).first()
    if percent == before:
        return percent
    with acting(actor, "discount_limit.change") as act:
        DiscountLimit.objects.filter(role=role).delete()
        if percent is not None:
            DiscountLimit.objects.create(role=role, percent=percent)
        told = {"name": role.name, "percent": None if percent is None else str(percent)}
        emit(actor, act, [Fact("discount_limit.changed", None, data=told)])
    return percent


def _percent(role: Role, text: str) -> Decimal | None:
    bare = text.strip().removesuffix("%").strip()
    if not bare:
        return None
    try:
        percent = parse_decimal(bare)
    except ValueError as error:
        raise Invalid({f"limit_{role.pk}": [str(error)]}) from error
    if not 0 <= percent <= 100 or percent != percent.quantize(Decimal("0.01")):
        raise Invalid({f"limit_{role.pk}": [_("Enter percent between 0 and 100, or nothing for no limit.")]})
    return percent
