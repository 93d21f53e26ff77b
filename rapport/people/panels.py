"""The related panels that people and companies show on each other's pages."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rapport.accounts.actor import Actor
from rapport.core.access.levels import readable_fields
from rapport.core.access.may import Standing
from rapport.core.access.visible import seen_among
from rapport.core.objects import registry
from rapport.core.objects.registry import Panel, PanelRow
from rapport.lib.dates import format_date
from rapport.lib.prepared import Prepared, hole
from rapport.people.models import Affiliation

MOST_ROWS = 20


def people_of_company(actor: Actor, company_id: int) -> Sequence[PanelRow]:
    """Those who work at the company now, as far as the actor may see them, by name."""
    here = Affiliation.objects.filter(company_id=company_id, until=None).values("person_id")
    people = seen_among(actor, registry.get("person"), here)
    rows = list(people.order_by("title_key", "pk").values_list("pk", "title", "job_title", "email")[:MOST_ROWS])
    names = Counter(row[1] for row in rows)
    shows_email = "email" in readable_fields(actor, registry.get("person"))
    found = []
    for pk, title, role, email in rows:
        # Two of one name are told apart by their addresses.
        also = email if shows_email and (names[title] > 1 or not role) else ""
        detail = " · ".join(filter(None, (role, also)))
        found.append(PanelRow(title, f"/people/{pk}", detail=detail, shape="person"))
    return found


def companies_of_person(actor: Actor, person_id: int) -> Sequence[PanelRow]:
    """Where the person works and worked, the main one first, as far as the actor may see the companies."""
    company = registry.get("company")
    seen = [
        row
        for row in _WORKPLACES(person=person_id)
        if row.company.live and Standing(actor, company, row.company).may("view")
    ]
    return [
        PanelRow(
            row.company.title, f"/companies/{row.company_id}", detail=_detail(row, actor.language), shape="company"
        )
        for row in seen
    ]


_WORKPLACES = Prepared(
    lambda: (
        Affiliation.objects.filter(person_id=hole("person"))
        .select_related("company")
        .order_by("-is_main", "-until", "-pk")[:MOST_ROWS]
    )
)


def _detail(row: Affiliation, language: str) -> str:
    span = ""
    if row.until:
        span = _now("until %(day)s") % {"day": format_date(row.until, language)}
    elif row.since:
        span = _now("since %(day)s") % {"day": format_date(row.since, language)}
    return " · ".join(filter(None, (row.role, span)))


PEOPLE_OF_COMPANY = Panel(
    "people", _("People"), people_of_company,
    add_url=lambda company_id: f"/people/new?company={company_id}", add_label=_("New person at this company"),
    most=MOST_ROWS, all_url=lambda company_id: f"/people?company={company_id}",
    empty=_("Nobody known here yet."),
)  # fmt: skip
COMPANIES_OF_PERSON = Panel(
    "companies", _("Companies"), companies_of_person,
    add_url=lambda person_id: f"/people/{person_id}/edit", add_label=_("Change companies"),
    most=MOST_ROWS, empty=_("At no company yet."),
)  # fmt: skip
