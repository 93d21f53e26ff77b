"""The hours and days off of the house, on the clocks of whoever looks; and whose calendars are chosen at once."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from rapport.accounts import workspace
from rapport.accounts.models import Workspace
from rapport.activities.calendar.house import House, our_house
from rapport.activities.meetings.actions import MeetingInput, plan_meeting
from rapport.activities.meetings.models import Meeting
from rapport.lib.day_layout import DAY
from rapport.lib.working_time import read_hours
from tests.world import World

MONDAY = datetime.date(2026, 11, 23)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
WORKDAYS = [[["09:00", "12:30"], ["13:30", "18:00"]]] * 5 + [[], []]
HTMX = {"HX-Request": "true"}


def house(zone: str = "Europe/Berlin", holidays: list[dict[str, str]] | None = None) -> House:
    rows = holidays or []
    return House(read_hours(zone, WORKDAYS, rows), {row["on"]: row["name"] for row in rows}, 0)


def test_it_works() -> None:
    assert house().resting(MONDAY, BERLIN) == [(0, 540), (750, 810), (1080, DAY)]
    assert house().resting(MONDAY - datetime.timedelta(days=1), BERLIN) == [(0, DAY)]
    assert house().begin((MONDAY,), BERLIN) == 540


def test_who_sits_elsewhere_sees_when_the_house_works_by_their_own_clocks() -> None:
    assert house().resting(MONDAY, NEW_YORK) == [(0, 180), (390, 450), (720, DAY)]
    auckland = ZoneInfo("Pacific/Auckland")  # twelve hours ahead: the day of the house lies over midnight
    assert house().worked(MONDAY, auckland) == [(21 * 60, DAY)]
    assert house().worked(MONDAY + datetime.timedelta(days=1), auckland)[0] == (0, 30)


@pytest.mark.parametrize("day", [datetime.date(2026, 3, 29), datetime.date(2026, 10, 25)])
def test_when_clocks_are_changed_a_day_is_drawn_by_what_they_show(day: datetime.date) -> None:
    always = House(read_hours("Europe/Berlin", [[["00:00", "24:00"]]] * 7, []), {}, 0)
    assert always.resting(day, BERLIN) == []
    assert house().worked(day + datetime.timedelta(days=1), BERLIN) == [(540, 750), (810, 1080)]


def test_a_day_off_is_free_and_has_its_name() -> None:
    off = house(holidays=[{"on": "11-23", "name": "Founders’ day"}, {"on": "2026-11-25", "name": "Stocktaking"}])
    assert off.is_free(MONDAY) and off.resting(MONDAY, BERLIN) == [(0, DAY)]
    assert list(off.days_off(MONDAY, MONDAY + datetime.timedelta(days=6))) == [
        (MONDAY, "Founders’ day"),
        (datetime.date(2026, 11, 25), "Stocktaking"),
    ]
    assert off.begin((MONDAY,), BERLIN) == 8 * 60


def test_the_calendar_is_drawn_with_what_the_house_has_set(world: World) -> None:
    holidays = [{"on": "2026-11-24", "name": "Founders’ day"}]
    Workspace.objects.update(hours=WORKDAYS, holidays=holidays, time_zone="UTC", first_weekday=6)
    workspace.forget()
    assert our_house().first_weekday == 6
    for view in ("day", "week", "month", "agenda"):
        text = world.client("ann").get(f"/calendar?view={view}&on=2026-11-24").content.decode()
        assert "Founders’ day" in text, view
    week = world.client("ann").get("/calendar?view=week&on=2026-11-24").content.decode()
    assert 'data-begin="510"' in week
    assert week.index('data-day="2026-11-22"') < week.index('data-day="2026-11-23"')  # weeks begin on Sundays


def test_mine_my_team_and_everyone(world: World) -> None:
    for name in ("ann", "bob", "eve"):
        plan_meeting(
            world.actor(name), MeetingInput(f"Of {name}", datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC))
        )
    world.roles["member"].levels = {"*": {"view": "all", "create": "all", "edit": "own"}}
    world.roles["member"].save()

    def shown(user: str, who: str) -> set[str]:
        text = world.client(user).get(f"/calendar?view=week&on=2026-11-24{who}").content.decode()
        return {name for name in ("ann", "bob", "eve") if f">Of {name}<" in text}

    assert shown("ann", "") == {"ann"}
    assert shown("ann", "&who=team") == {"ann", "bob"}
    assert shown("ann", "&who=all") == {"ann", "bob", "eve"}
    assert shown("ann", f"&who={world.eve.pk}") == {"eve"}
    assert shown("mia", "&who=team") == {"ann", "bob", "eve"}  # her team has the others below it


def test_who_has_no_team_is_offered_none(world: World) -> None:
    world.ann.team = None
    world.ann.save()
    text = world.client("ann").get("/calendar?who=team").content.decode()
    assert ">Everyone<" in text and ">My team<" not in text


def test_whole_days_are_moved_to_another_day(world: World) -> None:
    begins = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    fair = plan_meeting(world.actor("ann"), MeetingInput("Fair", begins, 3 * 24 * 60, is_all_day=True))
    form = {"dragged": "1", "day": "2026-11-26", "to_day": "2026-11-28", "all_day": "1", "version": "1", "scope": "all",
            "back": "/calendar?view=month&on=2026-11-25"}  # fmt: skip
    answer = world.client("ann").post(f"/meetings/{fair.pk}/move", form, headers=HTMX)
    assert answer.status_code == 200 and 'data-span="3"' in answer.content.decode()
    moved = Meeting.objects.get()
    assert (moved.starts_at, moved.minutes, moved.is_all_day) == (begins + datetime.timedelta(days=2), 3 * 1440, True)
