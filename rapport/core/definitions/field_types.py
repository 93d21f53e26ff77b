"""The types of fields that can be made at run time, in the words of those who choose one.

Other packages add types with :func:`register`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.core import fields
from rapport.core.definitions.options import options_of
from rapport.core.definitions.speaking import spoken
from rapport.core.fields import Field

if TYPE_CHECKING:
    from rapport.core.definitions.models import FieldDef
    from rapport.core.objects.spec import ObjectSpec

LEADING = ("to", "reverse", "reverse_labels")  # what a link asks for
Make = Callable[["FieldDef", Mapping[str, Any]], Field]


@dataclass(frozen=True)
class FieldType:
    """A type to choose: what it is called, what it holds, an example, and how its field is made.

    ``make`` is given the definition and what all types have in common. ``asks`` names the settings that it needs:
    ``places`` (digits after the point), ``yearly`` (whether a day comes again every year), ``to`` (a kind of records),
    ``accepts`` (kinds of files), or others of the package that added it.
    ``can_index``: an index serves its filters; ``can_sort``: its order, too. ``read_only``: nobody types its values,
    they follow from others. ``may_lack_options``: without any, words are typed instead. ``settle`` is given the object,
    the settings and the definition (None: a new one) and returns the settings as they are kept, or raises Invalid at
    the one that is wrong.
    """

    key: str
    label: str | Promise
    says: str | Promise
    example: str | Promise
    icon: str
    make: Make
    asks: tuple[str, ...] = ()
    has_options: bool = False
    may_lack_options: bool = False
    can_index: bool = False
    can_sort: bool = False
    can_unique: bool = False
    read_only: bool = False
    settle: Callable[["ObjectSpec", Mapping[str, Any], "FieldDef | None"], dict[str, Any]] | None = None


_types: dict[str, FieldType] = {}
_needing: list[tuple[Callable[[str, str], str], bool]] = []
_naming: list[tuple[Callable[[str, str], Iterable[str]], Callable[[str, str, str], None]]] = []
_looking: list[Callable[[Field, str], bool]] = []


def register(*made: FieldType) -> None:
    """Adds types. ValueError if one is there already."""
    for one in made:
        if one.key in _types:
            raise ValueError(f"Two types of fields are called “{one.key}”.")
        _types[one.key] = one


def needs_fields(who: Callable[[str, str], str], *, follows: bool = False) -> None:
    """Adds a package whose definitions need fields: ``who(kind, key)`` names one that needs a field, "" for none.
    ``follows``: what needs it takes any other field that it is converted to (see :func:`names_fields`).
    """
    _needing.append((who, follows))


def looks_at_objects(whether: Callable[[Field, str], bool]) -> None:
    """Adds a package with fields that need other objects: ``whether(field, kind)`` one needs this."""
    _looking.append(whether)


def needs_object(field: Field, kind: str) -> bool:
    """Whether a field leads to records of this kind, or is made of them."""
    leads = isinstance(field, fields.Link | fields.Links) and field.to == kind
    return leads or any(whether(field, kind) for whether in _looking)


def who_needs(kind: str, key: str, *, is_converted: bool = False) -> str:
    """What needs a field, by its label; "" for nothing. ``is_converted``: another one takes its place."""
    asked = (who for who, follows in _needing if not (is_converted and follows))
    return next((label for who in asked if (label := who(kind, key))), "")


def names_fields(uses: Callable[[str, str], Iterable[str]], follow: Callable[[str, str, str], None]) -> None:
    """Adds a package that keeps keys of fields: ``uses(kind, key)`` says in sentences where it names one,
    ``follow(kind, old, new)`` lets it name another in the place of one that was converted.
    """
    _naming.append((uses, follow))


def who_names(kind: str, key: str) -> Iterator[str]:
    """In sentences, where other packages name a field."""
    for uses, _follow in _naming:
        yield from uses(kind, key)


def follow(kind: str, old: str, new: str) -> None:
    """Lets other packages name the field that took the place of another."""
    for _uses, one in _naming:
        one(kind, old, new)


def field_type(key: str) -> FieldType | None:
    """The type called so, or None."""
    return _types.get(key)


def every() -> tuple[FieldType, ...]:
    """All types, in the order in which they are offered."""
    return tuple(_types.values())


def _plain(made: type[Field]) -> Make:
    return lambda row, common: made(**common)


def _with_options(made: Any) -> Make:
    return lambda row, common: made(**common, options=options_of(row.options))


def _leading(made: Any) -> Make:
    """A link: where it leads, and what it is called over there."""

    def make(row: "FieldDef", common: Mapping[str, Any]) -> Field:
        reverse = spoken(row.settings.get("reverse", ""), row.settings.get("reverse_labels", {}))
        field: Field = made(**common, to=row.settings.get("to", ""), reverse=reverse)
        return field

    return make


def _with_settings(made: Any, *names: str) -> Make:
    return lambda row, common: made(**common, **{name: row.settings[name] for name in names if name in row.settings})


register(
    FieldType("text", _("Text"), _("One line of words."), _("Customer number, nickname"), "type",
              _plain(fields.Text), can_index=True, can_sort=True, can_unique=True),
    FieldType("long_text", _("Long text"), _("Several lines, as they were typed."), _("Delivery instructions"),
              "text-align-start", _plain(fields.LongText)),
    FieldType("rich_text", _("Formatted text"), _("Words with headings, lists and links."), _("Briefing"), "pilcrow",
              _plain(fields.RichText)),
    FieldType("choice", _("Choice"), _("Exactly one of a list that you write."), _("Size: small, medium, large"),
              "circle-dot", _with_options(fields.Choice), has_options=True, can_index=True),
    FieldType("choices", _("Several choices"), _("Any number of a list that you write."),
              _("Allergens: nuts, milk, gluten"), "list-checks", _with_options(fields.Choices), has_options=True),
    FieldType("yes_no", _("Yes or no"), _("A switch."), _("Gets the newsletter"), "toggle-left", _plain(fields.YesNo)),
    FieldType("integer", _("Whole number"), _("A number without a comma."), _("Number of ovens"), "hash",
              _plain(fields.Integer), can_index=True, can_sort=True, can_unique=True),
    FieldType("decimal", _("Number"), _("A number with digits after the point."), _("Weight, 12.5"), "hash",
              _with_settings(fields.Decimal, "places"), asks=("places",), can_index=True, can_sort=True),
    FieldType("percent", _("Percentage"), _("A share of a hundred."), _("Discount, 15 %"), "percent",
              _plain(fields.Percent), can_index=True, can_sort=True),
    FieldType("money", _("Money"), _("An amount with its currency."), _("Credit limit, €2,500"), "banknote",
              _plain(fields.Money), can_index=True),
    FieldType("date", _("Date"), _("A day of the calendar."), _("Contract ends on"), "calendar",
              _with_settings(fields.Date, "yearly"), asks=("yearly",), can_index=True, can_sort=True),
    FieldType("moment", _("Date and time"), _("A point in time, shown in each reader’s time zone."), _("Delivered at"),
              "clock", _plain(fields.Moment), can_index=True, can_sort=True),
    FieldType("email", _("E-mail address"), _("An address that can be written to."), _("Invoices to"), "mail",
              _plain(fields.Email), can_index=True, can_sort=True, can_unique=True),
    FieldType("phone", _("Phone number"), _("A number that can be called."), _("Reception"), "phone",
              _plain(fields.Phone), can_index=True, can_sort=True, can_unique=True),
    FieldType("url", _("Web address"), _("A link to a page."), _("Shop, profile"), "link",
              _plain(fields.Url), can_index=True, can_sort=True, can_unique=True),
    FieldType("address", _("Postal address"), _("Street, postcode, town and country."), _("Warehouse"), "map-pin",
              _plain(fields.Address)),
    FieldType("user", _("Colleague"), _("Somebody who works here."), _("Technician"), "user-round",
              _plain(fields.User), can_index=True),
    FieldType("link", _("Link to a record"), _("Leads to one person, company or other record."), _("Supplier"),
              "arrow-up-right", _leading(fields.Link), asks=LEADING),
    FieldType("links", _("Links to several records"), _("Leads to any number of records."), _("Partners"), "network",
              _leading(fields.Links), asks=LEADING),
    FieldType("labelled_links", _("Links with a label"),
              _("Leads to any number of records and says of each what it is there."),
              _("Companies somebody works with: consultant, supplier"), "tags",
              lambda row, common: _leading(fields.LabelledLinks)(row, {**common, "options": options_of(row.options)}),
              asks=LEADING, has_options=True, may_lack_options=True),
    FieldType("file", _("File"), _("One file or picture."), _("Contract, photo"), "paperclip",
              _with_settings(fields.FileField, "accepts"), asks=("accepts",)),
)  # fmt: skip
