"""When something that comes again comes next.

Five fields of cron, read in a time zone, or ``every N`` (seconds). Where clocks change: a time that the day leaves out
(02:30 in spring) counts as soon as the gap is over; one that the day has twice (02:30 in autumn) counts the first time
only. What runs at every hour goes on evenly through both.
"""

import datetime

from croniter import CroniterBadDateError, CroniterError, croniter

from rapport.lib import clock

_EVERY = "every "


def next_after(cron: str, time_zone: str, moment: datetime.datetime) -> datetime.datetime:
    """The first occurrence after ``moment`` (aware), in UTC. ``ValueError`` with a sentence if there can be none."""
    if cron.startswith(_EVERY):
        return _next_multiple(_seconds(cron), moment)
    zone = clock.zone_named(time_zone)
    try:
        fields = croniter(cron, moment.astimezone(zone))
        # croniter takes both of two equal times in autumn; for what has fixed hours the second one is none of ours.
        fixed_hours = not cron.split()[1].startswith("*")
        while True:
            found: datetime.datetime = fields.get_next(datetime.datetime)
            in_utc = found.astimezone(datetime.UTC)
            if not (fixed_hours and _is_second(in_utc, zone)):
                return in_utc
    except CroniterBadDateError:
        raise ValueError(f"“{cron}” never comes.") from None
    except (CroniterError, ValueError, KeyError, IndexError):
        raise ValueError(f"“{cron}” is no schedule: give five fields as cron takes them, or “every 900”.") from None


def _is_second(moment: datetime.datetime, zone: datetime.tzinfo) -> bool:
    """Whether the clocks there showed the same time before."""
    return moment.astimezone(zone).fold == 1


def _seconds(cron: str) -> int:
    number = cron.removeprefix(_EVERY)
    if not number.isdecimal() or len(number) > 18 or not 1 <= int(number) <= 366 * 86400:
        raise ValueError(f"“{cron}” is no schedule: give a number of seconds, for example “every 900”.")
    return int(number)


def _next_multiple(seconds: int, moment: datetime.datetime) -> datetime.datetime:
    """Multiples of the span since 1970: every worker comes to the same moments."""
    passed = int(moment.timestamp()) // seconds
    return datetime.datetime.fromtimestamp((passed + 1) * seconds, datetime.UTC)
