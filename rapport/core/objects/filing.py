"""Fields with files in the save path: a file that comes gets its number, one that comes back must still be there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.core.fields import FileField
from rapport.core.fields.file import FileValue
from rapport.core.files.incoming import Incoming
from rapport.core.files.models import File
from rapport.core.objects.saver import Draft
from rapport.core.records import rows

if TYPE_CHECKING:
    from rapport.core.objects.spec import ObjectSpec


def settle_files(spec: "ObjectSpec", drafts: Sequence[Draft]) -> None:
    """Makes the values of all fields for files what will be stored. ``before`` must be loaded.

    Only a file that this very field of this very record held before comes back, and only as it was: no number opens
    another's file. One that was replaced more than 30 days ago is gone, and that is said.
    """
    places = [
        (draft, field.key)
        for field in spec.all_fields
        if isinstance(field, FileField)
        for draft in drafts
        if draft.values.get(field.key) is not None
    ]
    if places:
        _number_new(places)
        _find_former(places)


def _number_new(places: Sequence[tuple[Draft, str]]) -> None:
    new = [(draft, key) for draft, key in places if isinstance(draft.values[key], Incoming)]
    for (draft, key), number in zip(new, rows.reserve(File, len(new)), strict=True):
        file: Incoming = draft.values[key]
        draft.values[key] = FileValue(
            number, file.name, file.sha256, file.kind, file.size, file.width, file.height, incoming=file
        )


def _find_former(places: Sequence[tuple[Draft, str]]) -> None:
    former = [(draft, key) for draft, key in places if not draft.values[key].incoming]
    ids = {draft.values[key].id for draft, key in former}
    there = {file.pk: file for file in File.objects.filter(pk__in=ids)} if ids else {}
    for draft, key in former:
        value: FileValue = draft.values[key]
        file = there.get(value.id)
        place = None if draft.is_new else (draft.instance.pk, key, value.name, value.sha256)
        if file is None or place != (file.record_id, file.field_key, file.name, file.sha256):
            draft.refuse(key, _("“%(name)s” is no longer kept, so it cannot be brought back.") % {"name": value.name})
        else:
            draft.values[key] = FileValue(
                file.pk, file.name, file.sha256, file.kind, file.size, file.width, file.height
            )
