"""What saving a segment means beyond its fields."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.core.objects.saver import Draft, Saver
from rapport.core.segments.models import Segment
from rapport.lib.text import fold


class SegmentSaver(Saver):
    """A name once for each object, and an object for good: its records are of that kind."""

    def check(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if not draft.is_new and "object" in draft.values:
                draft.refuse("object", _("A segment keeps its object: make a new one for other records."))
        named = {id(draft): self._name(draft) for draft in drafts if draft.is_new or "name" in draft.values}
        own = [draft.instance.pk for draft in drafts if not draft.is_new]
        taken = self._taken(set(named.values()), own)
        for draft in drafts:
            name = named.get(id(draft))
            if name in taken:
                draft.refuse("name", _("There is a segment of this name already."))
            elif name:
                taken.add(name)

    def revive(self, instances: Sequence[Any]) -> dict[int, str]:
        taken = self._taken({(one.object, one.title_key) for one in instances}, ())
        sentence = _("There is a segment “%(name)s” by now. Rename that one first.")
        return {
            one.pk: sentence % {"name": one.title} for one in instances if (one.object, one.title_key) in taken
        }  # fmt: skip

    def _name(self, draft: Draft) -> tuple[str, str]:
        kind = draft.values.get("object") or draft.instance.object
        return kind, fold(str(draft.values.get("name", draft.instance.title)))

    def _taken(self, names: set[tuple[str, str]], besides: Sequence[int]) -> set[tuple[str, str]]:
        """Those of some names that live segments have. One query."""
        if not names:
            return set()
        wanted = Q()
        for kind, key in names:
            wanted |= Q(object=kind, title_key=key)
        rows = Segment.objects.filter(wanted, live=True).exclude(pk__in=besides)
        return set(rows.values_list("object", "title_key"))
