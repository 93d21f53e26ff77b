"""Lines of the log: where something broke, never with which values - messages of databases quote personal data."""

import logging
import re
import traceback
from types import TracebackType

Problem = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


# What stands behind these addresses is a secret: who has it can sign in.
_SECRET = re.compile(r"(/sign-in/)[^\s/]+")


class Discreet(logging.Formatter):
    """Shows the kind of an exception and the lines that led to it, but not its message; hides links that sign in."""

    def format(self, record: logging.LogRecord) -> str:
        return _SECRET.sub(r"\1…", super().format(record))

    def formatException(self, ei: Problem) -> str:  # noqa: N802 - the name is logging's
        kind, _error, trace = ei
        frames = "".join(traceback.format_list(traceback.extract_tb(trace)))
        return f"{frames}{kind.__module__}.{kind.__qualname__}" if kind else frames
