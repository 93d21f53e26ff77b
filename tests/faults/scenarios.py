"""Work of the worker and of commands that is killed, and the list of all scenarios."""

import csv
import json

from django.db.models import Count

from rapport.activities.models import Note
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery
from rapport.core.changes import bulk_runs
from rapport.core.changes.models import BulkRun
from rapport.core.events.emit import acting
from rapport.core.events.models import Change, Event
from rapport.core.exporting import runs as exports
from rapport.core.exporting import storing
from rapport.core.importing import preparing
from rapport.core.importing import runs as imports
from rapport.core.importing.models import ImportRow, ImportRun
from rapport.core.jobs import queue
from rapport.core.jobs.models import Job
from rapport.core.objects import registry, saving
from rapport.core.objects.bulk import Order
from rapport.core.search.models import SearchScope
from rapport.core.search.searching import search_all
from rapport.core.tags.models import TagLink
from rapport.people.models import Identity, Person
from tests.faults.process import AHEAD_FROM, FOLLOWED, STUMBLES
from tests.faults.scenario import ROWS, Scenario
from tests.faults.visitors import Files, Write


class Import(Scenario):
    """A file is imported by the worker; every second one is long enough to be read by a process of its own."""

    points = ("import",)
    once = ("import.end",)

    def begin(self) -> None:
        path = self.site.folder / f"{self.mark}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(["First name", "E-mail", "Company", "Source"])
            filling = "x" * (AHEAD_FROM // ROWS if self.number % 2 else 0)
            for row in range(ROWS):
                lines.writerow(
                    [f"R{row}{filling}", f"{self.mark}-{row}@x.example", f"{self.mark} {row % 7}", self.mark]
                )
        run = preparing.prepare(self.actor, self.spec, path, path.name)
        self.run = imports.start(self.actor, run.pk)

    def wrong(self) -> list[str]:
        run = ImportRun.objects.get(pk=self.run.pk)
        counts = {key: run.counts.get(key) for key in ("created", "failed", "rows")}
        found = [] if counts == {"created": ROWS, "failed": 0, "rows": ROWS} else [f"{run.state}, counts {counts}"]
        lines = list(ImportRow.objects.filter(run=run).values_list("line", flat=True))
        if sorted(lines) != list(range(2, ROWS + 2)):
            found.append(f"{len(lines)} lines noted, {len(set(lines))} different")
        emails = list(Person.objects.filter(source=self.mark).values_list("email", flat=True))
        if len(emails) != ROWS or len(set(emails)) != ROWS:
            found.append(f"{len(emails)} people of {ROWS} rows, {len(set(emails))} different")
        companies = registry.get("company").model._default_manager.filter(title__startswith=f"{self.mark} ").count()
        return [*found, *([f"{companies} companies instead of 7"] if companies != 7 else [])]


class Bulk(Scenario):
    """Many people get a tag from the worker: those of a list, or (every fourth time) those that were chosen."""

    points = ("bulk",)
    once = ("bulk.fixed",)

    def begin(self) -> None:
        self.ids = self.people()
        shown = ListQuery(condition=Term("source", "is", self.mark))
        chosen = self.number % 4 == 3 and not self.fault
        job = bulk_runs.start(self.actor, self.spec, Order("tag", value=self.mark), self.ids if chosen else shown)
        self.run = job.args["order"]

    def wrong(self) -> list[str]:
        tagged = list(TagLink.objects.filter(tag__name=self.mark).values_list("record_id", flat=True))
        found = [] if sorted(tagged) == self.ids else [f"{len(tagged)} tags on {ROWS} people"]
        events = Event.objects.filter(kind="person.updated", subject__in=self.ids)
        acts = events.values("act").distinct().count()
        if (events.count(), acts) != (ROWS, 1):
            found.append(f"{events.count()} events of {ROWS} changes in {acts} acts")
        run = BulkRun.objects.get(pk=self.run)
        if (run.place, run.changed_count, run.left_count) != (ROWS, ROWS, 0):
            found.append(f"the order says {run.changed_count} changed of {run.place}, {run.left_count} left")
        return found


class Undo(Scenario):
    """A large bulk change is taken back by the worker."""

    points = ("undo",)
    once = ("undo.opened",)

    def begin(self) -> None:
        self.ids = self.people()
        with acting(self.actor, "bulk.tag") as act:
            saving.update_many(self.actor, self.spec, [(pk, None, {"tags": [self.mark]}) for pk in self.ids], act=act)
        queue.enqueue("undo", {"act": act.pk}, self.actor)

    def wrong(self) -> list[str]:
        left = TagLink.objects.filter(tag__name=self.mark).count()
        found = [f"{left} tags were not taken back"] if left else []
        versions = set(Person.objects.filter(pk__in=self.ids).values_list("version", flat=True))
        if versions != {3}:
            found.append(f"versions {sorted(versions)} instead of 3: taken back more or less than once")
        changes = Change.objects.filter(record__in=self.ids).count()
        return [*found, *([f"{changes} changes instead of {2 * ROWS}"] if changes not in (2 * ROWS, 3 * ROWS) else [])]


class Export(Scenario):
    """The worker writes a file of many people."""

    points = ("export",)
    once = ("export.finish",)
    formats = ("csv", "jsonl", "xlsx")

    def begin(self) -> None:
        self.ids = self.people(2 * ROWS)
        fmt = self.formats[self.number % 3]
        query = ListQuery(condition=Term("source", "is", self.mark))
        self.run, _job = exports.start(self.actor, self.spec, query, fmt)

    def wrong(self) -> list[str]:
        run = exports.get_run(self.actor, self.run.pk)
        path = storing.path_of(run)
        if storing.digest(path) != run.sha256 or run.row_count != len(self.ids):
            return [f"{run.row_count} rows of {len(self.ids)}, or another digest than noted"]
        if run.format == "xlsx":
            return []
        with path.open(encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))[1:] if run.format == "csv" else [[json.loads(line)["id"]] for line in file]
        ids = [int(row[0]) for row in rows]
        return [] if ids == self.ids else [f"{len(ids)} rows of {len(self.ids)}, {len(set(ids))} different"]


