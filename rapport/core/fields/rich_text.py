"""Rich text: words with a few kinds of formatting, kept as canonical HTML."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar

from django.db.models import F, Func, Q, TextField
from django.db.models.expressions import Expression
from django.db.models.lookups import IContains

from rapport.core.fields import operators as op
from rapport.core.fields.base import Carry, Field, Locale
from rapport.core.fields.cell import EMPTY, Cell
from rapport.core.fields.json_key import JsonKey
from rapport.core.fields.operators import Operator
from rapport.lib.rich_text import as_plain, clean_rich, from_plain, is_markup, opening, tidy
from rapport.lib.search_words import words
from rapport.lib.text import shorten

_SHOWN = 120  # characters in a list
# Text in these does not join the text beside them; both databases read the patterns alike.
_BREAKS = "</?(p|br|ul|ol|li|blockquote|h2|h3|h4|pre)>"
_ELEMENTS = "</?[a-z][^>]*>"


class WithoutMarkup(Func):
    """Canonical HTML as the database can search it: without elements."""

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        connection.ensure_connection()  # SQLite knows no patterns: the connection is taught this one
        connection.connection.create_function("without_markup", 1, _without_markup, deterministic=True)
        return self.as_sql(compiler, connection, function="without_markup")

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        spaced = f"REGEXP_REPLACE({sql}, '{_BREAKS}', ' ', 'g')"
        return f"REGEXP_REPLACE({spaced}, '{_ELEMENTS}', '', 'g')", params


def _without_markup(html: str | None) -> str | None:
    return re.sub(_ELEMENTS, "", re.sub(_BREAKS, " ", html)) if html else html


@dataclass(frozen=True, eq=False)
class RichText(Field):
    """Formatted text. Sanitised when it is written and when it is read; lists show its words alone, which need not be.

    Markup with nothing to see in it is no value.

    Plain text is understood, too: whatever stood in the column before shows as paragraphs.
    """

    mentions: bool = True

    type: ClassVar[str] = "rich_text"
    control: ClassVar[str] = "rich_text"
    operators: ClassVar[tuple[Operator, ...]] = (op.CONTAINS, op.EMPTY, op.FILLED)

    def load(self, parts: Any) -> str:
        return tidy(super().load(parts) or "")

    def load_brief(self, parts: Any) -> str:
        """Its first words as plain text, which costs no sanitiser: drawn escaped, like any text."""
        return opening(parts[0], _SHOWN) if isinstance(parts[0], str) else ""

    def brief(self, value: Any, locale: Locale) -> Cell:
        return Cell(shorten(value, _SHOWN), shape="block", hint=value) if value else EMPTY

    def get(self, instance: Any) -> str:
        return tidy(super().get(instance) or "")

    def from_text(self, text: str, locale: Locale) -> str:
        return clean_rich(text)

    def from_json(self, value: Any) -> str:
        return tidy(value) if isinstance(value, str) else ""

    def carried(self, value: Any, here: Carry) -> Any:
        return self.from_json(value)

    def to_plain(self, value: Any) -> str:
        """The words alone: for lists, search and files."""
        return as_plain(value) if value else ""

    def form_value(self, value: Any, locale: Locale) -> str:
        """Plain text where there is no formatting, so that it can be edited without a script, too; else the HTML."""
        plain = as_plain(value or "")
        return plain if not is_markup(plain) and from_plain(plain) == (value or "") else value

    @property
    def weight(self) -> int:
        return self.search or (3 if self.custom else 0)

    def search_words(self, value: Any) -> Sequence[str]:
        return words(as_plain(value))

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(shorten(as_plain(value), _SHOWN), shape="rich", hint=value)

    def compare(self, operator: Operator, value: str, locale: Locale) -> Q:
        if operator is not op.CONTAINS or not value.strip():
            return super().compare(operator, value, locale)
        source: Expression | F = JsonKey(self.key) if self.custom else F(self.path)
        wanted = escape(value.strip(), quote=False).replace("\u00a0", "&nbsp;")
        return Q(IContains(WithoutMarkup(source, output_field=TextField()), wanted))
