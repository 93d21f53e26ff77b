"""From the cells of a row to cleaned values by field, or a reason why the row cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.accounts.models import Team
from rapport.accounts.models import User as UserRow
from rapport.core.fields import Address, Field, Link, TeamLink, User
from rapport.core.importing.targets import RECORD_ID, Target
from rapport.core.objects.saver import Draft, Saver
from rapport.core.records.models import TITLE_LIMIT
from rapport.lib.csv_safe import restore
from rapport.lib.table_file import Row
from rapport.lib.text import fold, shorten

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

CREATED, UPDATED, UNCHANGED, SKIPPED, FAILED = OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed")
REASON_LIMIT = 500  # characters, as in the table


@dataclass
class LinkText:
    """What a row says about a linked record: its title, its number, or both."""

    title: str = ""
    number: int | None = None


@dataclass
class Line:
    """A row on its way. ``values`` are cleaned values by field; ``title`` is what the record would be called.

    ``by`` is the value to find the record by, as it is compared ("" for none), and ``shown`` the same as written.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, LinkText] = field(default_factory=dict)
    record_id: int | None = None
    given_id: int | None = None
    title: str = ""
    by: str = ""
    shown: str = ""
    outcome: str = ""
    reason: str = ""

    def end(self, outcome: str, reason: str = "", record_id: int | None = None) -> None:
        """Says what became of the row."""
        self.outcome, self.reason = outcome, reason[:REASON_LIMIT]
        self.record_id = record_id if record_id is not None else self.record_id


class Directory:
    """Users and teams by what people call them in files."""

    def __init__(self) -> None:
        self.users: dict[str, list[int]] = {}
        for pk, name, email in UserRow.objects.filter(is_active=True).values_list("pk", "name", "email"):
            for word in {fold(name), fold(email)}:
                self.users.setdefault(word, []).append(pk)
        self.teams: dict[str, list[int]] = {}
        for pk, name in Team.objects.values_list("pk", "name"):
            self.teams.setdefault(fold(name), []).append(pk)

    def find(self, where: User, text: str) -> int:
        """The id of the user or team; ValueError with a sentence if there is none or more than one."""
        is_team = isinstance(where, TeamLink)
        ids = (self.teams if is_team else self.users).get(fold(text), [])
        if len(ids) == 1:
            return ids[0]
        values = {"text": text}
        if ids:
            raise ValueError(_("There are several called “%(text)s”.") % values if is_team else
                             _("Several users are called “%(text)s”; write the e-mail address.") % values)  # fmt: skip
        raise ValueError(_("There is no team “%(text)s”.") % values if is_team else
                         _("There is no user with the name or e-mail “%(text)s”.") % values)  # fmt: skip


class Reader:
    """Reads rows for one import: knows the columns, who imports and how that person writes values."""

    def __init__(
        self, actor: Actor, spec: "ObjectSpec", columns: Mapping[int, Target], width: int, match: str, saver: Saver
    ):
        self.actor, self.spec, self.columns, self.width, self.match = actor, spec, columns, width, match
        self.saver, self.locale = saver, saver.locale
        self.directory = Directory()

    def read(self, row: Row) -> Line:
        """The row as a line; it has ended already if it is empty or cannot be used."""
        line = Line(row.line)
        if row.problem:
            line.end(FAILED, row.problem)
        elif not any(cell.strip() for cell in row.cells):
            line.end(SKIPPED, _("The row is empty."))
        elif len(row.cells) < self.width or any(cell.strip() for cell in row.cells[self.width :]):
            line.end(
                FAILED,
                _("The row has %(count)s columns, the header has %(width)s. A delimiter or a quotation mark is amiss.")
                % {"count": len(row.cells), "width": self.width},
            )
        else:
            self._values(line, row.cells)
        return line

    def _values(self, line: Line, cells: list[str]) -> None:
        problems: list[str] = []
        for number, target in self.columns.items():
            text = restore(cells[number]).strip()
            if not text:
                continue
            try:
                self._take(line, target, text)
            except (ValueError, OverflowError) as error:
                problems.append(sentence(target.label, str(error)))
        if problems:
            line.end(FAILED, " ".join(problems))
        elif not line.values and not line.links:
            line.end(SKIPPED, _("The row has no value in the columns that are imported."))
        else:
            self._name(line)

    def _take(self, line: Line, target: Target, text: str) -> None:
        known = target.field
        if target.combined:
            for key, part in target.combined.split(text).items():
                if part and key not in line.values:
                    line.values[key] = self.spec.by_key[key].clean(part, self.locale)
        elif known is None:
            line.given_id = _number(text)
        elif isinstance(known, Address):
            if place := known.part(target.part):
                line.values.setdefault(known.key, {})[target.part] = place.from_text(text, self.locale)
        elif isinstance(known, User):
            line.values[known.key] = self.directory.find(known, text)
        elif isinstance(known, Link):
            _take_link(line.links.setdefault(known.key, LinkText()), target, text)
        else:
            line.values[known.key] = known.clean(text, self.locale)

    def _name(self, line: Line) -> None:
        """What the record would be called, and the value it is found by."""
        instance = self.spec.model()
        for key, value in line.values.items():
            self.spec.by_key[key].set(instance, value)
        line.title = shorten(self.saver.title(Draft(instance, line.values, is_new=True)), TITLE_LIMIT)
        if self.match == "title":
            line.by, line.shown = fold(line.title), line.title
        elif self.match == RECORD_ID:
            line.by = line.shown = str(line.given_id or "")
        elif self.match and (value := line.values.get(self.match)):
            line.by, line.shown = self.saver.match_key(self.match, value), str(value)


def merged(known: Field, stored: Any, new: Any) -> Any:
    """What a field shall hold after an import that brings ``new``: lists and addresses are added to, never cut."""
    if isinstance(known, Address):
        return {**(stored or {}), **new}
    if isinstance(stored, list) and isinstance(new, list):
        there = {_item(item) for item in stored}
        return stored + [item for item in new if _item(item) not in there]
    return new


def sentence(label: str, problem: str) -> str:
    """A field's problem as a sentence that names the field."""
    return f"{label}: {problem}"


def _take_link(link: LinkText, target: Target, text: str) -> None:
    if target.part:
        link.number = _number(text)
    else:
        link.title = text


def _item(item: Any) -> str:
    return fold(str(item.get("value", item) if isinstance(item, Mapping) else item))


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise ValueError(_("“%(value)s” is not the number of a record.") % {"value": text[:60]})
    return int(text)
