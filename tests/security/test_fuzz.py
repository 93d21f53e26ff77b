"""Whatever is sent to whatever address by whomever: an answer, never an error of ours, and no name in the log."""

import logging
import os
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.test.client import ClientHandler

from rapport.accounts.models import Role, User
from rapport.activities.actions import NoteInput, add_note
from rapport.config.log_format import Discreet
from rapport.core.jobs import heartbeat
from rapport.core.objects import saving
from rapport.core.objects.registry import get
from rapport.core.records.models import Record
from rapport.web.doorway import tidied
from tests.contracts.stock import MADE, spec_of
from tests.security.fuzzing import Fuzzer, Request
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

COUNT = int(os.environ.get("RAPPORT_FUZZ", "1500"))  # more by hand: RAPPORT_FUZZ=20000
SEED = int(os.environ.get("RAPPORT_FUZZ_SEED", "7"))
SECONDS = 3
PLANTED = "Xanthippe Quuxbury"
WHO = ("ada", "mia", "ann", "ray", "eve", "")
# After these somebody may be signed out, switched off or moved.
UPSETTING = {
    "sign-out",
    "user",
    "user-switch",
    "user-link",
    "password",
    "sign-in",
    "role",
    "team",
    "profile",
    "user-new",
}
INSIDE = re.compile(r"Traceback|django\.|psycopg|sqlite3|/rapport/|SELECT |OperationalError|DoesNotExist")


class _Kept(logging.Handler):
    """Keeps what would be written, as it would be written, and where something broke."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.broken: list[str] = []
        self._layout = Discreet()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self._layout.format(record))
        if record.exc_info and record.exc_info[1] is not None and record.levelno >= logging.ERROR:
            self.broken.append(repr(record.exc_info[1])[:300])


@pytest.fixture
def kept() -> Iterator[_Kept]:
    handler = _Kept()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler
    finally:
        root.removeHandler(handler)


@pytest.fixture
def ids(world: World) -> list[int]:
    heartbeat.beat()  # else the health page says, rightly, that there is no worker
    oven = spec_of(MADE)
    made = [saving.create(world.actor("ann"), oven, {"name": PLANTED}).pk]
    for who in ("ann", "eve", "mia"):
        actor = world.actor(who)
        company = saving.create(actor, get("company"), {"name": f"{PLANTED} {who}"})
        person = saving.create(
            actor, get("person"),
            {"first_name": "Xanthippe", "last_name": "Quuxbury", "email": f"{who}@quux.example", "company": company.pk},
        )  # fmt: skip
        note = add_note(actor, NoteInput(PLANTED, (person.pk,)))
        made += [company.pk, person.pk, note.pk]
    return made


class _Door(ClientHandler):
    """What the server puts before the application stands before the client of the tests, too."""

    def __call__(self, environ: dict[str, Any]) -> Any:
        return super().__call__(tidied(environ))


def _browsers(world: World) -> dict[str, Client]:
    browsers = {}
    for who in WHO:
        browsers[who] = Client(raise_request_exception=False)
        browsers[who].handler = _Door(enforce_csrf_checks=False)
        if who:
            browsers[who].force_login(getattr(world, who))
    return browsers


def _send(browser: Client, request: Request) -> tuple[int, bytes, float]:
    started = time.thread_time()  # its own work, whatever else the machine is doing
    response = browser.generic(
        request.method,
        request.path,
        request.body,
        content_type=request.content_type,
        **request.headers,  # type: ignore[arg-type]
    )
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    assert "Content-Security-Policy" in response.headers, request
    return response.status_code, body, time.thread_time() - started


def test_no_request_breaks_anything(world: World, ids: list[int], kept: _Kept) -> None:
    browsers = _browsers(world)
    roles = {who: getattr(world, who).role_id for who in WHO if who}
    wrong: list[str] = []
    for number, request in enumerate(Fuzzer(SEED, ids, PLANTED).requests(COUNT)):
        who = WHO[number % len(WHO)]
        before = len(kept.broken)
        status, body, seconds = _send(browsers[who], request)
        told = (
            f"{who or 'nobody'} {request.method} {request.path[:150]!r} {request.content_type[:40]} {request.headers}"
        )
        if status >= 500:
            wrong.append(f"{status} {told} {request.body[:200]!r}: {kept.broken[before:]}")
        elif INSIDE.search(body.decode("utf-8", "replace")):
            wrong.append(f"insides {told}")
        if seconds > SECONDS:
            wrong.append(f"{seconds:.1f} s {told}")
        if request.name in UPSETTING or number % 200 == 199:
            for name, role in roles.items():
                User.objects.filter(pk=getattr(world, name).pk).update(is_active=True, role_id=role)
            browsers = _browsers(world)
            heartbeat.beat()
    assert not wrong, f"{len(wrong)} of {COUNT}:\n" + "\n".join(wrong[:25])
    assert Record.objects.filter(pk__in=ids).count() == len(ids)
    assert Role.objects.filter(is_admin=True).count() == 1
    said = [line for line in kept.lines if "Quuxbury" in line]
    assert not said, said[:5]
