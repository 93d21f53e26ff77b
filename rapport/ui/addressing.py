"""Screens bound to a kind of object: a declared one, which its addresses name, or any that is made at run time.

An address of the second sort begins with ``<object:spec>``: which object it is, the pinned definitions tell with each
request, so a new one has its pages in every process without a restart. Paths are given so that no other page has them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import register_converter

from rapport.core.errors import NotFound
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.ui.merging.moved import moved_to

_asks_nobody: ContextVar[bool] = ContextVar("asks_nobody", default=False)


@contextmanager
def asked_by_nobody() -> Iterator[None]:
    """Inside, every name may be that of an object: who is not signed in is sent to sign in before any page looks, and
    learns neither which objects there are nor which process has read them.
    """
    token = _asks_nobody.set(True)
    try:
        yield
    finally:
        _asks_nobody.reset(token)


Screen = Callable[..., HttpResponseBase]


class ObjectMade:
    """The first part of the addresses of an object made at run time, as its ``ObjectSpec``."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> "ObjectSpec | AnyMade":
        """The object with this path; ValueError where there is none: then no address fits."""
        if _asks_nobody.get():
            return AnyMade()
        found = next((spec for spec in registry.made() if spec.path == value), None)
        if found is None:
            raise ValueError(value)
        return found

    def to_url(self, value: ObjectSpec) -> str:
        """Its path."""
        return value.path


register_converter(ObjectMade, "object")


@dataclass(frozen=True)
class AnyMade:
    """Stands in the place of a declared object for all that are made at run time."""

    key: str = "object"
    path: str = "<object:spec>"
    parents: None = None


Kind = ObjectSpec | AnyMade


def kinds() -> tuple[Kind, ...]:
    """Whatever has addresses: each declared object, and those made at run time as one."""
    return (*registry.declared(), AnyMade())


def of(kind: Kind, screen: Screen) -> Screen:
    """A screen bound to a kind of object. Of a record that was merged away it leads on to the one that stayed."""

    def bound(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        spec: ObjectSpec = parts.pop("spec", kind)
        try:
            return screen(request, spec, **parts)
        except NotFound:
            if (moved := moved_to(request, spec, parts.get("record_id"))) is None:
                raise
            return moved

    bound.__name__ = bound.__qualname__ = f"{kind.key}_{screen.__name__}"
    return bound
