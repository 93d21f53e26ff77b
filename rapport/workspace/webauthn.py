"""Passkeys: what the browser is asked, and whether its answer is right. The library does WebAuthn; here is what we ask.

A challenge is a signed random number, so asking for one writes nothing down; answering it does, so that no answer
counts twice. The address in the settings (``RAPPORT_URL``) says for which site keys are made: the request does not.
"""

import hmac
import ipaddress
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from rapport.accounts import workspace
from rapport.accounts.models import Passkey, UsedChallenge, User
from rapport.lib import clock
from rapport.lib.tokens import digest

LASTS = timedelta(hours=1)  # a sign-in page may stand open for a while
_SALT = "rapport.passkey"
_MOST_ANSWER = 20_000  # characters


@dataclass(frozen=True)
class Registered:
    """A new passkey: under what it is found, its public half, and how often it has signed."""

    digest: str
    credential: bytes
    sign_count: int


@dataclass(frozen=True)
class Question:
    """``options`` for the browser as JSON; ``ticket`` comes back with the answer."""

    options: str
    ticket: str


def is_possible() -> bool:
    """Browsers make passkeys for names alone, not for numbers, and only on secure sites (or this machine)."""
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
        return False
    except ValueError:
        return parts.scheme == "https" or host == "localhost" or host.endswith(".localhost")


def ask_to_make(user: User) -> Question:
    """What makes a passkey for this user, on a device that has none of theirs yet."""
    challenge, ticket = _challenge(f"make {user.pk}")
    # The device keeps this number with the key; it says nothing about the person.
    handle = hmac.new(settings.SECRET_KEY.encode(), f"passkey user {user.pk}".encode(), sha256).digest()
    options, _state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=handle, name=user.email, display_name=user.name),
        credentials=_credentials(user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
        challenge=challenge,
    )
    return Question(json.dumps(dict(options.public_key)), ticket)


def made(user: User, ticket: str, answer: str) -> Registered | None:
    """The passkey that the browser made; None for an answer that is not right."""
    challenge = _redeem(ticket, f"make {user.pk}")
    told = _read(answer)
    if challenge is None or told is None:
        return None
    state = {"challenge": websafe_encode(challenge), "user_verification": None}
    try:
        data = _server().register_complete(state, told)
    except Exception:
        return None
    credential = data.credential_data
    if credential is None:
        return None
    return Registered(_found_under(credential.credential_id), bytes(credential), data.counter)


def ask_to_sign(user: User | None, *, purpose: str) -> Question:
    """What proves that somebody has a passkey. ``user`` None: anybody, who then must also prove it is them (by finger,
    face or PIN), for nothing else was asked.
    """
    challenge, ticket = _challenge(purpose)
    options, _state = _server().authenticate_begin(
        _credentials(user) if user else None, user_verification=_verification(user), challenge=challenge
    )
    return Question(json.dumps(dict(options.public_key)), ticket)


def signed(user: User | None, ticket: str, answer: str, *, purpose: str) -> User | None:
    """Whose passkey has answered; None for an answer that is not right, was given before, or is of somebody else."""
    challenge = _redeem(ticket, purpose)
    told = _read(answer)
    if challenge is None or told is None:
        return None
    try:
        response = AuthenticationResponse.from_dict(told)
        keys = Passkey.objects.select_related("user__role", "user__team").filter(user__is_active=True)
        key = keys.filter(digest=_found_under(response.raw_id)).first()
        if key is None or (user is not None and key.user_id != user.pk):
            return None
        state = {"challenge": websafe_encode(challenge), "user_verification": _verification(user)}
        _server().authenticate_complete(state, [AttestedCredentialData(bytes(key.credential))], response)
        count = response.response.authenticator_data.counter
    except Exception:
        return None
    # A counter that stands still although the key counts: somebody has copied the key.
    if count and count <= key.sign_count:
        return None
    try:
        with transaction.atomic():
            UsedChallenge.objects.filter(at__lt=clock.now() - LASTS).delete()
            UsedChallenge.objects.create(digest=digest(ticket), at=clock.now())
            Passkey.objects.filter(pk=key.pk).update(sign_count=count, used_at=clock.now())
    except IntegrityError:
        return None
    found: User = key.user
    return found


def _verification(user: User | None) -> UserVerificationRequirement:
    return UserVerificationRequirement.REQUIRED if user is None else UserVerificationRequirement.PREFERRED


def _server() -> Fido2Server:
    parts = urlsplit(settings.BASE_URL)
    site = PublicKeyCredentialRpEntity(id=parts.hostname or "", name=workspace.current().name)
    return Fido2Server(site, verify_origin=lambda origin: origin == f"{parts.scheme}://{parts.netloc}")


def _credentials(user: User) -> Sequence[AttestedCredentialData]:
    kept = Passkey.objects.filter(user=user).values_list("credential", flat=True)
    return [AttestedCredentialData(bytes(one)) for one in kept]


def _found_under(credential_id: bytes) -> str:
    return digest(credential_id.hex())


def _challenge(purpose: str) -> tuple[bytes, str]:
    challenge = os.urandom(32)
    return challenge, signing.TimestampSigner(salt=f"{_SALT} {purpose}").sign(websafe_encode(challenge))


def _redeem(ticket: str, purpose: str) -> bytes | None:
    try:
        return websafe_decode(signing.TimestampSigner(salt=f"{_SALT} {purpose}").unsign(ticket, max_age=LASTS))
    except (signing.BadSignature, ValueError):
        return None


def _read(answer: str) -> dict[str, Any] | None:
    if len(answer) > _MOST_ANSWER:
        return None
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
