"""The line that makes a task, in English and German."""

import datetime

import pytest

from rapport.activities.tasks.quick_add import Quick, understand

WEDNESDAY = datetime.date(2026, 11, 25)
NOON = datetime.time(12)


def quick(title: str, day: str = "", time: str = "", priority: str = "normal") -> Quick:
    return Quick(
        title,
        datetime.date.fromisoformat(day) if day else None,
        datetime.time.fromisoformat(time) if time else None,
        priority,
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("call Anna tomorrow 3pm !high", quick("call Anna", "2026-11-26", "15:00", "high")),
        ("Anna anrufen morgen 15 Uhr !hoch", quick("Anna anrufen", "2026-11-26", "15:00", "high")),
        ("Angebot senden übermorgen um 9:30", quick("Angebot senden", "2026-11-27", "09:30")),
        ("pay in 3 days", quick("pay", "2026-11-28")),
        ("in einer Woche nachfragen", quick("nachfragen", "2026-12-02")),
        ("in 2 Monaten nachfragen", quick("nachfragen", "2027-01-25")),
        ("report on Friday", quick("report", "2026-11-27")),
        ("report next wednesday", quick("report", "2026-12-02")),
        ("Bericht bis Montag", quick("Bericht", "2026-11-30")),
        ("plan next week", quick("plan", "2026-11-30")),
        ("Plan nächste Woche !3", quick("Plan", "2026-11-30", "", "low")),
        ("tax 24.12.", quick("tax", "2026-12-24")),
        ("Steuer am 24.12.2027 10:00", quick("Steuer", "2027-12-24", "10:00")),
        ("Steuer 3.2.", quick("Steuer", "2027-02-03")),
        ("release 2026-12-01 at 8am", quick("release", "2026-12-01", "08:00")),
        ("lunch 12:30", quick("lunch", "2026-11-25", "12:30")),
        ("breakfast at 8am", quick("breakfast", "2026-11-26", "08:00")),
        ("today !! ship it", quick("ship it", "2026-11-25", "", "high")),
        ("Buy 3 chairs", quick("Buy 3 chairs")),
        ("Version 2.10.3 testen", quick("Version 2.10.3 testen")),
        ("Read “Tomorrow” today", quick("Read Tomorrow", "2026-11-25")),
        ("tomorrow", quick("tomorrow", "2026-11-26")),
        ("meet at 25:70", quick("meet at 25:70")),
        ("31.02. nothing", quick("31.02. nothing")),
        ("", quick("")),
    ],
)
def test_it_works(text: str, meant: Quick) -> None:
    assert understand(text, WEDNESDAY, NOON) == meant
