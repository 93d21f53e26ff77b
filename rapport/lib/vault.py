"""Secrets that must be read again (of authenticator apps, of other services), encrypted with the workspace's own.

AES-256-GCM under a key derived from ``SECRET_KEY`` for each purpose: a stolen database tells nothing, and what was
locked for one purpose opens for no other.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12  # bytes
_VERSION = "1."


class CannotUnlock(Exception):
    """The text was locked with another workspace's key, for another purpose, or was changed."""


def lock(text: str, purpose: str) -> str:
    """The text, encrypted, in characters that any column holds."""
    nonce = os.urandom(_NONCE)
    locked = AESGCM(_key(purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return _VERSION + base64.urlsafe_b64encode(nonce + locked).decode()


def unlock(locked: str, purpose: str) -> str:
    """What was locked for this purpose; CannotUnlock for anything else."""
    try:
        raw = base64.urlsafe_b64decode(locked.removeprefix(_VERSION))
        return AESGCM(_key(purpose)).decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotUnlock from error


def _key(purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"rapport vault {purpose}".encode())
    return derived.derive(settings.SECRET_KEY.encode())
