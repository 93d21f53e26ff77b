"""Django app that assembles the screens."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "rapport.web"
    label = "web"

    def ready(self) -> None:
        from rapport.web.places import add_places  # noqa: PLC0415 - tables must be loaded first

        add_places()
