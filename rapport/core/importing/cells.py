"""From the text of a cell to a cleaned value: one function for each column, made once for a file.

A file repeats itself: cities, companies, choices and days come again and again, so what few-valued columns say is
worked out once for each text.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.accounts.models import Team
from rapport.accounts.models import User as UserRow
from rapport.core.fields import (
    Address,
    ChildField,
    Choice,
    Choices,
    Date,
    Decimal,
    Email,
    Field,
    Integer,
    Link,
    Links,
    Locale,
    Moment,
    Money,
    Phone,
    RichText,
    TeamLink,
    User,
    YesNo,
)  # fmt: skip
from rapport.core.importing.options import LEAVE_EMPTY, Options
from rapport.core.importing.targets import EXTERNAL_ID, Target
from rapport.core.objects import registry
from rapport.lib.dates import parse_date, parse_moment
from rapport.lib.text import clean_line, fold

if TYPE_CHECKING:
    from rapport.core.importing.reading import Line
    from rapport.core.objects.spec import ObjectSpec

Take = Callable[["Line", str], None]  # puts what a cell says into the line; ValueError with a sentence if it cannot
Clean = Callable[[str], Any]
EXTERNAL_LIMIT = 200  # characters of a number in another system
_MOST_KEPT = 20_000  # texts of a column whose value is remembered
_SEVERAL = re.compile(r"[;,\n\u2028]|:::")
_APART = ":::"  # between the items of a list in exports of Google, where “* ” marks groups that it makes itself
_GROUP_OF_GOOGLE = "* "
_FIRST_DAY = datetime.date(1899, 12, 30)  # day 0 of spreadsheets
_NO_VALUE: Any = object()


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


class Columns:
    """Makes the function of each column of one file."""

    def __init__(
        self, spec: "ObjectSpec", locale: Locale, options: Options, directory: Directory | None = None
    ) -> None:
        self.spec, self.locale, self.options = spec, locale, options
        self.directory = directory or Directory()
        self._linked: dict[str, Columns] = {}

    def take(self, target: Target) -> Take:
        """What is to be done with the cells of a column."""
        known = target.field
        if target.combined:
            return self._combined(target.combined.split)
        if target.beside:
            return _beside(target.key)
        if target.inner and isinstance(known, Link):
            return self._inner(known, target.inner)
        if known is None:
            return _take_external if target.key == EXTERNAL_ID else _take_number
        if isinstance(known, Address):
            return self._part_of_address(known, target.part)
        if isinstance(known, Link) and not isinstance(known, User):
            return _link(known.key, target.part)
        clean = self._clean(known)
        if target.takes_several and isinstance(known, ChildField):
            return self._added(known)
        if isinstance(known, Email | Phone) and (several := list_of(self.spec, known)):
            return self._perhaps_several(known.key, clean, several)
        return _unless_given(known.key, clean) if _says_less(known, target) else _plain(known.key, clean)

    def _combined(self, split: Callable[[str], Mapping[str, str]]) -> Take:
        fields, locale = self.spec.by_key, self.locale

        def take(line: "Line", text: str) -> None:
            for key, part in split(text).items():
                if part and key not in line.values:
                    line.values[key] = fields[key].clean(part, locale)

        return take

    def _inner(self, link: Link, inner: Target) -> Take:
        """A field of the linked record: read as that object reads it, kept beside the row until the record is known."""
        if link.key not in self._linked:
            there = registry.get(link.to)
            self._linked[link.key] = Columns(there, self.locale, self.options.inside(link.key), self.directory)
        key, take_there = link.key, self._linked[link.key].take(inner)

        def take(line: "Line", text: str) -> None:
            take_there(line.within(key), text)

        return take

    def _added(self, known: ChildField) -> Take:
        """A list, to which several columns of a row may add."""
        key, locale = known.key, self.locale

        def take(line: "Line", text: str) -> None:
            if _APART in text or text.startswith(_GROUP_OF_GOOGLE):
                parts = [part.strip() for part in text.split(_APART)]
                text = ", ".join(part for part in parts if not part.startswith(_GROUP_OF_GOOGLE))
            new, before = known.clean(text, locale), line.values.get(key)
            line.values[key] = known.clean([*before, *new], locale) if before else new

        return take

    def _part_of_address(self, known: Address, part: str) -> Take:
        place = known.part(part)
        clean = remembering(lambda text: place.from_text(text, self.locale) if place else "")
        key = known.key

        def take(line: "Line", text: str) -> None:
            address = line.values.get(key)
            if address is None:
                line.values[key] = {part: clean(text)}
            else:
                address[part] = clean(text)

        return take

    def _perhaps_several(self, key: str, clean: Clean, several: Field) -> Take:
        """A cell may hold several addresses or numbers: the first is the main one, and all go to the list of all."""
        locale = self.locale

        def take(line: "Line", text: str) -> None:
            try:
                line.values[key] = clean(text)
            except ValueError:
                parts = [part.strip() for part in _SEVERAL.split(text) if part.strip()]
                if len(parts) < 2:
                    raise
                line.values[key] = clean(parts[0])
                line.values.setdefault(several.key, several.clean("\n".join(parts), locale))

        return take

    def _clean(self, known: Field) -> Clean:
        """The function that reads a text of this field, with what is known about how this file writes it."""
        if isinstance(known, User):
            return remembering(self._somebody(known, self.options.values.get(known.key, {})))
        if isinstance(known, Choice) and not isinstance(known, Choices):
            return remembering(self._mapped(known, self.options.values.get(known.key, {})))
        if isinstance(known, Date):
            return remembering(self._date(known, self.options.orders.get(known.key, "")))
        if isinstance(known, Integer | Decimal | Money) and (mark := self.options.marks.get(known.key)):
            return remembering(lambda text: known.clean(with_mark(text, mark), self.locale))
        locale, clean = self.locale, known.clean
        if isinstance(known, YesNo):
            return remembering(lambda text: clean(text, locale))
        return lambda text: clean(text, locale)

    def _somebody(self, known: User, meanings: dict[str, str | None]) -> Clean:
        def read(text: str) -> Any:
            meant = meanings.get(fold(text))
            if meant is None:
                return self.directory.find(known, text)
            return _NO_VALUE if meant == LEAVE_EMPTY else int(meant)

        return read

    def _mapped(self, known: Choice, meanings: dict[str, str | None]) -> Clean:
        def read(text: str) -> Any:
            meant = meanings.get(fold(text), _NO_VALUE)
            if meant is _NO_VALUE or meant is None:
                return known.clean(text, self.locale)  # which says that it is no option
            return _NO_VALUE if meant == LEAVE_EMPTY else known.clean(meant, self.locale)

        return read

    def _date(self, known: Date, order: str) -> Clean:
        def read(text: str) -> Any:
            if order == "serial" and (day := serial_day(text)):
                return day if not isinstance(known, Moment) else known.clean(day.isoformat(), self.locale)
            if not order or order == "serial":
                return known.clean(text, self.locale)
            return parse_moment(text, self.locale.time_zone, order) if isinstance(known, Moment) else parse_date(
                text, order
            )  # fmt: skip

        return read


def list_of(spec: "ObjectSpec", known: Field) -> Field | None:
    """The field that lists all of what ``known`` holds the first of."""
    for other in spec.all_fields:
        if isinstance(other, ChildField) and other.repeats == (known.key,):
            return other
    return None


def remembering(clean: Clean) -> Clean:
    """The same function, which works out each text once. Not for values that somebody could change later."""
    kept: dict[str, Any] = {}

    def read(text: str) -> Any:
        value = kept.get(text, kept)
        if value is kept:
            value = clean(text)
            if len(kept) < _MOST_KEPT:
                kept[text] = value
        return value

    return read


def with_mark(text: str, mark: str) -> str:
    """A number of a column that is known to write decimals with ``mark``, as all fields read it."""
    if mark == ",":
        return text.replace(".", "").replace(",", ".")
    text = text.replace(",", "")
    # Exactly three digits behind the point could be taken for thousands; one more says that they are none.
    return re.sub(r"(\.[0-9]{3})(?![0-9])", r"\g<1>0", text)


def serial_day(text: str) -> datetime.date | None:
    """The day that a spreadsheet means by a number (45,000 is 15 March 2023); None if it is no such number."""
    whole = text.partition(".")[0]
    if not whole.isascii() or not whole.isdecimal() or not 1 <= len(whole) <= 6:
        return None
    return _FIRST_DAY + datetime.timedelta(days=int(whole))


def _says_less(known: Field, target: Target) -> bool:
    """Of two columns for one field: numbers beside titles (perhaps another house's), words without formatting."""
    return (isinstance(known, Links) and target.part == "id") or (isinstance(known, RichText) and not target.part)


def _unless_given(key: str, clean: Clean) -> Take:
    def take(line: "Line", text: str) -> None:
        if key not in line.values:
            line.values[key] = clean(text)

    return take


def _plain(key: str, clean: Clean) -> Take:
    def take(line: "Line", text: str) -> None:
        value = clean(text)
        if value is not _NO_VALUE:
            line.values[key] = value

    return take


def _link(key: str, part: str) -> Take:
    def take(line: "Line", text: str) -> None:
        link = line.link(key)
        if part == "id":
            link.number = _number(text)
        elif part == "external":
            link.external = clean_line(text, EXTERNAL_LIMIT)
        else:
            link.title = text

    return take


def _beside(key: str) -> Take:
    def take(line: "Line", text: str) -> None:
        line.beside[key] = text

    return take


def _take_number(line: "Line", text: str) -> None:
    line.given_id = _number(text)


def _take_external(line: "Line", text: str) -> None:
    line.external = clean_line(text, EXTERNAL_LIMIT)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise ValueError(_("“%(value)s” is not the number of a record.") % {"value": text[:60]})
    return int(text)
