"""Kinds of work that are killed. Each says how it is begun, what was acknowledged, and what must be there at the end.

A scenario is made anew for each kill; ``number`` keeps its records apart from those of others.
"""

import csv
import http.client
import json
import re
import threading
from typing import Any, ClassVar

from django.db.models import Count

from rapport.activities.models import Note
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery
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
from rapport.core.tags.models import TagLink
from rapport.people.models import Identity, Person
from tests.faults.process import FOLLOWED, STUMBLES
from tests.faults.site import TICK, Site

ROWS = 400


class Scenario:
    """One piece of work on a site. ``points`` are the beginnings of the fault points that it passes in ``process``."""

    points: ClassVar[tuple[str, ...]] = ()
    process: ClassVar[str] = "work"

    def __init__(self, site: Site, number: int, fault: str = "") -> None:
        self.site, self.number, self.fault, self.actor = site, number, fault, site.actor
        self.spec = registry.get("person")

    def begin(self) -> None:
        """Starts the work and returns at once."""

    def is_under_way(self) -> bool:
        """Whether a kill would meet something."""
        return Job.objects.filter(state="running").exclude(kind=TICK).exists()

    def after(self) -> None:
        """What people do when everything is back: send again what was not answered."""

    def wrong(self) -> list[str]:
        """What is not as it must be."""
        raise NotImplementedError

    def people(self, count: int = ROWS) -> list[int]:
        """People to work on, whose source tells that they are this scenario's."""
        rows = [
            {"first_name": f"F{n}", "source": self.mark, "email": f"{self.mark}-{n}@x.example"} for n in range(count)
        ]
        with acting(self.actor, "faults.people") as act:
            made = saving.create_many(self.actor, self.spec, rows, act=act)
        return [draft.instance.pk for draft in made]

    @property
    def mark(self) -> str:
        """What is written on everything of this scenario."""
        return f"{type(self).__name__.lower()}{self.number}"


class Write(Scenario):
    """Three visitors make people, change them and write notes over HTTP, one form after the other."""

    points = ("write", "save", "lock", "search")
    process = "web"

    def __init__(self, site: Site, number: int, fault: str = "") -> None:
        super().__init__(site, number, fault)
        self.sent: dict[str, dict[str, str]] = {}
        self.answered: set[str] = set()
        self.titles: dict[str, str] = {}
        self.notes: set[str] = set()
        self.stopped = threading.Event()

    def begin(self) -> None:
        self.threads = [threading.Thread(target=self._visit, args=(who,), daemon=True) for who in range(3)]
        for thread in self.threads:
            thread.start()

    def is_under_way(self) -> bool:
        return len(self.answered) > 2

    def _visit(self, who: int) -> None:
        try:
            visitor = self.site.visitor()
            for count in range(10_000):
                if self.stopped.is_set():
                    return
                self._write(visitor, f"{self.mark}-{who}-{count}@x.example")
        except (OSError, http.client.HTTPException, SystemExit):
            return  # the server is gone

    def _write(self, visitor: Any, email: str) -> None:
        form = {"first_name": "A", "last_name": "B", "email": email, "form_token": f"token-{email}".ljust(43, "x")}
        self.sent[email] = form
        if self._post(visitor, "/people/new", form):
            self.answered.add(email)
            pk = Identity.objects.values_list("record_id", flat=True).get(norm=email)
            title = f"Title of {email}"
            if self._post(visitor, f"/people/{pk}/edit", {**form, "job_title": title, "version": "1"}):
                self.titles[email] = title
            if self._post(visitor, f"/activities/{pk}/note", {"body": f"Note on {email}"}):
                self.notes.add(email)

    @staticmethod
    def _post(visitor: Any, path: str, form: dict[str, str]) -> bool:
        status, _body = visitor.post(path, form)
        return status in (201, 204, 302, 303)

    def after(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(20)
        visitor = self.site.visitor()
        for email in sorted(set(self.sent) - self.answered):
            visitor.post("/people/new", self.sent[email])  # the same form a second time

    def wrong(self) -> list[str]:
        found = []
        times = dict(
            Identity.objects.filter(norm__startswith=f"{self.mark}-").values_list("norm").annotate(times=Count("pk"))
        )
        lost = [email for email in self.sent if email not in times]
        doubled = [email for email, count in times.items() if count != 1]
        titles = dict(Person.objects.filter(email__startswith=f"{self.mark}-").values_list("email", "job_title"))
        undone = [email for email, title in self.titles.items() if titles.get(email) != title]
        bodies = set(Note.objects.filter(body__contains=self.mark).values_list("body", flat=True))
        silent = [email for email in self.notes if f"Note on {email}" not in bodies]
        for what, emails in (("lost", lost), ("doubled", doubled), ("change lost", undone), ("note lost", silent)):
            if emails:
                found.append(f"{len(emails)} × {what}, for example {emails[0]}")
        return found


class Import(Scenario):
    """A file is imported by the worker."""

    points = ("import",)

    def begin(self) -> None:
        path = self.site.folder / f"{self.mark}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(["First name", "E-mail", "Company", "Source"])
            for row in range(ROWS):
                lines.writerow([f"R{row}", f"{self.mark}-{row}@x.example", f"{self.mark} {row % 7}", self.mark])
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
    """Many people get a tag from the worker."""

    points = ("bulk",)

    def begin(self) -> None:
        ids = self.people()
        queue.enqueue("bulk", {"kind": "person", "verb": "tag", "ids": ids, "tag": self.mark}, self.actor)
        self.ids = ids

    def wrong(self) -> list[str]:
        tagged = list(TagLink.objects.filter(tag__name=self.mark).values_list("record_id", flat=True))
        found = [] if sorted(tagged) == self.ids else [f"{len(tagged)} tags on {ROWS} people"]
        events = Event.objects.filter(kind="person.updated", subject__in=self.ids).count()
        return [*found, *([f"{events} events of {ROWS} changes"] if events != ROWS else [])]


class Undo(Scenario):
    """A large bulk change is taken back by the worker."""

    points = ("undo",)

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

    points = ("jobs", "job", "queue")

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


SCENARIOS: tuple[type[Scenario], ...] = (Write, Import, Bulk, Undo, Export, Jobs, Follow, Erase)


def scenario_of(point: str) -> type[Scenario] | None:
    """The scenario that passes a fault point."""
    room = re.split(r"[.:]", point)[0]
    return next((known for known in SCENARIOS if room in known.points), None)
