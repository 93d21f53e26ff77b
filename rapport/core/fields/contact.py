"""E-mail addresses, phone numbers and web addresses."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.accounts import workspace
from rapport.core.fields import operators as op
from rapport.core.fields.base import Locale
from rapport.core.fields.cell import Cell
from rapport.core.fields.operators import Operator
from rapport.core.fields.text import Text
from rapport.lib.emails import check_email
from rapport.lib.phones import check_phone, display_phone, with_code
from rapport.lib.search_words import email_words, phone_words
from rapport.lib.urls import check_url


@dataclass(frozen=True, eq=False)
class Email(Text):
    """An e-mail address, as its owner writes it."""

    limit: int = 254
    privacy: str = "personal"

    type: ClassVar[str] = "email"
    control: ClassVar[str] = "email"

    def from_text(self, text: str, locale: Locale) -> str:
        return check_email(text) if text.strip() else ""

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        # Half an address is a fair thing to search for, so it is not checked as an address.
        if operator in (op.CONTAINS, op.STARTS):
            name = "icontains" if operator is op.CONTAINS else "istartswith"
            return self.lookup(name, _some(value))
        found = self.lookup("iexact", _some(value))
        return ~found | self.is_missing() if operator is op.NOT else found

    def search_words(self, value: Any) -> list[str]:
        return email_words(value)

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(value, shape="mail", href=f"mailto:{value}")


@dataclass(frozen=True, eq=False)
class Phone(Text):
    """A phone number, kept as written; numbers without a country code belong to the workspace's country."""

    limit: int = 60
    privacy: str = "personal"

    type: ClassVar[str] = "phone"
    control: ClassVar[str] = "tel"

    def from_text(self, text: str, locale: Locale) -> str:
        return check_phone(text, locale.country) if text.strip() else ""

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        if operator in (op.CONTAINS, op.STARTS):
            return self.lookup("icontains" if operator is op.CONTAINS else "istartswith", _some(value))
        return super().compare(operator, value, locale)

    def search_words(self, value: Any) -> list[str]:
        return phone_words(with_code(value, workspace.current().country))

    def show(self, value: Any, locale: Locale) -> Cell:
        digits = "".join(sign for sign in value if sign.isdecimal() or sign == "+")
        return Cell(display_phone(value, locale.country), shape="phone", href=f"tel:{digits}")


@dataclass(frozen=True, eq=False)
class Url(Text):
    """A web address. Only http and https: anything else could run in the reader's browser."""

    limit: int = 500

    type: ClassVar[str] = "url"
    control: ClassVar[str] = "url"

    def from_text(self, text: str, locale: Locale) -> str:
        return check_url(text) if text.strip() else ""

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        if operator in (op.CONTAINS, op.STARTS):
            return self.lookup("icontains" if operator is op.CONTAINS else "istartswith", _some(value))
        return super().compare(operator, value, locale)

    def show(self, value: Any, locale: Locale) -> Cell:
        shown = value.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
        return Cell(shown, shape="url", href=value, hint=value)


def _some(value: str) -> str:
    if not value.strip():
        raise ValueError(_("give a value to compare with."))
    return value.strip()
