"""Whom somebody means: the person by e-mail, by phone, then by name and company; the company by domain or name."""

from collections.abc import Mapping
from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.access.visible import get_record, visible_to
from rapport.core.events.models import Act
from rapport.core.objects import registry, saving
from rapport.lib.text import fold
from rapport.lib.urls import domain_of
from rapport.people.pasted_words import own_domain
from rapport.people.queries import SAME_PHONE, Double, likely_doubles

_DIRECT = ("first_name", "last_name", "email", "phone", "job_title")
_ADDRESS = ("street", "postcode", "city", "country")


def likely_person(actor: Actor, who: Mapping[str, str], company: int | None) -> Double | None:
    """The one whom these texts mean, as far as the actor sees people; None where that is not clear.

    Only a name and company, an address or a number that nobody else shares is clear enough.
    """
    phones = ",".join(filter(None, (who.get("phone"), who.get("mobile"))))
    texts = {**{key: who.get(key, "") for key in _DIRECT}, "phones": phones, "company": company}
    found = likely_doubles(actor, registry.get("person"), texts, 2)
    sure = [double for double in found if double.confidence >= SAME_PHONE]
    if len(sure) > 1 and sure[0].confidence == sure[1].confidence:
        return None
    return sure[0] if sure else None


def likely_company(actor: Actor, who: Mapping[str, str]) -> int | None:
    """The company that the texts mean: the one of this web site or mail domain, else the one of this name."""
    seen = visible_to(actor, registry.get("company")).order_by("pk")
    mail = who.get("email", "")
    site = domain_of(who.get("website", "")) or (domain_of(mail) if own_domain(mail) else "")
    found = seen.filter(domain=site).values_list("pk", flat=True).first() if site else None
    if found is None and (name := fold(who.get("company", ""))):
        found = seen.filter(title_key=name).values_list("pk", flat=True).first()
    return found


def person_and_company(
    actor: Actor, who: Mapping[str, str], person: int | None, act: Act
) -> tuple[int | None, int | None]:
    """Ids of both, made where they are not there yet. Invalid where the texts about the person are none."""
    company = likely_company(actor, who)
    if person:
        found: Any = get_record(actor, registry.get("person"), person)
        return found.pk, found.company_id or company
    if company is None and who.get("company", "").strip():
        values = {"name": who["company"], "website": who.get("website", "")}
        company = saving.create(actor, registry.get("company"), values, act=act).pk
    if double := likely_person(actor, who, company):
        return double.id, company
    if not any(who.get(key, "").strip() for key in ("first_name", "last_name", "email", "phone", "mobile")):
        return None, company
    return saving.create(actor, registry.get("person"), _person(who, company), act=act).pk, company


def _person(who: Mapping[str, str], company: int | None) -> dict[str, Any]:
    values: dict[str, Any] = {key: who.get(key, "") for key in _DIRECT if who.get(key)}
    if company:
        values["company"] = company
    if address := {key: who[key] for key in _ADDRESS if who.get(key)}:
        values["address"] = address
    if who.get("mobile"):
        values.pop("phone", None)
        numbers = [number for number in (who.get("phone"), who["mobile"]) if number]
        values["phones"] = [{"value": number, "label": ""} for number in numbers]
    return values
