"""Every hour: files of imports that are no longer to be kept go, whether or not anybody imports again."""

from typing import Any

from django.utils.translation import gettext_lazy

from rapport.core.importing import storing
from rapport.core.jobs.handlers import JobAtWork
from rapport.core.jobs.schedules import schedule


@schedule("45 * * * *", "import.sweep", title=gettext_lazy("Removal of old import files"))
def sweep_hourly(_at_work: JobAtWork) -> dict[str, Any]:
    """Started again it goes on; two at once do no harm."""
    storing.drop_old()
    return {}
