"""What people ask for in the samples, by trade and language: a wish and how it came."""

from collections.abc import Mapping

Wishes = tuple[tuple[str, str], ...]

WISHES: Mapping[str, Mapping[str, Wishes]] = {
    "software": {
        "en": (
            ("A price for 40 seats", "Web site"), ("Demo for the whole team", "Trade fair"),
            ("Can it talk to our shop?", "Web site"), ("Offer for three locations", "Referral"),
            ("Replace our old system by spring", "Web site"), ("Trial for five colleagues", "Newsletter"),
            ("Pricing for schools", "Search"), ("A pilot in one department", "Referral"),
        ),
        "de": (
            ("Preis für 40 Plätze", "Website"), ("Vorführung für das ganze Team", "Messe"),
            ("Passt es zu unserem Shop?", "Website"), ("Angebot für drei Standorte", "Empfehlung"),
            ("Altes System bis Frühjahr ablösen", "Website"), ("Test für fünf Kolleginnen", "Newsletter"),
            ("Preise für Schulen", "Suche"), ("Pilot in einer Abteilung", "Empfehlung"),
        ),
    },
    "bakery": {
        "en": (
            ("Rolls for the canteen, daily", "Telephone"), ("A cake for 80 guests", "In the shop"),
            ("Price for 200 gingerbread boxes", "Web site"), ("Breakfast for a fair", "Referral"),
            ("Bread without gluten, every week", "Web site"), ("Offer for a summer party", "Telephone"),
        ),
        "de": (
            ("Brötchen für die Kantine, täglich", "Telefon"), ("Torte für 80 Gäste", "Im Laden"),
            ("Preis für 200 Lebkuchendosen", "Website"), ("Frühstück für eine Messe", "Empfehlung"),
            ("Glutenfreies Brot, jede Woche", "Website"), ("Angebot für ein Sommerfest", "Telefon"),
        ),
    },
    "shop": {
        "en": (
            ("Bulk order for an office", "Web site"), ("Price for 60 gift boxes", "Newsletter"),
            ("Resell in our store?", "Trade fair"), ("Offer with our logo on it", "Web site"),
            ("A standing order every month", "Referral"), ("Samples for a wedding", "Search"),
        ),
        "de": (
            ("Sammelbestellung fürs Büro", "Website"), ("Preis für 60 Geschenkboxen", "Newsletter"),
            ("In unserem Laden verkaufen?", "Messe"), ("Angebot mit unserem Logo", "Website"),
            ("Dauerauftrag jeden Monat", "Empfehlung"), ("Muster für eine Hochzeit", "Suche"),
        ),
    },
    "call_centre": {
        "en": (
            ("Overflow for 300 calls a day", "Telephone"), ("Price for weekends and nights", "Web site"),
            ("A hotline for a recall", "Referral"), ("Offer for outbound surveys", "Trade fair"),
            ("Support in French, too", "Web site"), ("Seasonal help in December", "Search"),
        ),
        "de": (
            ("Überlauf für 300 Anrufe am Tag", "Telefon"), ("Preis für Wochenenden und Nächte", "Website"),
            ("Hotline für einen Rückruf", "Empfehlung"), ("Angebot für Umfragen", "Messe"),
            ("Auch auf Französisch", "Website"), ("Verstärkung im Dezember", "Suche"),
        ),
    },
}  # fmt: skip
