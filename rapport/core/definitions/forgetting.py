"""What erasing a record takes out of custom fields: single links to it are numbers in JSON, where no key reaches."""

from collections.abc import Collection

from rapport.core.fields import Link
from rapport.core.objects import registry
from rapport.core.objects.spec import ObjectSpec
from rapport.core.records.wipes import also
from rapport.core.search.entries import linked_to, rewrite

AT_ONCE = 500


@also
def forget(ids: Collection[int]) -> None:
    """Empties the links that lead to records which are erased, of archived fields, too."""
    for spec in registry.with_archived():
        for field in (*spec.all_fields, *spec.retired.values()):
            if isinstance(field, Link) and field.custom and field.table == "record":
                _empty(spec, field, list(ids))


def _empty(spec: ObjectSpec, field: Link, ids: list[int]) -> None:
    linked = list(linked_to(spec, field, ids).exclude(pk__in=ids))
    for first in range(0, len(linked), AT_ONCE):
        rows = list(spec.model._default_manager.filter(pk__in=linked[first : first + AT_ONCE]))
        for row in rows:
            field.set(row, None)
        spec.model._default_manager.bulk_update(rows, ["custom"])
        if field.weight:
            rewrite(spec, [row.pk for row in rows])
