"""Codes of authenticator apps, by the examples of RFC 6238."""

import base64

import pytest

from rapport.lib import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_it_works(at: int, code: str) -> None:
    assert totp.code(SECRET, at // totp.STEP) == code
    assert totp.matching_step(SECRET, f" {code[:3]} {code[3:]} ", at) == at // totp.STEP


def test_clocks_may_differ_by_half_a_minute_and_no_more() -> None:
    at = 1_700_000_000
    code = totp.code(SECRET, at // totp.STEP)
    found = [totp.matching_step(SECRET, code, at + off * totp.STEP) is not None for off in (-2, -1, 0, 1, 2)]
    assert found == [False, True, True, True, False]


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "²²²²²²", "١٢٣٤٥٦", "-12345"])
def test_what_is_no_code_is_no_code(typed: str) -> None:
    assert totp.matching_step(SECRET, typed, 0) is None


def test_secrets_are_long_and_differ() -> None:
    secrets = {totp.new_secret() for _ in range(50)}
    assert len(secrets) == 50 and all(len(base64.b32decode(one)) == 20 for one in secrets)


def test_names_do_not_break_the_address() -> None:
    assert totp.address("ABC", "a&b@example.com", "Müller: & Co").startswith(
        "otpauth://totp/M%C3%BCller%3A%20%26%20Co:a%26b"
    )
