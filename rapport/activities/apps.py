"""Django app of activities."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "rapport.activities"
    label = "activities"

    def ready(self) -> None:
        from rapport.activities.calendar.places import add_places as add_calendar  # noqa: PLC0415 - the same
        from rapport.activities.tasks.places import add_places  # noqa: PLC0415 - tables must be loaded first

        add_places()
        add_calendar()
