"""Django app of sales."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "rapport.sales"
    label = "sales"

    def ready(self) -> None:
        from rapport.sales import places  # noqa: PLC0415 - tables must be loaded first

        places.add_places()
