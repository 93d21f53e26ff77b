"""Who somebody is: the check of e-mail and password, and where they go afterwards."""

from django.contrib.auth import authenticate, login
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.events.emit import acting
from rapport.lib.emails import MOST_ADDRESS, normalise_email
from rapport.workspace import throttle
from rapport.workspace.actions.users import MOST_PASSWORD

LINK_KEY = "signed_in_by_link_at"
_MOST_NEXT = 2_000


def check(request: HttpRequest, email: str, password: str) -> User | None:
    """The user with this e-mail and password, or None: unknown, wrong and switched off cost and say the same.

    TooMany while the account or the address is throttled, even for the right password.
    """
    email = normalise_email(email.replace("\x00", "")[: MOST_ADDRESS + 1])
    account = throttle.subject("account", email)
    tries = throttle.begin([account, throttle.subject("address", throttle.client_address(request))])
    user = authenticate(request, username=email, password=password[: MOST_PASSWORD + 1])
    if not isinstance(user, User):
        return None
    throttle.take_back(tries)
    throttle.forgive(account)
    return user


def open_session(request: HttpRequest, user: User, how: str) -> None:
    """Signs the user in under a new session key, and notes it in the history. ``how``: password or link."""
    login(request, user)
    translation.activate(user.language)
    with acting(Actor.of(user), "user.signed_in", label=how):
        pass


def local_path(text: str) -> str:
    """``text`` if it is a page of this house, else "/": no other site, no scheme, nothing that signs out or in."""
    allowed = text.startswith("/") and len(text) <= _MOST_NEXT
    if not allowed or not url_has_allowed_host_and_scheme(text, allowed_hosts=None):
        return "/"
    path = text.partition("?")[0].partition("#")[0]
    try:
        resolve(path)
    except Resolver404:
        return "/"
    return "/" if path.startswith(("/sign-in", "/sign-out", "/brand.css")) else text
