"""The one way out reaches public machines alone."""

import contextlib
import http.server
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from rapport.lib import outward
from rapport.lib.outward import Unreachable, fetch, is_allowed, is_public

INSIDE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::", "2002:c0a8:101::1",
    "2001:0:53aa:64c:0:0:80ff:fffe", "fec0::1", "feff::1", "192.88.99.1", "3fff::1",
)  # fmt: skip
OUTSIDE = ("8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")
SPELLINGS = (
    "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "https://[::1]/", "https://localhost/",
    "https://[::ffff:127.0.0.1]/", "https://127.0.0.1:8000/", "https://0/", "https://0.0.0.0/", "file:///etc/passwd",
    "gopher://127.0.0.1/", "ftp://127.0.0.1/", "https://user:pw@127.0.0.1/", "https://", "https:///x", "//127.0.0.1/",
    "https://[::1%25lo]/", "https://127.0.0.1\r\nHost: x/", "https://[", "", "x", "https://127.0.0.1:99999/",
    "https://2130706433/", "https://0x7f.1/", "https://017700000001/", "https://[64:ff9b::7f00:1]/", "HTTPS://LOCALHOST/",
)  # fmt: skip


def test_it_works(server: str) -> None:
    with override_settings(INTERNAL_HOSTS=frozenset({"127.0.0.1"})):
        answer = fetch(f"{server}/ok?x=1", headers={"X-A": "b"})
        assert (answer.status, answer.body) == (200, b"/ok?x=1 b")
        assert fetch(f"{server}/ok", body=b"sent").body == b"sent"


@pytest.fixture
def server() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302 if self.path == "/away" else 200)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            size = outward.MOST_BYTES + 10 if self.path == "/large" else 0
            self.wfile.write(b"x" * size or f"{self.path} {self.headers.get('X-A')}".encode())

        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_parts: Any) -> None:
            """Says nothing."""

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_of_this_house_is_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_others_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("url", SPELLINGS)
def test_no_spelling_leads_inside(url: str) -> None:
    with pytest.raises(Unreachable):
        fetch(url)


def test_a_name_with_one_inner_address_is_suspect(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int, **_more: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Unreachable, match="internal"):
        fetch("https://rebinding.example/")


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    reached: list[Any] = []

    def resolve(host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", port))]

    def connect(address: Any, **_more: Any) -> Any:
        reached.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable):
        fetch("https://rebinding.example/")
    assert reached == [("93.184.216.34", 443)] and asked == ["rebinding.example"]


def test_redirects_are_not_followed_and_large_answers_not_read(server: str) -> None:
    with override_settings(INTERNAL_HOSTS=frozenset({"127.0.0.1"})):
        assert fetch(f"{server}/away").status == 302
        with pytest.raises(Unreachable, match="large"):
            fetch(f"{server}/large")


def test_http_is_for_named_internal_hosts_alone() -> None:
    assert not is_allowed("http://example.com/") and is_allowed("https://example.com/")
    with override_settings(INTERNAL_HOSTS=frozenset({"sso.lan"})):
        assert is_allowed("http://sso.lan/") and not is_allowed("http://sso.lan.evil.example/")


def test_headers_that_drip_end_in_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outward, "SECONDS", 0.6)
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        with contextlib.suppress(OSError):
            caller, _address = listening.accept()
            caller.sendall(b"HTTP/1.1 200 OK\r\n")
            for number in range(100):
                caller.sendall(f"X-{number}: x\r\n".encode())
                time.sleep(0.1)

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    with override_settings(INTERNAL_HOSTS=frozenset({"127.0.0.1"})), pytest.raises(Unreachable):
        fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/")
    assert time.monotonic() - began < 3
    listening.close()
