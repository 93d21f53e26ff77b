"""A full disk: what was to be saved is refused with 507, and reading goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from rapport.accounts.models import Session
from rapport.web.errors import Sessions
from tests.world import World


@contextmanager
def full_disk() -> Iterator[None]:
    """No statement that writes succeeds."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("UPDATE"):
            return execute(sql, params, many, context)
        told = sqlite3.OperationalError("database or disk is full")
        told.sqlite_errorname = "SQLITE_FULL"
        raise OperationalError(str(told)) from told

    with connection.execute_wrapper(refuse):
        yield


def asked(world: World, request: HttpRequest) -> HttpRequest:
    """The request of somebody who has signed in."""
    request.COOKIES[settings.SESSION_COOKIE_NAME] = world.client("ann").cookies[settings.SESSION_COOKIE_NAME].value
    return request


def noting(request: HttpRequest) -> HttpResponse:
    """A view that notes something in the session."""
    request.session["seen"] = True
    return HttpResponse("a page")


def test_it_works(world: World, rf: RequestFactory) -> None:
    request = asked(world, rf.get("/people"))
    with full_disk():
        assert Sessions(noting)(request).status_code == 200


def test_what_was_to_be_saved_is_refused(world: World, rf: RequestFactory) -> None:
    request = asked(world, rf.post("/people/new"))
    with full_disk():
        assert Sessions(noting)(request).status_code == 507


def test_a_session_that_was_deleted_meanwhile_is_no_full_disk(world: World, rf: RequestFactory) -> None:
    def leaving(request: HttpRequest) -> HttpResponse:
        response = noting(request)
        Session.objects.all().delete()
        return response

    with pytest.raises(SessionInterrupted):
        Sessions(leaving)(asked(world, rf.get("/people")))
