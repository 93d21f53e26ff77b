"""The trade ``software``: customers of a European software company, in many countries and languages."""

from rapport.sample.names import CULTURES
from rapport.sample.trade import Trade, Words

_SEGMENTS = (
    # industry, words for names, weight
    ("manufacturing", ("Maschinenbau", "Precision", "Metallbau", "Werkzeug", "Antrieb", "Robotics", "Mécanique"), 16),
    ("retail", ("Handel", "Outdoor", "Living", "Mode", "Retail", "Maison", "Bikes"), 12),
    ("logistics", ("Logistics", "Spedition", "Cargo", "Freight", "Fulfilment"), 11),
    ("services", ("Consulting", "Partners", "Beratung", "Advisory", "Studio"), 14),
    ("health", ("Medizintechnik", "Health", "Care", "Diagnostics", "Pharma"), 9),
    ("software", ("Systems", "Software", "Digital", "Cloud", "Data"), 12),
    ("finance", ("Capital", "Assekuranz", "Treuhand", "Finance", "Leasing"), 7),
    ("education", ("Akademie", "Learning", "Campus"), 4),
    ("food", ("Feinkost", "Foods", "Brauerei", "Bakery", "Gastro"), 6),
    ("construction", ("Bau", "Haustechnik", "Solar", "Elektro"), 7),
    ("public", ("Stadtwerke", "Energie", "Verkehr"), 2),
)  # fmt: skip
_STEMS = (
    "Nordlicht", "Alsterblick", "Hexa", "Lindenhof", "Silberpfeil", "Rheingold", "Havel", "Ostsee", "Kranich",
    "Falke", "Morgenrot", "Elbtal", "Sonnenfeld", "Waldhaus", "Steinbruch", "Aurora", "Vento", "Lumière", "Atelier",
    "Castell", "Montblanc", "Azur", "Solaris", "Iberia", "Vistula", "Baltic", "Polder", "Tulip", "Harbour", "Thistle",
    "Oakfield", "Riverside", "Fjord", "Skagen", "Boreal", "Meridian", "Quantum", "Vertex", "Pixelwerk", "Zenit",
    "Arkadia", "Terranova", "Caldera", "Granit", "Kupfer", "Kobalt", "Mistral", "Delphi", "Orion",
)  # fmt: skip
_JOB_TITLES = (
    ("Managing Director", 7), ("Head of Operations", 6), ("Head of IT", 8), ("IT Administrator", 7), ("CFO", 4),
    ("Controller", 4), ("Accountant", 7), ("Head of Sales", 6), ("Account Executive", 5), ("Sales Assistant", 4),
    ("Head of Procurement", 5), ("Buyer", 6), ("Marketing Manager", 6), ("Project Manager", 8), ("Product Owner", 4),
    ("Software Developer", 6), ("Customer Service Lead", 5), ("HR Manager", 4), ("Assistant to the Management", 4),
    ("Geschäftsführerin", 3), ("Leiter Einkauf", 3), ("Directrice commerciale", 2), ("Responsable IT", 2), ("", 6),
)  # fmt: skip
_SOURCES = (
    ("Web site", 28), ("Recommendation", 20), ("Trade fair", 12), ("Webinar", 11), ("Cold call", 8), ("Partner", 9),
    ("Newsletter", 6), ("", 6),
)  # fmt: skip
_TAGS = (
    ("VIP", 3), ("Newsletter", 12), ("Decision maker", 9), ("Beta", 3), ("Trial 2026", 6), ("Renewal due", 5),
    ("Reference", 2), ("Hannover Messe", 5), ("Do not call", 2), ("Reseller", 3),
)  # fmt: skip
_ABOUT = (
    "Prefers calls in the morning.", "Decides together with the works council.", "Wants invoices by e-mail only.",
    "Was with a competitor before.", "Speaks German and English.", "On parental leave until spring.",
)  # fmt: skip
_NOTES = (
    "Wants a quote for {seats} seats by the end of the month. Budget is approved, purchasing still has to sign.",
    "Asked whether the data stays in the EU. Sent the sheet on hosting and the list of sub-processors.",
    "The old system ends in autumn, so the switch must be done. Importing the customer list is what worries them.",
    "Very happy with the onboarding. Would act as a reference for {city}.",
    "Is comparing us with two others. What counts is the API and the price for {seats} seats.",
    "Invoice went to the wrong address; corrected it and sent it again.",
    "Works council has agreed. Next step is the contract for order processing.",
    "Möchte die Schulung lieber vor Ort in {city}. Termin im nächsten Quartal.",
    "No budget this year. Take it up again in January.",
    "Needs single sign-on before they can roll it out to all {seats} colleagues.",
    "Met at the fair. Friendly, knows the field, wants to see the export to accounting.",
    "Souhaite une démonstration en français pour toute l’équipe.",
    "Two colleagues left; reduces to {seats} seats from next month.",
    "Asked for the changelog and the date of the next release.",
    "Complained about slow exports. Was their own network; solved with the IT department.",
    "Contract renewed for two years. Thank-you note sent.",
)  # fmt: skip
_CALLS = (
    "Went through the offer point by point. Wants {seats} seats and monthly payment.",
    "Showed the import with their own file. Two columns were missing, otherwise fine.",
    "Short check-in. Everything runs, no open questions.",
    "Asked about the notice period and the price next year.",
    "Explained roles and teams. Will set them up with the IT department this week.",
    "Wants to talk again when the new colleague has started.",
    "Rückfrage zur Rechnung, konnte gleich geklärt werden.",
    "Discussed the migration plan: test import first, then a freeze on Friday, live on Monday.",
    "Not interested at the moment; has just signed with somebody else.",
    "Demo for five people from {city}. Good questions about rights and the audit log.",
    "Reported a problem with the calendar. Passed it on to support.",
    "Agreed on a pilot with {seats} users for four weeks.",
)  # fmt: skip

