"""From the cells of a row to cleaned values by field, or a reason why the row cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.actor import Actor
from rapport.core.fields import Address, ChildField, Field, Phone
from rapport.core.fields.link import Target as LinkedRecord
from rapport.core.importing.cells import Columns
from rapport.core.importing.options import Options
from rapport.core.importing.targets import EXTERNAL_ID, RECORD_ID, Target
from rapport.core.objects.saver import Draft, Saver
from rapport.core.records.models import TITLE_LIMIT
from rapport.core.records.rows import blank
from rapport.lib.countries import country_code
from rapport.lib.csv_safe import restore
from rapport.lib.phones import display_phone
from rapport.lib.table_file import Row
from rapport.lib.text import fold, shorten

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec

CREATED, UPDATED, UNCHANGED, SKIPPED, FAILED = OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed")
REASON_LIMIT = 500  # characters, as in the table


@dataclass(slots=True)
class LinkText:
    """What a row says about a linked record: its title, its number, its number in another system, or several."""

    title: str = ""
    number: int | None = None
    external: str = ""


@dataclass(slots=True)
class Line:
    """A row on its way. ``values`` are cleaned values by field; ``title`` is what the record would be called.

    ``by`` is the value to find the record by, as it is compared ("" for none), and ``shown`` the same as written.
    ``external`` is the number that another system gave the record. ``notes`` tell which cells were left out.
    ``inner`` is what the row says of records it links to, by the key of the link; ``beside`` the texts of what it
    brings beside the record, by the key of their column.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, LinkText] = field(default_factory=dict)
    record_id: int | None = None
    given_id: int | None = None
    title: str = ""
    by: str = ""
    shown: str = ""
    external: str = ""
    outcome: str = ""
    reason: str = ""
    notes: list[str] | None = None
    inner: "dict[str, Line]" = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    def end(self, outcome: str, reason: str = "", record_id: int | None = None) -> None:
        """Says what became of the row."""
        told = " ".join([*(self.notes or ()), reason]).strip() if self.notes else reason
        self.outcome, self.reason = outcome, told[:REASON_LIMIT]
        self.record_id = record_id if record_id is not None else self.record_id

    def within(self, key: str) -> "Line":
        """What the row says of the record linked as ``key``."""
        found = self.inner.get(key)
        if found is None:
            found = self.inner[key] = Line(self.number)
        return found

    def link(self, key: str) -> LinkText:
        """What the row says about the record linked as ``key``."""
        found = self.links.get(key)
        if found is None:
            found = self.links[key] = LinkText()
        return found


