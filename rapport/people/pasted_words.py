"""The words by which lines of pasted signatures are told apart, in English, German, French and Spanish."""

import re

from rapport.lib.text import fold

PARTICLES = frozenset(
    {"van", "von", "de", "der", "den", "di", "da", "del", "della", "la", "le", "zu", "af", "bin", "al", "ter", "y"}
)
_LEGAL = re.compile(
    r"(?:\b(?:gmbh|mbh|ag|se|kg|kgaa|ohg|gbr|ug|e\.?\s?k\.?|e\.?\s?v\.?|ltd|limited|inc|llc|llp|plc|corp|corporation|"
    r"company|co|group|holding|sarl|sas|sa|s\.a\.s?|s\.l\.?|sl|srl|s\.r\.l|spa|s\.p\.a|bv|b\.v|nv|n\.v|oy|ab|aps|as|"
    r"sp\. z o\.o|pty|eg)\b\.?)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:head|chief|director|manager|lead|officer|president|vp|partner|founder|co-founder|owner|engineer|developer|"
    r"consultant|assistant|sales|marketing|purchasing|procurement|account|executive|specialist|analyst|designer|"
    r"c[efomt]o|leiter|leiterin|leitung|\w*leiter|\w*leiterin|geschaftsfuhrer|geschaftsfuhrerin|geschaftsfuhrung|"
    r"inhaber|inhaberin|grunder|grunderin|vorstand|prokurist|prokuristin|vertrieb|einkauf|assistenz|berater|beraterin|"
    r"referent|referentin|sachbearbeiter|sachbearbeiterin|entwickler|entwicklerin|meister|meisterin|"
    r"directeur|directrice|responsable|gerant|gerante|charge|chargee|assistante|ingenieur|fondateur|fondatrice|"
    r"director|directora|gerente|jefe|jefa|encargado|encargada|ingeniero|ingeniera|comercial|ventas)\b"
)
_GREETINGS = (
    "best regards", "kind regards", "warm regards", "regards,", "best wishes", "many thanks", "thank you", "sincerely",
    "yours sincerely", "yours faithfully", "mit freundlich", "mit besten gru", "freundliche gru", "viele gru",
    "beste gru", "liebe gru", "herzliche gru", "schone gru", "cordialement", "bien cordialement", "bien a vous",
    "salutations", "un saludo", "saludos", "atentamente",
)  # fmt: skip
_CLOSINGS = frozenset({"mfg", "vg", "lg", "best", "cheers", "thanks", "regards", "gruß", "grusse", "yours"})
_SENT = re.compile(r"^(?:sent from|von meinem|gesendet von|envoye de|enviado desde|get outlook)\b")
_STREETS = re.compile(
    r"str\b|str\.|strasse|straße|\bweg\b|weg |allee|platz|gasse|ufer|damm|ring\b|chaussee|"
    r"\b(?:street|st|road|rd|avenue|ave|lane|drive|way|square|boulevard|blvd|rue|quai|place|chemin|calle|plaza|paseo|"
    r"avenida|am|an der|im|via|laan|straat)\b"
)
_MOBILE = re.compile(r"\b(?:m|mob|mobil|mobile|cell|handy|portable|movil|celular|mobiltelefon)\b")
_FAX = re.compile(r"\b(?:f|fax|telefax)\b")
_PHONE = re.compile(
    r"^\W*(?:t|m|p|f|tel|telefon|telephone|phone|fon|mobil|mobile|mob|cell|handy|fax|telefax|office|direct|durchwahl|"
    r"zentrale|buro|portable|tel fixe|telefono|movil)\b[\s.:)/-]*$"
)
_LABELS = frozenset(
    {"e-mail", "email", "mail", "e", "web", "website", "internet", "www", "w", "phone", "tel", "t", "m", "fax",
     "mobile", "mobil", "linkedin", "twitter", "x", "correo", "courriel", "site"}
)  # fmt: skip
_FREE = frozenset(
    {"gmail", "googlemail", "gmx", "web", "yahoo", "outlook", "hotmail", "live", "icloud", "me", "aol", "t-online",
     "freenet", "posteo", "mailbox", "proton", "protonmail", "orange", "free", "wanadoo", "laposte", "libero", "mac",
     "msn", "example"}
)  # fmt: skip
_HOUSE = frozenset(
    {"info", "kontakt", "contact", "office", "sales", "vertrieb", "support", "service", "hello", "hallo", "mail",
     "post", "team", "buero", "bestellung", "orders", "billing", "rechnung", "noreply", "no-reply", "admin"}
)  # fmt: skip
_NETWORKS = ("linkedin.", "twitter.", "x.com", "facebook.", "instagram.", "xing.", "youtube.")
_DEGREE = re.compile(r"^(?:(?:herr|frau|mr|mrs|ms)\b\.?\s*)?(?:dr|prof|dipl|mag)\b", re.IGNORECASE)
_SALUTATION = re.compile(
    r"^(?:(?:herr|frau|mr|mrs|ms|miss|mme|m|mlle|sr|sra|dr|prof|dipl|ing|mag|med|phil)\b\.?[\s-]*)+", re.IGNORECASE
)
_AFTER = re.compile(r",?\s*\b(?:ph\.?d|m\.?sc|b\.?sc|mba|m\.?a|b\.?a)\b\.?", re.IGNORECASE)
_LANDS = {"D": "DE", "DE": "DE", "A": "AT", "AT": "AT", "CH": "CH", "F": "FR", "FR": "FR", "E": "ES", "ES": "ES",
          "L": "LU", "LU": "LU", "NL": "NL", "B": "BE", "BE": "BE", "I": "IT", "IT": "IT"}  # fmt: skip
