"""What price lists and the prices on them are to the engine."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.catalog.prices.currency import CurrencyCode
from rapport.catalog.prices.models import Price, PriceList
from rapport.catalog.prices.saving import PriceListSaver, PriceSaver
from rapport.core.fields import Date, Decimal, Link, Links, Money, Text, YesNo
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec

SALES = _("Sales")
GENERAL, FOR_WHOM = _("General"), _("For whom")


def _list_byline(values: Mapping[str, Any]) -> str:
    return str(values.get("currency") or "")


PRICE_LIST = registry.register(
    ObjectSpec(
        key="price_list", model=PriceList, label=_("Price list"), plural=_("Price lists"), icon="list",
        path="price-lists",
        fields=(
            Text("name", _("Name"), group=GENERAL, search=1, quick=True, required=True, column="title",
                 folded="title_key", limit=200, privacy="none", headers=("Price list", "Pricelist", "Preisliste")),
            CurrencyCode("currency", _("Currency"), group=GENERAL, quick=True, privacy="none", limit=3,
                         placeholder="EUR", hint=_("The currency of deals with companies that get this list."),
                         headers=("Währung",)),
            Date("valid_from", _("Valid from"), group=GENERAL, quick=True, privacy="none", headers=("Gültig ab",)),
            Date("valid_until", _("Valid until"), group=GENERAL, quick=True, privacy="none",
                 headers=("Gültig bis", "Valid to")),
            YesNo("is_default", _("For everybody else"), group=FOR_WHOM, privacy="none",
                  hint=_("For all companies that have no list of their own; of several the newest one that is valid.")),
            Links("companies", _("Companies"), group=FOR_WHOM, to="company", reverse=_("Price list"),
                  hint=_("They get the prices of this list.")),
        ),
        columns=("currency", "valid_from", "valid_until", "is_default", "created_at"),
        phone_columns=("currency", "valid_until"),
        saver=PriceListSaver,
        byline=_list_byline,
        section=SALES,
        rank=2,
        comes_in=False,
        mark="company",
    )
)  # fmt: skip

PRICE = registry.register(
    ObjectSpec(
        key="price", model=Price, label=_("Price"), plural=_("Prices"), icon="tag", path="prices",
        fields=(
            Link("price_list", _("Price list"), quick=True, required=True, to="price_list", privacy="none",
                 headers=("List", "Liste", "Preisliste", "Price book")),
            Link("product", _("Product"), quick=True, required=True, to="product", privacy="none",
                 headers=("Produkt", "Artikel", "Product name")),
            Money("amount", _("Price"), quick=True, required=True, privacy="none",
                  headers=("Preis", "List price", "Unit price", "Betrag")),
            Decimal("from_quantity", _("From quantity"), quick=True, privacy="none", placeholder="1", minimum=0,
                    headers=("Ab Menge", "Minimum quantity", "Min. quantity", "Staffel")),
            Date("valid_from", _("Valid from"), quick=True, privacy="none", headers=("Gültig ab",)),
            Date("valid_until", _("Valid until"), quick=True, privacy="none", headers=("Gültig bis", "Valid to")),
        ),
        columns=("product", "price_list", "amount", "from_quantity", "valid_from", "valid_until"),
        phone_columns=("product", "amount"),
        saver=PriceSaver,
        in_navigation=False,
        mark="company",
    )
)  # fmt: skip
