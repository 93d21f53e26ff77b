"""Addresses of sales."""

from rapport.catalog.lines.screens import addresses as lines
from rapport.sales.leads.urls import urlpatterns as leads

urlpatterns = [*leads, *lines("deal", "deals")]
