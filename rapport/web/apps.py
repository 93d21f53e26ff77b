"""Django app that assembles the screens."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "rapport.web"
    label = "web"

    def ready(self) -> None:
        from rapport.web.commands import add_commands  # noqa: PLC0415 - tables must be loaded first
        from rapport.web.home_parts import add_parts  # noqa: PLC0415 - the same
        from rapport.web.places import add_places  # noqa: PLC0415 - the same

        add_places()
        add_parts()
        add_commands()
