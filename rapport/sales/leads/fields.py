"""The clock of a lead, as a field: how long somebody still has to answer."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.core.fields import Cell, Locale, Moment
from rapport.lib import clock
from rapport.lib.dates import format_moment

SOON = datetime.timedelta(hours=1)
_HOUR, _DAY = 3600, 86_400


@dataclass(frozen=True, eq=False)
class AnswerBy(Moment):
    """“in 2 h” in amber where it becomes urgent, “2 h overdue” in red; in full beside it."""

    def show(self, value: Any, locale: Locale) -> Cell:
        left = value - clock.now()
        words = short_span(abs(left))
        full = format_moment(value, locale.time_zone, locale.language)
        if left < datetime.timedelta():
            return Cell(_("%(span)s overdue") % {"span": words}, shape="badge", tone="red", hint=full)
        return Cell(
            _("in %(span)s") % {"span": words}, shape="badge", tone="amber" if left < SOON else "grey", hint=full
        )


def short_span(span: datetime.timedelta) -> str:
    """“40 min”, “2 h”, “3 d”."""
    seconds = int(span.total_seconds())
    if seconds < _HOUR:
        return _("%(count)s min") % {"count": max(seconds // 60, 1)}
    if seconds < _DAY:
        return _("%(count)s h") % {"count": seconds // _HOUR}
    return _("%(count)s d") % {"count": seconds // _DAY}
