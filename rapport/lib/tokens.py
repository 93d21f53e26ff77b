"""Secrets that a stranger cannot guess, and the form in which they are kept."""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """A new secret of 256 random bits that may stand in a URL (43 characters)."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored instead of a token: its SHA-256 in hexadecimal, so a stolen database opens no door.

    Only for tokens of ``new_token``: a password needs a slow hash.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(a: str, b: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(a.encode("utf-8", "surrogatepass"), b.encode("utf-8", "surrogatepass"))
