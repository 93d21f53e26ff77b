"""The job that runs a task of an extension. What it takes is loaded with the first of them: Django's tasks need a tenth
of the time in which a process starts, and most houses have no extension.
"""

from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from rapport.core.jobs.handlers import JobAtWork, job

KIND = "task"


@job(KIND, title=gettext_lazy("Task of an extension"))
def run_task(at_work: JobAtWork) -> dict[str, Any]:
    """Calls the function."""
    done: dict[str, Any] = import_string("rapport.core.jobs.tasks.run")(at_work)
    return done
