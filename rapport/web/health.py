"""What watches the house from outside: ``/healthz`` (the process lives) and ``/readyz`` (it can do its work)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from rapport.core import health

_migrated = False


@require_safe
@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers."""
    return JsonResponse({"alive": True})


@require_safe
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, tables and worker are there; else 503 with what is missing. Names no address, no value.

    ``warnings`` say what somebody should look at although the work goes on; ``checks`` hold the figures of each room.
    """
    answer = state()
    return JsonResponse(answer, status=200 if answer["ready"] else 503)


def state() -> dict[str, Any]:
    """The answer of ``/readyz``."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not migrated():
            return _answer(["The tables are not up to date."])
        found = health.look()
    except DatabaseError:
        return _answer(["The database does not answer."])
    problems = [one.problem for one in found.values() if one.problem]
    return _answer(problems, found)


def _answer(problems: list[str], found: dict[str, health.Health] | None = None) -> dict[str, Any]:
    found = found or {}
    return {
        "ready": not problems,
        "problems": problems,
        "warnings": [one.warning for one in found.values() if one.warning],
        "checks": {name: dict(one.figures) for name, one in found.items()},
    }


def migrated() -> bool:
    """Whether every migration has been applied. Asked of the database until it is so, then remembered."""
    global _migrated  # noqa: PLW0603 - tables do not go back while this process lives
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
