"""What saving price lists and prices means beyond their fields."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.core.objects.saver import Draft, Saver

DAYS = ("valid_from", "valid_until")


class _Dated(Saver):
    """What holds from a day to a day."""

    def check(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            since, until = (draft.values.get(key, getattr(draft.instance, key)) for key in DAYS)
            if since and until and until < since:
                draft.refuse("valid_until", _("It cannot end before it begins."))


class PriceListSaver(_Dated):
    """A list has a currency: that of the workspace, unless it says another."""

    def prepare(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if draft.is_new and not draft.values.get("currency"):
                draft.values["currency"] = workspace.current().currency


class PriceSaver(_Dated):
    """A price is called after itself, so that its name is true whatever its product is called."""

    def title(self, draft: Draft) -> str:
        price = draft.instance
        amount = self.spec.by_key["amount"]
        quantity = self.spec.by_key["from_quantity"].to_text(price.from_quantity)
        return " · ".join(filter(None, (amount.to_text(amount.get(price)), quantity and f"{quantity}+")))
