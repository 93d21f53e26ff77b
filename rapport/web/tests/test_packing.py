"""Pages are sent packed to those who can read that."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from rapport.web.packing import PackedPages

pytestmark = pytest.mark.django_db


def test_it_works(client: Client) -> None:
    plain = client.get("/sign-in").content
    answer = client.get("/sign-in", headers={"accept-encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.content) < len(plain) / 2
    assert gzip.decompress(answer.content)[:15] == plain[:15]


def test_who_reads_only_plain_text_gets_it(client: Client) -> None:
    assert "Content-Encoding" not in client.get("/sign-in").headers


def test_what_is_streamed_goes_as_it_is() -> None:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    stream = StreamingHttpResponse(b"a line\n" * 9 for _piece in range(99))
    assert "Content-Encoding" not in PackedPages(lambda _request: stream)(request).headers
    page = HttpResponse("a line\n" * 999)
    assert PackedPages(lambda _request: page)(request).headers["Content-Encoding"] == "gzip"
