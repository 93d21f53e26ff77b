"""Who somebody is: the check of e-mail and password, the session that begins, and where they go afterwards.

The audit learns of every sign-in, good or bad, and from which address: that is how a stolen account is noticed. What
was typed is not kept, for people type passwords into the wrong field.
"""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from rapport.accounts.actor import Actor
from rapport.accounts.models import User, Workspace
from rapport.core.audit.notes import note
from rapport.core.errors import TooMany
from rapport.core.events.models import Event
from rapport.lib import clock
from rapport.lib.emails import MOST_ADDRESS, normalise_email
from rapport.workspace import throttle
from rapport.workspace.actions.links import LASTS
from rapport.workspace.actions.users import MOST_PASSWORD

LINK_KEY = "signed_in_by_link_at"
PROVEN_KEY = "proven_at"  # when it was last certain that it is the user who sits here, in seconds since 1970
HOW_KEY, AGENT_KEY, ADDRESS_KEY = "how", "agent", "address"
_MOST_AGENT = 300
_MOST_NEXT = 2_000
_MOST_KNOCKS = 100  # throttled accounts looked at before one more is written down
_NOBODY = Actor(user_id=None, name="", role=None)


def check(request: HttpRequest, email: str, password: str) -> User | None:
    """The user with this e-mail and password, or None: unknown, wrong and switched off cost and say the same.

    TooMany while the account or the address is throttled, even for the right password.
    """
    email = typed_email(email)
    account, address = throttle.subject("account", email), throttle.client_address(request)
    try:
        tries = throttle.begin([account, throttle.subject("address", address)])
    except TooMany:
        _note_throttled(account, address)
        raise
    user = authenticate(request, username=email, password=password[: MOST_PASSWORD + 1])
    if not isinstance(user, User) or not Workspace.objects.filter(has_passwords=True).exists():
        # As much work for an unknown account as for a known one: the time must not tell which it was.
        known = User.objects.filter(email=email).values_list("pk", flat=True).first()
        note(_NOBODY, "user.sign_in_failed", {"user": known, "address": address})
        return None
    throttle.take_back(tries)
    throttle.forgive(account)
    return user


def typed_email(text: str) -> str:
    """An e-mail as somebody typed it, in the form in which accounts are found."""
    return normalise_email(text.replace("\x00", "")[: MOST_ADDRESS + 1])


def open_session(request: HttpRequest, user: User, how: str) -> None:
    """Signs the user in under a new session key, and notes it in the history.

    ``how``: password, link, passkey or provider; with what came second: ``password+app``.
    """
    request.session.set_expiry(None)
    login(request, user)
    address, now = throttle.client_address(request), clock.now().timestamp()
    request.session[HOW_KEY] = how
    request.session[AGENT_KEY] = request.headers.get("User-Agent", "")[:_MOST_AGENT]
    request.session[ADDRESS_KEY] = address
    request.session[PROVEN_KEY] = now
    if how.startswith("link"):
        request.session[LINK_KEY] = now
    translation.activate(user.language)
    note(Actor.of(user), "user.signed_in", {"how": how, "address": address}, label=how)


def just_used_a_link(request: HttpRequest) -> bool:
    """Whether this session began with a sign-in link a few minutes ago: then nobody asks for the old password."""
    at = request.session.get(LINK_KEY)
    return at is not None and 0 <= clock.now().timestamp() - at < LASTS.total_seconds()


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
