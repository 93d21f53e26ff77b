"""Addresses of sales."""

from rapport.catalog.lines.screens import addresses as lines
from rapport.sales.deals.urls import urlpatterns as deals
from rapport.sales.leads.urls import urlpatterns as leads
from rapport.sales.pipelines.urls import urlpatterns as pipelines

urlpatterns = [*deals, *leads, *pipelines, *lines("deal", "deals")]
