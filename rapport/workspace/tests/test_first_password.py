"""Somebody with no proof at all: their first password is set without being asked for one."""

import pytest
from django.test import Client

from rapport.accounts.models import User
from rapport.lib import clock
from rapport.workspace.defaults import ADMINISTRATOR, first_administrator

NEW = {"password": "quiet harbour 42", "again": "quiet harbour 42"}


def first() -> tuple[User, Client]:
    """The first administrator, whose link was used long ago."""
    user, _link = first_administrator(ADMINISTRATOR.email, ADMINISTRATOR.name)
    browser = Client()
    browser.force_login(user)
    return user, browser


@pytest.mark.django_db
def test_it_works() -> None:
    user, browser = first()
    asked = browser.get("/settings/users/new", follow=True)
    assert asked.redirect_chain == [("/confirm?next=/settings/users/new", 303)]
    assert 'action="/profile/password"' in asked.content.decode()
    answer = browser.post("/profile/password", {**NEW, "next": "/settings/users/new"}, follow=True)
    assert answer.redirect_chain == [("/settings/users/new", 303)], "chosen, and proven by that"
    user.refresh_from_db()
    assert user.check_password(NEW["password"])


@pytest.mark.django_db
def test_whoever_has_a_proof_gives_it() -> None:
    user, browser = first()
    user.passkeys.create(name="Laptop", digest="1", credential=b"1", sign_count=0, created_at=clock.now())
    assert 'action="/profile/password"' not in browser.get("/confirm?next=/").content.decode()
    assert browser.post("/profile/password", NEW).headers["Location"].startswith("/confirm")
    user.refresh_from_db()
    assert not user.has_usable_password()


@pytest.mark.django_db
def test_the_welcome_takes_name_e_mail_and_password() -> None:
    user, browser = first()
    page = browser.get("/welcome").content.decode()
    assert 'name="password"' in page and ADMINISTRATOR.email not in page
    given = {
        "trade": "bakery", "language": "en", "country": "DE", "currency": "", "name": "Berta Brot",
        "email": "berta@brot.example", "password": "short",
    }  # fmt: skip
    refused = browser.post("/welcome", given)
    user.refresh_from_db()
    assert (refused.status_code, user.name) == (422, ADMINISTRATOR.name), "nothing half-done"
    assert "berta@brot.example" in refused.content.decode()
    assert browser.post("/welcome", {**given, "password": NEW["password"]}).status_code == 303
    user.refresh_from_db()
    assert (user.name, user.email, user.check_password(NEW["password"])) == ("Berta Brot", "berta@brot.example", True)
    assert browser.get("/settings/users").status_code == 200, "still signed in"
