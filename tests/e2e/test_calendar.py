"""The calendar under hand: dragged by pointer and by keyboard, planned by a drag, refused with the reason."""

import datetime

import pytest
from playwright.sync_api import Locator, expect

from rapport.activities.meetings.actions import MeetingInput, move_meeting, plan_meeting
from rapport.activities.meetings.models import Meeting
from tests.e2e.site import Site

TEN = datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.UTC)
WEEK = "/calendar?view=week&on=2026-11-24"


@pytest.fixture
def meeting(site: Site) -> Meeting:
    """A meeting of whoever looks, on a Tuesday at ten."""
    return plan_meeting(site.world.actor(site.name), MeetingInput("Review", TEN, 60))


def block(site: Site, meeting: Meeting) -> Locator:
    return site.page.locator(f'[data-key-of="{meeting.pk}"]')


def now(meeting: Meeting) -> tuple[str, int]:
    meeting.refresh_from_db()
    return f"{meeting.starts_at:%d %H:%M}", meeting.minutes


def drag(site: Site, start: tuple[float, float], end: tuple[float, float]) -> None:
    mouse = site.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    mouse.move(*end, steps=3)
    mouse.up()


def test_it_works(site: Site, meeting: Meeting) -> None:
    page = site.open(WEEK)
    box, day = block(site, meeting).bounding_box(), page.locator(".cal-day").first.bounding_box()
    assert box and day
    hour = day["height"] / 24
    drag(site, (box["x"] + 20, box["y"] + 10), (box["x"] + 20 + day["width"], box["y"] + 10 + 1.5 * hour))
    expect(page.locator(".toast")).to_contain_text("Moved to")
    expect(block(site, meeting)).to_have_attribute("data-time", "11:30")
    assert now(meeting) == ("25 11:30", 60)
    box = block(site, meeting).bounding_box()
    assert box
    drag(site, (box["x"] + 20, box["y"] + box["height"] - 3), (box["x"] + 20, box["y"] + box["height"] + hour / 2))
    expect(block(site, meeting)).to_have_attribute("data-minutes", "90")
    page.locator(".toast [data-undo] button").last.click()
    expect(block(site, meeting)).to_have_attribute("data-minutes", "60")


def test_by_keyboard_and_told_in_words(site: Site, meeting: Meeting) -> None:
    page = site.open(WEEK)
    block(site, meeting).locator("a").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-calendar-live]")).to_contain_text("Wednesday, 25 November 2026, 10:15")
    page.keyboard.press("Escape")
    assert now(meeting) == ("24 10:00", 60)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(block(site, meeting)).to_have_attribute("data-time", "09:45")
    expect(block(site, meeting).locator("a")).to_be_focused()


def test_a_move_that_comes_too_late_goes_back_with_the_reason(site: Site, meeting: Meeting) -> None:
    page = site.open(WEEK)
    move_meeting(site.world.actor("mia"), meeting.pk, TEN + datetime.timedelta(hours=5), 30)
    box = block(site, meeting).bounding_box()
    assert box
    drag(site, (box["x"] + 20, box["y"] + 10), (box["x"] + 20, box["y"] + 100))
    expect(page.locator(".toast[role=alert]")).to_contain_text("Mia Moss")
    expect(block(site, meeting)).to_have_attribute("data-time", "15:00")


def test_a_drag_over_free_time_plans_a_meeting(site: Site, meeting: Meeting) -> None:
    page = site.open(WEEK)
    day = page.locator('.cal-day[data-day="2026-11-27"]').bounding_box()
    top = page.locator("[data-hours]").bounding_box()
    assert day and top
    y = top["y"] + 200
    drag(site, (day["x"] + 30, y), (day["x"] + 30, y + day["height"] / 24))
    expect(page.locator("#m-day")).to_have_value("2026-11-27")
    page.locator("#m-title").fill("Lunch")
    page.locator("#drawer footer button[type=submit]").click()
    expect(page.locator(".cal-block", has_text="Lunch")).to_be_visible()


def test_in_a_month_a_meeting_goes_to_another_day_by_hand_and_by_keyboard(site: Site, meeting: Meeting) -> None:
    ann = site.world.actor(site.name)
    begins = datetime.datetime(2026, 11, 25, tzinfo=datetime.UTC)
    fair = plan_meeting(ann, MeetingInput("Fair", begins, 3 * 24 * 60, is_all_day=True))
    page = site.open("/calendar?view=month&on=2026-11-24")
    chip, there = block(site, meeting).bounding_box(), page.locator('[data-day="2026-11-20"]').bounding_box()
    assert chip and there
    drag(site, (chip["x"] + 20, chip["y"] + 8), (there["x"] + 30, there["y"] + 60))
    expect(page.locator(".toast")).to_contain_text("Moved to")
    expect(page.locator('[data-day="2026-11-20"]')).to_contain_text("Review")
    assert now(meeting) == ("20 10:00", 60)
    block(site, fair).focus()
    for key in ("Space", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("[data-calendar-live]")).to_contain_text("Thursday, 19 November 2026")
    page.keyboard.press("Enter")
    expect(page.locator(".toast", has_text="19 Nov")).to_be_visible()
    expect(page.locator('[data-day="2026-11-19"] [data-span="3"]')).to_contain_text("Fair")
    expect(block(site, fair)).to_be_focused()
    assert now(fair) == ("19 00:00", 3 * 24 * 60)


def test_a_later_beginning_keeps_the_length(site: Site) -> None:
    page = site.open("/meetings/plan?day=2026-11-24&time=14:30")
    day, start, end = (page.get_by_label(name, exact=True) for name in ("Day", "From", "To"))
    expect(end).to_have_value("15:00")
    start.fill("11:00")
    expect(end).to_have_value("11:30")
    start.fill("23:45")
    expect(end).to_have_value("00:15")
    expect(page.locator("#m-to-day")).to_have_value("2026-11-25")
    day.fill("2026-12-01")
    expect(page.locator("#m-to-day")).to_have_value("2026-12-02")
