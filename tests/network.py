"""Tests talk to this machine alone: any other address is refused before a packet leaves."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest


class Outside(RuntimeError):
    """A test tried to reach another machine."""


def refuse_outside(address: Any) -> None:
    """Raise :class:`Outside` unless ``address`` is a Unix socket or on the loopback interface."""
    if isinstance(address, str | bytes):  # a Unix socket
        return
    host = address[0]
    if host in ("", "localhost"):
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise Outside(f"A test tried to reach {host}; tests stay on this machine.")


def _guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        refuse_outside(address)
        return original(self, address)

    return connect


def block(patch: pytest.MonkeyPatch) -> None:
    """Guard both ways in which Python opens a connection."""
    patch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
    patch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
