"""Verbs of products."""

from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.catalog.products import options
from rapport.catalog.products.models import Product
from rapport.catalog.products.object import PRODUCT
from rapport.core.access.visible import get_record
from rapport.core.errors import Conflict, Invalid
from rapport.core.events.emit import acting
from rapport.core.events.models import Act
from rapport.core.objects import saving
from rapport.core.records.locking import locked


def make_variants(actor: Actor, product_id: int, *, act: Act | None = None) -> list[Product]:
    """Makes the variants that a product's options allow and that are not there yet: one act, one Undo.

    They take over what they share; price and cost stay empty and so are those of the product. Conflict where none is
    missing, Invalid where there would be too many. Emits ``product.created`` for each.
    """
    get_record(actor, PRODUCT, product_id, "edit")
    with acting(actor, "product.create", act=act) as mine:
        product = locked(Product.objects.filter(pk=product_id)).get()
        offered = options.read(product.options)
        if said := options.too_many(offered):
            raise Invalid({"options": [said]})
        wanted = list(options.combinations(offered)) if offered and not product.parent_id else []
        there = {one.options for one in Product.objects.filter(parent=product, live=True)}
        given = [_values(product, one) for one in wanted if options.written(one) not in there]
        if not given:
            raise Conflict(
                _("There is no variant to be made: say first in what they differ, or all are there already.")
            )
        drafts = saving.create_many(actor, PRODUCT, given, act=mine)
        if errors := next((draft.errors for draft in drafts if draft.errors), None):
            raise Invalid(errors)
    return [draft.instance for draft in drafts]


def _values(product: Product, chosen: options.Options) -> dict[str, Any]:
    words = [one for values in chosen.values() for one in values]
    shared = {key: PRODUCT.by_key[key].get(product) for key in ("category", "unit", "tax_rate", "recurring", "active")}
    sku = "-".join((product.sku, *("".join(word.split()).upper() for word in words))) if product.sku else ""
    return {
        **shared,
        "name": f"{product.title} ({', '.join(words)})",
        "sku": sku,
        "parent": product.pk,
        "options": options.written(chosen),
    }
