"""Django app that assembles the screens."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "rapport.web"
    label = "web"
