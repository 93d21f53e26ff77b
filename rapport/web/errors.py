"""What people see when something is refused or breaks: a sentence and a way on, never a trace."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from rapport.core.errors import NotAllowed, Refused, TooMany
from rapport.ui.rendering import render, toast
from rapport.web import denials

_INSIDE = (403, 404)

log = logging.getLogger(__name__)


class ErrorPages:
    """Turns the engine's refusals into answers; anything unforeseen becomes a plain 500 and a line in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answers for an exception that left a view."""
        if isinstance(error, NotAllowed):
            denials.write_down(request)
        if isinstance(error, Refused):
            response = page(request, error.status, error.message, errors=getattr(error, "errors", None))
            if isinstance(error, TooMany):
                response.headers["Retry-After"] = str(error.seconds)
            return response
        if isinstance(error, DatabaseError) and is_full(error):
            return full(request)
        if isinstance(error, OperationalError):
            log.error("The database did not answer: %s", type(error.__cause__ or error).__name__)
            return page(
                request, 503, _("The database does not answer at the moment. Nothing was saved. Try again soon.")
            )
        return None


class Sessions(SessionMiddleware):
    """Sessions that do not stand in the way of reading when the disk is full: what a page would have noted in them
    (a toast that was shown) is noted another time. What was to be saved answers 507.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Stores the session behind the view."""
        try:
            return super().process_response(request, response)
        except (DatabaseError, SessionInterrupted) as error:
            trouble = _behind(error)
            if trouble is None or not is_full(trouble):
                raise
            return response if request.method in ("GET", "HEAD") and response.status_code < 500 else full(request)


def _behind(error: BaseException | None) -> DatabaseError | None:
    """What the database said: Django takes any refusal to update a session for one that was deleted meanwhile."""
    while error is not None and not isinstance(error, DatabaseError):
        error = error.__context__
    return error


def full(request: HttpRequest) -> HttpResponse:
    """507."""
    return page(request, 507, _("The disk is full, so nothing was saved. Reading goes on. Make room and try again."))


def is_full(error: DatabaseError) -> bool:
    """True if the database says that there is no room left."""
    if getattr(error.__cause__, "sqlite_errorname", "") in ("SQLITE_FULL", "SQLITE_IOERR_WRITE"):
        return True
    return getattr(error.__cause__, "sqlstate", "") == "53100"  # PostgreSQL: disk_full


def page(request: HttpRequest, status: int, message: str, *, errors: Any = None) -> HttpResponse:
    """The answer for a refusal, in the form the asker understands: JSON, a toast, or a page."""
    if "application/json" in request.headers.get("Accept", "") and "text/html" not in request.headers.get("Accept", ""):
        return JsonResponse({"error": message, **({"fields": errors} if errors else {})}, status=status)
    if getattr(request, "htmx", False):
        response = HttpResponse(status=status)
        response.headers["HX-Reswap"] = "none"
        toast(response, message, tone="red")
        return response
    # Who is signed in keeps the menu and the search; not where the database may be what has failed.
    stays = status in _INSIDE and getattr(request, "actor", None) is not None
    template = "error_inside.html" if stays else "error.html"
    values = {"status": status, "heading": _heading(status), "message": message}
    return render(request, template, values, status=status)


def _heading(status: int) -> str:
    return {
        400: _("That was not understood"), 403: _("Not allowed"), 404: _("Not found"), 409: _("Changed meanwhile"),
        413: _("Too large"), 422: _("Not saved"), 429: _("Too many tries"), 500: _("Something went wrong"),
        503: _("Not at the moment"), 507: _("The disk is full"),
    }.get(status, _("That did not work"))  # fmt: skip


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what Django itself refuses, 413 for a form that is too large."""
    if isinstance(exception, RequestDataTooBig):
        return page(request, 413, _("That is more than a form may carry. Send less at once, or import a file."))
    return page(request, 400, _("The request could not be understood."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return page(request, 403, _("You may not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return page(request, 404, _("There is nothing at this address, or you may not see it."))


def failed(request: HttpRequest) -> HttpResponse:
    """500: nothing of the inside gets out."""
    return page(
        request, 500, _("Something went wrong on our side. Nothing was saved. Try again, or tell your administrator.")
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without the token of its session: most often one that was open for too long."""
    response = page(request, 403, _("This form has expired. Go back, reload the page and send it again."))
    response.headers["X-Session"] = "changed"
    return response
