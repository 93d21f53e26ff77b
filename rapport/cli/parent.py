"""A child process that ends when its parent does, even if the parent was killed."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1  # Linux: “send me this signal when my parent dies”


def end_with_parent() -> None:
    """Call it in the child: from now on it gets SIGTERM as soon as the process that started it is gone."""
    parent = multiprocessing.parent_process()
    parent_id = parent.pid if parent else os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent_id:
            os.kill(os.getpid(), signal.SIGTERM)
    else:
        threading.Thread(target=_watch, args=(parent_id,), name="parent", daemon=True).start()


def _watch(parent_id: int | None) -> None:
    while os.getppid() == parent_id:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
