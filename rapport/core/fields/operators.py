"""The operators of the query language: a word in the address, a word for people, and what they take."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Operator:
    """``takes``: value (one), values (several), range (two, ``1..5``), span (``60d``), period, or nothing."""

    key: str
    words: str | Promise
    takes: str = "value"


IS = Operator("is", _("is"))
NOT = Operator("not", _("is not"))
CONTAINS = Operator("contains", _("contains"))
STARTS = Operator("starts", _("starts with"))
EMPTY = Operator("empty", _("is empty"), "nothing")
FILLED = Operator("filled", _("is filled"), "nothing")
ANY = Operator("any", _("is any of"), "values")
NONE = Operator("none", _("is none of"), "values")
HAS_ANY = Operator("any", _("has any of"), "values")
HAS_ALL = Operator("all", _("has all of"), "values")
HAS_NONE = Operator("none", _("has none of"), "values")
ABOVE = Operator("above", _("is above"))
BELOW = Operator("below", _("is below"))
FROM = Operator("from", _("is at least"))
TO = Operator("to", _("is at most"))
BETWEEN = Operator("between", _("is between"), "range")
ON = Operator("on", _("is on"))
BEFORE = Operator("before", _("is before"))
AFTER = Operator("after", _("is after"))
WITHIN = Operator("within", _("within the last"), "span")
OLDER = Operator("older", _("is longer ago than"), "span")
NEXT = Operator("next", _("within the next"), "span")
YEARLY = Operator("yearly", _("falls every year on"))
PERIOD = Operator("in", _("is in"), "period")
