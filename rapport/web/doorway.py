"""What is put right or turned away before anything of a request is read."""

import re
from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rapport.accounts.sessions import SessionStore
from rapport.lib.wording import grouped
from rapport.web.errors import page

FORM_BYTES = 4 * 1024 * 1024  # the largest body of a form; Django itself counts what is in the fields
FILE_BYTES = 101 * 1024 * 1024  # the largest body that brings a file
FILE_ADDRESSES = frozenset({"/import", "/settings/everything/import"})
UPLOADS = "/files/on/"  # addresses below take the files of a record
# Forms of records may have fields for files.
FORMS = re.compile(r"/[\w-]+/(?:new|\d+/edit|\d+/fact/\w+)", re.ASCII)
_AROUND = 1024 * 1024  # what a form adds to the bytes of its file
LARGEST_NUMBER = 2**63 - 1  # no row of either database has a larger number; SQLite breaks when it is asked for one

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def tidied(environ: dict[str, Any]) -> dict[str, Any]:
    """The environment of a request with nothing in its content type but the kind and the boundary, and no length that
    is no number.

    Everything here is UTF-8. A charset of the sender's choice (``zlib``, ``undefined``) would be used to read the
    address, too, and break the request before anything could answer it.
    """
    length = environ.get("CONTENT_LENGTH") or ""
    if length and not (length.isascii() and length.isdecimal() and len(length) < 19):
        del environ["CONTENT_LENGTH"]
    given = environ.get("CONTENT_TYPE") or ""
    if ";" in given:
        environ["CONTENT_TYPE"] = _without_charset(given)
    return environ


def _without_charset(given: str) -> str:
    kind = given.partition(";")[0].strip()
    try:
        header = Message()
        header["content-type"] = given
        boundary = header.get_param("boundary")
    except (ValueError, LookupError, TypeError):
        return kind
    safe = isinstance(boundary, str) and boundary.isascii() and boundary.isprintable() and '"' not in boundary
    return f'{kind}; boundary="{boundary}"' if safe else kind


class Doorway:
    """The WSGI application behind :func:`tidied`."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self.application(tidied(environ), start_response)


class LimitedBodies:
    """Middleware that refuses bodies which no form of ours has (413): files are written to disk while they are read,
    also for strangers, so a stranger could fill it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A cookie is easily made up; the session is looked for only where much would be read.
        is_small = _length(request) <= FORM_BYTES
        signed_in = not is_small and _is_signed_in(request)
        takes_files = request.path.startswith(UPLOADS) or (signed_in and FORMS.fullmatch(request.path))
        if takes_files and (is_small or signed_in):
            return self._upload(request)
        most = FILE_BYTES if request.path in FILE_ADDRESSES and signed_in else FORM_BYTES
        if _length(request) > most and request.path not in FILE_ADDRESSES and not request.path.startswith(UPLOADS):
            return page(request, 413, _("That is more than a form may carry. Send less at once, or import a file."))
        if _length(request) > most and not signed_in:
            return page(request, 413, _("Sign in before you send a file."))
        return self.get_response(request)

    def _upload(self, request: HttpRequest) -> HttpResponse:
        """Refused by the length it announces: nothing of it is read. Without a length there is no telling."""
        if _length(request) > settings.FILE_BYTES + _AROUND:
            limit = grouped(settings.FILE_BYTES // 1024**2)
            sentence = _("Together these files have more than %(limit)s MB. Send less at once.")
            return page(request, 413, sentence % {"limit": limit})
        return self.get_response(request)


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether the cookie names a session that there is, of somebody who signed in."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return bool(key) and SESSION_KEY in SessionStore(session_key=key)


def _length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() and len(text) < 19 else 0


class KnownNumbers:
    """Middleware: an address with a number that no record can have leads nowhere (404)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, parts: dict[str, Any]) -> None:
        """Looks at the numbers that the address was taken apart into."""
        if any(isinstance(part, int) and part > LARGEST_NUMBER for part in parts.values()):
            raise Http404
