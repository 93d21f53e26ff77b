"""A list as a calendar, by any of its dates: which day a card stands on, how many there are, and moving it."""

import datetime
import json
import re
from typing import Any

import pytest
from django.test import Client

from rapport.core.access import days
from rapport.core.objects import registry, saving
from rapport.core.records.models import Record
from rapport.core.views.models import View
from rapport.lib import clock
from rapport.people.models import Company, Person
from rapport.ui.screens import calendars
from tests.fields import on_companies
from tests.world import World

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
BIRTHDAYS = "/people?show=calendar&by=birthday&on=2026-11-15"


@pytest.fixture
def browser(world: World) -> Client:
    return world.client("ann")


def person(world: World, name: str, who: str = "ann", **values: str) -> Any:
    return saving.create(world.actor(who), registry.get("person"), {"first_name": name, **values})


def day(html: str, key: str) -> str:
    """What stands on a day."""
    assert f'data-lane="{key}"' in html
    return html.partition(f'data-lane="{key}"')[2].partition("</section>")[0]


def page(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_it_works(world: World, browser: Client) -> None:
    person(world, "Mia", birthday="1990-11-23")
    person(world, "Leap", birthday="2000-02-29")
    person(world, "Later", birthday="1990-12-24")
    html = page(browser, BIRTHDAYS)
    assert "Mia" in day(html, "2026-11-23") and "Later" not in html and "Leap" not in html
    assert "November 2026" in html and html.count("data-lane=") == 42, "whole weeks"
    assert 'data-label="Monday, 23 November 2026"' in html
    assert "Leap" in day(page(browser, "/people?show=calendar&by=birthday&on=2026-02-10"), "2026-02-28")
    assert "Leap" in day(page(browser, "/people?show=calendar&by=birthday&on=2028-02-10"), "2028-02-29")
    assert "Mia" not in page(browser, "/people?show=calendar&by=birthday&on=1989-11-23"), "before the first one"


def test_days_before_today_can_be_left_out_this_month_alone(world: World, browser: Client) -> None:
    today = clock.today(world.actor("ann").time_zone)
    first = today.replace(day=1)
    person(world, "Mia", birthday=first.replace(year=1990).isoformat())
    html = page(browser, f"/people?show=calendar&by=birthday&on={today.isoformat()}")
    assert html.count('class="day past"') == today.day - 1
    assert ('href="#days"' in html) == (today.day > 1), "a link leads to them"
    later = page(browser, f"/people?show=calendar&by=birthday&on={(first + datetime.timedelta(days=40)).isoformat()}")
    assert "day past" not in later and 'href="#days"' not in later


def test_a_moment_stands_on_the_day_of_its_reader(world: World, browser: Client) -> None:
    user = world.ann
    user.time_zone = "Europe/Berlin"
    user.save()
    with clock.frozen(datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC)):
        person(world, "Mia")
    html = page(world.client("ann"), "/people?show=calendar&by=created_at&on=2026-11-23&span=week")
    assert "Mia" in day(html, "2026-11-23") and "00:30" in day(html, "2026-11-23")
    assert html.count("data-lane=") == 7 and "Week 48" in html
    assert "data-movable" not in html and "is kept by Rapport" in html


def test_a_day_is_in_the_order_of_the_reader_s_clock(world: World) -> None:
    user = world.ann
    user.time_zone = "America/Los_Angeles"
    user.save()
    for name, hour in (("Evening", 25), ("Morning", 18)):  # 17:00 and 10:00 there, on either side of midnight in UTC
        with clock.frozen(datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC) + datetime.timedelta(hours=hour)):
            person(world, name)
    html = day(page(world.client("ann"), "/people?show=calendar&by=created_at&on=2026-11-22&span=week"), "2026-11-22")
    assert html.index("Morning") < html.index("Evening")