# Each with the steps of its checklist.
_TASKS = (
    ("Send the revised quote", "Check the number of seats", "Ask for the discount", "Send it as a PDF"),
    ("Call back about the contract", "Read the last notes", "Have the terms at hand"),
    ("Prepare the demo", "Load their data", "Ask who will be there", "Test the sound"),
    ("Ask for a reference", "Draft the text"),
    ("Send the security questionnaire", "Fill in the hosting part", "Have it checked"),
    ("Plan the onboarding", "Choose a date", "Invite the team", "Send the guide"),
    ("Check the open invoice", "Look at the payments"),
    ("Find out who signs", "Ask on the phone"),
    ("Renew the contract", "Check the usage", "Offer two years"),
)

_STAFF: tuple[tuple[str, str, int | None], ...] = (
    ("Ines Moreau", "manager", None), ("Tom Adeyemi", "member", 0), ("Lena Fischer", "member", 1),
    ("Priya Nair", "member", 2),
)  # fmt: skip
_ENGLISH = Words(
    cultures=CULTURES, segments=_SEGMENTS, stems=_STEMS, job_titles=_JOB_TITLES, sources=_SOURCES, tags=_TAGS,
    about=_ABOUT, notes=_NOTES, calls=_CALLS, tasks=_TASKS, teams=("Sales North", "Sales South", "Support"),
    staff=_STAFF,
)  # fmt: skip

