"""The button that makes the variants of a product, and what a field for products offers."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.catalog.products.actions import make_variants
from rapport.catalog.products.object import PRODUCT
from rapport.core.access.finding import begins
from rapport.core.access.levels import locale_of, readable_fields
from rapport.core.access.visible import visible_to
from rapport.core.changes.acts import latest_act
from rapport.core.errors import Invalid
from rapport.core.search.searching import search
from rapport.lib.text import clean_line
from rapport.ui.rendering import flash, render
from rapport.ui.screens.asking import actor_of

MOST_SIGNS = 100  # characters of a text to find
MOST_HITS, MOST_SHOWN = 24, 8  # some hits are not offered any more


@require_POST
def make_variants_screen(request: HttpRequest, product_id: int) -> HttpResponse:
    """POST makes the missing variants and leads back to the product."""
    actor = actor_of(request)
    try:
        made = make_variants(actor, product_id)
    except Invalid as refused:
        flash(request, " ".join(said for some in refused.errors.values() for said in some), tone="red")
    else:
        act = latest_act(actor, made[0].pk)
        words = ngettext("%(num)s variant made.", "%(num)s variants made.", len(made)) % {"num": len(made)}
        flash(request, words, undo_url=f"/acts/{act}/undo" if act else None)
    return HttpResponseRedirect(f"/products/{product_id}", status=303)


@require_safe
def offered_screen(request: HttpRequest) -> HttpResponse:
    """GET the lines of a combobox of products that are offered, with SKU and price: the best hits for ``q``."""
    actor, text = actor_of(request), clean_line(request.GET.get("q", "")[:MOST_SIGNS], MOST_SIGNS)
    rows = visible_to(actor, PRODUCT).filter(active=True)
    shown, locale = readable_fields(actor, PRODUCT), locale_of(actor)
    ids = _by_sku(rows, text) if text and "sku" in shown else []
    ids += [hit.id for hit in search(actor, PRODUCT, text, MOST_HITS)] if text else []
    found = rows.filter(pk__in=ids) if text else rows.order_by("title_key", "pk")[:MOST_SHOWN]
    place = {pk: number for number, pk in reversed(list(enumerate(ids)))}
    lines = []
    for product in sorted(found, key=lambda one: place.get(one.pk, 0))[:MOST_SHOWN]:
        price = shown["price"].cell(shown["price"].get(product), locale).text if "price" in shown else ""
        sku = product.sku if "sku" in shown else ""
        lines.append({"id": product.pk, "title": product.title, "detail": " · ".join(filter(None, (sku, price)))})
    return render(request, "catalog/offered.html", {"lines": lines})


def _by_sku(rows: QuerySet[Any], text: str) -> list[int]:
    """Those whose SKU begins so, as it was typed or in capitals; along the index of SKUs."""
    found: list[int] = []
    for start in dict.fromkeys((text, text.upper())):
        begun = rows.filter(begins("sku", start)).order_by("sku", "pk")
        found += begun.values_list("pk", flat=True)[:MOST_SHOWN]
    return found
