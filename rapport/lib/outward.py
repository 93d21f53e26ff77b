"""The one way out: HTTP to addresses that people entered, to public machines alone.

Every address that a name resolves to is looked at, and the connection goes to the one that was looked at, so a name
that answers differently the next time leads nowhere. No redirects; an end to waiting and to reading. Hosts of the
house's own network (``RAPPORT_INTERNAL_HOSTS``) are reached because whoever runs the machine says so; only these may
be without encryption.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

SECONDS = 10.0  # for a whole answer
MOST_BYTES = 1024 * 1024
_PIECE = 64 * 1024
# Public to ipaddress, or to an older one of it: site-local, the relays of 6to4, and addresses for books.
_NOT_PUBLIC = tuple(ipaddress.ip_network(one) for one in ("fec0::/10", "192.88.99.0/24", "3fff::/20"))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """The address may not be reached, or did not answer as it should. The text says why, without values."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """GET, or POST of ``body``. Unreachable for anything but an answer in time and size."""
    ends = time.monotonic() + SECONDS
    if not is_allowed(url):
        raise Unreachable(_("the address must begin with https://"))
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_internal = host in settings.INTERNAL_HOSTS
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = _checked(host, port, is_internal=is_internal)
        connection = _connected(host, port, found, ends, encrypted=parts.scheme == "https")
    except (OSError, ValueError) as error:
        raise Unreachable(_("no connection (%(kind)s)") % {"kind": type(error).__name__}) from error
    # Waiting for one piece after another has no end by itself: at the end of the time nothing more comes in.
    over = threading.Timer(max(0.0, ends - time.monotonic()), _cut, [connection.sock])
    over.daemon = True
    over.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET" if body is None else "POST", path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), _read(response, ends))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(_("no answer (%(kind)s)") % {"kind": type(error).__name__}) from error
    finally:
        over.cancel()
        connection.close()


def is_allowed(url: str) -> bool:
    """Whether the address is one that may be asked for, as it is written: encrypted, with a host and no password."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_plain = parts.scheme == "http" and host in settings.INTERNAL_HOSTS
    return (parts.scheme == "https" or is_plain) and bool(host) and "@" not in parts.netloc and url.isprintable()


def is_public(address: Address) -> bool:
    """Whether anybody may be sent there: not this machine, not this network, however it is written."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(inner)
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_loopback)


def _checked(host: str, port: int, *, is_internal: bool) -> str:
    """An address of the host. One that is not public among them makes all suspect."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    found = [str(entry[4][0]) for entry in entries]
    if not found:
        raise Unreachable(_("the name is not known"))
    if not is_internal and not all(is_public(ipaddress.ip_address(one.partition("%")[0])) for one in found):
        raise Unreachable(_("the address belongs to an internal network"))
    return found[0]


def _connected(host: str, port: int, address: str, ends: float, *, encrypted: bool) -> http.client.HTTPConnection:
    """A connection to the address that was looked at; the certificate must be the host's."""
    raw: socket.socket = socket.create_connection((address, port), timeout=SECONDS)
    try:
        raw.settimeout(max(0.01, ends - time.monotonic()))
        if encrypted:
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    except (OSError, ValueError):
        raw.close()
        raise
    usual = 443 if encrypted else 80
    connection = http.client.HTTPConnection(host, None if port == usual else port, timeout=SECONDS)
    connection.sock = raw
    return connection


def _cut(open_socket: socket.socket) -> None:
    with contextlib.suppress(OSError):
        socket.socket.shutdown(open_socket, socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, ends: float) -> bytes:
    """The body, which must have come before ``ends`` (on the monotonic clock): also from those that drip."""
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise Unreachable(_("the answer is too large"))
        if time.monotonic() > ends:
            raise Unreachable(_("the answer took too long"))
    if time.monotonic() > ends:
        raise Unreachable(_("the answer took too long"))
    return b"".join(pieces)