class Jobs(Scenario):
    """Forty small jobs."""

    points = ("jobs",)

    def begin(self) -> None:
        self.names = [f"{self.mark}-{n}" for n in range(40)]
        self.jobs = [queue.enqueue("faults.person", {"name": name}, self.actor).pk for name in self.names]

    def wrong(self) -> list[str]:
        states = dict(Job.objects.filter(pk__in=self.jobs).values_list("state").annotate(times=Count("pk")))
        found = [] if states == {"done": len(self.jobs)} else [f"states {states}"]
        made = Person.objects.filter(email__startswith=f"{self.mark}-").values_list("email", flat=True)
        if sorted(made) != sorted(f"{name}@jobs.example" for name in self.names):
            found.append(f"{len(made)} people of {len(self.names)} jobs")
        return found


class Follow(Scenario):
    """New events are sealed, and a consumer writes a note about each of some people; it fails once for a few."""

    points = ("seal", "consumer")

    def begin(self) -> None:
        names = [STUMBLES if n % 40 == 7 else FOLLOWED for n in range(200)]
        rows = [{"first_name": self.mark, "last_name": name} for name in names]
        with acting(self.actor, "faults.people") as act:
            made = saving.create_many(self.actor, self.spec, rows, act=act)
        self.ids = sorted(draft.instance.pk for draft in made)

    def is_under_way(self) -> bool:
        return Event.objects.filter(seal_no=None, kind="person.created", subject__in=self.ids).count() != 200

    def wrong(self) -> list[str]:
        notes = followed_among(self.ids)
        found = [] if notes == self.ids else [f"{len(notes)} notes on {len(self.ids)}, {len(set(notes))} different"]
        return [*found, *self.site.history()]


def followed_among(ids: list[int]) -> list[int]:
    """Those of the people about whom the consumer wrote, one id for each of its notes."""
    bodies = Note.objects.filter(body__in=[f"followed {pk}" for pk in ids]).values_list("body", flat=True)
    return sorted(int(body.split()[1]) for body in bodies)


class Erase(Scenario):
    """A person is erased by a command."""

    points = ("erase",)
    once = ("erase.wiped",)
    process = "command"

    def begin(self) -> None:
        self.pk = saving.create(self.actor, self.spec, {"first_name": self.mark, "email": f"{self.mark}@x.example"}).pk
        self.site.start(only=("work",))
        self.site.drain()  # sealed first, so that the chain has something to lose
        self._erase(self.fault)

    def is_under_way(self) -> bool:
        return True

    def _erase(self, fault: str) -> None:
        self.site.command("audit", "erase", str(self.pk), "--yes", fault=fault)

    def after(self) -> None:
        self._erase("")
        self.site.processes.pop("command").wait(60)

    def wrong(self) -> list[str]:
        left = Person.objects.filter(pk=self.pk).exists() or Identity.objects.filter(record=self.pk).exists()
        return [*(["something of the erased person is left"] if left else []), *self.site.history()]


class Rebuild(Scenario):
    """What search looks into is written anew by a command; what it left undone, the next start asks the worker for."""

    points = ("search.rebuilt",)
    process = "command"

    def begin(self) -> None:
        self.ids = self.people()
        self.site.command("search", "--rebuild", "--kind", "person", fault=self.fault)

    def is_under_way(self) -> bool:
        return SearchScope.objects.filter(kind="person", position__gt=0).exists()

    def wrong(self) -> list[str]:
        undone = list(SearchScope.objects.exclude(position=None, is_ready=True).values_list("kind", flat=True))
        found = [f"not written to the end: {', '.join(undone)}"] if undone else []
        for number in (0, ROWS // 2, ROWS - 1):
            hits = search_all(self.actor, f"{self.mark}-{number}@x.example", {"person": 5}).get("person", [])
            if [hit.id for hit in hits] != [self.ids[number]]:
                found.append(f"search finds {len(hits)} for person {number}")
        return found


SCENARIOS: tuple[type[Scenario], ...] = (
    Write, Import, Bulk, Undo, Export, Jobs, Follow, Erase, Rebuild, Files,
)  # fmt: skip


def scenario_of(point: str) -> type[Scenario] | None:
    """The scenario that passes a fault point."""
    room = point.partition(".")[0]
    return next((known for known in SCENARIOS if point in known.points or room in known.points), None)
