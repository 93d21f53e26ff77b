"""Lines of the log: where something broke, never with which values - messages of databases quote personal data."""

import logging
import traceback
from types import TracebackType

Problem = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Shows the kind of an exception and the lines that led to it, but not its message."""

    def formatException(self, ei: Problem) -> str:  # noqa: N802 - the name is logging's
        kind, _error, trace = ei
        frames = "".join(traceback.format_list(traceback.extract_tb(trace)))
        return f"{frames}{kind.__module__}.{kind.__qualname__}" if kind else frames