def test_a_card_goes_no_further_than_calendars_go(world: World, browser: Client) -> None:
    mia = person(world, "Mia", birthday="1990-11-23").pk
    for beyond in ("9999-12-31", "0001-01-01"):
        assert browser.post(f"/people/{mia}/day", {"by": "birthday", "to": beyond}).status_code == 400
    Person.objects.filter(pk=mia).update(birthday=datetime.date(1, 1, 1))
    assert browser.get(f"/people/{mia}/day?by=birthday").status_code == 200


def test_a_card_is_moved_and_the_move_is_taken_back(world: World, browser: Client) -> None:
    mia = person(world, "Mia", birthday="1990-11-23")
    given = {"by": "birthday", "to": "2026-11-25", "was": "2026-11-23", "in": "show=calendar&by=birthday"}
    answer = browser.post(f"/people/{mia.pk}/day", given, headers=HTMX)
    assert answer.status_code == 204 and "card:moved" in answer.headers["HX-Trigger"]
    told = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert told["text"] == "“Mia” moved to Wednesday, 25 November 2026"
    mia.refresh_from_db()
    assert mia.birthday == datetime.date(1990, 11, 25), "what comes every year keeps its year"
    assert browser.post(f"/people/{mia.pk}/day", given, headers=HTMX).status_code == 409, "somebody has moved it"
    browser.post(told["undo"], headers=HTMX)
    mia.refresh_from_db()
    assert mia.birthday == datetime.date(1990, 11, 23)
    assert browser.post(f"/people/{mia.pk}/day", given).headers["Location"] == "/people?show=calendar&by=birthday"


def test_where_a_card_can_go_is_a_page_without_script(world: World, browser: Client) -> None:
    mia = person(world, "Mia", birthday="1990-11-23")
    html = page(browser, f"/people/{mia.pk}/day?by=birthday&in=show%3Dcalendar")
    assert "One day later" in html and 'type="date"' in html and 'href="/people?show=calendar"' in html
    assert browser.get(f"/people/{mia.pk}/day?by=first_name").status_code == 400
    assert browser.post(f"/people/{mia.pk}/day", {"by": "birthday", "to": "tomorrow"}).status_code == 400
    browser.post(f"/people/{mia.pk}/day", {"by": "birthday", "to": ""})
    mia.refresh_from_db()
    assert mia.birthday is None


def test_who_may_not_change_a_record_sees_why(world: World) -> None:
    mia = person(world, "Mia", birthday="1990-11-23")
    ray = world.client("ray")
    assert "Your role does not let you change this." in page(ray, BIRTHDAYS)
    assert ray.post(f"/people/{mia.pk}/day", {"by": "birthday", "to": "2026-11-25"}).status_code == 403
    role = world.ann.role
    assert role is not None
    role.field_rules = {"person": {"birthday": "hidden"}}
    role.save()
    assert world.client("ann").get(BIRTHDAYS).status_code == 400


def test_an_address_shows_everybody_only_their_own(world: World) -> None:
    person(world, "Anna", birthday="1990-11-23")
    person(world, "Evelyn", "eve", birthday="1990-11-23")
    role = world.eve.role
    assert role is not None
    role.levels = {"*": dict.fromkeys(("view", "create", "edit", "trash", "export", "import"), "own")}
    role.save()
    html = page(world.client("eve"), BIRTHDAYS)
    assert "Evelyn" in day(html, "2026-11-23") and "Anna" not in html


def test_filters_and_search_hold(world: World, browser: Client) -> None:
    person(world, "Mia", birthday="1990-11-23", job_title="Head")
    person(world, "Leo", birthday="1991-11-23", job_title="Baker")
    html = page(browser, BIRTHDAYS + "&job_title=Head")
    assert "Mia" in html and "Leo" not in html and "show=calendar" in html
    assert "Leo" in page(browser, BIRTHDAYS + "&q=leo") and "Mia" not in page(browser, BIRTHDAYS + "&q=leo")


