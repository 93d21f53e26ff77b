"""Why two records may be one, in words."""

from collections.abc import Sequence

from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rapport.people.duplicates.weighing import Reason


def reason_words(reasons: Sequence[Reason]) -> list[str]:
    """One short text for each: “same phone”, “names 0.93 alike”."""
    return [_said(what, how) for what, how in reasons]


def score_words(score: int) -> str:
    """How likely it is, from thousandths: “98 %”."""
    return _("%(number)s %%") % {"number": min(round(score / 10), 99 if score < 1000 else 100)}


def _said(what: str, how: float) -> str:
    same = {
        "email": _("same e-mail"), "phone": _("same phone"), "company": _("same company"), "domain": _("same domain"),
        "vat": _("same VAT number"), "birthday": _("same birthday"), "address": _("same address"),
        "city": _("same town"), "names": _("same name"),
    }  # fmt: skip
    alike = {
        "names": _("names %(like)s alike"), "address": _("addresses %(like)s alike"),
        "birthday": _("birthdays nearly the same"),
    }  # fmt: skip
    if how >= 0.995 or what not in alike:
        return same.get(what, what)
    return alike[what] % {"like": format_decimal(how, "0.00", locale=(get_language() or "en").replace("-", "_"))}
