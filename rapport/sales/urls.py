"""Addresses of sales."""

from rapport.sales.leads.urls import urlpatterns as leads

urlpatterns = [*leads]
