"""Django app of the engine: loads every package's ``objects.py`` (what there is) and ``jobs.py`` (what runs later)."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "rapport.core"
    label = "core"

    def ready(self) -> None:
        from rapport.core.importing import running  # noqa: F401, PLC0415 - as below; declares its jobs
        from rapport.core.objects import checks  # noqa: F401, PLC0415 - models must be loaded first

        autodiscover_modules("objects")
        autodiscover_modules("jobs")
