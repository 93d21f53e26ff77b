"""Slows down whoever guesses: ten failed tries in a quarter of an hour for each account and for each address.

Every try is written down before the password is looked at, and taken back when it was right. So a hundred tries at
the same moment do not all find room. A refused try is not counted: nobody can keep an account shut by knocking.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.accounts.models import SignInTry
from rapport.core.errors import TooMany
from rapport.lib import clock

MOST_TRIES = 10
WINDOW = timedelta(minutes=15)


def subject(kind: str, value: str) -> str:
    """What stands in the table instead of an e-mail or an address: an HMAC that only this workspace can make."""
    return hmac.new(settings.SECRET_KEY.encode(), f"sign-in {kind} {value}".encode(), hashlib.sha256).hexdigest()


def client_address(request: HttpRequest) -> str:
    """Where the request came from. A proxy is believed only if it is the one in the settings, and only its own word.

    Of an IPv6 address the network (/64) counts: one household has four milliards of milliards of them.
    """
    address = request.META.get("REMOTE_ADDR") or ""
    if address and address == settings.TRUSTED_PROXY:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return request.META.get("REMOTE_ADDR") or ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))
    return str(parsed)


def begin(subjects: Sequence[str]) -> list[SignInTry]:
    """Writes a try down. TooMany, with the seconds to wait, when one of the subjects has used up its tries."""
    now = clock.now()
    SignInTry.objects.filter(at__lt=now - WINDOW).delete()
    tries = SignInTry.objects.bulk_create(SignInTry(subject=one, at=now) for one in subjects)
    for mine in tries:
        others = SignInTry.objects.filter(subject=mine.subject, at__gt=now - WINDOW).exclude(pk=mine.pk)
        latest = list(others.order_by("-at").values_list("at", flat=True)[:MOST_TRIES])
        if len(latest) == MOST_TRIES:
            take_back(tries)
            seconds = max(1, int((latest[-1] + WINDOW - now).total_seconds()))
            raise TooMany(_too_many(seconds), seconds=seconds)
    return tries


def take_back(tries: Sequence[SignInTry]) -> None:
    """The try was right, or was not let in: it does not count."""
    SignInTry.objects.filter(pk__in=[one.pk for one in tries]).delete()


def forgive(account: str) -> None:
    """Forgets the failed tries of an account whose user has now signed in."""
    SignInTry.objects.filter(subject=account).delete()


def _too_many(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return _("Too many failed tries. Wait %(minutes)s min, or ask an administrator for a sign-in link.") % {
        "minutes": minutes
    }
