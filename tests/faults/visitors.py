"""Work of people at the web server that is killed: forms and files; what was not answered is sent again."""

import http.client
import threading
from typing import Any

from django.db.models import Count

from rapport.activities.models import Note
from rapport.core.events.models import Event
from rapport.core.files import storing, sweeping
from rapport.core.files.models import File
from rapport.people.models import Identity, Person
from tests.faults.scenario import Scenario
from tests.faults.site import Site


class Visit(Scenario):
    """Visitors send one form after the other; what was sent and what was answered is remembered by name."""

    process = "web"
    visitors = 1

    def __init__(self, site: Site, number: int, fault: str = "") -> None:
        super().__init__(site, number, fault)
        self.sent: set[str] = set()
        self.answered: set[str] = set()
        self.stopped = threading.Event()

    def name(self, who: int, count: int) -> str:
        """What the form is about, unlike any other."""
        raise NotImplementedError

    def send(self, visitor: Any, name: str) -> None:
        """Sends the form, a second time the same one; notes it as answered when it is."""
        raise NotImplementedError

    def begin(self) -> None:
        self.threads = [threading.Thread(target=self._visit, args=(who,), daemon=True) for who in range(self.visitors)]
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
                name = self.name(who, count)
                self.sent.add(name)
                self.send(visitor, name)
        except (OSError, http.client.HTTPException, SystemExit):
            return  # the server is gone

    def after(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(20)
        visitor = self.site.visitor()
        for name in sorted(self.sent - self.answered):
            self.send(visitor, name)

    @property
    def acknowledged(self) -> int:
        return len(self.answered)


class Write(Visit):
    """Three visitors make people, change them and write notes over HTTP."""

    points = ("search.written",)
    visitors = 3

    def __init__(self, site: Site, number: int, fault: str = "") -> None:
        super().__init__(site, number, fault)
        self.titles: dict[str, str] = {}
        self.notes: set[str] = set()

    def name(self, who: int, count: int) -> str:
        return f"{self.mark}-{who}-{count}@x.example"

    def send(self, visitor: Any, email: str) -> None:
        form = {"first_name": "A", "last_name": "B", "email": email, "form_token": f"token-{email}".ljust(43, "x")}
        if not self._post(visitor, "/people/new", form) or self.stopped.is_set():
            return
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

    @property
    def acknowledged(self) -> int:
        return len(self.answered) + len(self.titles) + len(self.notes)

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


class Files(Visit):
    """Two visitors put files on a person."""

    points = ("files",)
    visitors = 2

    def begin(self) -> None:
        self.pk = self.people(1)[0]
        super().begin()

    def name(self, who: int, count: int) -> str:
        return f"{self.mark}-{who}-{count}.txt"

    def send(self, visitor: Any, name: str) -> None:
        form = {"form_token": f"token-{name}".ljust(43, "x")}
        if visitor.upload(f"/files/on/{self.pk}", form, name, self._content(name))[0] in (200, 302, 303):
            self.answered.add(name)

    @staticmethod
    def _content(name: str) -> bytes:
        return (name * 4_000).encode()

    def wrong(self) -> list[str]:
        sweeping.GRACE_SECONDS = 0.0
        sweeping.sweep()  # takes away what no row names, and nothing else
        files = list(File.objects.filter(record=self.pk))
        names = [file.name for file in files]
        found = []
        if sorted(names) != sorted(self.sent):
            found.append(f"{len(names)} files of {len(self.sent)} sent, {len(set(names))} different")
        for file in files:
            path = storing.path_of(file.stored_name)
            if not path.exists() or path.read_bytes() != self._content(file.name):
                found.append(f"{file.name} has not the content that was sent")
        events = Event.objects.filter(kind="file.added", subject=self.pk).count()
        return [*found, *([f"{events} events of {len(files)} files"] if events != len(files) else [])]
