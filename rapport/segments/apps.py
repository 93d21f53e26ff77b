"""Django app of segments."""

from django.apps import AppConfig


class SegmentsConfig(AppConfig):
    name = "rapport.segments"
    label = "segments"

    def ready(self) -> None:
        from rapport.segments import counting  # noqa: F401, PLC0415 - tables must be loaded first; hears who comes and goes
        from rapport.segments.places import add_places  # noqa: PLC0415 - the same

        add_places()
