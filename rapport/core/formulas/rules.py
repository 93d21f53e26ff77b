"""What the signs and functions of a formula take, and what they give: the table behind every error about kinds."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from rapport.core.formulas.program import Node
from rapport.core.formulas.tree import FormulaError, Kind, Part

MOST_PLACES = 6  # digits behind the point that a number is rounded to
MOST_LETTERS = 1_000  # that left and right take
MOST_POWER = 280  # of ten: both databases know numbers up to 308
_N, _M, _T, _Y, _D, _A = Kind.NUMBER, Kind.MONEY, Kind.TEXT, Kind.YES_NO, Kind.DATE, Kind.MOMENT
_DAYS = (_D, _A)


@dataclass(frozen=True)
class Function:
    """What a function is given, by place, and what it gives: a kind, or None for that of the first value.

    ``least`` values are needed; with ``repeats`` the last place may be given again and again. ``whole`` is the last
    place of a whole number that must be written out, no more than ``most``.
    """

    takes: tuple[tuple[Kind, ...], ...]
    gives: Kind | None
    usage: str
    least: int = 0
    repeats: bool = False
    whole: int | None = None
    most: int = 0


FUNCTIONS = {
    "if": Function(((_Y,), tuple(Kind), tuple(Kind)), None, 'if(revenue > 1000 EUR, "large", "small")', least=2),
    "round": Function(((_N,), (_N,)), _N, "round(c_points / 3, 2)", least=1, whole=1, most=MOST_PLACES),
    "abs": Function(((_N, _M),), None, "abs(c_balance)"),
    "min": Function(((_N, _D, _A), (_N, _D, _A)), None, "min(c_first, c_second)", repeats=True),
    "max": Function(((_N, _D, _A), (_N, _D, _A)), None, "max(c_first, c_second)", repeats=True),
    "concat": Function(
        ((_T, _N, _D, _A), (_T, _N, _D, _A)), _T, 'concat(first_name, " ", last_name)', least=1, repeats=True
    ),
    "lower": Function(((_T,),), _T, "lower(email)"),
    "upper": Function(((_T,),), _T, "upper(last_name)"),
    "length": Function(((_T,),), _N, "length(job_title)"),
    "left": Function(((_T,), (_N,)), _T, "left(last_name, 1)", whole=1, most=MOST_LETTERS),
    "right": Function(((_T,), (_N,)), _T, "right(vat_id, 4)", whole=1, most=MOST_LETTERS),
    "contains": Function(((_T,), (_T,)), _Y, 'contains(job_title, "head")'),
    "today": Function((), _D, "today()"),
    "now": Function((), _A, "now()"),
    "day": Function((_DAYS,), _D, "day(created_at)"),
    "days_between": Function((_DAYS, _DAYS), _N, "days_between(created_at, today())"),
    "add_days": Function((_DAYS, (_N,)), _D, "add_days(today(), 30)"),
    "year": Function((_DAYS,), _N, "year(birthday)"),
    "month": Function((_DAYS,), _N, "month(birthday)"),
    "date": Function(((_T,),), _D, 'date("2026-12-31")'),
    "coalesce": Function((tuple(Kind), tuple(Kind)), None, "coalesce(c_new, c_old)", repeats=True),
    "is_empty": Function(((_N, _M, _T, _D, _A),), _Y, "is_empty(phone)"),
    "amount": Function(((_M,),), _N, "amount(revenue) / 12"),
    "currency": Function(((_M,),), _T, "currency(revenue)"),
}
_ALIKE = frozenset({"if", "min", "max", "coalesce"})  # whose values must be of one kind
_HINTS = {
    _M: _("Take amount(…) for its number."),
    _A: _("Take day(…) for its day."),
    _Y: _('Write if(…, "yes", "no").'),
}


def number(value: float) -> Node:
    """A number that was written out."""
    power = math.floor(math.log10(abs(value))) if value else 0
    return Node("number", _N, value=float(value), low=power, high=power + 1)


def one_of(kinds: Sequence[Kind]) -> str:
    """“a number or a day”."""
    *first, last = [kind.words for kind in kinds]
    return _("%(first)s or %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def apply(part: Part, given: list[Node]) -> Node:
    """The node of a sign or function with what it is given. FormulaError where it cannot use that."""
    make = _SIGNS.get(part.name)
    made = make(part, given) if make else _function(part, given)
    if made.kind in (_N, _M) and (made.high > MOST_POWER or made.low < -MOST_POWER):
        raise FormulaError(_("This multiplies or divides too often to be computed."), part.at, part.length)
    return made


def _refuse(part: Part, sentence: str) -> FormulaError:
    return FormulaError(sentence, part.at, part.length)


def _place(part: Part, at: int) -> Part:
    return part.parts[at] if at < len(part.parts) else part


def _made(
    name: str, kind: Kind, parts: Sequence[Node], low: int, high: int, copies: int = 1, value: object = None
) -> Node:
    return Node(name, kind, tuple(parts), value, low, high, copies * sum(one.weight for one in parts) + 1)


# -------------------------------------------------------------------- signs
def _added(part: Part, given: list[Node]) -> Node:
    left, right = given
    if left.kind is not right.kind or left.kind not in (_N, _M):
        raise _refuse(part, _cannot_add(part.name, left.kind, right.kind))
    return _made(part.name, left.kind, given, min(left.low, right.low) - 17, max(left.high, right.high) + 1)


def _cannot_add(sign: str, left: Kind, right: Kind) -> str:
    if left in _DAYS and right is _N:
        return _("Days are added with add_days(day, number).")
    if left in _DAYS and right in _DAYS:
        return _("The days between two are days_between(first, second).")
    if _T in (left, right):
        return _("Texts are joined with &, not with “%(sign)s”.") % {"sign": sign}
    words = {"sign": sign, "left": left.words, "right": right.words}
    if {left, right} == {_M, _N}:
        return _("“%(sign)s” cannot join %(left)s and %(right)s. Write the amount with its currency: 100 EUR.") % words
    return _("“%(sign)s” cannot join %(left)s and %(right)s.") % words


def _multiplied(part: Part, given: list[Node]) -> Node:
    left, right = given
    low, high = left.low + right.low, left.high + right.high
    if part.name == "/":
        low, high = left.low - right.high - 1, left.high - right.low + 1
    match left.kind, right.kind, part.name:
        case (Kind.NUMBER, Kind.NUMBER, "%"):
            return _made("%", _N, given, min(left.low, right.low) - 17, max(left.high, right.high) + 1, copies=2)
        case (Kind.NUMBER, Kind.NUMBER, _) | (Kind.MONEY, Kind.MONEY, "/"):
            return _made(part.name, _N, given, low, high)
        case (Kind.MONEY, Kind.NUMBER, "*" | "/"):
            return _made(part.name, _M, given, 0, high + 1)
        case (Kind.NUMBER, Kind.MONEY, "*"):
            return _made("*", _M, given[::-1], 0, high + 1)
    sentence = _("“%(sign)s” cannot join %(left)s and %(right)s.")
    raise _refuse(part, sentence % {"sign": part.name, "left": left.kind.words, "right": right.kind.words})


def _negative(part: Part, given: list[Node]) -> Node:
    (one,) = given
    if one.kind not in (_N, _M):
        raise _refuse(part, _("“-” needs a number behind it, not %(found)s.") % {"found": one.kind.words})
    return _made("negative", one.kind, given, one.low, one.high)


def _compared(part: Part, given: list[Node]) -> Node:
    left, right = given
    if {left.kind, right.kind} == {_D, _A}:
        left, right = as_day(left), as_day(right)
    if left.kind is not right.kind:
        raise _refuse(part, _cannot_compare(left.kind, right.kind))
    if left.kind in (_T, _Y) and part.name not in ("=", "!="):
        sentence = _("“%(sign)s” cannot compare %(kind)s. Use = or !=.")
        raise _refuse(part, sentence % {"sign": part.name, "kind": left.kind.words})
    return _made(part.name, _Y, [left, right], 0, 0)


def _cannot_compare(left: Kind, right: Kind) -> str:
    sentence = _("%(left)s and %(right)s cannot be compared.") % {"left": left.words, "right": right.words}
    sentence = sentence[:1].upper() + sentence[1:]
    if {left, right} == {_M, _N}:
        return f"{sentence} {_('Write the amount with its currency: 100 EUR.')}"
    if _T in (left, right) and {left, right} & {_D, _A}:
        return f"{sentence} {_('Write the day as date(“2026-12-31”).')}"
    return sentence


def _truth(part: Part, given: list[Node]) -> Node:
    for at, one in enumerate(given):
        if one.kind is not _Y:
            sentence = _(
                "“%(sign)s” needs a yes or no on both sides, and this is %(found)s. Compare it with something."
            )
            place = _place(part, at)
            raise _refuse(place, sentence % {"sign": part.name, "found": one.kind.words})
    return _made(part.name, _Y, given, 0, 0)


_SIGNS: dict[str, Callable[[Part, list[Node]], Node]] = {
    "+": _added, "-": _added, "*": _multiplied, "/": _multiplied, "%": _multiplied, "negative": _negative,
    "and": _truth, "or": _truth, "not": _truth,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compared),
}  # fmt: skip


# -------------------------------------------------------------------- functions
def _function(part: Part, given: list[Node]) -> Node:
    function = FUNCTIONS.get(part.name)
    if function is None:
        known = ", ".join([*FUNCTIONS, "count", "sum", "lowest", "highest", "latest"])
        sentence = _("There is no function “%(name)s”. There are: %(known)s.")
        raise _refuse(part, sentence % {"name": part.name, "known": known})
    least = function.least or len(function.takes)
    if len(given) < least or (len(given) > len(function.takes) and not function.repeats):
        sentence = _("“%(name)s” takes other values than these. Write it like this: %(usage)s.")
        raise _refuse(part, sentence % {"name": part.name, "usage": function.usage})
    for at, one in enumerate(given):
        _fits(part, at, one, function.takes[min(at, len(function.takes) - 1)], function)
    if part.name in _ALIKE:
        given = _alike(part, given)
    if part.name == "if" and len(given) == 2:
        given = [*given, Node("nothing", given[1].kind)]
    return _finished(part, given, function)


def _fits(part: Part, at: int, one: Node, wanted: Sequence[Kind], function: Function) -> None:
    if one.kind not in wanted:
        sentence = _("“%(name)s” needs %(wanted)s here, and this is %(found)s. %(hint)s")
        words = {"name": part.name, "wanted": one_of(wanted), "found": one.kind.words}
        raise _refuse(_place(part, at), (sentence % {**words, "hint": _HINTS.get(one.kind, "")}).strip())
    if function.whole == at and not (
        one.name == "number" and one.value == int(one.value) and one.value <= function.most
    ):
        sentence = _("Write a whole number of at most %(most)s here.") % {"most": function.most}
        raise _refuse(_place(part, at), sentence)


def _alike(part: Part, given: list[Node]) -> list[Node]:
    """The values, all of one kind: a point in time beside a day counts as its day."""
    first = 1 if part.name == "if" else 0
    kinds = {one.kind for one in given[first:]}
    if kinds == {_D, _A}:
        return [*given[:first], *(as_day(one) for one in given[first:])]
    if len(kinds) > 1:
        words = {"name": part.name, "kinds": one_of(sorted(kinds, key=lambda kind: kind.value))}
        sentence = _("All values of “%(name)s” must be of one kind; these may be %(kinds)s.")
        raise _refuse(part, sentence % words)
    return given


def _finished(part: Part, given: list[Node], function: Function) -> Node:
    name, copies = part.name, {"add_days": 2, "right": 2}.get(part.name, 1)
    kind = function.gives or (given[1] if name == "if" else given[0]).kind
    if name == "date":
        return _written_day(part, given[0])
    if name in ("round", "left", "right"):
        places = int(given[1].value) if len(given) > 1 else 0
        low = min(given[0].low, -places)
        return _made(name, kind, given[:1], low, given[0].high, copies, value=places)
    if name in ("concat", "day", "days_between", "add_days", "year", "month"):
        given = [as_day(one) for one in given]
    if name == "day":
        return given[0]
    if name == "amount":
        return _made(name, kind, given, given[0].low - 3, given[0].high, copies)
    if kind in (_N, _M) and (numbers := [one for one in given if one.kind is kind]):
        return _made(name, kind, given, min(one.low for one in numbers), max(one.high for one in numbers), copies)
    return _made(name, kind, given, 0, 7, copies)


def as_day(one: Node) -> Node:
    """A point in time as its day in the workspace's time zone; anything else as it is."""
    return _made("day", _D, [one], 0, 0) if one.kind is _A else one


def _written_day(part: Part, text: Node) -> Node:
    if text.name == "text":
        try:
            return Node("date", _D, value=date.fromisoformat(text.value))
        except ValueError:
            pass
    raise _refuse(_place(part, 0), _("Write the day as year, month and day: date(“2026-12-31”)."))
