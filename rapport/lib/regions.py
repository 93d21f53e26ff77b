"""What is usual in a country: its time zone, its money, the day on which a week begins."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.numbers import get_territory_currencies


@dataclass(frozen=True)
class Region:
    """``zone`` is an IANA name (of a country with several the one where most people live), ``currency`` an ISO 4217
    code or empty, ``first_weekday`` counts from Monday (0).
    """

    zone: str
    currency: str
    first_weekday: int


def region_of(country: str) -> Region:
    """What is usual in the country with this ISO 3166 code; UTC, no money and Monday where nothing is known."""
    money = get_territory_currencies(country)
    return Region(_zones().get(country, "UTC"), money[0] if money else "", _first_weekday(country))


@cache
def _zones() -> dict[str, str]:
    """Country → the first zone that the time zone database lists for it: the most populous one."""
    found: dict[str, str] = {}
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _place, zone, *_remark = line.split("\t")
            found.setdefault(country, zone)
    return found


@cache
def _first_weekday(country: str) -> int:
    try:
        return int(Locale.parse(f"und_{country}").first_week_day)
    except (UnknownLocaleError, ValueError):
        return 0