def test_what_has_no_room_leads_to_the_list_of_that_day(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(calendars.ROOM, "month", 2)
    for name in ("Ann", "Bea", "Cleo"):
        person(world, name, birthday="1990-11-23")
    person(world, "Dora", birthday="1990-11-24")
    html = day(page(browser, BIRTHDAYS), "2026-11-23")
    assert "Ann" in html and "Bea" not in html and "+2 more" in html
    (url,) = re.findall(r'class="more-of" href="([^"]+)"', html)
    assert url == "/people?birthday.yearly=2026-11-23"
    listed = page(browser, url)
    assert all(name in listed for name in ("Ann", "Bea", "Cleo")) and "Dora" not in listed and "23 Nov" in listed


def test_a_day_with_very_many_says_that_there_may_be_more(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(calendars.ROOM, "month", 2)
    monkeypatch.setattr(days, "SAMPLE", 3)
    monkeypatch.setattr(days, "MOST_OF_A_DAY", 2)
    with clock.frozen(datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)):
        for number in range(4):
            person(world, f"Person {number}", birthday="1990-11-23")
    assert ">2+ more<" in day(page(browser, BIRTHDAYS), "2026-11-23")
    html = day(page(browser, "/people?show=calendar&by=created_at&on=2026-11-23"), "2026-11-23")
    assert ">1+ more<" in html and "created_at.on=2026-11-23" in html


def test_a_date_made_by_the_house_has_its_calendar(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_companies(monkeypatch)
    hexa = saving.create(world.actor("ann"), registry.get("company"), {"name": "Hexa", "c_date": "2026-11-23"})
    url = "/companies?show=calendar&by=c_date&on=2026-11-01"
    assert "Hexa" in day(page(browser, url), "2026-11-23")
    browser.post(f"/companies/{hexa.pk}/day", {"by": "c_date", "to": "2026-11-02"})
    assert "Hexa" in day(page(browser, url), "2026-11-02")
    moment = {"by": "c_moment", "to": "2026-11-03"}
    browser.post(f"/companies/{hexa.pk}/day", moment)
    html = day(page(browser, "/companies?show=calendar&by=c_moment&on=2026-11-01"), "2026-11-03")
    assert "Hexa" in html and "09:00" in html


def test_a_saved_view_opens_as_the_calendar_it_was(world: World, browser: Client) -> None:
    given = {"name": "Birthdays", "in.show": "calendar", "in.by": "birthday", "in.span": "week", "in.on": "2026-11-15"}
    browser.post("/people/views", given)
    view = View.objects.get()
    assert (view.show, view.details) == ("calendar", {"by": "birthday", "span": "week"}), "the day is not kept"
    html = page(browser, f"/people?view={view.pk}")
    assert html.count("data-lane=") == 7 and "Unsaved changes" not in html and 'aria-current="date"' in html
    html = page(browser, f"/people?view={view.pk}&show=calendar&by=birthday&span=week&on=2026-11-15")
    assert "Unsaved changes" not in html, "another week is no change"


def test_a_long_list_by_a_date_without_an_index_says_that_it_takes_its_time(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rapport.ui.screens.shaping._is_long", lambda _spec: True)
    assert "“Birthday” has no index" in page(browser, BIRTHDAYS)
    assert "has no index" not in page(browser, "/people?show=calendar&by=created_at")


def test_what_makes_no_sense_is_told(browser: Client) -> None:
    for part in ("on=soon", "span=year", "by=first_name"):
        answer = browser.get(f"/people?show=calendar&{part}")
        assert answer.status_code == 400 and "not understood" in answer.content.decode()


@pytest.mark.sqlite_only
def test_a_field_says_that_it_comes_every_year(world: World) -> None:
    ada = world.client("ada")
    given = {"type": "date", "label": "Anniversary", "yearly": "1", "switches": "1"}
    assert ada.post("/settings/fields/company/new", given).status_code == 303
    field = next(one for one in registry.get("company").all_fields if str(one.label) == "Anniversary")
    saving.create(world.actor("ada"), registry.get("company"), {"name": "Hexa", field.key: "2001-11-23"})
    assert Company.objects.count() == 1 and Record.objects.exists()
    assert "Hexa" in day(page(ada, f"/companies?show=calendar&by={field.key}&on=2030-11-01"), "2030-11-23")
