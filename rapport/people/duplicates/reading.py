"""All live people or companies as profiles, read in chunks along their ids."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from rapport.core.records.among import among
from rapport.lib.urls import domain_of
from rapport.people.duplicates import profiles
from rapport.people.duplicates.profiles import Profile
from rapport.people.models import Company, Identity, Person

_CHUNK = 20_000
_PERSON = (
    "pk", "first_name", "last_name", "birthday", "address_street", "address_postcode", "address_city", "company_id",
)  # fmt: skip
_COMPANY = (
    "pk", "title", "address_street", "address_postcode", "address_city", "domain", "website", "vat_id",
)  # fmt: skip
Read = Callable[[Callable[[int], None], Collection[int] | None], list[Profile]]


class _Kept(dict[str, str]):
    """Texts that come again and again, each kept once."""

    def __missing__(self, text: str) -> str:
        self[text] = text
        return text


def people(beat: Callable[[int], None], ids: Collection[int] | None = None) -> list[Profile]:
    """All live people, or those with these ``ids``; ``beat`` hears how many there are so far."""
    kept, found = _Kept(), list[Profile]()
    for rows, contacts in _chunks(Person, _PERSON, ids):
        for pk, first, last, born, street, postcode, city, company in rows:
            emails, phones = contacts.get(pk, ((), ()))
            found.append(
                Profile(
                    pk,
                    first=kept[profiles.person_name(first)],
                    last=kept[profiles.person_name(last)],
                    born=born.strftime("%Y%m%d") if born else "",
                    street=kept[profiles.street(street)],
                    postcode=kept[profiles.code(postcode)],
                    city=kept[profiles.person_name(city)],
                    company=company or 0,
                    emails=emails,
                    phones=phones,
                )
            )
        beat(len(found))
    return found


def companies(beat: Callable[[int], None], ids: Collection[int] | None = None) -> list[Profile]:
    """All live companies, as :func:`people`."""
    kept, found = _Kept(), list[Profile]()
    for rows, contacts in _chunks(Company, _COMPANY, ids):
        for pk, title, street, postcode, city, domain, website, vat in rows:
            emails, phones = contacts.get(pk, ((), ()))
            found.append(
                Profile(
                    pk,
                    last=profiles.company_name(title),
                    street=kept[profiles.street(street)],
                    postcode=kept[profiles.code(postcode)],
                    city=kept[profiles.person_name(city)],
                    domain=profiles.own_domain((domain, domain_of(website) if website else "", *_domains(emails))),
                    vat=profiles.code(vat),
                    emails=emails,
                    phones=phones,
                )
            )
        beat(len(found))
    return found


def _domains(emails: Sequence[str]) -> list[str]:
    return [email.rpartition("@")[2] for email in emails]


def _chunks(
    model: Any, columns: Sequence[str], ids: Collection[int] | None
) -> Iterator[tuple[list[Any], dict[int, Any]]]:
    """Rows of live records, and their addresses and numbers: ``{id: (e-mails, phones)}``."""
    last = 0
    live = model.objects.filter(live=True).order_by("pk")
    live, known = (live, Identity.objects.all()) if ids is None else (
        live.filter(among("pk", ids)), Identity.objects.filter(among("record_id", ids))
    )  # fmt: skip
    while rows := list(live.filter(pk__gt=last).values_list(*columns)[:_CHUNK]):
        ends = rows[0][0], rows[-1][0]
        contacts: dict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
        values = known.filter(record_id__gte=ends[0], record_id__lte=ends[1]).values_list("record_id", "kind", "norm")
        for record_id, kind, norm in values:
            if len(norm) > 4:
                contacts[record_id][kind != "email"].append(norm)
        yield rows, {pk: (tuple(emails), tuple(phones)) for pk, (emails, phones) in contacts.items()}
        last = ends[1]
