"""What the values of a file probably mean: options of choices, the order of days, decimal signs. People correct it."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.accounts.models import User as UserRow
from rapport.core.errors import Invalid
from rapport.core.fields import (
    Choice,
    Choices,
    Date,
    Decimal,
    Field,
    Integer,
    Locale,
    Money,
    Option,
    TeamLink,
    User,
)  # fmt: skip
from rapport.core.importing.looking import Facts
from rapport.core.importing.options import LEAVE_EMPTY, ORDERS, Options
from rapport.core.importing.targets import Target, spoken
from rapport.lib.text import fold

MOST_UNKNOWN = 50  # values of one column that people are asked about
TELLING = (Date, Integer, Decimal, Money)  # fields whose texts are read in one way or another
_NO_VALUE = frozenset(
    {"n/a", "na", "-", "--", "–", "?", "none", "null", "unknown", "unbekannt", "k.a.", "keine angabe"}
)
_CLOSE = 0.75  # how alike two words are at least, from 0 to 1


@dataclass(frozen=True)
class Value:
    """A text of a choice column that is no option: as written, how often, and which option it probably means."""

    text: str
    key: str
    count: int
    proposed: str | None


class _Users(Choice):
    """The users as options, called by name or e-mail."""


def unknown_values(known: Choice, facts: Facts) -> list[Value]:
    """The texts of a column that no option is called like, the most frequent first.

    An owner whom nobody is called like is proposed to be left out: most people of another system never come here.
    """
    otherwise = LEAVE_EMPTY if isinstance(known, _Users) else None
    found: dict[str, Value] = {}
    for text, count in facts.values.items():
        key = fold(text)
        try:
            known.find(text)
        except ValueError:
            there = found.get(key)
            meant = closest(known, text)
            meant = otherwise if meant is None else meant
            found[key] = Value(text, key, count + (there.count if there else 0), meant)
    return sorted(found.values(), key=lambda value: -value.count)[:MOST_UNKNOWN]


def closest(known: Choice, text: str) -> str | None:
    """The option that a text comes closest to; "" if the text means no value, None if none is close."""
    if fold(text) in _NO_VALUE:
        return LEAVE_EMPTY
    names = {
        fold(name): option.key
        for option in known.options
        if not option.is_archived
        for name in (option.key, *spoken(option.label), *option.aliases)
    }
    wanted = fold(text)
    for name, key in names.items():
        # Also compounds, as German makes them: a “Stammkunde” is a “Kunde”.
        if (
            len(wanted) > 3
            and len(name) > 3
            and (name.startswith(wanted) or wanted.startswith(name) or wanted.endswith(name))
        ):
            return key
    alike = difflib.get_close_matches(wanted[:80], names, n=1, cutoff=_CLOSE)
    return names[alike[0]] if alike else names.get(wanted)


def choice_of(known: Field | None) -> Choice | None:
    """The choice as which values of the file can be turned into values of this field one by one, if they can.

    Users are one, too: whoever owned a record in the other system may be somebody else here, or nobody.
    """
    if isinstance(known, User) and not isinstance(known, TeamLink):
        people = UserRow.objects.filter(is_active=True).values_list("pk", "name", "email")
        return _Users(
            known.key, known.label, options=tuple(Option(str(pk), name, aliases=(mail,)) for pk, name, mail in people)
        )
    return known if isinstance(known, Choice) and not isinstance(known, Choices) else None


def complete(options: Options, chosen: Mapping[int, Target], facts: Sequence[Facts], locale: Locale) -> Options:
    """The options with the order of days and the decimal signs that the file tells, where nobody settled them.

    What an unknown value of a choice means is only ever proposed: that takes somebody who says yes.
    """
    for number, target in chosen.items():
        known = target.known
        if known is None or number >= len(facts):
            continue
        seen = facts[number]
        if isinstance(known, Date) and (order := seen.order() or usual_order(seen, locale)):
            options.orders.setdefault(target.settled_as, order)
        elif isinstance(known, Integer | Decimal | Money) and (mark := seen.mark()):
            options.marks.setdefault(target.settled_as, mark)
    return options


def with_proposals(options: Options, chosen: Mapping[int, Target], facts: Sequence[Facts]) -> Options:
    """The options as a form shows them that nobody has touched: with what unknown values probably mean."""
    for number, target in chosen.items():
        known = choice_of(target.known)
        if number < len(facts) and known is not None:
            meanings = options.values.setdefault(target.settled_as, {})
            for value in unknown_values(known, facts[number]):
                meanings.setdefault(value.key, value.proposed)
    return options


def usual_order(seen: Facts, locale: Locale) -> str:
    """How people of this workspace write days, for a column that does not tell."""
    return ("mdy" if locale.country == "US" else "dmy") if seen.either else ""


def settled(chosen: Mapping[int, Target], posted: Mapping[str, Any], facts: Sequence[Facts]) -> Options:
    """The options that a form or a mapping file settled; Invalid if one makes no sense.

    ``posted`` has ``order.<field>``, ``value.<field>.<number of the unknown value>`` (an option, ``-`` for no value,
    ``!`` for rows that fail), ``lenient``, ``tells`` and ``source``.
    """
    options = Options(
        lenient=bool(posted.get("lenient")),
        tells=bool(posted.get("tells")),
        source=str(posted.get("source", "")).strip()[:80],
    )
    for number, target in chosen.items():
        known, key = target.known, target.settled_as
        if known is None or target.part or number >= len(facts):
            continue
        if isinstance(known, Date) and (order := posted.get(f"order.{key}")):
            if order not in ORDERS:
                raise Invalid({key: [_("“%(order)s” is no order of a date.") % {"order": order}]})
            options.orders[key] = order
        elif (choice := choice_of(known)) is not None:
            options.values[key] = _meanings(choice, key, posted, facts[number])
        elif isinstance(known, Integer | Decimal | Money) and (mark := facts[number].mark()):
            options.marks[key] = mark
    return options


def _meanings(known: Choice, key: str, posted: Mapping[str, Any], seen: Facts) -> dict[str, str | None]:
    meanings: dict[str, str | None] = {}
    for place, value in enumerate(unknown_values(known, seen)):
        said = posted.get(f"value.{key}.{place}")
        if said is None:
            said = {None: "!", LEAVE_EMPTY: "-"}.get(value.proposed, value.proposed)
        if said not in ("-", "!") and said not in known.by_key:
            raise Invalid({key: [_("“%(value)s” is no option of “%(label)s”.")
                                       % {"value": said, "label": known.label}]})  # fmt: skip
        meanings[value.key] = {"-": LEAVE_EMPTY, "!": None}.get(said, said)
    return meanings
