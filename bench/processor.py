"""How much processor time a set of processes has used, from the scheduler's own figures (nanoseconds)."""

from pathlib import Path

# Processes of PostgreSQL that work for everybody, not for a request.
_HOUSEKEEPING = ("checkpointer", "background writer", "walwriter", "autovacuum", "logical replication", "io worker")


class Meter:
    """Sums up the web processes and, with a postmaster, the backends that serve them."""

    def __init__(self, web: int, postmaster: int | None = None) -> None:
        self.web, self.postmaster = web, postmaster
        self.last: dict[tuple[int, int], int] = {}  # threads that have ended keep what they had used

    def nanoseconds(self) -> int:
        """Processor time used since the processes began."""
        processes = [self.web, *_descendants(self.web)]
        if self.postmaster:
            processes += backends(self.postmaster)
        for process in processes:
            for thread, used in _threads(process):
                self.last[process, thread] = used
        return sum(self.last.values())


def backends(postmaster: int) -> list[int]:
    """Backends that serve a connection."""
    return [child for child in _children(postmaster) if not any(name in _command(child) for name in _HOUSEKEEPING)]


def _threads(process: int) -> list[tuple[int, int]]:
    found = []
    for folder in Path(f"/proc/{process}/task").glob("*"):
        try:
            found.append((int(folder.name), int((folder / "schedstat").read_text().split()[0])))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we were looking
    return found


def _descendants(process: int) -> list[int]:
    found = []
    for child in _children(process):
        found += [child, *_descendants(child)]
    return found


def _children(process: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, path.read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