_COUNTRIES = frozenset(
    {"germany", "deutschland", "allemagne", "alemania", "austria", "osterreich", "autriche", "switzerland", "schweiz",
     "suisse", "suiza", "france", "frankreich", "francia", "spain", "spanien", "espagne", "espana", "italy", "italien",
     "italia", "netherlands", "niederlande", "united kingdom", "uk", "usa", "united states", "belgium", "belgien",
     "poland", "polen", "denmark", "danemark", "sweden", "schweden", "luxembourg", "luxemburg", "portugal", "ireland"}
)  # fmt: skip


def is_greeting(text: str) -> bool:
    """“Best regards”, “Mit freundlichen Grüßen”, “Sent from my iPhone”, a line of dashes."""
    plain = fold(text).strip()
    bare = plain.strip("-_=*~,.! ")
    return bare in ("", *_CLOSINGS) or bool(_SENT.match(plain)) or (len(plain) < 60 and plain.startswith(_GREETINGS))


def is_street(text: str) -> bool:
    """Whether a line with a number is a street."""
    return bool(_STREETS.search(fold(text)))


def is_country(text: str) -> bool:
    """Whether a line is the name of a country."""
    return fold(text).strip() in _COUNTRIES


def land(code: str) -> str:
    """The country of “D-10115”; "" for a letter that names none."""
    return _LANDS.get(code, "")


def is_mobile(label: str) -> bool:
    """Whether a number behind these words is a mobile phone's."""
    return bool(_MOBILE.search(fold(label)))


def is_fax(label: str) -> bool:
    """Whether a number behind these words is a fax."""
    return bool(_FAX.search(fold(label)))


def is_phone_label(label: str) -> bool:
    """Whether these words only say that a number follows."""
    return not label.strip() or bool(_PHONE.match(fold(label)))


def is_label(text: str) -> bool:
    """Whether nothing is left of a line but the word that said what stood there."""
    return fold(text).strip(" .:()[]") in _LABELS or not text.strip(" .:|/-()")


def is_network(site: str) -> bool:
    """Whether an address is a page in a social network, which is no company's own."""
    return any(name in site.lower() for name in _NETWORKS)


def has_legal_form(line: str) -> bool:
    """“Hexa GmbH”, “Octa Ltd.”: a company by its legal form, which is no line's first word."""
    match = _LEGAL.search(line)
    return bool(match and match.start() > 0 and len(line) > 4)


def host(site: str) -> str:
    """The host of a web address, without “www.”."""
    return site.lower().split("://")[-1].split("/")[0].removeprefix("www.")


def own_domain(mail: str) -> str:
    """What an address's domain is called ("hexa" of anna@mail.hexa.de); "" for mail providers."""
    parts = mail.rpartition("@")[2].lower().split(".")
    name = parts[-2] if len(parts) > 1 else ""
    name = parts[-3] if len(parts) > 2 and name in ("co", "com", "org", "net") else name
    return "" if name in _FREE else name


def is_called(line: str, name: str) -> bool:
    """Whether a line says the name that a domain has: “Hexa Logistics” and hexa-logistics.example."""
    plain = re.sub(r"\W", "", fold(line))
    wanted = re.sub(r"\W", "", name)
    return len(wanted) > 2 and (plain == wanted or (plain.startswith(wanted) and len(line) < 60))


def is_title(line: str) -> bool:
    """Whether a line says what somebody does."""
    return bool(_TITLE.search(fold(line)))


def is_house(local: str) -> bool:
    """Whether an address is that of a house or a department."""
    return local.lower() in _HOUSE


def without_salutation(text: str) -> str:
    """A name without “Herr”, “Dr.” and what stands behind it."""
    return _AFTER.sub("", _SALUTATION.sub("", text.strip())).strip(" ,")


def has_degree(text: str) -> bool:
    """Whether a name is written with an academic title."""
    return bool(_DEGREE.match(text))
