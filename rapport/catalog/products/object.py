"""What products are to the engine."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.catalog import import_titles
from rapport.catalog.products.bundles import Parts
from rapport.catalog.products.models import Product
from rapport.catalog.products.options import OptionsText
from rapport.catalog.products.saving import ProductSaver
from rapport.core.fields import Choice, FileField, Link, LongText, Money, Option, Percent, Text, YesNo
from rapport.core.fields.file import IMAGE
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.lib.reckoning import MONTHLY, ONCE, YEARLY

SALES = _("Sales")
GENERAL, MONEY, MADE_OF = _("General"), _("Price"), _("Variants and bundles")
RECURRING = (
    Option(ONCE, pgettext_lazy("price", "Once"), aliases=("einmalig", "one-time", "one time")),
    Option(MONTHLY, pgettext_lazy("price", "Every month"), "blue", ("monatlich", "monthly", "month", "Monat")),
    Option(YEARLY, pgettext_lazy("price", "Every year"), "teal", ("jährlich", "annually", "annual", "year", "Jahr")),
)


def _byline(values: Mapping[str, Any]) -> str:
    """“CAKE-12 · Cakes”, or whichever half is known."""
    return " · ".join(filter(None, (values.get("sku"), values.get("category"))))


PRODUCT = registry.register(
    ObjectSpec(
        key="product", model=Product, label=_("Product"), plural=_("Products"), icon="package", path="products",
        fields=(
            Text("name", _("Name"), group=GENERAL, search=1, quick=True, required=True, column="title",
                 folded="title_key", limit=300, privacy="none", headers=import_titles.PRODUCT["name"]),
            Text("sku", _("SKU"), group=GENERAL, search=2, quick=True, unique=True, sortable=True, limit=64,
                 privacy="none", headers=import_titles.PRODUCT["sku"]),
            Text("category", _("Category"), group=GENERAL, search=3, quick=True, sortable=True, limit=120,
                 privacy="none", headers=import_titles.PRODUCT["category"]),
            LongText("description", _("Description"), group=GENERAL, search=3, privacy="none",
                     hint=_("Stands on quotes below the name."), headers=import_titles.PRODUCT["description"]),
            Text("unit", _("Unit"), group=GENERAL, quick=True, limit=30, privacy="none",
                 placeholder=_("piece, hour, kg"), headers=import_titles.PRODUCT["unit"]),
            YesNo("active", pgettext_lazy("product", "Active"), group=GENERAL, default=True, privacy="none",
                  hint=_("What is not active is no longer offered; deals keep it."),
                  headers=import_titles.PRODUCT["active"]),
            FileField("picture", _("Picture"), group=GENERAL, accepts=IMAGE, megabytes=5, privacy="none"),
            Money("price", _("Price"), group=MONEY, quick=True, headers=import_titles.PRODUCT["price"]),
            Money("cost", _("Cost"), group=MONEY, hint=_("What one of it costs you. Customers never see it."),
                  headers=import_titles.PRODUCT["cost"]),
            Percent("tax_rate", _("Tax"), group=MONEY, quick=True, privacy="none", minimum=0, maximum=100,
                    headers=import_titles.PRODUCT["tax_rate"]),
            Choice("recurring", _("Billed"), group=MONEY, options=RECURRING, default=ONCE, required=True,
                   privacy="none", headers=import_titles.PRODUCT["recurring"]),
            Link("parent", _("Variant of"), group=MADE_OF, to="product", privacy="none",
                 headers=import_titles.PRODUCT["parent"]),
            OptionsText("options", _("Options"), group=MADE_OF, privacy="none",
                        hint=_("“Size: S, M, L”, one on each line; a variant has one value of each."),
                        headers=import_titles.PRODUCT["options"]),
            Parts("parts", _("Made of"), group=MADE_OF, to="product", reverse=_("In bundles"), privacy="none",
                  hint=_("A bundle: other products, each with how many of it.")),
        ),
        columns=("sku", "category", "price", "recurring", "active", "tax_rate", "unit", "tags", "created_at"),
        phone_columns=("sku", "price"),
        default_sort="-created_at",
        saver=ProductSaver,
        byline=_byline,
        section=SALES,
        rank=1,
        comes_in=False,
        mark="company",
        picture="picture",
    )
)  # fmt: skip
