"""Files for tests of the import."""

from pathlib import Path
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.importing import preparing, running, runs
from rapport.core.importing.models import ImportRun
from rapport.core.importing.running import Report
from rapport.core.objects import registry

HEADER = "First name,Last name,E-mail,Phone,Company\n"


class Files:
    """Brings texts and bytes in as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self, actor: Actor, content: str | bytes, kind: str = "person") -> ImportRun:
        path = self.folder / "list.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return preparing.prepare(actor, registry.get(kind), path, "list.csv")

    def bring(
        self, actor: Actor, content: str | bytes, kind: str = "person", *, dry_run: bool = False, **chosen: Any
    ) -> Report:
        run = self.prepare(actor, content, kind)
        if "match" in chosen:
            runs.choose(actor, run.pk, runs.columns_of(run), chosen["match"])
        return running.run(actor, run.pk, dry_run=dry_run)


def counts(report: Report) -> tuple[int, int, int, int, int]:
    """Created, updated, unchanged, skipped, failed; checked against the rows."""
    found = report.counts
    five = (found["created"], found["updated"], found["unchanged"], found["skipped"], found["failed"])
    assert sum(five) == found["rows"]
    return five
