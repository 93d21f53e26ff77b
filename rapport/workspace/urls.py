"""Addresses of signing in and out, the profile and the settings."""

from django.urls import URLPattern, path

from rapport.workspace.brand import brand_css

urlpatterns: list[URLPattern] = [
    path("brand.css", brand_css, name="brand"),
]
