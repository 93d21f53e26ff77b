"""Addresses of the catalogue, and its place in the settings."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from rapport.catalog.discounts import screens as discounts
from rapport.catalog.products import screens as products
from rapport.ui.navigation import add_settings, holders

urlpatterns = [
    path("products/offered", products.offered_screen, name="products-offered"),
    path("products/<int:product_id>/variants", products.make_variants_screen, name="product-variants"),
    path("settings/discounts", discounts.limits_screen, name="settings-discounts"),
]

add_settings(_("Sales"), _("Discounts"), "tag", "/settings/discounts", order=30, right=holders("users"))
