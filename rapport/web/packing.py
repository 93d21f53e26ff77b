"""Pages are sent packed to browsers that can read that: a list of fifty rows is a tenth of its size then."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PackedPages(GZipMiddleware):
    """Packs pages and parts of pages, with a filling of random length in each, so that no size tells a secret.

    What is streamed goes as it is: files are mostly packed already, and an export shall arrive line by line.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, packed where that is worth it."""
        if response.streaming:
            return response
        packed: HttpResponseBase = super().process_response(request, response)  # type: ignore[arg-type]
        return packed
