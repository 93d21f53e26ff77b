"""What leads say about people, and whom an activity about a lead is about, too."""

from collections.abc import Collection, Iterable, Mapping

from rapport.sales.leads.models import OPEN, Lead


def with_open_leads(ids: Collection[int]) -> Iterable[int]:
    """Those of some people whose lead is open."""
    return Lead.objects.filter(person_id__in=ids, live=True, status__in=OPEN).values_list("person_id", flat=True)


def wanted_by(ids: Collection[int]) -> Mapping[int, Collection[int]]:
    """Who is behind some leads: for each the person and the company. One query."""
    rows = Lead.objects.filter(pk__in=ids).values_list("pk", "person_id", "company_id")
    return {pk: tuple(other for other in others if other) for pk, *others in rows}
