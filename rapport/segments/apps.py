"""Django app of segments."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "rapport.segments"
    label = "segments"

    def ready(self) -> None:
        from rapport.segments.places import add_places  # noqa: PLC0415 - tables must be loaded first

        add_places()
