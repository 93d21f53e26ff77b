"""The texts of a sample's meetings, by language: titles, places, series and whole days."""

from dataclasses import dataclass

MEET = "https://meet.rapport-sample.example/room"


@dataclass(frozen=True)
class MeetingWords:
    """``titles`` hold the {name} of a customer. ``rooms`` are places, the first of them that of the daily series.

    ``series`` are the titles of those that :mod:`rapport.sample.meetings` plans, in their order. What lasts whole days:
    ``fair`` with its place, and ``holiday``.
    """

    titles: tuple[str, ...]
    rooms: tuple[str, ...]
    series: tuple[str, str, str, str]
    fair: tuple[str, str]
    holiday: str

    @property
    def places(self) -> tuple[str, ...]:
        """Where meetings with customers are."""
        return (MEET, *self.rooms, "")


_ENGLISH = MeetingWords(
    titles=(
        "First talk with {name}", "Product demo for {name}", "Review with {name}", "Offer for {name}",
        "Renewal with {name}", "Questions of {name}", "Training at {name}", "Kick-off with {name}",
    ),
    rooms=("Room Alster", "Room Isar", "At the customer’s", "By phone"),
    series=("Stand-up", "Pipeline review", "Jour fixe with support", "Forecast"),
    fair=("Trade fair", "Fairground, hall 4"),
    holiday="On holiday",
)  # fmt: skip
_GERMAN = MeetingWords(
    titles=(
        "Erstgespräch mit {name}", "Vorführung für {name}", "Rückblick mit {name}", "Angebot für {name}",
        "Verlängerung mit {name}", "Fragen von {name}", "Schulung bei {name}", "Auftakt mit {name}",
    ),
    rooms=("Raum Alster", "Raum Isar", "Beim Kunden", "Telefonisch"),
    series=("Morgenrunde", "Vertriebsrunde", "Jour fixe mit dem Support", "Ausblick auf die Woche"),
    fair=("Messe", "Messegelände, Halle 4"),
    holiday="Urlaub",
)  # fmt: skip
_SPOKEN = {"en": _ENGLISH, "de": _GERMAN}


def speaking(language: str) -> MeetingWords:
    """The texts in a language, in English where there are none."""
    return _SPOKEN.get(language, _ENGLISH)
