"""What variants differ in, as people write it: “Size: S, M, L”, each option on a line of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product as combined
from math import prod
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from rapport.core.fields import Cell, Locale, LongText
from rapport.core.fields import operators as op
from rapport.core.fields.operators import Operator
from rapport.lib.text import clean_line

Options = Mapping[str, tuple[str, ...]]
MOST_VARIANTS = 200


@dataclass(frozen=True, eq=False)
class OptionsText(LongText):
    """Options with their values. Of a variant each has one value. In files semicolons may stand for new lines."""

    limit: int = 2000

    type: ClassVar[str] = "options"
    operators: ClassVar[tuple[Operator, ...]] = (op.CONTAINS, op.EMPTY, op.FILLED)

    def from_text(self, text: str, locale: Locale) -> str:
        found: dict[str, tuple[str, ...]] = {}
        for line in super().from_text(text, locale).replace(";", "\n").splitlines():
            if not line.strip():
                continue
            name, colon, values = line.partition(":")
            parts = tuple(dict.fromkeys(filter(None, (clean_line(one, 60) for one in values.split(",")))))
            if not colon or not name.strip() or not parts:
                raise ValueError(_("write options as “Size: S, M, L”, one on each line."))
            found[clean_line(name, 60)] = parts
        return written(found)

    def show(self, value: Any, locale: Locale) -> Cell:
        return Cell(value.replace("\n", " · "), shape="block", hint=value)


def read(text: str) -> Options:
    """The options that a stored text names."""
    pairs = (line.partition(": ") for line in text.splitlines())
    return {name: tuple(values.split(", ")) for name, _colon, values in pairs}


def written(options: Options) -> str:
    """Inverse of :func:`read`."""
    return "\n".join(f"{name}: {', '.join(values)}" for name, values in options.items())


def count(options: Options) -> int:
    """How many variants that makes, without making one: a short text can mean millions. 0 without options."""
    return prod(len(values) for values in options.values()) if options else 0


def too_many(options: Options) -> str:
    """Why a product cannot have these options, as a sentence; empty where it can."""
    if (found := count(options)) <= MOST_VARIANTS:
        return ""
    said = _("That would be %(count)s variants; at most %(most)s are possible.")
    return said % {"count": found, "most": MOST_VARIANTS}


def combinations(options: Options) -> Iterator[Options]:
    """Each way to choose one value of every option, in their order."""
    for values in combined(*options.values()):
        yield {name: (value,) for name, value in zip(options, values, strict=True)}


def problem(own: Options, offered: Options) -> str:
    """Why a variant cannot have these values, as a sentence; empty where it can. Without options all is taken."""
    for name, values in own.items():
        if len(values) > 1:
            return _("A variant has one value of “%(name)s”.") % {"name": name}
        if offered and name not in offered:
            return _("The product has no option “%(name)s”.") % {"name": name}
        if offered and values[0] not in offered[name]:
            known = {"name": name, "known": ", ".join(offered[name])}
            return _("“%(name)s” is one of: %(known)s.") % known
    return ""
