"""Every address is derived from an object, or stands here with what it asks of its visitor."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from rapport.ui.addressing import kinds
from tests.contracts.stock import MADE, spec_of
from tests.world import World

pytestmark = pytest.mark.django_db

# Open to everybody, and why.
PUBLIC = {
    "session": "a page asks who it is signed in as; nobody, it says, to a stranger",
    "manifest": "browsers fetch it without cookies; the name of the house stands on the page for signing in, too",
    "service-worker": "keeps styles and scripts, and one page without a record",
    "offline": "that page: the same for everybody",
    "app-icon": "a picture",
    "app-icon-180": "a picture",
    "app-icon-192": "a picture",
    "app-icon-512": "a picture",
    "healthz": "a monitor asks whether the process lives; it says nothing else",
    "readyz": "a load balancer asks whether to send visitors; it says nothing else",
    "sign-in": "where one signs in",
    "sign-in-passkey": "a passkey signs in; whatever is wrong with it, the answer is the same",
    "sign-in-second": "the second step; without a first one it leads back to signing in",
    "sign-in-provider": "the way to single sign-on; without a provider it leads back to signing in",
    "sign-in-provider-done": "the way back from there; what it brings must be signed",
    "forgot": "a forgotten password; the same answer for every address",
    "sign-in-link": "a link from a mail signs in; unknown ones look like used ones",
    "logo": "the picture of the workspace stands on the page for signing in, too",
    "brand": "the workspace's colour, also on the sign-in page",
}
# Answers an anonymous visitor by itself, without showing anything.
ENDS = {"sign-out": "signing out twice is no mistake"}
# Behind these, only administrators.
SETTINGS = "settings/"
NUMBERS = {"int": "987654321", "slug": "nothing", "str": "nothing", "object": "ovens"}


def addresses(patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and a concrete path of every address."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
            continue
        for kind, filler in NUMBERS.items():
            while f"<{kind}:" in route:
                start = route.index(f"<{kind}:")
                route = route[:start] + filler + route[route.index(">", start) + 1 :]
        yield pattern.name or "", "/" + route


ALL = sorted(addresses())


@pytest.mark.sqlite_only  # turned away before anything is asked of a database
@pytest.mark.parametrize(("name", "path"), ALL, ids=[path for _name, path in ALL])
def test_it_works(name: str, path: str) -> None:
    if path.startswith("/ovens"):
        spec_of(MADE)
    assert name, f"{path} has no name, so nobody can say what it asks of its visitor."
    assert "<" not in path
    browser = Client()
    for response in (browser.get(path), browser.post(path)):
        if name in PUBLIC:
            assert response.status_code != 500
        elif name in ENDS:
            assert response.status_code in (302, 303, 405)
        else:
            assert response.status_code == 302, (response.status_code, path)
            assert response.headers["Location"].startswith("/sign-in"), path


@pytest.mark.sqlite_only  # refused before anything is asked of a database
@pytest.mark.parametrize(
    ("name", "path"), [case for case in ALL if case[1].startswith(f"/{SETTINGS}")], ids=lambda text: text
)
@pytest.mark.parametrize("who", ["mia", "ann", "ray"])
def test_settings_are_for_administrators(world: World, who: str, name: str, path: str) -> None:
    browser = world.client(who)
    assert browser.get(path).status_code in (403, 405)
    assert browser.post(path).status_code in (403, 405)


@pytest.mark.parametrize(("name", "path"), ALL, ids=[path for _name, path in ALL])
def test_no_address_breaks_for_a_member(world: World, name: str, path: str) -> None:
    if path.startswith("/ovens"):
        spec_of(MADE)
    browser = world.client("ann")
    for query in ("", "?after=²&before=x&ids=1&do=&q=%00", "?where=%7B&sort=-&format=%00&in=a%3Db&f=nothing"):
        response = browser.get(path + query)
        assert response.status_code != 500, response.content[:300]
        assert b"Traceback" not in b"".join(response)
    assert browser.post(path, {"ids": "²", "do": "x", "in.": "x", "with": "user:²", "version": "²"}).status_code != 500


def test_every_object_has_its_addresses() -> None:
    names = {name for name, _path in ALL}
    surfaces = (
        "list",
        "new",
        "record",
        "edit",
        "fact",
        "trash",
        "restore",
        "bulk",
        "share",
        "history",
        "export",
        "count",
        "filter",
    )
    for spec in kinds():
        assert {f"{spec.key}-{surface}" for surface in surfaces} <= names


def test_what_is_public_exists() -> None:
    assert {*PUBLIC, *ENDS} <= {name for name, _path in ALL}