class Reader:
    """Reads rows for one import: knows the columns, who imports and how that person and that file write values."""

    def __init__(
        self,
        actor: Actor,
        spec: "ObjectSpec",
        columns: Mapping[int, Target],
        width: int,
        match: str,
        saver: Saver,
        options: Options | None = None,
        *,
        escaped: bool = True,
    ):
        """``escaped``: the file is one of text, where an apostrophe may stand in front of what looks like a formula."""
        self.actor, self.spec, self.width, self.match = actor, spec, width, match
        self.saver, self.locale, self.escaped = saver, saver.locale, escaped
        self.options = options or Options()
        makes = Columns(spec, self.locale, self.options)
        self.takes = [(number, target.label, makes.take(target)) for number, target in columns.items()]
        self._blank = blank(spec.model)
        own = [target for target in columns.values() if not target.inner]
        # In a file that we wrote ourselves, numbers mean what they mean in our records.
        ours = any(target.key == RECORD_ID for target in own)
        self._phones = [] if ours else [target.key for target in own if isinstance(target.field, Phone)]
        self._lands = [target.field.key for target in own if target.field and target.part == "country"]
        self._linked = {one.field.key: str(one.field.label) for one in columns.values() if one.inner and one.field}
        plain = {field.key for field in spec.all_fields if not isinstance(field, Address | ChildField)}
        self._named = {key: spec.by_key[key].set for key in plain}

    def read(self, row: Row) -> Line:
        """The row as a line; it has ended already if it is empty or cannot be used."""
        line = Line(row.line)
        cells = row.cells
        if row.problem:
            line.end(FAILED, row.problem)
        elif len(cells) != self.width and _is_amiss(cells, self.width):
            self._refuse_width(line, cells)
        else:
            self._values(line, cells)
        return line

    def _refuse_width(self, line: Line, cells: list[str]) -> None:
        if not any(cell.strip() for cell in cells):
            line.end(SKIPPED, _("The row is empty."))
            return
        line.end(
            FAILED,
            _("The row has %(count)s columns, the header has %(width)s. A delimiter or a quotation mark is amiss.")
            % {"count": len(cells), "width": self.width},
        )

    def _values(self, line: Line, cells: list[str]) -> None:
        problems = self._take(line, cells)
        if problems and not self.options.lenient:
            line.end(FAILED, " ".join(problems))
            return
        problems += self._without_place(line)
        if problems:
            line.notes = [_("Left out: %(problem)s") % {"problem": problem} for problem in problems]
        if self._lands and self._phones:
            self._dial(line)
        if line.values or line.links:
            self._name(line)
        elif not any(cell.strip() for cell in cells):
            line.end(SKIPPED, _("The row is empty."))
        else:
            line.end(SKIPPED, _("The row has no value in the columns that are imported."))

    def _take(self, line: Line, cells: list[str]) -> list[str]:
        """Puts what the cells say into the line; answers with what is wrong with those that cannot be read."""
        problems: list[str] = []
        for number, label, take in self.takes:
            text = cells[number]
            if "'" in text and self.escaped:
                text = restore(text)
            text = text.strip()
            if text:
                try:
                    take(line, text)
                except (ValueError, OverflowError) as error:
                    problems.append(sentence(label, str(error)))
        return problems

    def _without_place(self, line: Line) -> list[str]:
        """Takes out what the row says of a linked record that it does not name; answers with what to tell of it."""
        homeless = [key for key in line.inner if key not in line.links]
        for key in homeless:
            del line.inner[key]
        return [
            sentence(self._linked[key], _("the row does not name it, so what it says of it has no place."))
            for key in homeless
        ]

    def _dial(self, line: Line) -> None:
        """A phone number without a country code belongs to the country of the row's address, if that names one."""
        country = next((text for key in self._lands if (text := line.values.get(key, {}).get("country"))), "")
        code = country_code(country) if country else ""
        if not code or code == self.locale.country:
            return
        for key in self._phones:
            number = line.values.get(key, "")
            if number and not number.startswith(("+", "00")):
                line.values[key] = display_phone(number, code)

    def _name(self, line: Line) -> None:
        """What the record would be called, and the value it is found by."""
        instance = self._blank()
        for key, value in line.values.items():
            if key in self._named:
                self._named[key](instance, value)
        line.title = shorten(self.saver.title(Draft(instance, line.values, is_new=True)), TITLE_LIMIT)
        if self.match == "title":
            line.by, line.shown = fold(line.title), line.title
        elif self.match == RECORD_ID:
            line.by = line.shown = str(line.given_id or "")
        elif self.match == EXTERNAL_ID:
            line.by = line.shown = line.external
        elif self.match and (value := line.values.get(self.match)):
            line.by, line.shown = self.saver.match_key(self.match, value), str(value)


def _is_amiss(cells: list[str], width: int) -> bool:
    """Whether a row of another width than the header has cells too few, or ones too many that say something."""
    return len(cells) < width or any(cell.strip() for cell in cells[width:])


def merged(known: Field, stored: Any, new: Any) -> Any:
    """What a field shall hold after an import that brings ``new``: lists and addresses are added to, never cut."""
    if isinstance(known, Address):
        return {**(stored or {}), **new}
    if isinstance(stored, list) and isinstance(new, list):
        there = {key for item in stored for key in (_item(item), fold(str(getattr(item, "title", ""))))} - {""}
        return stored + [item for item in new if _item(item) not in there]
    return new


def sentence(label: str, problem: str) -> str:
    """A field's problem as a sentence that names the field."""
    return f"{label}: {problem}"


def _item(item: Any) -> str:
    if isinstance(item, LinkedRecord):
        return str(item.id)
    return fold(str(item.get("value", item) if isinstance(item, Mapping) else item))
