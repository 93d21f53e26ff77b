"""Django app of the catalogue."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "rapport.catalog"
    label = "catalog"

    def ready(self) -> None:
        from rapport.catalog import places  # noqa: PLC0415 - tables must be loaded first

        places.add_places()
