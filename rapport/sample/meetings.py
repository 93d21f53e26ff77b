"""The meetings of a sample: two weeks back and two ahead, so that calendars look as on any other day.

Saved as everything is; each was planned a few days before it takes place.
"""

import datetime
import random
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from rapport.accounts.models import User
from rapport.core.errors import Invalid
from rapport.core.events.models import Act, Event
from rapport.core.objects import registry, saving
from rapport.lib import clock
from rapport.sample.meeting_words import MEET, MeetingWords, speaking
from rapport.sample.staff import Colleague

SEED = 20260402
BACK, AHEAD = 14, 14  # days
ZONE = "Europe/Berlin"
LEAST = 100  # a sample of a few people has no meetings
MOST_ADMINISTRATORS = 3
MOST_COMPANIES = 40  # that are met
ASKED_TOO = 0.25  # how often they are asked to a meeting with customers
LENGTHS = (30, 30, 45, 45, 60, 60, 90)
HOURS = ((9, 0), (9, 30), (10, 0), (11, 0), (11, 30), (13, 0), (13, 30), (14, 0), (15, 0), (15, 30), (16, 0))
# day of the first week, hour, minute, minutes, rule, number of the organiser
SERIES = (
    (0, 9, 0, 15, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", 0),
    (0, 10, 0, 60, "FREQ=WEEKLY;BYDAY=MO", 0),
    (3, 14, 0, 45, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", 3),
    (4, 11, 0, 30, "FREQ=WEEKLY;BYDAY=FR", 1),
)


def write(act: Act, colleagues: Sequence[Colleague], people: int, language: str, trade: str = "") -> int:
    """Saves the meetings under the act of the sample; returns how many there are. Administrators, who look at it
    first, are asked to those of everybody, and to some with customers.
    """
    if people < LEAST:
        return 0
    bosses = User.objects.filter(is_active=True, role__is_admin=True).order_by("pk")
    watching = [pk for pk in bosses.values_list("pk", flat=True) if pk not in {one.user_id for one in colleagues}]
    watching = watching[:MOST_ADMINISTRATORS]
    words = speaking(language, trade)
    rng = random.Random(SEED)  # noqa: S311 - a sample must be the same every time, not hard to guess
    companies = list(_made(act, "company").order_by("title_key").values_list("pk", "title")[:MOST_COMPANIES])
    people_of: dict[int, int] = dict(
        _made(act, "person").exclude(company=None).order_by("-title_key").values_list("company_id", "pk")
    )
    everybody = [_guest("user", colleague.user_id, "yes") for colleague in colleagues]
    everybody += [_guest("user", pk, "") for pk in watching]
    made = [
        *_series(words, colleagues, everybody),
        *_all_day(words, colleagues),
        *_with_customers(words, rng, colleagues, companies, people_of, watching),
    ]
    for owner, values in made:
        _save(act, owner, values, rng)
    return len(made)


def _series(
    words: MeetingWords, colleagues: Sequence[Colleague], everybody: list[dict[str, Any]]
) -> list[tuple[Colleague, dict[str, Any]]]:
    monday = _monday() - datetime.timedelta(days=BACK)
    return [
        (
            colleagues[owner],
            {"title": title, "starts_at": _at(monday + datetime.timedelta(days=day), hour, minute), "minutes": minutes,
             "repeat": rule, "place": MEET if owner and words.is_online else words.rooms[0], "attendees": everybody},
        )
        for title, (day, hour, minute, minutes, rule, owner) in zip(words.series, SERIES, strict=True)
    ]  # fmt: skip


def _all_day(words: MeetingWords, colleagues: Sequence[Colleague]) -> list[tuple[Colleague, dict[str, Any]]]:
    monday = _monday()
    return [
        (colleagues[1], _days(words.fair[0], monday + datetime.timedelta(days=1), 3, words.fair[1])),
        (colleagues[2], _days(words.holiday, monday + datetime.timedelta(days=7), 5, "")),
    ]


def _with_customers(
    words: MeetingWords, rng: random.Random, colleagues: Sequence[Colleague], companies: Sequence[tuple[int, str]],
    people_of: Mapping[int, int], watching: Sequence[int],
) -> list[tuple[Colleague, dict[str, Any]]]:  # fmt: skip
    made = []
    for number in range(-BACK, AHEAD):
        day = _monday() + datetime.timedelta(days=number)
        if day.weekday() > 4 or not companies:
            continue
        for colleague in colleagues:
            for hour, minute in rng.sample(HOURS, rng.choice((0, 1, 1, 2, 3))):
                company, name = rng.choice(companies)
                guests = [_guest("user", colleague.user_id, "yes")]
                guests += [_guest("user", pk, rng.choice(("yes", ""))) for pk in watching if rng.random() < ASKED_TOO]
                if company in people_of:
                    guests.append(_guest("person", people_of[company], rng.choice(("yes", "yes", ""))))
                values = {
                    "title": rng.choice(words.titles).format(name=name), "starts_at": _at(day, hour, minute),
                    "minutes": rng.choice(LENGTHS), "place": rng.choice(words.places), "about": [company],
                    "attendees": guests,
                    "outcome": "held" if day < clock.today(ZONE) else "",
                }  # fmt: skip
                made.append((colleague, values))
    return made


def _save(act: Act, owner: Colleague, values: dict[str, Any], rng: random.Random) -> None:
    planned = min(clock.now(), values["starts_at"]) - datetime.timedelta(days=rng.randint(2, 9))
    spec = registry.get("meeting")
    whole = {"zone": ZONE, **values, "owner": owner.user_id, "team": owner.team_id}
    with clock.frozen(planned):
        (draft,) = saving.create_many(owner.actor(), spec, [whole], act=act)
    if draft.errors:
        raise Invalid(draft.errors)


def _made(act: Act, kind: str) -> Any:
    """The records of a kind that the sample itself made: nobody's real customers get made-up meetings."""
    made = Event.objects.filter(act=act, kind=f"{kind}.created").values("subject_id")
    return registry.get(kind).model._default_manager.filter(live=True, pk__in=made)


def _guest(kind: str, number: int, answer: str) -> dict[str, Any]:
    return {"kind": kind, "id": number, "answer": answer}


def _days(title: str, day: datetime.date, days: int, place: str) -> dict[str, Any]:
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return {"title": title, "starts_at": midnight, "minutes": days * 24 * 60, "is_all_day": True, "place": place}


def _at(day: datetime.date, hour: int, minute: int) -> datetime.datetime:
    local = datetime.datetime.combine(day, datetime.time(hour, minute), ZoneInfo(ZONE))
    return local.astimezone(datetime.UTC)


def _monday() -> datetime.date:
    today = clock.today(ZONE)
    return today - datetime.timedelta(days=today.weekday())