_GERMAN = Words(
    cultures=CULTURES, segments=_SEGMENTS, stems=_STEMS,
    job_titles=(
        ("Geschäftsführung", 9), ("Leitung Betrieb", 6), ("Leitung IT", 9), ("IT-Administration", 7),
        ("Kaufmännische Leitung", 5), ("Controlling", 4), ("Buchhaltung", 7), ("Vertriebsleitung", 6),
        ("Vertrieb", 5), ("Vertriebsassistenz", 4), ("Leitung Einkauf", 6), ("Einkauf", 6), ("Marketing", 6),
        ("Projektleitung", 8), ("Produktverantwortung", 4), ("Softwareentwicklung", 6), ("Leitung Kundendienst", 5),
        ("Personalleitung", 4), ("Assistenz der Geschäftsführung", 4), ("Directrice commerciale", 2), ("", 6),
    ),
    sources=(
        ("Website", 28), ("Empfehlung", 20), ("Messe", 12), ("Webinar", 11), ("Kaltakquise", 8), ("Partner", 9),
        ("Newsletter", 6), ("", 6),
    ),
    tags=(
        ("VIP", 3), ("Newsletter", 12), ("Entscheidet", 9), ("Beta", 3), ("Test 2026", 6), ("Verlängerung", 5),
        ("Referenz", 2), ("Hannover Messe", 5), ("Nicht anrufen", 2), ("Wiederverkauf", 3),
    ),
    about=(
        "Am besten vormittags anrufen.", "Entscheidet gemeinsam mit dem Betriebsrat.",
        "Möchte Rechnungen nur per E-Mail.", "War vorher bei einem Mitbewerber.", "Spricht Deutsch und Englisch.",
        "Bis zum Frühjahr in Elternzeit.",
    ),
    notes=(
        "Möchte bis Monatsende ein Angebot für {seats} Plätze. Das Budget steht, der Einkauf muss noch unterschreiben.",
        "Fragt, ob die Daten in der EU bleiben. Blatt zum Hosting und Liste der Unterauftragnehmer geschickt.",
        "Das alte System läuft im Herbst aus, der Wechsel muss also sein. Sorge macht der Import der Kundenliste.",
        "Sehr zufrieden mit der Einführung. Würde als Referenz für {city} bereitstehen.",
        "Vergleicht uns mit zwei anderen. Ausschlaggebend sind die Schnittstelle und der Preis für {seats} Plätze.",
        "Rechnung ging an die falsche Adresse; berichtigt und neu geschickt.",
        "Der Betriebsrat hat zugestimmt. Nächster Schritt ist der Vertrag zur Auftragsverarbeitung.",
        "Möchte die Schulung lieber vor Ort in {city}. Termin im nächsten Quartal.",
        "Dieses Jahr kein Budget. Im Januar wieder melden.",
        "Braucht Single Sign-on, bevor alle {seats} Kolleginnen und Kollegen damit arbeiten können.",
        "Auf der Messe getroffen. Freundlich, kennt das Fach, möchte den Export in die Buchhaltung sehen.",
        "Zwei Kollegen sind gegangen; ab nächstem Monat nur noch {seats} Plätze.",
        "Fragt nach den Änderungen und dem Termin der nächsten Version.",
        "Beschwert sich über langsame Exporte. Lag am eigenen Netz; mit der IT geklärt.",
        "Vertrag um zwei Jahre verlängert. Dankeskarte verschickt.",
    ),
    calls=(
        "Angebot Punkt für Punkt durchgegangen. Möchte {seats} Plätze und monatlich zahlen.",
        "Import mit der eigenen Datei gezeigt. Zwei Spalten fehlten, sonst alles gut.",
        "Kurz nachgefragt. Läuft alles, keine offenen Fragen.",
        "Fragt nach der Kündigungsfrist und dem Preis im nächsten Jahr.",
        "Rollen und Teams erklärt. Richtet sie diese Woche mit der IT ein.",
        "Möchte wieder sprechen, wenn die neue Kollegin angefangen hat.",
        "Rückfrage zur Rechnung, konnte gleich geklärt werden.",
        "Umzug besprochen: erst ein Testimport, Freitag Stopp, Montag Start.",
        "Im Moment kein Interesse; hat gerade woanders unterschrieben.",
        "Vorführung für fünf Personen aus {city}. Gute Fragen zu Rechten und Protokoll.",
        "Meldet ein Problem mit dem Kalender. An den Support weitergegeben.",
        "Probebetrieb mit {seats} Nutzern für vier Wochen vereinbart.",
    ),
    tasks=(
        ("Überarbeitetes Angebot schicken", "Zahl der Plätze prüfen", "Rabatt erfragen", "Als PDF senden"),
        ("Wegen des Vertrags zurückrufen", "Letzte Notizen lesen", "Bedingungen bereitlegen"),
        ("Vorführung vorbereiten", "Daten des Kunden laden", "Fragen, wer dabei ist", "Ton testen"),
        ("Um eine Referenz bitten", "Text entwerfen"),
        ("Fragebogen zur Sicherheit schicken", "Teil zum Hosting ausfüllen", "Prüfen lassen"),
        ("Einführung planen", "Termin wählen", "Team einladen", "Leitfaden schicken"),
        ("Offene Rechnung prüfen", "Zahlungen ansehen"),
        ("Herausfinden, wer unterschreibt", "Am Telefon fragen"),
        ("Vertrag verlängern", "Nutzung prüfen", "Zwei Jahre anbieten"),
    ),
    teams=("Vertrieb Nord", "Vertrieb Süd", "Support"),
    staff=_STAFF,
    reason="Beispiel",
)  # fmt: skip

TRADE = Trade(
    key="software",
    words={"en": _ENGLISH, "de": _GERMAN},
    lifecycles=(
        ("customer", 30),
        ("contact", 24),
        ("lead", 22),
        ("opportunity", 12),
        ("subscriber", 7),
        ("former_customer", 5),
    ),
)
