"""Django app of the engine: loads every package's ``objects.py`` (what there is), ``events.py`` (what
happens), ``jobs.py`` (what runs later) and ``consumers.py`` (what follows from events).
"""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "rapport.core"
    label = "core"

    def ready(self) -> None:
        import rapport.core.archives.bringing  # noqa: PLC0415 - the same; declares its jobs, and what erasure reaches
        import rapport.core.archives.making  # noqa: PLC0415 - the same; declares its job
        import rapport.core.arranging.naming  # noqa: PLC0415 - as below; follows fields
        import rapport.core.changes.forgetting  # noqa: PLC0415 - as below; what erasure reaches
        import rapport.core.definitions.converting  # noqa: PLC0415 - the same; declares its job
        import rapport.core.definitions.events  # noqa: PLC0415 - the same
        import rapport.core.definitions.forgetting  # noqa: PLC0415 - the same
        import rapport.core.definitions.needs  # noqa: PLC0415 - the same
        import rapport.core.definitions.switches  # noqa: PLC0415 - the same; declares its job
        import rapport.core.exporting.erasing  # noqa: PLC0415 - the same
        import rapport.core.formulas.defining  # noqa: PLC0415 - the same; declares a type of field
        import rapport.core.importing.sweeping  # noqa: F401, PLC0415 - the same; declares its job
        from rapport.core.audit import rewriting, verify  # noqa: F401, PLC0415 - as below; declare their jobs
        from rapport.core.events import pump  # noqa: F401, PLC0415 - the same; declares its loop
        from rapport.core.exporting import runs  # noqa: F401, PLC0415 - the same; declares its jobs
        from rapport.core.files import checking, erasing, panel, sweeping  # noqa: F401, PLC0415 - the same; panel and jobs
        from rapport.core.importing import forgetting, preparing, reasons, running  # noqa: F401, PLC0415 - the same
        from rapport.core.jobs import condition, extension, purging  # noqa: F401, PLC0415 - as above
        from rapport.core.merging import settling  # noqa: F401, PLC0415 - as above; takes merges apart and together
        from rapport.core.notices import filtering, followers, jobs  # noqa: F401, PLC0415 - the same; filter, consumer, job
        from rapport.core.objects import checks, leading  # noqa: F401, PLC0415 - models must be loaded first; panels
        from rapport.core.quality import running as checking_data  # noqa: F401, PLC0415 - the same; jobs and a consumer
        from rapport.core.search import rebuilding  # noqa: F401, PLC0415 - as above; declares its jobs
        from rapport.core.timeline import pins  # noqa: F401, PLC0415 - as above; declares its kinds of events
        from rapport.core.unsent import keeping  # noqa: F401, PLC0415 - as above; its job, and what erasure reaches

        autodiscover_modules("objects")
        autodiscover_modules("events")
        autodiscover_modules("jobs")
        autodiscover_modules("consumers")
