"""The texts of a sample's meetings, by language: titles, places, series and whole days."""

from dataclasses import dataclass

MEET = "https://meet.rapport-sample.example/room"


@dataclass(frozen=True)
class MeetingWords:
    """``titles`` hold the {name} of a customer. ``rooms`` are places, the first of them that of the daily series.

    ``series`` are the titles of those that :mod:`rapport.sample.meetings` plans, in their order. What lasts whole days:
    ``fair`` with its place, and ``holiday``. ``is_online``: some meetings are by video.
    """

    titles: tuple[str, ...]
    rooms: tuple[str, ...]
    series: tuple[str, str, str, str]
    fair: tuple[str, str]
    holiday: str
    is_online: bool = False

    @property
    def places(self) -> tuple[str, ...]:
        """Where meetings with customers are."""
        return (MEET, *self.rooms, "") if self.is_online else (*self.rooms, *self.rooms[-1:], "")


_ENGLISH = MeetingWords(
    titles=(
        "First talk with {name}", "Product demo for {name}", "Review with {name}", "Offer for {name}",
        "Renewal with {name}", "Questions of {name}", "Training at {name}", "Kick-off with {name}",
    ),
    rooms=("Room Alster", "Room Isar", "At the customer’s", "By phone"),
    series=("Stand-up", "Pipeline review", "Jour fixe with support", "Forecast"),
    fair=("Trade fair", "Fairground, hall 4"),
    holiday="On holiday",
    is_online=True,
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
    is_online=True,
)  # fmt: skip
_BAKERY_ENGLISH = MeetingWords(
    titles=(
        "Tasting with {name}", "Talk about the delivery with {name}", "Breakfast order of {name}", "Cake for {name}",
        "Visit at {name}", "Questions of {name}", "New breads for {name}", "Holiday order of {name}",
    ),
    rooms=("In the shop", "Bakehouse", "At the customer’s", "By phone"),
    series=("Morning round", "Planning the week’s baking", "Round with the drivers", "Orders of next week"),
    fair=("Christmas market", "Market square"),
    holiday="On holiday",
)  # fmt: skip
_BAKERY_GERMAN = MeetingWords(
    titles=(
        "Verkostung mit {name}", "Lieferung besprechen mit {name}", "Frühstücksbestellung: {name}", "Torte für {name}",
        "Besuch bei {name}", "Fragen von {name}", "Neue Brote für {name}", "Feiertagsbestellung: {name}",
    ),
    rooms=("Im Laden", "Backstube", "Beim Kunden", "Telefonisch"),
    series=("Morgenrunde", "Backplan der Woche", "Runde mit den Fahrern", "Bestellungen der nächsten Woche"),
    fair=("Weihnachtsmarkt", "Marktplatz"),
    holiday="Urlaub",
)  # fmt: skip
_CALLS_ENGLISH = MeetingWords(
    titles=(
        "Agreed call with {name}", "Review with {name}", "Complaint of {name}", "Questions of {name}",
        "New contract with {name}", "Handing {name} over", "Training at {name}", "Start with {name}",
    ),
    rooms=("Room 1", "Room 2", "At the customer’s", "By phone"),
    series=("Start of the shift", "Numbers of the week", "Listening to calls", "Shift plan"),
    fair=("Training days", "Room 2"),
    holiday="On holiday",
)  # fmt: skip
_CALLS_GERMAN = MeetingWords(
    titles=(
        "Vereinbarter Anruf mit {name}", "Rückblick mit {name}", "Beschwerde von {name}", "Fragen von {name}",
        "Neuer Vertrag mit {name}", "Übergabe: {name}", "Schulung bei {name}", "Start mit {name}",
    ),
    rooms=("Raum 1", "Raum 2", "Beim Kunden", "Telefonisch"),
    series=("Schichtbeginn", "Zahlen der Woche", "Gespräche anhören", "Schichtplan"),
    fair=("Schulungstage", "Raum 2"),
    holiday="Urlaub",
)  # fmt: skip
_SPOKEN = {"en": _ENGLISH, "de": _GERMAN}
_OF_TRADES = {
    "bakery": {"en": _BAKERY_ENGLISH, "de": _BAKERY_GERMAN},
    "call_centre": {"en": _CALLS_ENGLISH, "de": _CALLS_GERMAN},
}


def speaking(language: str, trade: str = "") -> MeetingWords:
    """The texts of a trade in a language, in English where there are none."""
    spoken = _OF_TRADES.get(trade, _SPOKEN)
    return spoken.get(language, spoken["en"])
