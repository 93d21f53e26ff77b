"""Codes of authenticator apps: RFC 6238 with SHA-1, six digits and half a minute, which is what all apps can do."""

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote

STEP = 30  # seconds
DIGITS = 6
DRIFT = 1  # steps by which the clocks may differ


def new_secret() -> str:
    """160 random bits in base 32, as apps want them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code(secret: str, step: int) -> str:
    """The code of one half minute, counted from 1970."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = struct.unpack(">I", digest[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, typed: str, now: float) -> int | None:
    """The half minute around ``now`` (seconds since 1970) whose code was typed, or None. Blanks do not count."""
    digits = "".join(typed.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    here = int(now) // STEP
    found = None
    for step in range(here - DRIFT, here + DRIFT + 1):  # all of them, so that the time tells nothing
        if hmac.compare_digest(code(secret, step), digits):
            found = step
    return found


def address(secret: str, account: str, issuer: str) -> str:
    """What the QR code holds."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}&digits={DIGITS}&period={STEP}"
