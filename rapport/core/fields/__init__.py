"""Field types: one class each, for everything derived from a value - column, form, filter, cell, file, API, audit."""

from rapport.core.fields.address import Address
from rapport.core.fields.base import Field, Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.child import ChildField
from rapport.core.fields.choice import Choice, Choices, Option
from rapport.core.fields.contact import Email, Phone, Url
from rapport.core.fields.date import Date, Moment
from rapport.core.fields.file import FileField
from rapport.core.fields.labelled_links import LabelledLinks
from rapport.core.fields.link import Link, TeamLink, User
from rapport.core.fields.links import Links
from rapport.core.fields.money import Money
from rapport.core.fields.number import Decimal, Integer
from rapport.core.fields.percent import Percent
from rapport.core.fields.rich_text import RichText
from rapport.core.fields.tags import Tags
from rapport.core.fields.text import LongText, Text
from rapport.core.fields.yes_no import YesNo

__all__ = [
    "Address", "Cell", "ChildField", "Choice", "Choices", "Date", "Decimal", "Email", "Field", "FileField", "Integer",
    "LabelledLinks", "Link", "Links", "Locale", "LongText", "Moment", "Money", "Option", "Percent", "Phone", "RichText",
    "Tags", "TeamLink", "Text", "Url", "User", "YesNo",
]  # fmt: skip
