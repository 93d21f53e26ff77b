"""The texts of a sample's deals, by trade and language: what is sold, what comes next, what decided it."""

from dataclasses import dataclass

Offer = tuple[str, int, int]  # what it is called, and between which whole amounts it costs


@dataclass(frozen=True)
class DealWords:
    """``offers`` hold {count}, a number between 5 and 80, if anything. ``steps`` are tasks that come next, ``talks``
    meetings. ``sources`` are where deals come from; ``won`` and ``lost`` say what decided it, ``lost`` with the key of
    a reason.
    """

    offers: tuple[Offer, ...]
    steps: tuple[str, ...]
    talks: tuple[str, ...]
    sources: tuple[str, ...]
    won: tuple[str, ...]
    lost: tuple[tuple[str, str], ...]


_SOFTWARE_EN = DealWords(
    offers=(
        ("Analytics seats ×{count}", 4_000, 38_000),
        ("Fleet tracking rollout", 18_000, 64_000),
        ("Cloud migration", 15_000, 90_000),
        ("Annual renewal + SSO", 9_000, 66_000),
        ("Grid portal phase 2", 28_000, 96_000),
        ("Client intake revamp", 12_000, 45_000),
        ("Website care plan", 2_400, 9_600),
        ("Hardware refresh", 14_000, 42_000),
        ("Site licence, {count} users", 6_000, 52_000),
        ("Pilot with {count} users", 1_900, 8_500),
        ("Group rollout FR/BE", 38_000, 120_000),
        ("Port scheduling", 22_000, 68_000),
        ("Data import and training", 3_500, 14_000),
        ("Support package Gold", 4_800, 18_000),
        ("Line 4 retrofit", 16_000, 48_000),
    ),
    steps=("Call", "Send the offer", "Follow-up", "Reminder", "Signature", "Email", "Pricing"),
    talks=("Demo", "Workshop", "Proposal review", "Legal call", "Site visit"),
    sources=("Web site", "Trade fair", "Recommendation", "Webinar", ""),
    won=(
        "The import convinced them.",
        "Best references in their trade.",
        "Two years instead of one, for 5 % less.",
        "",
    ),
    lost=(
        ("price", "Too expensive against the tool they have."),
        ("competitor", "Took the one their group uses."),
        ("no_budget", "Budget frozen until the spring."),
        ("no_decision", ""),
        ("no_answer", ""),
        ("timing", "Another project comes first."),
    ),
)
_SOFTWARE_DE = DealWords(
    offers=(
        ("Auswertungen, {count} Plätze", 4_000, 38_000),
        ("Einführung Flottenortung", 18_000, 64_000),
        ("Umzug in die Cloud", 15_000, 90_000),
        ("Verlängerung mit SSO", 9_000, 66_000),
        ("Netzportal, Teil 2", 28_000, 96_000),
        ("Neue Mandantenaufnahme", 12_000, 45_000),
        ("Pflegevertrag Website", 2_400, 9_600),
        ("Neue Endgeräte", 14_000, 42_000),
        ("Standortlizenz, {count} Personen", 6_000, 52_000),
        ("Pilot mit {count} Personen", 1_900, 8_500),
        ("Einführung in der Gruppe", 38_000, 120_000),
        ("Hafenplanung", 22_000, 68_000),
        ("Datenübernahme und Schulung", 3_500, 14_000),
        ("Supportpaket Gold", 4_800, 18_000),
        ("Umbau Linie 4", 16_000, 48_000),
    ),
    steps=("Anruf", "Angebot schicken", "Nachfassen", "Erinnerung", "Unterschrift", "E-Mail", "Preise klären"),
    talks=("Vorführung", "Workshop", "Angebot durchgehen", "Gespräch mit der Rechtsabteilung", "Besuch vor Ort"),
    sources=("Website", "Messe", "Empfehlung", "Webinar", ""),
    won=(
        "Der Import hat überzeugt.",
        "Die besten Referenzen der Branche.",
        "Zwei Jahre statt einem, dafür 5 % weniger.",
        "",
    ),
    lost=(
        ("price", "Zu teuer gegenüber dem, was sie haben."),
        ("competitor", "Nehmen, was die Gruppe schon hat."),
        ("no_budget", "Budget bis zum Frühjahr gesperrt."),
        ("no_decision", ""),
        ("no_answer", ""),
        ("timing", "Ein anderes Vorhaben geht vor."),
    ),
)
_BAKERY_EN = DealWords(
    offers=(
        ("Wedding cake, {count} guests", 380, 1_400),
        ("Standing order of rolls", 900, 6_500),
        ("Breakfast for {count}", 180, 900),
        ("Easter loaves", 120, 800),
        ("Company anniversary cake", 160, 620),
        ("Christmas stollen ×{count}", 150, 1_300),
        ("Café delivery, six days a week", 4_200, 16_000),
        ("Street party buffet", 420, 1_900),
        ("School snack bar", 1_800, 7_500),
    ),
    steps=("Call", "Price list", "Number of guests", "Allergies", "Bring samples"),
    talks=("Tasting", "Look at the kitchen", "Talk about the delivery"),
    sources=("Walk-in", "Recommendation", "Instagram", "Wedding fair", ""),
    won=("Loved the tasting.", "We can deliver before seven.", ""),
    lost=(
        ("price", "The supermarket is cheaper."),
        ("timing", "The date was taken."),
        ("no_answer", ""),
        ("competitor", "Their cousin bakes."),
    ),
)
_BAKERY_DE = DealWords(
    offers=(
        ("Hochzeitstorte für {count}", 380, 1_400),
        ("Dauerbestellung Brötchen", 900, 6_500),
        ("Frühstück für {count}", 180, 900),
        ("Osterbrote", 120, 800),
        ("Torte zum Firmenjubiläum", 160, 620),
        ("Christstollen ×{count}", 150, 1_300),
        ("Café-Belieferung, sechs Tage", 4_200, 16_000),
        ("Buffet fürs Straßenfest", 420, 1_900),
        ("Schulkiosk", 1_800, 7_500),
    ),
    steps=("Anruf", "Preisliste", "Zahl der Gäste", "Allergien", "Kostproben"),
    talks=("Verkostung", "Küche ansehen", "Lieferung besprechen"),
    sources=("Laufkundschaft", "Empfehlung", "Instagram", "Hochzeitsmesse", ""),
    won=("Die Verkostung hat überzeugt.", "Wir liefern vor sieben.", ""),
    lost=(
        ("price", "Der Supermarkt ist billiger."),
        ("timing", "Der Termin war schon vergeben."),
        ("no_answer", ""),
        ("competitor", "Die Cousine backt."),
    ),
)
_SHOP_EN = DealWords(
    offers=(
        ("Company bikes ×{count}", 12_000, 78_000),
        ("Dealer stock, spring", 6_000, 32_000),
        ("Light sets ×{count}", 700, 3_600),
        ("Cargo bikes for deliveries", 9_000, 36_000),
        ("Workshop service, one year", 1_200, 6_400),
        ("Helmets ×{count}", 900, 4_800),
        ("Rental fleet", 14_000, 62_000),
        ("E-bike leasing", 8_000, 44_000),
    ),
    steps=("Call", "Dealer prices", "Delivery date", "Leasing form", "Check the stock"),
    talks=("Test ride", "Visit at the dealer", "Sizes and fitting"),
    sources=("Web shop", "Trade fair", "Recommendation", "Newsletter", ""),
    won=("In stock, others were not.", "Service on site.", ""),
    lost=(
        ("price", "The discounter was 12 % below."),
        ("no_decision", ""),
        ("no_answer", ""),
        ("no_fit", "Wanted step-through frames only."),
    ),
)
_SHOP_DE = DealWords(
    offers=(
        ("Dienstfahrräder ×{count}", 12_000, 78_000),
        ("Händlerware Frühjahr", 6_000, 32_000),
        ("Lichtsets ×{count}", 700, 3_600),
        ("Lastenräder für Lieferungen", 9_000, 36_000),
        ("Werkstattservice, ein Jahr", 1_200, 6_400),
        ("Helme ×{count}", 900, 4_800),
        ("Mietflotte", 14_000, 62_000),
        ("E-Bike-Leasing", 8_000, 44_000),
    ),
    steps=("Anruf", "Händlerpreise", "Liefertermin", "Leasingformular", "Bestand prüfen"),
    talks=("Probefahrt", "Besuch beim Händler", "Größen und Anpassung"),
    sources=("Webshop", "Messe", "Empfehlung", "Newsletter", ""),
    won=("Auf Lager, anderswo nicht.", "Service vor Ort.", ""),
    lost=(
        ("price", "Der Discounter lag 12 % darunter."),
        ("no_decision", ""),
        ("no_answer", ""),
        ("no_fit", "Wollten nur tiefe Einstiege."),
    ),
)
_CALLS_EN = DealWords(
    offers=(
        ("Order hotline", 9_000, 64_000),
        ("Overflow on Mondays", 3_200, 14_000),
        ("Night and weekend line", 8_000, 42_000),
        ("Survey, {count}00 calls", 2_400, 12_000),
        ("Appointment desk", 4_800, 26_000),
        ("Recall campaign", 6_000, 31_000),
        ("Complaints line, {count} seats", 14_000, 96_000),
        ("Chat in the evening", 2_800, 13_000),
    ),
    steps=("Call", "Send the script", "Follow-up", "Contract", "Trial week"),
    talks=("Kick-off talk", "Listening in together", "Numbers of the trial week"),
    sources=("Recommendation", "Web site", "Cold call", "Partner", ""),
    won=("The trial week went well.", "We speak five languages.", ""),
    lost=(
        ("price", "Cheaper abroad."),
        ("competitor", "Stayed where they were."),
        ("no_answer", ""),
        ("no_budget", ""),
    ),
)
_CALLS_DE = DealWords(
    offers=(
        ("Bestellhotline", 9_000, 64_000),
        ("Überlauf am Montag", 3_200, 14_000),
        ("Nacht- und Wochenendlinie", 8_000, 42_000),
        ("Umfrage, {count}00 Anrufe", 2_400, 12_000),
        ("Terminvergabe", 4_800, 26_000),
        ("Rückrufaktion", 6_000, 31_000),
        ("Beschwerdelinie, {count} Plätze", 14_000, 96_000),
        ("Chat am Abend", 2_800, 13_000),
    ),
    steps=("Anruf", "Leitfaden schicken", "Nachfassen", "Vertrag", "Probewoche"),
    talks=("Auftaktgespräch", "Gemeinsam mithören", "Zahlen der Probewoche"),
    sources=("Empfehlung", "Website", "Kaltakquise", "Partner", ""),
    won=("Die Probewoche lief gut.", "Wir sprechen fünf Sprachen.", ""),
    lost=(
        ("price", "Im Ausland billiger."),
        ("competitor", "Bleiben, wo sie sind."),
        ("no_answer", ""),
        ("no_budget", ""),
    ),
)
_SPOKEN = {
    "software": {"en": _SOFTWARE_EN, "de": _SOFTWARE_DE},
    "bakery": {"en": _BAKERY_EN, "de": _BAKERY_DE},
    "shop": {"en": _SHOP_EN, "de": _SHOP_DE},
    "call_centre": {"en": _CALLS_EN, "de": _CALLS_DE},
}


def speaking(trade: str, language: str) -> DealWords:
    """The texts of a trade in a language, in English where there are none."""
    spoken = _SPOKEN.get(trade, _SPOKEN["software"])
    return spoken.get(language, spoken["en"])
