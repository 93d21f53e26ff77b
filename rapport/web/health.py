"""What watches the house from outside: ``/healthz`` (the process lives) and ``/readyz`` (it can do its work)."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from rapport.core.jobs import heartbeat

_migrated = False


@require_safe
@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers."""
    return JsonResponse({"alive": True})


@require_safe
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, tables and worker are there; else 503 with what is missing. Names no address, no value."""
    reasons = problems()
    return JsonResponse({"ready": not reasons, "problems": reasons}, status=503 if reasons else 200)


def problems() -> list[str]:
    """Why this workspace cannot do its work at the moment; an empty list if it can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not migrated():
            return ["The tables are not up to date."]
    except DatabaseError:
        return ["The database does not answer."]
    silent = heartbeat.seconds_since()
    if silent is None:
        return ["No worker has been seen yet."]
    if silent > heartbeat.LATE_SECONDS:
        return [f"No worker has been seen for {silent:.0f} seconds."]
    return []


def migrated() -> bool:
    """Whether every migration has been applied. Asked of the database until it is so, then remembered."""
    global _migrated  # noqa: PLW0603 - tables do not go back while this process lives
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
