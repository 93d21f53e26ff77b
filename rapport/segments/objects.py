"""What a segment is to the engine: its fields, its list and the panel with who is in it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rapport.accounts.actor import Actor
from rapport.core.fields import Cell, Choice, Field, Integer, Option, Text
from rapport.core.objects import leading, registry
from rapport.core.objects.registry import Highlight, Panel
from rapport.core.objects.spec import ObjectSpec
from rapport.core.segments.models import FIELD, KEY, Segment
from rapport.lib.wording import grouped
from rapport.segments.saving import SegmentSaver


class SegmentSpec(ObjectSpec):
    """One of its fields depends on what was made at run time: which objects there are."""

    def usual_fields(self) -> tuple[Field, ...]:
        options = tuple(Option(spec.key, spec.plural) for spec in registry.every() if spec.has_segments)
        about = Choice("object", _("Records"), group=_("General"), options=options, required=True, quick=True)
        return (about, *super().usual_fields())


def _count(_actor: Actor, segment: Any) -> Cell:
    """How many are in it; leads to the list of them."""
    spec = registry.find(segment.object)
    return Cell(grouped(segment.member_count), href=f"/{spec.path}?{FIELD}={segment.pk}" if spec else "")


SEGMENT = registry.register(
    SegmentSpec(
        key=KEY, model=Segment, label=pgettext_lazy("object", "Segment"), plural=pgettext_lazy("object", "Segments"),
        icon="list-checks", path="segments",
        fields=(
            Text("name", _("Name"), group=_("General"), search=1, quick=True, required=True, column="title",
                 folded="title_key", sortable=True, limit=120),
            Text("description", _("Description"), group=_("General"), search=3, quick=True, limit=1000),
            Integer("member_count", _("Members"), group=_("General"), read_only=True),
        ),
        columns=("object", "member_count", "description", "owner", "updated_at"),
        phone_columns=("object", "member_count"),
        default_sort="name",
        saver=SegmentSaver,
        mark="company",
        comes_in=False,
    )
)  # fmt: skip


def _members(actor: Actor, segment_id: int) -> Sequence[Any]:
    """The newest of those that are in the segment and that the actor sees."""
    kind = Segment.objects.filter(pk=segment_id).values_list("object", flat=True).first()
    lead = leading.lead_of(actor, KEY, kind or "", FIELD)
    return leading.stretch(actor, lead, segment_id) if lead else ()


registry.contribute(
    KEY,
    highlights=[Highlight("members", _("Members"), _count)],
    panels=[Panel("members", _("In this segment"), _members, template="segments/members.html", empty=_("None yet"))],
)
