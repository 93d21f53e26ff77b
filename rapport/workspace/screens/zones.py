"""The time zones of the world, as the options of a select."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones by continent, as the options of a select; UTC first."""
    groups: dict[str, list[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for name in sorted(available_timezones()):
        area, _slash, place = name.partition("/")
        if place and area not in ("Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico"):
            groups.setdefault(area, []).append((name, place.replace("_", " ")))
    return list(groups.items())
