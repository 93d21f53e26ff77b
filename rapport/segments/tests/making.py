"""Segments for tests, and who is in them."""

from typing import Any

from rapport.accounts.actor import Actor
from rapport.core.access.conditions import Term
from rapport.core.access.pages import ListQuery, list_page
from rapport.core.objects import registry, saving
from rapport.core.objects.bulk import Order, carry_out
from rapport.core.segments.models import Segment
from tests import house


def a_segment(by: Actor, name: str = "Christmas mailing", kind: str = "person") -> Any:
    """A segment, made through the save path."""
    return saving.create(by, registry.get("segment"), {"name": name, "object": kind})


def put(by: Actor, segment: Any, *people: Any, verb: str = "segment") -> Any:
    """Puts people into a segment, or with ``unsegment`` out of it; returns the act."""
    return carry_out(by, house.person(), Order(verb, value=str(segment.pk)), [one.pk for one in people])[0]


def members(by: Actor, segment: Any, operator: str = "") -> set[int]:
    """Who is in a segment (with ``none``: who is not), as a list of people shows it."""
    query = ListQuery(Term("segments", operator, str(segment.pk)))
    return {row.id for row in list_page(by, house.person(), query, []).rows}


def count(segment: Any) -> int:
    """The count that the segment keeps."""
    return Segment.objects.get(pk=segment.pk).member_count
