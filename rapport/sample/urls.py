"""Addresses of the welcome and of the sample company."""

from django.urls import URLPattern, path

from rapport.sample import screens

urlpatterns: list[URLPattern] = [
    path("welcome", screens.welcome, name="welcome"),
    path("welcome/skip", screens.skip, name="welcome-skip"),
    path("settings/sample", screens.sample, name="sample"),
    path("settings/sample/clear", screens.clear, name="sample-clear"),
    path("settings/sample/load", screens.load, name="sample-load"),
    path("settings/sample/progress", screens.progress, name="sample-progress"),
    path("settings/sample/keep", screens.keep, name="sample-keep"),
]
