"""Who somebody is: the check of e-mail and password, and where they go afterwards.

The audit learns of every sign-in, good or bad, and from which address: that is how a stolen account is noticed. What
was typed is not kept, for people type passwords into the wrong field.
"""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from rapport.accounts.actor import Actor
from rapport.accounts.models import User
from rapport.core.audit.notes import note
from rapport.core.errors import TooMany
from rapport.core.events.models import Event
from rapport.lib import clock
from rapport.lib.emails import MOST_ADDRESS, normalise_email
from rapport.workspace import throttle
from rapport.workspace.actions.users import MOST_PASSWORD

LINK_KEY = "signed_in_by_link_at"
_MOST_NEXT = 2_000
_MOST_KNOCKS = 100  # throttled accounts looked at before one more is written down
_NOBODY = Actor(user_id=None, name="", role=None)


def check(request: HttpRequest, email: str, password: str) -> User | None:
    """The user with this e-mail and password, or None: unknown, wrong and switched off cost and say the same.

    TooMany while the account or the address is throttled, even for the right password.
    """
    email = normalise_email(email.replace("\x00", "")[: MOST_ADDRESS + 1])
    account, address = throttle.subject("account", email), throttle.client_address(request)
    try:
        tries = throttle.begin([account, throttle.subject("address", address)])
    except TooMany:
        _note_throttled(account, address)
        raise
    user = authenticate(request, username=email, password=password[: MOST_PASSWORD + 1])
    if not isinstance(user, User):
        # As much work for an unknown account as for a known one: the time must not tell which it was.
        known = User.objects.filter(email=email).values_list("pk", flat=True).first()
        note(_NOBODY, "user.sign_in_failed", {"user": known, "address": address})
        return None
    throttle.take_back(tries)
    throttle.forgive(account)
    return user


def open_session(request: HttpRequest, user: User, how: str) -> None:
    """Signs the user in under a new session key, and notes it in the history. ``how``: password or link."""
    login(request, user)
    translation.activate(user.language)
    note(Actor.of(user), "user.signed_in", {"how": how, "address": throttle.client_address(request)}, label=how)


def close_session(request: HttpRequest) -> None:
    """Signs out, and notes it in the history."""
    if isinstance(request.user, User):
        note(Actor.of(request.user), "user.signed_out", {})
    logout(request)


def _note_throttled(account: str, address: str) -> None:
    """Once for each account and window, however often somebody knocks."""
    since = clock.now() - throttle.WINDOW
    lately = Event.objects.filter(kind="user.sign_in_throttled", act__at__gt=since).order_by("-act", "-pk")
    if account not in {data.get("account") for data in lately.values_list("data", flat=True)[:_MOST_KNOCKS]}:
        note(_NOBODY, "user.sign_in_throttled", {"account": account, "address": address})


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
