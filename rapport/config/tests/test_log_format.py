"""The log says where something broke, never with which values."""

import logging
import sys

from rapport.config.log_format import Discreet


def line(message: str, *args: object, error: BaseException | None = None) -> str:
    problem = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("rapport", logging.ERROR, "a.py", 1, message, args, problem)
    return Discreet("{message}", style="{").format(record)


def test_a_message_of_the_database_stays_out() -> None:
    try:
        raise ValueError("@".join(("Key (email)=(ann", "example.com) already exists")))
    except ValueError:
        text = line("Broken", error=sys.exc_info()[1])
    assert "ValueError" in text and "test_log_format.py" in text
    assert "ann@example.com" not in text


def test_a_link_that_signs_in_is_hidden() -> None:
    assert line("Forbidden: %s", "/sign-in/abcDEF123_-") == "Forbidden: /sign-in/…"


def test_other_addresses_stay_readable() -> None:
    assert line("Not Found: %s", "/people/12") == "Not Found: /people/12"
