"""The rule of a series in words: “Every 2 weeks on Mon and Wed, until 31 Dec 2026”."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from rapport.lib.date_words import weekday_name
from rapport.lib.dates import format_date
from rapport.lib.recurrence import DAY, LAST, MONTH, WEEK, WORKDAYS, YEAR, Rule


def rule_words(rule: Rule, language: str) -> str:
    """What the rule says to people; without the time of day."""
    said = _often(rule, language)
    if rule.until is not None:
        return _("%(often)s, until %(day)s") % {"often": said, "day": format_date(rule.until, language)}
    if rule.times is not None:
        words = ngettext("%(often)s, %(count)d time", "%(often)s, %(count)d times", rule.times)
        return words % {"often": said, "count": rule.times}
    return said


def _often(rule: Rule, language: str) -> str:
    if rule.unit == WEEK and rule.step == 1 and tuple(sorted(rule.weekdays)) == WORKDAYS:
        return _("Every weekday")
    said = _every(rule)
    if rule.unit == MONTH and rule.nth and rule.weekdays:
        which = nth_words(rule.nth, rule.weekdays[0], language)
        return _("%(often)s on the %(which)s") % {"often": said, "which": which}
    if rule.unit == WEEK and rule.weekdays:
        names = ", ".join(weekday_name(day, language) for day in sorted(rule.weekdays))
        return _("%(often)s on %(days)s") % {"often": said, "days": names}
    return said


def _every(rule: Rule) -> str:
    if rule.step == 1:
        return {
            DAY: pgettext("series", "Every day"),
            WEEK: pgettext("series", "Every week"),
            MONTH: pgettext("series", "Every month"),
            YEAR: pgettext("series", "Every year"),
        }[rule.unit]
    words = {
        DAY: pgettext("series", "Every %(count)d days"),
        WEEK: pgettext("series", "Every %(count)d weeks"),
        MONTH: pgettext("series", "Every %(count)d months"),
        YEAR: pgettext("series", "Every %(count)d years"),
    }
    return words[rule.unit] % {"count": rule.step}


def nth_words(nth: int, weekday: int, language: str) -> str:
    """“second Friday”, “last Friday”."""
    words = {
        1: _("first %(weekday)s"),
        2: _("second %(weekday)s"),
        3: _("third %(weekday)s"),
        4: _("fourth %(weekday)s"),
        LAST: _("last %(weekday)s"),
    }
    return words[nth] % {"weekday": weekday_name(weekday, language, "wide")}
