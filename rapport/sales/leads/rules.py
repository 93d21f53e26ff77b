"""The settings of leads: one row, and the score rules that every workspace starts with."""

from typing import Any

from django.db import transaction

from rapport.sales.leads.models import LeadRules, ScoreRule


def _term(field: str, operator: str, value: str = "1") -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def _any(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"any": list(parts)}


def _words(field: str, *words: str) -> dict[str, Any]:
    return _any(*(_term(field, "contains", word) for word in words))


_SILENT = _any(
    _term("last_activity_at", "older", "30d"),
    {"all": [_term("last_activity_at", "empty"), _term("created_at", "older", "30d")]},
)
# name, German name, condition, what is counted, points, half-life in days, cap
_STARTING: tuple[tuple[str, str, dict[str, Any], str, int, int | None, int | None], ...] = (
    ("Decides: head, director, owner", "Entscheidet: Leitung, Geschäftsführung, Inhaber",
     _words("person.job_title", "head", "director", "chief", "owner", "leit", "geschäftsführ", "inhaber"),
     "", 20, None, None),
    ("Company with more than 50 people", "Firma mit mehr als 50 Mitarbeitern",
     _term("company.size", "any", "51-200,201-1000,1001+"), "", 15, None, None),
    ("Came by recommendation", "Kam auf Empfehlung",
     _words("source", "referral", "recommend", "empfehlung"), "", 15, None, None),
    ("Asks for a price or an offer", "Fragt nach Preis oder Angebot",
     _words("name", "price", "pricing", "quote", "offer", "preis", "angebot"), "", 15, 30, None),
    ("Can be called", "Ist telefonisch erreichbar", _term("person.phone", "filled"), "", 5, None, None),
    ("A call that got through", "Ein Telefonat kam zustande", {"all": []}, "connected", 10, 30, 20),
    ("A meeting", "Ein Termin", {"all": []}, "meeting", 15, 30, 30),
    ("Nothing heard for 30 days", "Seit 30 Tagen nichts gehört", _SILENT, "", -30, None, None),
)  # fmt: skip


def current() -> LeadRules:
    """The row, as it is stored; the defaults where there is none yet. One query."""
    return LeadRules.objects.first() or LeadRules()


def ensure_rules() -> None:
    """Makes what every workspace starts with; safe to call at every start."""
    with transaction.atomic():
        if LeadRules.objects.exists():
            return
        LeadRules.objects.create()
        for place, (name, german, condition, counts, points, half_life, cap) in enumerate(_STARTING):
            ScoreRule.objects.create(
                name=name, names={"de": german}, condition=condition, counts=counts, points=points,
                half_life=half_life, cap=cap, place=place, is_active=True,
            )  # fmt: skip
